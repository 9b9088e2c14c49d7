// The two-channel model and its correction, on planar float32 values.
//
// One way: the target channel holds alpha times the source, so target' = target - alpha (source - source pedestal).
// Bidirectional: the mixing matrix [[1, reverse], [forward, 1]] (row = channel measured, column = dye) is inverted on pedestal-free
// values: S = (I0 - reverse I1) / d, T = (I1 - forward I0) / d, d = 1 - forward reverse; the pedestals are put back.
// A pedestal of 0 is the plain model: it then acts on whatever pedestal the pixels have.
//
// Coefficients are rounded to float32 once; what is measured in counts stays in counts.
#pragma once

#include <cstdint>
#include <span>

namespace webunmix::unmix {

struct Coefficients {
  double forward = 0;  ///< share of the source found in the target
  double reverse = 0;  ///< share of the target found in the source; bidirectional only
};

/// Camera offset of each channel, counts.
struct Pedestals {
  double source = 0;
  double target = 0;
};

/// 1 - forward * reverse. The mixing matrix can be inverted with a meaningful result only when this is above 0.
[[nodiscard]] double determinant(const Coefficients& coefficients);

/// `corrected` may be `target`. All of one length.
void correct_one_way(std::span<const float> source, std::span<const float> target, double alpha, double source_pedestal,
                     std::span<float> corrected);

/// The outputs may be the inputs. All of one length; the determinant must be above 0.
void correct_bidirectional(std::span<const float> source, std::span<const float> target, const Coefficients& coefficients,
                           const Pedestals& pedestals, std::span<float> corrected_source, std::span<float> corrected_target);

[[nodiscard]] std::uint64_t count_negative(std::span<const float> values);
/// Negative values become 0; NaN stays.
void clip_negative(std::span<float> values);

}  // namespace webunmix::unmix
