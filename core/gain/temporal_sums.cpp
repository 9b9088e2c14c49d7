#include "gain/temporal_sums.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>

namespace webunmix {
namespace {

constexpr std::size_t run = 64;         // neighbouring pixels that make a group
constexpr std::size_t part = 16 * run;  // pixels whose sums fit into the fastest cache

/// Sums of a part over some frames. Samples of 16 bits or less are summed as integers, which is exact and takes a quarter of the time.
template <class T>
struct PartSums {
  static constexpr bool exact = std::is_integral_v<T> && sizeof(T) <= 2;
  using Sample = std::conditional_t<exact, std::int32_t, float>;
  using Total = std::conditional_t<exact, std::int32_t, double>;
  static constexpr std::size_t most_frames = exact ? std::size_t{1} << 15U : std::numeric_limits<std::size_t>::max();

  std::array<Total, part> sum{};
  std::array<Sample, part> last;
  std::array<Sample, part> maximum;
};

/// The next n samples of a frame. That nothing overlaps is said, or compilers leave the loop scalar; for wasm they would take two pixels
/// at a time.
template <class T>
void add_samples(std::size_t n, const void* frame, void* part_sums, double* __restrict squares) {
  using Sums = PartSums<T>;
  auto* const into = static_cast<Sums*>(part_sums);
  const T* __restrict samples = static_cast<const T*>(frame);
  typename Sums::Total* __restrict sum = into->sum.data();
  typename Sums::Sample* __restrict last = into->last.data();
  typename Sums::Sample* __restrict maximum = into->maximum.data();
#ifdef __wasm_simd128__
#pragma clang loop vectorize_width(4)
#endif
  for (std::size_t i = 0; i < n; ++i) {
    // NOLINTNEXTLINE(bugprone-signed-char-misuse): samples of int8 are numbers, not letters.
    const auto value = static_cast<typename Sums::Sample>(samples[i]);
    double difference = 0.0;
    if constexpr (Sums::exact) {
      difference = static_cast<double>(value - last[i]);
    } else {
      difference = static_cast<double>(value) - static_cast<double>(last[i]);
    }
    squares[i] += difference * difference;
    sum[i] += static_cast<typename Sums::Total>(value);
    maximum[i] = maximum[i] < value ? value : maximum[i];
    last[i] = value;
  }
}

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
  add_samples_ = &add_samples<T>;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const auto value = static_cast<float>(frame[i]);
    first_[i] = value;
    last_[i] = value;
    maximum_[i] = value;
  }
}

template <class T>
void TemporalSums::add_part(std::span<const std::span<const T>> frames, std::size_t begin, std::size_t end) {
  using Sums = PartSums<T>;
  Sums sums;
  const std::size_t n = end - begin;
  for (std::size_t i = 0; i < n; ++i) {
    sums.last[i] = static_cast<typename Sums::Sample>(last_[begin + i]);
    sums.maximum[i] = static_cast<typename Sums::Sample>(maximum_[begin + i]);
  }
  for (const std::span<const T> frame : frames) add_samples_(n, frame.data() + begin, &sums, squares_.data() + begin);
  for (std::size_t i = 0; i < n; ++i) {
    sum_[begin + i] += static_cast<double>(sums.sum[i]);
    last_[begin + i] = static_cast<float>(sums.last[i]);
    maximum_[begin + i] = static_cast<float>(sums.maximum[i]);
  }
}

/// Sums of the runs of pixels by which flicker shows.
template <class T>
void TemporalSums::add_groups(std::span<const T> frame) {
  double* const sums = &*frame_sums_.sums.insert(frame_sums_.sums.end(), FrameSums::groups, 0.0);
  for (std::size_t group = 0; group < FrameSums::groups && group * run_step_ * run < frame.size(); ++group) {
    const std::size_t from = group * run_step_ * run;
    for (const T value : frame.subspan(from, std::min(run, frame.size() - from))) sums[group] += static_cast<double>(value);
  }
  if constexpr (std::is_floating_point_v<T>) {
    for (const T value : frame) not_finite_ += std::isfinite(value) ? 0U : 1U;
  }
}

template <class T>
void TemporalSums::add_frames(std::span<const std::span<const T>> frames) {
  if (frames.empty()) return;
  if (frames_ == 0) begin_with(frames.front());
  const std::size_t pixels = sum_.size();
  for (std::size_t t = 0; t < frames.size(); t += PartSums<T>::most_frames) {
    const auto some = frames.subspan(t, std::min(PartSums<T>::most_frames, frames.size() - t));
    for (std::size_t begin = 0; begin < pixels; begin += part) add_part(some, begin, std::min(begin + part, pixels));
  }
  for (const std::span<const T> frame : frames) add_groups(frame);
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
