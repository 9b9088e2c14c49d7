// The most common value of an image: an estimate of the pedestal that empty background sits on.
//
// Why not the tallest bin: in an image of continuous noise every bin near the peak is about as tall, and the tallest one is as much
// as a standard deviation off. Why not a percentile: it depends on how much of the image is background. So:
//   1. The shortest interval that holds half of the values, then half of those, and so on until 1/32 are left: the half-sample mode
//      (T. Robertson and J. D. Cryer, J. Am. Stat. Assoc. 69 (1974) 1012; D. R. Bickel and R. Fruehwirth, Comput. Stat. Data Anal. 50
//      (2006) 3500). It finds the densest place however many voxels hold signal.
//   2. Equal-width bins around it, and a parabola through the logarithm of their counts, weighted by the counts, over the part of the
//      peak above 60 % of its height: the top of a Gaussian is a parabola in the logarithm. Its vertex is the mode.
// Signal lies on the right flank of a peak, so the width of the part that is fitted comes from the narrower flank.
#pragma once

#include <span>

#include "image/sample_type.hpp"
#include "stats/order_statistics.hpp"

namespace webunmix {

/// Asks for the lower digits around the peak, where upper digits alone are too coarse. Upper digits must have been counted; there
/// must be values, all finite.
void need_peak(OrderStatistics& values);

/// The mode of values whose digits have been counted, the lower ones as need_peak() asked.
[[nodiscard]] double histogram_mode(const OrderStatistics& values);

/// The mode of values in memory (at least one, all finite), which are samples of `type` taken as float32.
[[nodiscard]] double histogram_mode(std::span<const float> values, SampleType type);

}  // namespace webunmix
