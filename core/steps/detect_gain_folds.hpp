// What workers do for the step `detect_gain`: frames of a band folded into maps.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "gain/temporal_sums.hpp"
#include "run/step.hpp"
#include "steps/detect_gain_frames.hpp"

namespace webunmix::detect_gain_folds {

/// Running sums over the frames of a band; of its rows, every `row_step`-th of the image is kept. Leaves TemporalMaps.
[[nodiscard]] std::unique_ptr<Fold> temporal_sums(FramesInBox order, std::int64_t row_step);
[[nodiscard]] Result<TemporalMaps> read_temporal_maps(BytesView tally);

/// Median and (1.4826 MAD)^2 over `frames` frames of a band; all of its rows.
struct RobustMaps {
  std::vector<double> median;
  std::vector<double> variance;
  std::uint64_t not_finite = 0;
};
[[nodiscard]] std::unique_ptr<Fold> robust(FramesInBox order, std::size_t frames);
[[nodiscard]] Result<RobustMaps> read_robust_maps(BytesView tally);

/// Offset, variance and gain maps of a band from calibration sets: `frames_of_set[0]` dark frames come first, then those of each level.
struct CalibrationMaps {
  std::vector<float> offset;
  std::vector<float> variance;
  std::vector<float> gain;
  std::vector<double> mean_sums;      ///< of each set, over the pixels of the band
  std::vector<double> variance_sums;  ///< of each set
  std::vector<double> top;            ///< the largest sample of each set, and how many samples have it
  std::vector<std::uint64_t> at_top;
  std::vector<double> frame_sums;  ///< of every frame, set after set
  std::uint64_t dead = 0;
  std::uint64_t not_finite = 0;

  /// Adds another band of the same sets.
  void add(const CalibrationMaps& band);
};
[[nodiscard]] std::unique_ptr<Fold> calibration(std::vector<std::uint64_t> frames_of_set);
[[nodiscard]] Result<CalibrationMaps> read_calibration_maps(BytesView tally);

}  // namespace webunmix::detect_gain_folds
