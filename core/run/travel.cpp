#include "run/travel.hpp"

namespace webunmix {
namespace {

/// The smallest box takes this many bytes: a count that claims more boxes than could follow is refused before memory is taken.
constexpr std::size_t least_box_bytes = 3 * sizeof(std::int32_t) + 3 * sizeof(std::int64_t);

Bytes copy(BytesView view) { return {view.begin(), view.end()}; }

void write_boxes(ByteWriter& writer, const std::vector<Box>& boxes) {
  writer.u64(boxes.size());
  for (const Box& box : boxes) write_box(writer, box);
}

std::vector<Box> read_boxes(ByteReader& reader) {
  const std::uint64_t count = reader.u64();
  std::vector<Box> boxes;
  if (count > reader.remaining() / least_box_bytes) {
    reader.fail();
    return boxes;
  }
  boxes.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) boxes.push_back(read_box(reader));
  return boxes;
}

}  // namespace

void write_box(ByteWriter& writer, const Box& box) {
  writer.i32(box.input).i32(box.t).i32(box.z).values(box.channels).i64(box.y_begin).i64(box.y_end);
}

Box read_box(ByteReader& reader) {
  Box box;
  box.input = reader.i32();
  box.t = reader.i32();
  box.z = reader.i32();
  box.channels = reader.values<std::int32_t>();
  box.y_begin = reader.i64();
  box.y_end = reader.i64();
  return box;
}

Bytes pack_item(const Item& item) {
  ByteWriter writer;
  write_boxes(writer, item.boxes);
  writer.bytes(item.tag);
  return std::move(writer).take();
}

Result<Item> unpack_item(BytesView bytes) {
  ByteReader reader(bytes);
  Item item;
  item.boxes = read_boxes(reader);
  item.tag = copy(reader.bytes());
  WEBUNMIX_TRY(reader.done("item of a pass"));
  return item;
}

Bytes pack_store_plan(const StorePlan& plan) {
  ByteWriter writer;
  writer.boolean(plan.for_output);
  write_boxes(writer, plan.boxes);
  return std::move(writer).take();
}

Result<StorePlan> unpack_store_plan(BytesView bytes) {
  ByteReader reader(bytes);
  StorePlan plan;
  plan.for_output = reader.boolean();
  plan.boxes = read_boxes(reader);
  WEBUNMIX_TRY(reader.done("boxes of a store"));
  return plan;
}

Bytes pack_tallies(const std::vector<BoxTally>& tallies) {
  ByteWriter writer;
  writer.u64(tallies.size());
  for (const BoxTally& entry : tallies) {
    writer.u32(entry.step);
    write_box(writer, entry.box);
    writer.bytes(entry.tally);
  }
  return std::move(writer).take();
}

Result<std::vector<BoxTally>> unpack_tallies(BytesView bytes) {
  ByteReader reader(bytes);
  const std::uint64_t count = reader.u64();
  std::vector<BoxTally> tallies;
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    BoxTally entry;
    entry.step = reader.u32();
    entry.box = read_box(reader);
    entry.tally = copy(reader.bytes());
    tallies.push_back(std::move(entry));
  }
  WEBUNMIX_TRY(reader.done("tallies of an output box"));
  return tallies;
}

}  // namespace webunmix
