// Temporal median and scaled median absolute deviation of every pixel of a band, the maps of `median_mad`.
//
// Series of up to a few hundred frames are sorted sixteen pixels at a time by a network of comparisons that is the same for all of them
// (Batcher's merge exchange, Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M), which needs no branches.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace webunmix {

struct MediansAndVariances {
  std::vector<double> median;
  std::vector<double> variance;  ///< (1.4826 MAD)^2
};

/// `samples`: frame after frame, `pixels` of each, all finite; at least one frame.
[[nodiscard]] MediansAndVariances robust_maps(std::span<const float> samples, std::size_t pixels);

}  // namespace webunmix
