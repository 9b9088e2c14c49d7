// One look at the voxels of a pool: what a worker counts and gathers from a few planes, and what it sends to the lead.
//
// A look can count digits for percentiles (upper ones first, then lower ones where needed) and, for each direction, count or gather
// the voxels whose raw values lie within bounds. Everything it needs is in its tag, so looks of different pools can be under way.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "run/step.hpp"
#include "stats/digit_histogram.hpp"
#include "unmix/region.hpp"

namespace webunmix {

/// What is asked of one channel.
struct ChannelLook {
  bool upper_digits = false;
  std::vector<std::uint16_t> lower_digits_of;  ///< upper digits
};

/// What is asked of one direction: of the voxels whose source is at or above a bound and whose target is at or below one.
struct DirectionLook {
  enum class Ask : std::uint8_t { nothing, count, gather };
  Ask ask = Ask::nothing;
  float source_at_least = std::numeric_limits<float>::lowest();
  float target_at_most = std::numeric_limits<float>::max();
};

struct UnmixLook {
  std::array<ChannelLook, 2> channels;      ///< of the forward direction: its source, its target
  std::array<DirectionLook, 2> directions;  ///< forward, reverse
  bool whole_planes = false;                ///< look outside the region too
  std::int64_t tile_edge = 0;               ///< above 0: say in which tile of the plane each gathered voxel lies

  [[nodiscard]] bool asks_nothing() const;
  [[nodiscard]] Bytes write() const;
  [[nodiscard]] static Result<UnmixLook> read(BytesView bytes);
};

/// Voxels gathered by one item, in pool order: raw values as float32.
struct GatheredVoxels {
  std::uint64_t with_source = 0;  ///< of ask count: within the source bound
  std::uint64_t with_both = 0;    ///< within both bounds
  std::vector<float> source;
  std::vector<float> target;
  std::vector<std::uint16_t> tiles;  ///< empty unless asked for

  void write(ByteWriter& writer) const;
  [[nodiscard]] static GatheredVoxels read(ByteReader& reader);
};

/// Tiles of `edge` pixels are numbered row by row; `edge` is such that the numbers fit 16 bits.
[[nodiscard]] std::int64_t tile_edge_for(std::int64_t width, std::int64_t height);

/// The fold of an item that looks. `channels`: those of the forward direction.
[[nodiscard]] std::unique_ptr<Fold> make_unmix_look_fold(UnmixLook look, std::array<std::int32_t, 2> channels,
                                                         std::shared_ptr<const unmix::Region> region);

}  // namespace webunmix
