#include "gain/line_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace webunmix {
namespace {

/// The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), evaluated from the front by Lentz's method.
double beta_fraction(double x, double a, double b) {
  constexpr double tiny = 1e-300;
  constexpr int most_terms = 500;
  const auto guarded = [](double value) { return std::abs(value) < tiny ? tiny : value; };
  double numerator = 1.0;
  double denominator = 1.0 / guarded(1.0 - (a + b) * x / (a + 1.0));
  double value = denominator;
  for (int m = 1; m <= most_terms; ++m) {
    const double k = m;
    double last_factor = 1.0;
    for (const double term : {k * (b - k) * x / ((a + 2.0 * k - 1.0) * (a + 2.0 * k)),
                              -(a + k) * (a + b + k) * x / ((a + 2.0 * k) * (a + 2.0 * k + 1.0))}) {
      denominator = 1.0 / guarded(1.0 + term * denominator);
      numerator = guarded(1.0 + term / numerator);
      last_factor = numerator * denominator;
      value *= last_factor;
    }
    if (std::abs(last_factor - 1.0) < 1e-15) break;
  }
  return value;
}

double regularised_incomplete_beta(double x, double a, double b) {
  if (x <= 0.0) return 0.0;
  if (x >= 1.0) return 1.0;
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
  // The fraction converges fast below the mean of the distribution; above it the mirrored one does.
  if (x < (a + 1.0) / (a + b + 2.0)) return front * beta_fraction(x, a, b) / a;
  return 1.0 - front * beta_fraction(1.0 - x, b, a) / b;
}

}  // namespace

double student_two_sided(double t, double degrees_of_freedom) {
  return regularised_incomplete_beta(degrees_of_freedom / (degrees_of_freedom + t * t), degrees_of_freedom / 2.0, 0.5);
}

double student_95(double degrees_of_freedom) {
  // 12.71 with one degree of freedom is the largest; 60 halvings leave nothing of the interval.
  double low = 1.9;
  double high = 13.0;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2.0;
    (student_two_sided(middle, degrees_of_freedom) > 0.05 ? low : high) = middle;
  }
  return (low + high) / 2.0;
}

double LineFit::se_at(double x) const {
  return std::sqrt(std::max(0.0, intercept_se * intercept_se + 2.0 * x * covariance + x * x * slope_se * slope_se));
}

LineFit fit_line(std::span<const double> x, std::span<const double> y, std::span<const double> weights) {
  const auto weight = [&](std::size_t i) { return weights.empty() ? 1.0 : weights[i]; };
  double total = 0.0;
  double mean_x = 0.0;
  double mean_y = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    total += weight(i);
    mean_x += weight(i) * x[i];
    mean_y += weight(i) * y[i];
  }
  mean_x /= total;
  mean_y /= total;
  double xx = 0.0;
  double xy = 0.0;
  double yy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = x[i] - mean_x;
    const double dy = y[i] - mean_y;
    xx += weight(i) * dx * dx;
    xy += weight(i) * dx * dy;
    yy += weight(i) * dy * dy;
  }
  LineFit fit;
  fit.points = x.size();
  fit.slope = xy / xx;
  fit.intercept = mean_y - fit.slope * mean_x;
  fit.r = yy == 0.0 ? 0.0 : std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
  const double degrees = static_cast<double>(x.size()) - 2.0;
  double left = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double residual = y[i] - fit.at(x[i]);
    left += weight(i) * residual * residual;
  }
  const double scatter = left / degrees;
  fit.slope_se = std::sqrt(scatter / xx);
  fit.intercept_se = std::sqrt(scatter * (1.0 / total + mean_x * mean_x / xx));
  fit.covariance = -mean_x * scatter / xx;
  fit.p = fit.slope_se == 0.0 ? 0.0 : student_two_sided(fit.slope / fit.slope_se, degrees);
  return fit;
}

}  // namespace webunmix
