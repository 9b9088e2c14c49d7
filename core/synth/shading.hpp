// Frames seen through uneven illumination, for flat-field correction: blobs on a background whose brightness varies from frame to
// frame, as a camera records them.
//
//   S(y, x)     = exp(-(u^2 / 0.35 + v^2 / 0.45)), u = (x - cx w) / w, v = (y - cy h) / h, divided by its mean over the plane;
//                 the centre (cy, cx) is (0.45, 0.55), in odd channels (0.55, 0.45)
//   counts      = Poisson(S (B + sum of Gaussian blobs)) + read noise + offset, rounded and saturated
//   B           uniform between background_low and background_high, anew for each frame
//
// clean() is the light before shading: B and the blobs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "settings/table.hpp"
#include "synth/scene.hpp"

namespace webunmix::synth {

struct ShadingOptions {
  std::vector<std::int64_t> shape = {100, 1, 1, 512, 512};
  std::int64_t seed = 0;
  std::int64_t blobs = 40;
  std::optional<std::vector<std::int64_t>> z_levels;
  double background_low = 150;
  double background_high = 400;
  double offset = 0;
  double read_noise = 2;
};

[[nodiscard]] const SettingsTable<ShadingOptions>& shading_table();
[[nodiscard]] Result<std::unique_ptr<Scene>> make_shading(const ShadingOptions& options);

/// S of a channel: mean 1 over the plane, row by row.
[[nodiscard]] std::vector<double> shading_of_scene(std::int64_t channel, std::int64_t height, std::int64_t width);

}  // namespace webunmix::synth
