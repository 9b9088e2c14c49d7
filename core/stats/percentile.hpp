// Percentiles with linear interpolation between order statistics: numpy's default, in float64.
//
// Definition 7 of R. J. Hyndman and Y. Fan, The American Statistician 50 (1996) 361: of n values the percentile p lies at rank
// (n - 1) p / 100, counted from 0, between the order statistics on either side.
#pragma once

#include <cstdint>

namespace webunmix {

struct PercentileRanks {
  std::uint64_t lower = 0;
  std::uint64_t upper = 0;  ///< lower + 1, or lower at the largest value
  double fraction = 0;      ///< of the way from lower to upper
};

/// `n` is at least 1, `percent` 0..100.
[[nodiscard]] PercentileRanks percentile_ranks(std::uint64_t n, double percent);

/// Between the values at the two ranks, rounded as numpy rounds it: from the nearer end.
[[nodiscard]] double interpolate(double lower, double upper, double fraction);

}  // namespace webunmix
