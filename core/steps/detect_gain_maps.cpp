#include "steps/detect_gain_maps.hpp"

#include <string>
#include <utility>

namespace webunmix {

void GainMaps::add(const char* name, const char* unit, std::size_t channel, const Grid& grid, std::vector<float> measured) {
  planes_.push_back({{name, unit, channel, grid.height, grid.width}, grid.row_step, std::move(measured)});
}

void GainMaps::add_frames(std::size_t channel, const Grid& grid, std::span<const float> mean, std::span<const float> variance,
                          std::optional<double> dark_level) {
  const std::size_t pixels = grid.measured_pixels();
  mean = mean.first(pixels);
  variance = variance.first(pixels);
  add("mean", "ADU", channel, grid, {mean.begin(), mean.end()});
  add("variance", "ADU²", channel, grid, {variance.begin(), variance.end()});
  if (!dark_level) return;
  std::vector<float> gains(pixels, 0.0F);
  for (std::size_t i = 0; i < pixels; ++i) {
    if (variance[i] > 0.0F) {
      gains[i] = static_cast<float>((static_cast<double>(mean[i]) - *dark_level) / static_cast<double>(variance[i]));
    }
  }
  add("gain", "e-/ADU", channel, grid, std::move(gains));
}

void GainMaps::add_calibration(std::size_t channel, const Grid& grid, detect_gain_folds::CalibrationMaps maps) {
  add("offset", "ADU", channel, grid, std::move(maps.offset));
  add("variance", "ADU²", channel, grid, std::move(maps.variance));
  add("gain", "e-/ADU", channel, grid, std::move(maps.gain));
}

std::vector<LearntMap> GainMaps::list() const {
  std::vector<LearntMap> maps;
  maps.reserve(planes_.size());
  for (const Plane& plane : planes_) maps.push_back(plane.about);
  return maps;
}

Result<std::vector<float>> GainMaps::values(std::size_t index) const {
  if (index >= planes_.size()) {
    return Error{Errc::internal,
                 "detect_gain has " + std::to_string(planes_.size()) + " planes and none of number " + std::to_string(index)};
  }
  const Plane& plane = planes_[index];
  if (plane.row_step == 1) return plane.measured;
  const auto width = static_cast<std::size_t>(plane.about.width);
  std::vector<float> whole;
  whole.reserve(static_cast<std::size_t>(plane.about.height) * width);
  for (std::int64_t y = 0; y < plane.about.height; ++y) {
    const auto row =
        std::span<const float>(plane.measured).subspan(static_cast<std::size_t>(y / plane.row_step) * width, width);
    whole.insert(whole.end(), row.begin(), row.end());
  }
  return whole;
}

}  // namespace webunmix
