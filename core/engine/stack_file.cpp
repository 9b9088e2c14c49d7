#include "engine/stack_file.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/borrowed_sink.hpp"
#include "engine/version.hpp"
#include "run/partition.hpp"
#include "run/step.hpp"

namespace webunmix {

Result<void> write_stack(OmeTiffPlan plan, const std::function<Result<Block>(const Box&)>& read, ByteSink& sink) {
  const StackInfo info = plan.stack;
  const Compression compression = plan.compression;
  const std::int64_t rows_per_strip = strip_rows(info, rows_per_box(info));
  const std::size_t row_bytes = static_cast<std::size_t>(info.shape.x) * bytes_per_sample(info.type);
  plan.version = program_version();
  plan.rows_per_strip = rows_per_strip;
  WEBUNMIX_ASSIGN(const std::unique_ptr<TiffWriter> writer,
                  TiffWriter::begin(std::move(plan), std::make_unique<BorrowedSink>(sink)));
  for (const Box& box : stack_boxes(info, 0)) {
    WEBUNMIX_ASSIGN(const Block block, read(box));
    std::span<const std::byte> rest = block.bytes();
    for (const std::int32_t channel : box.channels) {
      for (std::int64_t row = box.y_begin; row < box.y_end; row += rows_per_strip) {
        const std::int64_t rows = std::min(rows_per_strip, box.y_end - row);
        const std::size_t size = static_cast<std::size_t>(rows) * row_bytes;
        WEBUNMIX_ASSIGN(const Bytes encoded, encode_strip(info.type, info.shape.x, rows, compression, rest.first(size)));
        rest = rest.subspan(size);
        const auto strip = static_cast<std::uint32_t>(row / rows_per_strip);
        WEBUNMIX_ASSIGN(const std::uint64_t offset,
                        writer->place(writer->page_of(box.t, box.z, channel), strip, encoded.size()));
        WEBUNMIX_TRY(sink.write(offset, encoded));
      }
    }
  }
  return writer->finish();
}

}  // namespace webunmix
