// What estimation sees of a voxel, and which voxels it sees.
//
// Prepared value = max(v - pedestal, 0) in float32. The mask keeps prepared source values at or above a threshold, and may keep only
// prepared target values at or below another. Preparation never decreases with v, so a threshold on prepared values is a threshold on
// raw ones: workers compare raw values, and order statistics of prepared values are prepared order statistics.
#pragma once

#include "stats/order_statistics.hpp"

namespace webunmix::unmix {

struct Preparation {
  float pedestal = 0;  ///< counts
  bool clip = false;   ///< whether values below the pedestal become 0

  [[nodiscard]] float operator()(float value) const {
    const float above = value - pedestal;
    return clip && above < 0.0F ? 0.0F : above;
  }
};

/// A percentile of raw values, and of prepared ones. The statistics must know the ranks.
[[nodiscard]] double raw_percentile(const OrderStatistics& values, double percent);
[[nodiscard]] double prepared_percentile(const OrderStatistics& values, double percent, const Preparation& preparation);

/// The smallest value that is at or above `threshold` once prepared; the largest that is at or below it. Clamped to finite values.
[[nodiscard]] float lowest_at_or_above(double threshold, const Preparation& preparation);
[[nodiscard]] float highest_at_or_below(double threshold, const Preparation& preparation);

}  // namespace webunmix::unmix
