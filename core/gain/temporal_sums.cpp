#include "gain/temporal_sums.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace webunmix {

double variance_scatter(std::size_t frames) {
  const auto count = static_cast<double>(frames);
  return std::sqrt(3.0 * count - 4.0) / (count - 1.0);
}

double variance_of_differences(double sum_of_squares, double last_minus_first, std::size_t frames) {
  if (frames == 2) return sum_of_squares / 2.0;
  const auto steps = static_cast<double>(frames) - 1.0;
  return (sum_of_squares - last_minus_first * last_minus_first / steps) / (2.0 * (steps - 1.0 / steps));
}

TemporalSums::TemporalSums(std::size_t pixels)
    : sum_(pixels, 0.0), squares_(pixels, 0.0), first_(pixels, 0.0F), last_(pixels, 0.0F), maximum_(pixels, 0.0F) {}

template <class T>
void TemporalSums::add(std::span<const T> frame) {
  double total = 0.0;
  if (frames_ == 0) {
    for (std::size_t i = 0; i < frame.size(); ++i) {
      const auto value = static_cast<float>(frame[i]);
      first_[i] = value;
      last_[i] = value;
      maximum_[i] = value;
      sum_[i] = static_cast<double>(value);
      total += static_cast<double>(value);
    }
  } else {
    for (std::size_t i = 0; i < frame.size(); ++i) {
      const auto value = static_cast<float>(frame[i]);
      const double difference = static_cast<double>(value) - static_cast<double>(last_[i]);
      squares_[i] += difference * difference;
      sum_[i] += static_cast<double>(value);
      maximum_[i] = std::max(maximum_[i], value);
      last_[i] = value;
      total += static_cast<double>(value);
    }
  }
  if constexpr (std::is_floating_point_v<T>) {
    for (const T value : frame) not_finite_ += std::isfinite(value) ? 0U : 1U;
  }
  frame_sums_.push_back(total);
  ++frames_;
}

template void TemporalSums::add(std::span<const std::uint8_t>);
template void TemporalSums::add(std::span<const std::int8_t>);
template void TemporalSums::add(std::span<const std::uint16_t>);
template void TemporalSums::add(std::span<const std::int16_t>);
template void TemporalSums::add(std::span<const std::uint32_t>);
template void TemporalSums::add(std::span<const std::int32_t>);
template void TemporalSums::add(std::span<const float>);
template void TemporalSums::add(std::span<const double>);

TemporalMaps TemporalSums::finish() const {
  TemporalMaps maps;
  maps.mean.resize(sum_.size());
  maps.variance.resize(sum_.size());
  for (std::size_t i = 0; i < sum_.size(); ++i) {
    maps.mean[i] = static_cast<float>(sum_[i] / static_cast<double>(frames_));
    const double change = static_cast<double>(last_[i]) - static_cast<double>(first_[i]);
    maps.variance[i] = static_cast<float>(variance_of_differences(squares_[i], change, frames_));
  }
  maps.maximum = maximum_;
  maps.frame_sums = frame_sums_;
  maps.not_finite = not_finite_;
  return maps;
}

}  // namespace webunmix
