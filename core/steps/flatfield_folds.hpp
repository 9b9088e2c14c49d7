// What workers do for the step `flatfield`: the folds of its passes and of its output.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "flatfield/apply.hpp"
#include "flatfield/profile.hpp"
#include "run/step.hpp"

namespace webunmix::flatfield_folds {

/// The mean of a band over all boxes of an item (dark frames), as float32 rows.
[[nodiscard]] std::unique_ptr<Fold> mean_of_band();

/// The median of a band over all boxes of an item (empty planes), as float32 rows.
[[nodiscard]] std::unique_ptr<Fold> median_of_band();

/// The boxes of one plane, as float32 rows one after another.
[[nodiscard]] std::unique_ptr<Fold> plane();

/// Frames at the working size, one after another. What it leaves are SmallFrames.
[[nodiscard]] std::unique_ptr<Fold> small_frames(std::int64_t full_height, std::int64_t full_width, std::int64_t height,
                                                 std::int64_t width);

/// Pixels of a box, regularly spaced, at most `most` of them, after the correction: float32 values.
[[nodiscard]] std::unique_ptr<Fold> corrected_sample(ShadingCorrection correction, std::int64_t most);

struct SmallFrame {
  std::uint64_t saturated = 0;   ///< pixels at the largest value of an integer type
  std::uint64_t not_finite = 0;  ///< NaN and infinite pixels
  std::vector<float> pixels;
};
[[nodiscard]] Result<std::vector<SmallFrame>> read_small_frames(BytesView tally);

/// Corrects a box: out = correction of each channel, float32. `baselines`: counts to subtract, one per channel of the box.
[[nodiscard]] std::unique_ptr<Fold> corrected(const Box& wanted, std::int64_t full_height,
                                              std::vector<ShadingCorrection> corrections, std::vector<float> baselines);

/// Sums of sampled rows on a coarse grid, raw and corrected: what shading of the mean image is judged by.
struct CoarseSums {
  static constexpr std::int64_t cells = 24;  ///< per side
  std::vector<double> before;                ///< channels x cells x cells
  std::vector<double> after;
  std::vector<double> pixels;  ///< how many were added
};
void add_coarse_sums(CoarseSums& sums, BytesView tally, std::span<const std::int32_t> channels);

}  // namespace webunmix::flatfield_folds
