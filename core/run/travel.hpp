// Boxes, items and tallies as byte strings: what passes between the lead and its workers (image/bytes_io.hpp).
#pragma once

#include <cstdint>
#include <vector>

#include "image/bytes_io.hpp"
#include "run/step.hpp"

namespace webunmix {

void write_box(ByteWriter& writer, const Box& box);
[[nodiscard]] Box read_box(ByteReader& reader);

[[nodiscard]] Bytes pack_item(const Item& item);
[[nodiscard]] Result<Item> unpack_item(BytesView bytes);

/// What a store holds: blocks of these boxes, one after another.
struct StorePlan {
  bool for_output = false;  ///< false: for the fit of the step that reads from it
  std::vector<Box> boxes;
};

[[nodiscard]] Bytes pack_store_plan(const StorePlan& plan);
[[nodiscard]] Result<StorePlan> unpack_store_plan(BytesView bytes);

/// What the fold that made `box` of step `step`'s output left for the lead.
struct BoxTally {
  std::uint32_t step = 0;
  Box box;
  Bytes tally;
};

[[nodiscard]] Bytes pack_tallies(const std::vector<BoxTally>& tallies);
[[nodiscard]] Result<std::vector<BoxTally>> unpack_tallies(BytesView bytes);

}  // namespace webunmix
