// How the passes of `unmix_picasso` cut volumes into items, and what the tags of those items begin with.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "image/bytes_io.hpp"
#include "run/step.hpp"
#include "steps/unmix_picasso_plan.hpp"

namespace webunmix {

/// What an item of a fitting pass is for: the first byte of its tag.
enum class PicassoPurpose : std::uint8_t {
  volumes,  ///< largest values and percentiles
  blocks,   ///< block sums of prepared, partly unmixed images
  samples,  ///< voxels for the source-sink searches
  pairs,    ///< the coefficients of one sink in one iteration; no boxes
};

void write_purpose(ByteWriter& tag, PicassoPurpose purpose);

/// Appends the items of the volume of time point `t`: its planes in order, gathered until an item holds about `pixels`.
void add_volume_items(const PicassoPlan& plan, std::int64_t t, std::int64_t pixels, const Bytes& tag, Pass& pass);

/// A box of the selected channels.
[[nodiscard]] Box picasso_box(const PicassoPlan& plan, std::int32_t input, std::int64_t t, std::int64_t z, const Rows& rows);

/// Where each of `channels` stands in a block; an error when one is missing.
[[nodiscard]] Result<std::vector<std::size_t>> places_in(const Block& block, const std::vector<std::int32_t>& channels);

/// The pixels of these channels as float32, channel after channel.
[[nodiscard]] std::vector<float> as_float32(const Block& block, const std::vector<std::size_t>& places);
/// Views of the channels in such a vector.
[[nodiscard]] std::vector<std::span<float>> channel_views(std::vector<float>& pixels, std::size_t channels);

}  // namespace webunmix
