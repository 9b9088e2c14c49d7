#include "gain/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "image/number_text.hpp"

namespace webunmix {

PixelMomentSums::PixelMomentSums(std::size_t pixels) : first_(pixels, 0.0F), sum_(pixels, 0.0), squares_(pixels, 0.0) {}

template <class T>
void PixelMomentSums::add(std::span<const T> frame) {
  if (frames_ == 0) {
    for (std::size_t i = 0; i < frame.size(); ++i) first_[i] = static_cast<float>(frame[i]);
  }
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const double difference = static_cast<double>(frame[i]) - static_cast<double>(first_[i]);
    sum_[i] += difference;
    squares_[i] += difference * difference;
  }
  ++frames_;
}

template void PixelMomentSums::add(std::span<const std::uint8_t>);
template void PixelMomentSums::add(std::span<const std::int8_t>);
template void PixelMomentSums::add(std::span<const std::uint16_t>);
template void PixelMomentSums::add(std::span<const std::int16_t>);
template void PixelMomentSums::add(std::span<const std::uint32_t>);
template void PixelMomentSums::add(std::span<const std::int32_t>);
template void PixelMomentSums::add(std::span<const float>);
template void PixelMomentSums::add(std::span<const double>);

PixelMoments PixelMomentSums::finish() const {
  PixelMoments moments;
  const auto count = static_cast<double>(frames_);
  moments.mean.resize(sum_.size());
  moments.variance.resize(sum_.size());
  for (std::size_t i = 0; i < sum_.size(); ++i) {
    const double mean = sum_[i] / count;
    moments.mean[i] = static_cast<float>(static_cast<double>(first_[i]) + mean);
    moments.variance[i] = static_cast<float>((squares_[i] - count * mean * mean) / (count - 1.0));
  }
  return moments;
}

PixelGains pixel_gains(const PixelMoments& dark, std::span<const PixelMoments> levels) {
  PixelGains gains;
  gains.gain_e_per_adu.resize(dark.mean.size(), 0.0F);
  for (std::size_t i = 0; i < dark.mean.size(); ++i) {
    double products = 0.0;
    double squares = 0.0;
    for (const PixelMoments& level : levels) {
      const double light = static_cast<double>(level.mean[i]) - static_cast<double>(dark.mean[i]);
      products += (static_cast<double>(level.variance[i]) - static_cast<double>(dark.variance[i])) * light;
      squares += light * light;
    }
    const double gain = squares / products;
    if (products > 0.0 && std::isfinite(gain)) {
      gains.gain_e_per_adu[i] = static_cast<float>(gain);
    } else {
      ++gains.dead;
    }
  }
  return gains;
}

PooledGain pooled_gain(std::span<const float> gain_e_per_adu) {
  PooledGain pooled;
  double sum = 0.0;
  double squares = 0.0;
  for (const float gain : gain_e_per_adu) {
    if (!(gain > 0.0F)) continue;
    const double slope = 1.0 / static_cast<double>(gain);
    sum += slope;
    squares += slope * slope;
    ++pooled.pixels;
  }
  if (pooled.pixels < 2) return pooled;
  const auto count = static_cast<double>(pooled.pixels);
  const double mean = sum / count;
  const double variance = std::max(0.0, squares - count * mean * mean) / (count - 1.0);
  pooled.gain_e_per_adu = 1.0 / mean;
  pooled.gain_se = std::sqrt(variance / count) / (mean * mean);
  return pooled;
}

Result<EmvaGain> emva_gain(const LevelMoments& dark, std::span<const LevelMoments> levels, double saturation_adu) {
  const double limit = dark.mean + 0.7 * (saturation_adu - dark.mean);
  double xx = 0.0;
  double xy = 0.0;
  double yy = 0.0;
  double sum_x = 0.0;
  double sampling = 0.0;  // variance of xy, from that of the levels' variances
  std::size_t used = 0;
  for (const LevelMoments& level : levels) {
    if (level.mean > limit) continue;
    const double x = level.mean - dark.mean;
    const double y = level.variance - dark.variance;
    sum_x += x;
    sampling += x * x * level.variance_se * level.variance_se;
    xx += x * x;
    xy += x * y;
    yy += y * y;
    ++used;
  }
  if (used == 0 || xy <= 0.0) {
    return Error{Errc::not_enough_data, used == 0 ? "no light level lies below 70 % of saturation (" + number_text(limit) +
                                                        " ADU), so the slope cannot be told. Record levels at lower light."
                                                  : "the variance of the light levels does not grow with their mean. Check "
                                                    "that they are brighter than the dark frames."};
  }
  const double slope = xy / xx;
  EmvaGain gain{1.0 / slope, std::nullopt, used};
  if (used > 1) {
    // A few levels may lie on one line by chance: what the variances themselves are unsure of is in the slope all the same, that of the
    // dark frames in every level.
    const double scatter = std::max(0.0, yy - slope * xy) / static_cast<double>(used - 1);
    sampling += sum_x * sum_x * dark.variance_se * dark.variance_se;
    gain.gain_se = std::hypot(std::sqrt(scatter / xx), std::sqrt(sampling) / xx) / (slope * slope);
  }
  return gain;
}

}  // namespace webunmix
