// The scene of the Python package's tutorial: one blob a channel, each an anisotropic Gaussian that moves on a circle in y and x and
// sways in z. Background, Gaussian noise, clipped at 0; float32.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "settings/table.hpp"
#include "synth/scene.hpp"

namespace webunmix::synth {

struct CirclesOptions {
  std::vector<std::int64_t> shape = {9, 20, 2, 128, 128};
  std::int64_t seed = 0;
  double alpha = 0.28;
  double alpha_reverse = 0;
  double background = 12;
  double noise = 1.5;
};

[[nodiscard]] const SettingsTable<CirclesOptions>& circles_table();
[[nodiscard]] Result<std::unique_ptr<Scene>> make_circles(const CirclesOptions& options);

}  // namespace webunmix::synth
