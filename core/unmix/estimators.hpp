// The bleed-through coefficient alpha from source values x and target values y of the masked voxels, four ways.
//
// x and y are prepared values (unmix/preparation.hpp) as float32, of one length, at least one; everything here is float64.
// Behaviour and names follow the Python package `spectral-unmixing`; formulas: docs/methods.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "image/result.hpp"
#include "stats/bounded_minimum.hpp"
#include "stats/mutual_information.hpp"

namespace webunmix::unmix {

enum class Method : std::uint8_t { manual, mean_ratio, linear_fit, corr_min, mi_min };
[[nodiscard]] std::string_view method_name(Method method);

/// mean(y) / mean(x), at least 0.
struct MeanRatio {
  double alpha = 0;
  double numerator_mean = 0;
  double denominator_mean = 0;
};
/// Error not_enough_data when mean(x) <= 1e-12.
[[nodiscard]] Result<MeanRatio> mean_ratio(std::span<const float> x, std::span<const float> y);

/// Least squares through the origin: sum(xy) / sum(xx), at least 0.
struct LinearFit {
  double alpha = 0;
  double numerator_sum_xy = 0;
  double denominator_sum_x2 = 0;
};
/// Error not_enough_data when x is 0 everywhere.
[[nodiscard]] Result<LinearFit> linear_fit(std::span<const float> x, std::span<const float> y);

/// The a in [0, alpha_max] where Pearson's r of x and y - a x is nearest 0: cov(x, y) / var(x), clamped. Exact, no search.
struct CorrelationMinimum {
  double alpha = 0;
  double post_correlation = 0;  ///< r that is left; 0 when y - a x does not vary
};
/// Error not_enough_data when x does not vary.
[[nodiscard]] Result<CorrelationMinimum> corr_min(std::span<const float> x, std::span<const float> y, double alpha_max);

/// The a in [0, alpha_max] where the mutual information of x and y - a x is least, found by stats/bounded_minimum.
struct InformationMinimum {
  double alpha = 0;
  double post_mutual_information = 0;
  int evaluations = 0;
  bool converged = false;
};

/// The search for it, one evaluation at a time: each visits every voxel once. Borrows x and y.
class InformationSearch {
 public:
  InformationSearch(std::span<const float> x, std::span<const float> y, double alpha_max, int bins,
                    const BoundedMinimumOptions& options = {});

  /// Evaluates once. Returns true while there is more to do.
  bool step();
  [[nodiscard]] InformationMinimum found() const;
  /// Mutual information at any a, for curves.
  [[nodiscard]] double information_at(double a) { return information_.at(a); }

 private:
  ResidualInformation information_;
  BoundedMinimum search_;
};

/// What a method found.
using Estimate = std::variant<MeanRatio, LinearFit, CorrelationMinimum, InformationMinimum>;
[[nodiscard]] double alpha_of(const Estimate& estimate);

/// Any method that needs no search, so not manual or mi_min.
[[nodiscard]] Result<Estimate> estimate_directly(Method method, std::span<const float> x, std::span<const float> y,
                                                 double alpha_max);

/// An error unless x varies: without variation no method but the means can tell bleed-through from anything else.
[[nodiscard]] Result<void> check_varies(std::span<const float> x);

}  // namespace webunmix::unmix
