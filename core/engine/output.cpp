// The output half of an Engine: boxes converted and encoded on workers, placed in an OME-TIFF by the lead.
#include <algorithm>

#include "engine/parts.hpp"
#include "engine/version.hpp"
#include "recipe/string_form.hpp"
#include "run/partition.hpp"
#include "run/travel.hpp"

namespace webunmix {
namespace {

Result<Compression> compression_of(const OutputOptions& options) {
  if (const auto compression = compression_from_name(options.compression)) return *compression;
  return Error{Errc::bad_setting, "compression is '" + options.compression + "': valid are none, deflate, zstd and lzw."};
}

/// Strips of a box, in the order in which they are encoded and placed: channel after channel, from the top.
struct StripPlace {
  std::uint32_t page = 0;
  std::uint32_t strip = 0;
  std::size_t channel = 0;  ///< index into the box's channels
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
};

std::vector<StripPlace> strips_of(const Box& box, const StackInfo& stack, std::int64_t rows_per_strip) {
  std::vector<StripPlace> strips;
  const auto first_page = (static_cast<std::int64_t>(box.t) * stack.shape.z + box.z) * stack.shape.c;
  for (std::size_t c = 0; c < box.channels.size(); ++c) {
    for (std::int64_t row = box.y_begin; row < box.y_end; row += rows_per_strip) {
      strips.push_back({.page = static_cast<std::uint32_t>(first_page + box.channels[c]),
                        .strip = static_cast<std::uint32_t>(row / rows_per_strip),
                        .channel = c,
                        .first_row = row,
                        .rows = std::min(rows_per_strip, box.y_end - row)});
    }
  }
  return strips;
}

Bytes pack_output_tally(const std::vector<BoxTally>& tallies, const std::vector<ConversionCounts>& counts) {
  ByteWriter writer;
  writer.bytes(pack_tallies(tallies));
  writer.u32(static_cast<std::uint32_t>(counts.size()));
  for (const ConversionCounts& count : counts) writer.u64(count.clipped_low).u64(count.clipped_high).u64(count.not_a_number);
  return std::move(writer).take();
}

}  // namespace

StackInfo Engine::Parts::output_info() const {
  StackInfo info = pipeline->stage(pipeline->steps());
  info.type = pipeline->output_type();
  return info;
}

Result<std::int32_t> Engine::Parts::output_input(std::size_t stack) const {
  WEBUNMIX_ASSIGN(const Pipeline* const planned_pipeline, planned());
  if (!planned_pipeline->writes()) {
    return Error{Errc::bad_recipe, "Every step of this recipe only measures: there is no stack to write."};
  }
  const auto stacks = planned_pipeline->output_inputs();
  if (stack < stacks.size()) return stacks[stack];
  return Error{Errc::internal, "Output stack " + std::to_string(stack) + " of " + std::to_string(stacks.size())};
}

Json Engine::Parts::output_plan() const {
  if (!pipeline->writes()) return nullptr;
  const StackInfo info = output_info();
  const StackShape& shape = info.shape;
  return Json{{"shape", {shape.t, shape.z, shape.c, shape.y, shape.x}},
              {"type", sample_type_name(info.type)},
              {"boxes", count_boxes(pipeline->stage(pipeline->steps()))},
              {"bytes", shape.samples() * static_cast<std::int64_t>(bytes_per_sample(info.type))},
              {"stacks", pipeline->output_inputs().size()}};
}

Result<OutputItem> Engine::Parts::make_output(std::size_t box, const OutputOptions& options) {
  WEBUNMIX_ASSIGN(const Compression compression, compression_of(options));
  WEBUNMIX_ASSIGN(const std::int32_t input, output_input(options.stack));
  const StackInfo& stage = pipeline->stage(pipeline->steps());
  const std::size_t boxes = count_boxes(stage);
  if (box >= boxes) return Error{Errc::internal, "Output box " + std::to_string(box) + " of " + std::to_string(boxes)};
  WEBUNMIX_ASSIGN(const MadeBlock made, pipeline->make_output(nth_box(stage, input, box)));

  const StackInfo info = output_info();
  const Block& block = *made.block;
  const auto row_samples = static_cast<std::size_t>(info.shape.x);
  const std::size_t bytes_in = bytes_per_sample(block.type());
  std::vector<ConversionCounts> counts(static_cast<std::size_t>(info.shape.c));
  std::vector<std::byte> converted;
  OutputItem item;
  for (const StripPlace& place : strips_of(block.box(), info, strip_rows(info, rows_per_box(stage)))) {
    const std::size_t samples = static_cast<std::size_t>(place.rows) * row_samples;
    const std::size_t first = place.channel * block.pixels_per_channel() +
                              static_cast<std::size_t>(place.first_row - block.box().y_begin) * row_samples;
    std::span<const std::byte> pixels = block.bytes().subspan(first * bytes_in, samples * bytes_in);
    if (info.type != block.type()) {
      converted.resize(samples * bytes_per_sample(info.type));
      const auto channel = static_cast<std::size_t>(block.box().channels[place.channel]);
      counts[channel].add(convert_samples(block.type(), pixels, info.type, converted));
      pixels = converted;
    }
    WEBUNMIX_ASSIGN(Bytes encoded, encode_strip(info.type, info.shape.x, place.rows, compression, pixels));
    item.strips.push_back({place.page, place.strip, std::move(encoded)});
  }
  item.tally = pack_output_tally(made.tallies, counts);
  return item;
}

Result<void> Engine::Parts::begin_write(const OutputOptions& options, const std::string& link, std::unique_ptr<ByteSink> sink) {
  WEBUNMIX_ASSIGN(const Compression compression, compression_of(options));
  WEBUNMIX_ASSIGN(const std::int32_t input, output_input(options.stack));
  if (writing) pipeline->end_output();  // an earlier file was given up
  if (options.stack == 0) outputs.clear();

  const StackInfo& stage = pipeline->stage(pipeline->steps());
  OmeTiffPlan plan;
  plan.name = options.name;
  plan.version = program_version();
  plan.stack = output_info();
  plan.compression = compression;
  plan.rows_per_strip = strip_rows(plan.stack, rows_per_box(stage));
  plan.annotation = {format_recipe(recipe), link, to_json(recipe).dump()};
  plan.carried = inputs[static_cast<std::size_t>(input)].reader->carried_metadata();
  const auto channels = static_cast<std::size_t>(plan.stack.shape.c);
  WEBUNMIX_ASSIGN(std::unique_ptr<TiffWriter> writer, TiffWriter::begin(std::move(plan), std::move(sink)));
  Output& output = outputs[options.stack];
  output = Output{options, std::move(writer), count_boxes(stage), 0, 0, 0, std::vector<ConversionCounts>(channels)};
  writing = options.stack;
  return {};
}

Result<Output*> Engine::Parts::current_output() {
  if (!writing) return Error{Errc::internal, "No output file has been begun"};
  return &outputs.at(*writing);
}

Result<std::vector<Extent>> Engine::Parts::place(std::size_t box, const std::vector<std::uint64_t>& sizes) {
  WEBUNMIX_ASSIGN(Output* const output, current_output());
  if (box != output->placed || box >= output->boxes) {
    return Error{Errc::internal, "Output box " + std::to_string(box) + " was placed out of order: the next is " +
                                     std::to_string(output->placed) + " of " + std::to_string(output->boxes)};
  }
  WEBUNMIX_ASSIGN(const std::int32_t input, output_input(*writing));
  const Box placed = nth_box(pipeline->stage(pipeline->steps()), input, box);
  const auto strips = strips_of(placed, output_info(), output->writer->rows_per_strip());
  if (strips.size() != sizes.size()) {
    return Error{Errc::internal, "Output box " + std::to_string(box) + " has " + std::to_string(strips.size()) +
                                     " strips, not " + std::to_string(sizes.size())};
  }
  std::vector<Extent> extents;
  for (std::size_t i = 0; i < strips.size(); ++i) {
    WEBUNMIX_ASSIGN(const std::uint64_t offset, output->writer->place(strips[i].page, strips[i].strip, sizes[i]));
    extents.push_back({offset, sizes[i]});
  }
  ++output->placed;
  return extents;
}

Result<void> Engine::Parts::reduce_output(std::size_t box, BytesView tally) {
  WEBUNMIX_ASSIGN(Output* const output, current_output());
  if (box != output->reduced || box >= output->boxes) {
    return Error{Errc::internal, "Output box " + std::to_string(box) + " was reduced out of order: the next is " +
                                     std::to_string(output->reduced) + " of " + std::to_string(output->boxes)};
  }
  ++output->reduced;
  ByteReader reader(tally);
  const BytesView steps = reader.bytes();
  if (reader.u32() != output->converted.size()) reader.fail();
  for (ConversionCounts& counts : output->converted) {
    ConversionCounts more;
    more.clipped_low = reader.u64();
    more.clipped_high = reader.u64();
    more.not_a_number = reader.u64();
    counts.add(more);
  }
  WEBUNMIX_TRY(reader.done("tally of an output box"));
  WEBUNMIX_ASSIGN(const std::vector<BoxTally> tallies, unpack_tallies(steps));
  return pipeline->reduce_output(tallies);
}

Result<void> Engine::Parts::finish_write() {
  WEBUNMIX_ASSIGN(Output* const output, current_output());
  if (output->placed != output->boxes || output->reduced != output->boxes) {
    return Error{Errc::internal, "The file was finished after " + std::to_string(output->placed) + " of " +
                                     std::to_string(output->boxes) + " boxes"};
  }
  WEBUNMIX_TRY(output->writer->finish());
  output->file_bytes = output->writer->file_bytes();
  output->writer.reset();
  if (*writing + 1 == pipeline->output_inputs().size()) pipeline->end_output();
  writing.reset();
  return {};
}

}  // namespace webunmix
