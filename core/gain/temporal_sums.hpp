// Mean, variance and maximum of every pixel over time, from running sums: frames come once, in order, and none is kept but the last.
//
// The variance is taken from differences of neighbouring frames, so that slow drift (bleaching) does not count as noise. With
// d_t = x_t - x_(t-1) and T frames:
//
//   T = 2    v = d^2 / 2
//   T >= 3   v = (sum d^2 - (x_T - x_1)^2 / (T - 1)) / (2 ((T - 1) - 1 / (T - 1)))
//
// which is unbiased under steady drift: the second term takes out what a straight line through the frames adds to the first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace webunmix {

/// Relative standard deviation of the estimate v of a pixel's variance from T >= 2 frames: sqrt(3T - 4) / (T - 1).
[[nodiscard]] double variance_scatter(std::size_t frames);

/// v above, of one series given by its sums.
[[nodiscard]] double variance_of_differences(double sum_of_squares, double last_minus_first, std::size_t frames);

/// Sums over parts of each frame, by which a flickering lamp shows: evenly spaced runs of 64 pixels, as many as there are groups. A wild
/// pixel spoils one group; of small groups few are spoilt.
struct FrameSums {
  static constexpr std::size_t groups = 64;
  std::vector<double> sums;                    ///< frames x groups
  std::array<std::uint64_t, groups> pixels{};  ///< in each group

  /// Adds the sums of another band of the same frames.
  void merge(const FrameSums& other);
};

/// What is known of every pixel of a band.
struct TemporalMaps {
  std::vector<float> mean;
  std::vector<float> variance;
  std::vector<float> maximum;
  FrameSums frame_sums;
  std::uint64_t not_finite = 0;  ///< samples that are NaN or infinite; unless it is 0 the maps mean nothing
};

class TemporalSums {
 public:
  explicit TemporalSums(std::size_t pixels);

  /// The next frames, in order. T: any sample type. Several at once are faster: sums of few pixels stay in the cache.
  template <class T>
  void add_frames(std::span<const std::span<const T>> frames);
  template <class T>
  void add(std::span<const T> frame) {
    add_frames(std::span<const std::span<const T>>(&frame, 1));
  }

  /// After at least two frames.
  [[nodiscard]] TemporalMaps finish() const;

 private:
  template <class T>
  void add_part(std::span<const std::span<const T>> frames, std::size_t begin, std::size_t end);
  template <class T>
  void add_groups(std::span<const T> frame);
  template <class T>
  void begin_with(std::span<const T> frame);

  /// The loop that takes the time, for the sample type of the first frame. Called by address: inlined into a function that runs long, it
  /// would stay in the slow code a browser makes first.
  void (*add_samples_)(std::size_t n, const void* frame, void* part_sums, double* squares) = nullptr;
  std::size_t frames_ = 0;
  std::size_t run_step_ = 1;  ///< of so many runs of pixels, one is summed up
  std::vector<double> sum_;
  std::vector<double> squares_;
  std::vector<float> first_;
  std::vector<float> last_;
  std::vector<float> maximum_;
  FrameSums frame_sums_;
  std::uint64_t not_finite_ = 0;
};

}  // namespace webunmix
