#include "engine/example.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/borrowed_sink.hpp"
#include "engine/version.hpp"
#include "run/caught.hpp"
#include "run/partition.hpp"
#include "run/step.hpp"
#include "synth/scene.hpp"
#include "tiff/writer.hpp"

namespace webunmix {
namespace {

Result<Compression> take_compression(Json& options) {
  if (!options.is_object() || !options.contains("compression")) return Compression::deflate;
  const Json value = options.at("compression");
  options.erase("compression");
  const auto known = value.is_string() ? compression_from_name(value.get<std::string>()) : std::nullopt;
  if (known) return *known;
  return Error{Errc::bad_setting, "compression is " + value.dump() + ": valid are none, deflate, zstd and lzw."};
}

Result<Json> write_scene(Json options, ByteSink& sink) {
  WEBUNMIX_ASSIGN(const Compression compression, take_compression(options));
  WEBUNMIX_ASSIGN(const std::unique_ptr<Scene> scene, make_scene(options));
  const StackInfo& info = scene->info();
  const std::size_t row_bytes = static_cast<std::size_t>(info.shape.x) * bytes_per_sample(info.type);

  OmeTiffPlan plan;
  plan.name = options.at("scene").get<std::string>() + ".ome.tif";
  plan.version = program_version();
  plan.stack = info;
  plan.compression = compression;
  plan.rows_per_strip = strip_rows(info, rows_per_box(info));
  WEBUNMIX_ASSIGN(const std::unique_ptr<TiffWriter> writer, TiffWriter::begin(plan, std::make_unique<BorrowedSink>(sink)));
  for (const Box& box : stack_boxes(info, 0)) {
    WEBUNMIX_ASSIGN(const Block block, scene->read(box));
    std::span<const std::byte> rest = block.bytes();
    for (const std::int32_t channel : box.channels) {
      for (std::int64_t row = box.y_begin; row < box.y_end; row += plan.rows_per_strip) {
        const std::int64_t rows = std::min(plan.rows_per_strip, box.y_end - row);
        const std::size_t size = static_cast<std::size_t>(rows) * row_bytes;
        WEBUNMIX_ASSIGN(const Bytes encoded, encode_strip(info.type, info.shape.x, rows, compression, rest.first(size)));
        rest = rest.subspan(size);
        const auto strip = static_cast<std::uint32_t>(row / plan.rows_per_strip);
        WEBUNMIX_ASSIGN(const std::uint64_t offset,
                        writer->place(writer->page_of(box.t, box.z, channel), strip, encoded.size()));
        WEBUNMIX_TRY(sink.write(offset, encoded));
      }
    }
  }
  WEBUNMIX_TRY(writer->finish());
  return scene->truth();
}

}  // namespace

Result<Json> write_example(const Json& options, std::unique_ptr<ByteSink> sink) {
  return caught([&] { return write_scene(options, *sink); });
}

}  // namespace webunmix
