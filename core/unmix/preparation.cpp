#include "unmix/preparation.hpp"

#include <cstdint>
#include <limits>

#include "stats/ordered_key.hpp"

namespace webunmix::unmix {
namespace {

/// The smallest key of a finite value for which `holds`, which changes from false to true at most once; one past the last if none.
template <class Predicate>
std::uint32_t first_key(Predicate holds) {
  std::uint32_t low = ordered_key(std::numeric_limits<float>::lowest());
  std::uint32_t high = ordered_key(std::numeric_limits<float>::max()) + 1;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (holds(value_of_key(middle))) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

double raw_percentile(const OrderStatistics& values, double percent) {
  const PercentileRanks ranks = percentile_ranks(values.count(), percent);
  return interpolate(static_cast<double>(values.value_at(ranks.lower)), static_cast<double>(values.value_at(ranks.upper)),
                     ranks.fraction);
}

double prepared_percentile(const OrderStatistics& values, double percent, const Preparation& preparation) {
  const PercentileRanks ranks = percentile_ranks(values.count(), percent);
  return interpolate(static_cast<double>(preparation(values.value_at(ranks.lower))),
                     static_cast<double>(preparation(values.value_at(ranks.upper))), ranks.fraction);
}

float lowest_at_or_above(double threshold, const Preparation& preparation) {
  const std::uint32_t key = first_key([&](float value) { return static_cast<double>(preparation(value)) >= threshold; });
  return key > ordered_key(std::numeric_limits<float>::max()) ? std::numeric_limits<float>::max() : value_of_key(key);
}

float highest_at_or_below(double threshold, const Preparation& preparation) {
  const std::uint32_t key = first_key([&](float value) { return static_cast<double>(preparation(value)) > threshold; });
  return key == ordered_key(std::numeric_limits<float>::lowest()) ? std::numeric_limits<float>::lowest()
                                                                  : value_of_key(key - 1);
}

}  // namespace webunmix::unmix
