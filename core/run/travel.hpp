// Boxes, items and tallies as byte strings: what passes between the lead and its workers (image/bytes_io.hpp).
#pragma once

#include <cstdint>
#include <vector>

#include "image/bytes_io.hpp"
#include "run/step.hpp"

namespace webunmix {

void write_box(ByteWriter& writer, const Box& box);
[[nodiscard]] Box read_box(ByteReader& reader);

[[nodiscard]] Bytes pack_boxes(const std::vector<Box>& boxes);
[[nodiscard]] Result<std::vector<Box>> unpack_boxes(BytesView bytes);

[[nodiscard]] Bytes pack_item(const Item& item);
[[nodiscard]] Result<Item> unpack_item(BytesView bytes);

/// What the fold that made `box` of step `step`'s output left for the lead.
struct BoxTally {
  std::uint32_t step = 0;
  Box box;
  Bytes tally;
};

[[nodiscard]] Bytes pack_tallies(const std::vector<BoxTally>& tallies);
[[nodiscard]] Result<std::vector<BoxTally>> unpack_tallies(BytesView bytes);

} // namespace webunmix
