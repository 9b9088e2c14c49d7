#include "gain/temporal_sums.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace webunmix {
namespace {

constexpr std::size_t run = 64;         // neighbouring pixels that make a group
constexpr std::size_t part = 16 * run;  // pixels whose sums fit into the fastest cache

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
  const std::size_t runs = (pixels + run - 1) / run;
  run_step_ = (runs + FrameSums::groups - 1) / FrameSums::groups;
  for (std::size_t number = 0; number < runs; number += run_step_) {
    frame_sums_.pixels[number / run_step_] = std::min(run, pixels - number * run);
  }
}

/// The first frame is its own predecessor: it adds a difference of 0.
template <class T>
void TemporalSums::begin_with(std::span<const T> frame) {
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const auto value = static_cast<float>(frame[i]);
    first_[i] = value;
    last_[i] = value;
    maximum_[i] = value;
  }
}

template <class T>
void TemporalSums::add_part(std::span<const T> frame, std::size_t begin, std::size_t end, double* sums_of_frame) {
  for (std::size_t i = begin; i < end; ++i) {
    const auto value = static_cast<float>(frame[i]);
    const double difference = static_cast<double>(value) - static_cast<double>(last_[i]);
    squares_[i] += difference * difference;
    sum_[i] += static_cast<double>(value);
    maximum_[i] = maximum_[i] < value ? value : maximum_[i];
    last_[i] = value;
  }
  for (std::size_t from = begin; from < end; from += run) {
    if (from / run % run_step_ != 0) continue;
    double total = 0.0;
    for (const T value : frame.subspan(from, std::min(run, end - from))) total += static_cast<double>(value);
    sums_of_frame[from / run / run_step_] = total;
  }
  if constexpr (std::is_floating_point_v<T>) {
    for (const T value : frame.subspan(begin, end - begin)) not_finite_ += std::isfinite(value) ? 0U : 1U;
  }
}

template <class T>
void TemporalSums::add_frames(std::span<const std::span<const T>> frames) {
  if (frames.empty()) return;
  if (frames_ == 0) begin_with(frames.front());
  const std::size_t pixels = sum_.size();
  const std::size_t first = frame_sums_.sums.size();
  frame_sums_.sums.resize(first + frames.size() * FrameSums::groups, 0.0);
  for (std::size_t begin = 0; begin < pixels; begin += part) {
    const std::size_t end = std::min(begin + part, pixels);
    for (std::size_t t = 0; t < frames.size(); ++t) {
      add_part(frames[t], begin, end, frame_sums_.sums.data() + first + t * FrameSums::groups);
    }
  }
  frames_ += frames.size();
}

template void TemporalSums::add_frames(std::span<const std::span<const std::uint8_t>>);
template void TemporalSums::add_frames(std::span<const std::span<const std::int8_t>>);
template void TemporalSums::add_frames(std::span<const std::span<const std::uint16_t>>);
template void TemporalSums::add_frames(std::span<const std::span<const std::int16_t>>);
template void TemporalSums::add_frames(std::span<const std::span<const std::uint32_t>>);
template void TemporalSums::add_frames(std::span<const std::span<const std::int32_t>>);
template void TemporalSums::add_frames(std::span<const std::span<const float>>);
template void TemporalSums::add_frames(std::span<const std::span<const double>>);

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
