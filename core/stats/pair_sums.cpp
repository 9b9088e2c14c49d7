#include "stats/pair_sums.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace webunmix {
namespace {

constexpr std::size_t lanes = 4;
using Lanes = std::array<double, lanes>;

double total(const Lanes& lane) { return (lane[0] + lane[1]) + (lane[2] + lane[3]); }

/// A variance this far below the square of the values is rounding, not variation.
constexpr double smallest_relative_variance = 1e-14;

}  // namespace

void PairSums::add(const PairSums& other) {
  n += other.n;
  x += other.x;
  y += other.y;
  xx += other.xx;
  xy += other.xy;
  yy += other.yy;
}

PairSums sum_pairs(std::span<const float> x, std::span<const float> y, double x_origin, double y_origin) {
  Lanes sx{};
  Lanes sy{};
  Lanes sxx{};
  Lanes sxy{};
  Lanes syy{};
  const auto add = [&](std::size_t i, std::size_t lane) {
    const double a = static_cast<double>(x[i]) - x_origin;
    const double b = static_cast<double>(y[i]) - y_origin;
    sx[lane] += a;
    sy[lane] += b;
    sxx[lane] += a * a;
    sxy[lane] += a * b;
    syy[lane] += b * b;
  };
  std::size_t i = 0;
  for (; i + lanes <= x.size(); i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) add(i + lane, lane);
  }
  for (std::size_t lane = 0; i < x.size(); ++i, ++lane) add(i, lane);
  return {x.size(), total(sx), total(sy), total(sxx), total(sxy), total(syy)};
}

PairSums sum_pairs(std::span<const float> x, std::span<const float> y) { return sum_pairs(x, y, 0, 0); }

CentredSums centred(const PairSums& sums) {
  if (sums.n == 0) return {};
  const auto n = static_cast<double>(sums.n);
  const auto variation = [n](double squares, double sum) {
    const double deviation = squares - sum * sum / n;
    return deviation > smallest_relative_variance * squares ? deviation : 0.0;
  };
  return {variation(sums.xx, sums.x), sums.xy - sums.x * sums.y / n, variation(sums.yy, sums.y)};
}

CentredSums centred(std::span<const float> x, std::span<const float> y) {
  if (x.empty()) return {};
  const PairSums raw = sum_pairs(x, y);
  const auto n = static_cast<double>(raw.n);
  const auto [least_x, most_x] = std::minmax_element(x.begin(), x.end());
  const auto [least_y, most_y] = std::minmax_element(y.begin(), y.end());
  CentredSums sums = centred(sum_pairs(x, y, raw.x / n, raw.y / n));
  if (*least_x == *most_x) sums.xx = sums.xy = 0;
  if (*least_y == *most_y) sums.yy = sums.xy = 0;
  return sums;
}

std::optional<double> pearson(const CentredSums& sums) { return pearson_of_residual(sums, 0); }

std::optional<double> pearson_of_residual(const CentredSums& sums, double a) {
  const double covariance = sums.xy - a * sums.xx;
  const double residual = sums.yy - 2 * a * sums.xy + a * a * sums.xx;
  if (!(sums.xx > 0) || !(residual > smallest_relative_variance * sums.yy)) return std::nullopt;
  return std::clamp(covariance / std::sqrt(sums.xx * residual), -1.0, 1.0);
}

}  // namespace webunmix
