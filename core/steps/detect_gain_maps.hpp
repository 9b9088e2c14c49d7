// The planes that `detect_gain` has measured, kept for files and for people to look at.
//
// Of repeated frames: temporal mean (ADU), temporal variance (ADU^2) and gain (e-/ADU) of every pixel. Of calibration sets: offset (ADU),
// variance in the dark (ADU^2) and gain, the three planes that single-molecule software reads (F. Huang et al., Nat Methods 10:653 (2013)).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "run/step.hpp"
#include "steps/detect_gain_folds.hpp"

namespace webunmix {

class GainMaps {
 public:
  /// Where the rows of a channel's maps lie in the stack: every `row_step`-th of `height` was measured.
  struct Grid {
    std::int64_t height = 0;
    std::int64_t width = 0;
    std::int64_t row_step = 1;

    [[nodiscard]] std::size_t measured_pixels() const {
      return static_cast<std::size_t>((height + row_step - 1) / row_step * width);
    }
  };

  void clear() { planes_.clear(); }

  /// Mean and variance of the first scene of `channel`, and (mean - dark_level) / variance, which is the gain of one pixel as far as its
  /// few frames can tell it. 0 where the variance is not positive. No dark level, because no gain could be told: no gain.
  void add_frames(std::size_t channel, const Grid& grid, std::span<const float> mean, std::span<const float> variance,
                  std::optional<double> dark_level);
  void add_calibration(std::size_t channel, const Grid& grid, detect_gain_folds::CalibrationMaps maps);

  [[nodiscard]] std::vector<LearntMap> list() const;
  /// Whole planes: rows that were not measured repeat the one above.
  [[nodiscard]] Result<std::vector<float>> values(std::size_t index) const;

 private:
  struct Plane {
    LearntMap about;
    std::int64_t row_step = 1;
    std::vector<float> measured;
  };
  void add(const char* name, const char* unit, std::size_t channel, const Grid& grid, std::vector<float> measured);

  std::vector<Plane> planes_;
};

}  // namespace webunmix
