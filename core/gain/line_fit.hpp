// A straight line through points, by weighted least squares, with the standard errors of its coefficients.
#pragma once

#include <cstddef>
#include <span>

namespace webunmix {

/// y = intercept + slope x.
struct LineFit {
  double slope = 0.0;
  double intercept = 0.0;
  double slope_se = 0.0;  ///< standard error, from the scatter of the points about the line
  double intercept_se = 0.0;
  double covariance = 0.0;  ///< of slope and intercept
  double r = 0.0;           ///< weighted Pearson correlation
  double p = 1.0;           ///< two-sided, of slope = 0 under Student's t with n - 2 degrees of freedom
  std::size_t points = 0;   ///< n

  [[nodiscard]] double at(double x) const { return intercept + slope * x; }
  /// Where the line is 0, for a slope other than 0, and its standard error: that of the height there over the slope.
  [[nodiscard]] double zero() const { return -intercept / slope; }
  [[nodiscard]] double zero_se() const { return se_at(zero()) / (slope < 0.0 ? -slope : slope); }
  /// Standard error of the line's height at x.
  [[nodiscard]] double se_at(double x) const;
};

/// At least three points whose x differ. `weights`: empty (all equal) or one per point, in proportion to 1 / variance of y.
[[nodiscard]] LineFit fit_line(std::span<const double> x, std::span<const double> y, std::span<const double> weights = {});

/// P(|t| >= |value|) of Student's t distribution: the regularised incomplete beta function I_{n/(n+t^2)}(n/2, 1/2).
[[nodiscard]] double student_two_sided(double t, double degrees_of_freedom);

/// The t that Student's distribution stays within with 95 %: half the width of a confidence interval in standard errors.
[[nodiscard]] double student_95(double degrees_of_freedom);

}  // namespace webunmix
