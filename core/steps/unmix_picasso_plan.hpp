// The settings of `unmix_picasso` laid over a stack: which channels, which time points are fitted, what may bleed into what, and how the
// stack is cut into items.
//
// Everything that can be wrong without looking at a pixel is found here. Channels count among the selected ones where nothing else is
// said; time points from 0. A volume is all planes of one time point, of all main inputs (tiles of one experiment) one after another.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "picasso/matrix_iteration.hpp"
#include "picasso/relations.hpp"
#include "picasso/sink_search.hpp"
#include "run/partition.hpp"
#include "run/step.hpp"
#include "steps/unmix_picasso_settings.hpp"

namespace webunmix {

struct PicassoPlan {
  StackInfo stack;
  std::vector<std::int32_t> inputs;    ///< the main inputs
  std::vector<std::int32_t> channels;  ///< selected, in the order given
  AlphaMode mode = AlphaMode::reference_t;
  std::vector<std::int64_t> fit_times;        ///< the reference time point, or all
  std::vector<picasso::Relation> relations;   ///< of source_sink_n
  picasso::IterationRules iteration;          ///< of the matrix implementations
  picasso::SinkRules sink;                    ///< of source_sink_n
  std::vector<std::vector<Rows>> block_rows;  ///< per item of a plane: bands of rows that together hold whole blocks
  std::int64_t blocks_per_plane = 0;
  std::optional<std::int64_t> smaller_bin;  ///< where there are too few blocks, the pixel_bin_size that gives enough
  SampleType output_type = SampleType::float32;
  std::vector<std::string> warnings;

  [[nodiscard]] std::int64_t planes() const { return stack.shape.z * static_cast<std::int64_t>(inputs.size()); }
  [[nodiscard]] std::int64_t volume_voxels() const { return planes() * stack.shape.pixels_per_plane(); }
  [[nodiscard]] std::int64_t blocks() const { return planes() * blocks_per_plane; }
  /// The fitted time point whose result time point `t` takes, as an index into fit_times.
  [[nodiscard]] std::size_t fit_of(std::int64_t t) const { return mode == AlphaMode::per_t ? static_cast<std::size_t>(t) : 0; }
  /// The selected channels in ascending order: what boxes hold.
  [[nodiscard]] std::vector<std::int32_t> box_channels() const;
  /// Where each selected channel stands in a box of `channels`.
  [[nodiscard]] std::vector<std::size_t> positions_in(const std::vector<std::int32_t>& channels) const;
};

[[nodiscard]] Result<PicassoPlan> plan_picasso(const PicassoSettings& settings, const StackInfo& stack,
                                               const std::vector<InputInfo>& inputs);

/// The stack's bands in groups that begin at multiples of `bin` rows, so that no block of `bin` rows lies in two groups.
[[nodiscard]] std::vector<std::vector<Rows>> bands_of_whole_blocks(const StackInfo& stack, std::int64_t bin);

}  // namespace webunmix
