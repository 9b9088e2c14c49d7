// Sums of pairs of values: counts, means, variances, covariance, Pearson's r, from sums that merge.
//
// float64 sums over float32 values, in four interleaved lanes that are added in one order: the same bits on every machine.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace webunmix {

struct PairSums {
  std::uint64_t n = 0;
  double x = 0;
  double y = 0;
  double xx = 0;
  double xy = 0;
  double yy = 0;

  void add(const PairSums& other);
};

/// Sums over x[i], y[i]; the spans are of one length.
[[nodiscard]] PairSums sum_pairs(std::span<const float> x, std::span<const float> y);
/// The same over x[i] - x_origin, y[i] - y_origin: with origins near the means, variances lose no digits.
[[nodiscard]] PairSums sum_pairs(std::span<const float> x, std::span<const float> y, double x_origin, double y_origin);

/// Sums of squared deviations from the means, from the sums about any origin.
struct CentredSums {
  double xx = 0;
  double xy = 0;
  double yy = 0;
};
[[nodiscard]] CentredSums centred(const PairSums& sums);
/// Both steps at once, in two passes over the values.
[[nodiscard]] CentredSums centred(std::span<const float> x, std::span<const float> y);

/// Pearson's r; nothing when x or y does not vary.
[[nodiscard]] std::optional<double> pearson(const CentredSums& sums);
/// Pearson's r of x and y - a x.
[[nodiscard]] std::optional<double> pearson_of_residual(const CentredSums& sums, double a);

}  // namespace webunmix
