// The settings of the steps `detect_gain` and `electrons`: names, defaults, ranges and meanings.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "settings/table.hpp"
#include "steps/detect_gain_frames.hpp"

namespace webunmix {

enum class GainMethod { frame_difference, median_mad, quantile_low, calibration, emva };

struct DetectGainSettings {
  GainMethod method = GainMethod::frame_difference;
  FrameAxis axis = FrameAxis::t;
  std::int64_t nbins = 50;
  std::optional<double> saturation;
};

[[nodiscard]] const SettingsTable<DetectGainSettings>& detect_gain_table();

struct ElectronsSettings {
  std::optional<std::vector<double>> gain;
  std::optional<std::vector<double>> offset;
};

[[nodiscard]] const SettingsTable<ElectronsSettings>& electrons_table();

}  // namespace webunmix
