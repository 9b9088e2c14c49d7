// Repeated frames of a still scene as a camera of known gain sees them: ground truth for photon transfer.
//
//   electrons of a pixel ~ Poisson(light of the scene, times the lamp at t, times what bleaching has left at t)
//   counts = offset + (electrons + read noise) / gain, rounded and saturated
//
// Every pixel may have a gain of its own, as in a CMOS camera: those of the camera do not depend on the seed, so that dark frames, light
// levels and scenes made with different seeds are of the same camera.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "settings/table.hpp"
#include "synth/scene.hpp"

namespace webunmix::synth {

enum class StillScene { gradient, flat, dark, spots };

struct PhotonTransferOptions {
  std::vector<std::int64_t> shape = {40, 1, 1, 256, 256};
  std::int64_t seed = 0;
  StillScene light = StillScene::gradient;
  double dimmest = 20;  // electrons
  double brightest = 900;
  double bleaching = 0;  // share of the light lost from the first frame to the last
  double flicker = 0;    // standard deviation of the lamp over its mean
  std::optional<double> saturation;
  double gain_e_per_adu = 0.5;
  double gain_spread = 0;  // standard deviation of the pixels' gains over their mean
  double offset = 100;
  double read_noise_e = 1.6;
};

[[nodiscard]] const SettingsTable<PhotonTransferOptions>& photon_transfer_table();
[[nodiscard]] Result<std::unique_ptr<Scene>> make_photon_transfer(const PhotonTransferOptions& options);

}  // namespace webunmix::synth
