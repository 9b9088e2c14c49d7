// Two to eight dyes, each in structures of its own, every one bleeding into other channels: ground truth for unmixing many channels.
//
//   photons of a channel ~ Poisson(sum over dyes of mixing[channel][dye] * light of the dye)
//   counts = offset + photons + read noise, rounded and saturated at 16 bits
//
// Dyes take turns with soft blobs, filaments, spots, rings and patches. Every plane has structures of its own; over time the light
// fades to 0.9 from one time point to the next.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "settings/table.hpp"
#include "synth/scene.hpp"

namespace webunmix::synth {

struct DyesOptions {
  std::vector<std::int64_t> shape = {1, 1, 3, 512, 512};
  std::int64_t seed = 0;
  std::optional<std::vector<std::vector<double>>> mixing = std::nullopt;
  double overlap = 0;
  double crowding = 1;
  double light = 3000;
  double offset = 100;
  double read_noise = 2;
};

[[nodiscard]] const SettingsTable<DyesOptions>& dyes_table();
[[nodiscard]] Result<std::unique_ptr<Scene>> make_dyes(const DyesOptions& options);

/// Rows = channels, columns = dyes. Of three dyes 1 .08 .02 / .35 1 .10 / .05 .30 1, of other numbers 1 on the diagonal, 0.3 below it and
/// 0.1 above it.
[[nodiscard]] std::vector<std::vector<double>> usual_mixing(std::size_t dyes);

}  // namespace webunmix::synth
