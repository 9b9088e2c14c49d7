// The directories of a file, walked once: what every page looks like and where its tables of strips lie.
//
// With it page n costs no walk. It serialises into a few dozen bytes per page, so that other workers open the file without walking
// it again. Loops in the chain of directories, and directories that overlap, are errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "image/byte_stream.hpp"
#include "image/bytes_io.hpp"
#include "image/result.hpp"
#include "tiff/directory_reader.hpp"
#include "tiff/page_layout.hpp"

namespace webunmix::tiff {

struct Page {
  std::uint32_t layout = 0;       ///< index into PageIndex::layouts
  bool reduced = false;           ///< a thumbnail, a pyramid level or a mask: not data
  Field segment_offsets;          ///< StripOffsets or TileOffsets
  Field segment_bytes;            ///< StripByteCounts or TileByteCounts; count 0 when the file has none
  std::uint64_t only_offset = 0;  ///< of a page of one segment, so that reading it needs no table
  std::uint64_t only_bytes = 0;
  bool segments_checked = false;  ///< segment_table() has found its segments to lie in the file; known to the walk only
};

/// Offsets and sizes of the segments of a page, plane after plane when planar.
struct SegmentTable {
  std::vector<std::uint64_t> offsets;
  std::vector<std::uint64_t> bytes;
};

struct PageIndex {
  std::uint64_t file_bytes = 0;
  bool big_tiff = false;
  bool big_endian = false;
  std::vector<PageLayout> layouts;
  std::vector<Page> pages;

  // Of the first page.
  std::string description;  ///< ImageDescription, as it lies in the file
  double x_resolution = 0;  ///< pixels per unit of the description; 0: not given
  double y_resolution = 0;
  std::vector<std::byte> imagej_metadata_counts;  ///< tags 50838 and 50839, in the file's byte order
  std::vector<std::byte> imagej_metadata;

  [[nodiscard]] const PageLayout& layout_of(std::size_t page) const { return layouts[pages[page].layout]; }
};

/// Walks the chain of directories and looks at their tables of segments while they are near. Fails on what makes the chain
/// unreadable; a page that is wrong in itself is left unchecked, and told when it is asked for.
[[nodiscard]] Result<PageIndex> walk_pages(ByteSource& source);

/// Offsets and sizes of the segments of page `page` (from 0), each checked to lie in the file and to be large enough for the pixels
/// it stands for. Call check_readable() of its layout first.
[[nodiscard]] Result<SegmentTable> segment_table(DirectoryReader& reader, const PageIndex& index, std::size_t page);

void write_index(ByteWriter& out, const PageIndex& index);
[[nodiscard]] PageIndex read_index(ByteReader& in);

}  // namespace webunmix::tiff
