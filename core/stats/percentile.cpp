#include "stats/percentile.hpp"

#include <cmath>

namespace webunmix {

PercentileRanks percentile_ranks(std::uint64_t n, double percent) {
  const auto last = static_cast<double>(n - 1);
  const double rank = last * (percent / 100.0);
  if (rank >= last) return {n - 1, n - 1, 0};
  const double lower = std::floor(rank);
  return {static_cast<std::uint64_t>(lower), static_cast<std::uint64_t>(lower) + 1, rank - lower};
}

double interpolate(double lower, double upper, double fraction) {
  const double difference = upper - lower;
  return fraction >= 0.5 ? upper - difference * (1.0 - fraction) : lower + difference * fraction;
}

}  // namespace webunmix
