// The table of strips or tiles of a page, and whether what it says can be true.
#include <tiff.h>
#include <algorithm>
#include <limits>

#include "tiff/page_index.hpp"
#include "tiff/text.hpp"

namespace webunmix::tiff {

Result<SegmentTable> segment_table(DirectoryReader& reader, const PageIndex& index, std::size_t page_number) {
  const Page& page = index.pages[page_number];
  const PageLayout& layout = index.layouts[page.layout];
  const std::string where = reader.name() + ": page " + std::to_string(page_number + 1);
  const std::string segment_name = layout.tiled() ? "tile" : "strip";
  const std::uint64_t segments = layout.segments();
  const std::uint64_t per_plane = layout.segments_per_plane();
  const std::uint64_t row_bytes = layout.segment_row_bytes();
  const bool raw = layout.compression == COMPRESSION_NONE;
  const auto decoded_bytes = [&](std::uint64_t segment) {
    const auto row_of_segments = static_cast<std::uint32_t>(segment % per_plane / layout.segments_across());
    return saturating_product(row_bytes, layout.segment_rows(row_of_segments));
  };

  // Before anything is allocated: each segment takes at least one byte of the file, and a byte stands for a limited number of
  // pixels. Only the last strip may be short.
  const std::uint64_t full_segment_bytes = saturating_product(row_bytes, layout.segment_height());
  const std::uint64_t expansion = most_bytes_per_compressed_byte(layout.compression);
  const bool honest =
      segments <= index.file_bytes && saturating_product(full_segment_bytes, segments - 1) / expansion <= index.file_bytes;
  if (!honest) {
    return Error{Errc::bad_file, where + " claims " + std::to_string(layout.width) + " x " + std::to_string(layout.height) +
                                     " pixels of " + std::to_string(layout.bits * layout.samples) +
                                     " bits, but the whole file has " + format_bytes(index.file_bytes) +
                                     ". It is truncated or damaged: copy it again."};
  }
  const auto too_few = [&](const char* what, std::uint64_t count) {
    return Error{Errc::bad_file, where + " needs " + std::to_string(segments) + " " + segment_name + "s for " +
                                     std::to_string(layout.width) + " x " + std::to_string(layout.height) +
                                     " pixels, but gives " + std::to_string(count) + " " + what + ". The file is damaged."};
  };
  if (page.segment_offsets.count < segments) return too_few("offsets", page.segment_offsets.count);
  // Without sizes one uncompressed segment can still be told.
  const bool sizes_missing = page.segment_bytes.count == 0;
  if (page.segment_bytes.count < segments && !(sizes_missing && raw && segments == 1)) {
    return too_few("byte counts", page.segment_bytes.count);
  }

  SegmentTable table;
  if (page.segment_offsets.count == 1) {
    table.offsets = {page.only_offset};
    table.bytes = {page.only_bytes};
  } else {
    WEBUNMIX_ASSIGN(table.offsets, reader.unsigned_values(page.segment_offsets, 0, segments));
    WEBUNMIX_ASSIGN(table.bytes, reader.unsigned_values(page.segment_bytes, 0, segments));
  }
  if (raw && segments == 1 && table.bytes[0] == 0) table.bytes[0] = decoded_bytes(0);

  const auto name = [&](std::uint64_t i) {
    return where + ": " + segment_name + " " + std::to_string(i + 1) + " of " + std::to_string(segments);
  };
  for (std::uint64_t i = 0; i < segments; ++i) {
    const auto s = static_cast<std::size_t>(i);
    const std::uint64_t offset = table.offsets[s];
    const std::uint64_t bytes = table.bytes[s];
    if (offset == 0 || bytes == 0) {
      return Error{Errc::bad_file, name(i) + " was never written (it has " + std::to_string(bytes) + " bytes at offset " +
                                       std::to_string(offset) + "). Write the file again."};
    }
    if (offset > index.file_bytes || bytes > index.file_bytes - offset) {
      return Error{Errc::bad_file, name(i) + " lies at bytes " + std::to_string(offset) + " to " +
                                       std::to_string(offset + bytes) + ", but the file ends at byte " +
                                       std::to_string(index.file_bytes) + ". It is truncated or damaged: copy it again."};
    }
    const std::uint64_t decoded = decoded_bytes(i);
    if (decoded / expansion > bytes) {
      return Error{Errc::bad_file, name(i) + " has " + format_bytes(bytes) + (raw ? "" : " of compressed data") +
                                       " where its pixels take " + format_bytes(decoded) + ". The file is damaged."};
    }
  }
  return table;
}

}  // namespace webunmix::tiff
