// Cells with microtubules (source) and nuclei (target), as a camera sees them: photon noise, read noise, offset, 16 bits.
//
//   photons of a channel ~ Poisson(gain (light of its dye + share of the other dye's light + background))
//   counts = offset + photons / gain + read noise, rounded and saturated
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "settings/table.hpp"
#include "synth/scene.hpp"

namespace webunmix::synth {

struct CellsOptions {
  std::vector<std::int64_t> shape = {3, 8, 2, 512, 512};
  std::int64_t seed = 1;  ///< whose default field has a dividing cell in it
  double alpha = 0.3;
  double alpha_reverse = 0;
  double colocalisation = 0;
  double source_counts = 900;
  double target_counts = 1300;
  double background = 20;
  double offset = 100;
  double read_noise = 2;
  double gain_e_per_adu = 1;
};

[[nodiscard]] const SettingsTable<CellsOptions>& cells_table();
[[nodiscard]] Result<std::unique_ptr<Scene>> make_cells(const CellsOptions& options);

}  // namespace webunmix::synth
