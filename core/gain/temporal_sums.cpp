#include "gain/temporal_sums.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace webunmix {
namespace {

constexpr std::size_t run = 64;  // neighbouring pixels that go to the same group

}  // namespace

double variance_scatter(std::size_t frames) {
  const auto count = static_cast<double>(frames);
  return std::sqrt(3.0 * count - 4.0) / (count - 1.0);
}

double variance_of_differences(double sum_of_squares, double last_minus_first, std::size_t frames) {
  if (frames == 2) return sum_of_squares / 2.0;
  const auto steps = static_cast<double>(frames) - 1.0;
  return (sum_of_squares - last_minus_first * last_minus_first / steps) / (2.0 * (steps - 1.0 / steps));
}

void FrameSums::merge(const FrameSums& other) {
  sums.resize(std::max(sums.size(), other.sums.size()), 0.0);
  for (std::size_t i = 0; i < other.sums.size(); ++i) sums[i] += other.sums[i];
  for (std::size_t g = 0; g < groups; ++g) pixels[g] += other.pixels[g];
}

TemporalSums::TemporalSums(std::size_t pixels)
    : sum_(pixels, 0.0), squares_(pixels, 0.0), first_(pixels, 0.0F), last_(pixels, 0.0F), maximum_(pixels, 0.0F) {
  for (std::size_t begin = 0; begin < pixels; begin += run) {
    frame_sums_.pixels[begin / run % FrameSums::groups] += std::min(run, pixels - begin);
  }
}

template <class T>
void TemporalSums::add(std::span<const T> frame) {
  if (frames_ == 0) {
    for (std::size_t i = 0; i < frame.size(); ++i) {
      const auto value = static_cast<float>(frame[i]);
      first_[i] = value;
      last_[i] = value;
      maximum_[i] = value;
      sum_[i] = static_cast<double>(value);
    }
  } else {
    for (std::size_t i = 0; i < frame.size(); ++i) {
      const auto value = static_cast<float>(frame[i]);
      const double difference = static_cast<double>(value) - static_cast<double>(last_[i]);
      squares_[i] += difference * difference;
      sum_[i] += static_cast<double>(value);
      maximum_[i] = std::max(maximum_[i], value);
      last_[i] = value;
    }
  }
  if constexpr (std::is_floating_point_v<T>) {
    for (const T value : frame) not_finite_ += std::isfinite(value) ? 0U : 1U;
  }
  std::array<double, FrameSums::groups> sums{};
  for (std::size_t begin = 0; begin < frame.size(); begin += run) {
    double total = 0.0;
    for (const T value : frame.subspan(begin, std::min(run, frame.size() - begin))) total += static_cast<double>(value);
    sums[begin / run % FrameSums::groups] += total;
  }
  frame_sums_.sums.insert(frame_sums_.sums.end(), sums.begin(), sums.end());
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
