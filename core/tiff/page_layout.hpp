// How the pixels of a page lie in the file: size, sample format, strips or tiles, compression. Pages of a stack mostly share one.
//
// "Segment" stands for strip or tile: a strip is a tile as wide as the page. Terms are those of TIFF 6.0.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "image/result.hpp"
#include "image/sample_type.hpp"

namespace webunmix::tiff {

/// a * b, or the largest number when that is more: for sizes that a damaged file claims.
[[nodiscard]] constexpr std::uint64_t saturating_product(std::uint64_t a, std::uint64_t b) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  return b != 0 && a > most / b ? most : a * b;
}

struct PageLayout {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t tile_width = 0;  ///< 0: strips
  std::uint32_t tile_height = 0;
  std::uint32_t rows_per_strip = 0;
  std::uint16_t bits = 1;  ///< per sample; 0 when the samples differ
  std::uint16_t samples = 1;
  std::uint16_t sample_format = 1;  ///< 0 when the samples differ
  std::uint16_t compression = 1;
  std::uint16_t photometric = 1;
  std::uint16_t predictor = 1;
  std::uint16_t fill_order = 1;
  std::uint16_t extra_samples = 0;
  bool planar = false;  ///< each sample in planes of its own (PlanarConfiguration 2)
  std::array<std::uint16_t, 2> chroma_subsampling{2, 2};
  std::vector<std::byte> jpeg_tables;

  friend bool operator==(const PageLayout&, const PageLayout&) = default;

  [[nodiscard]] bool tiled() const { return tile_width != 0; }
  [[nodiscard]] std::uint32_t segment_width() const { return tiled() ? tile_width : width; }
  /// Rows of a full segment; the last strip of a page may have fewer, a tile never has.
  [[nodiscard]] std::uint32_t segment_height() const { return tiled() ? tile_height : rows_per_strip; }
  [[nodiscard]] std::uint32_t segment_rows(std::uint32_t row_of_segments) const {
    return tiled() ? tile_height : std::min(rows_per_strip, height - row_of_segments * rows_per_strip);
  }
  [[nodiscard]] std::uint32_t segments_across() const { return (width - 1) / segment_width() + 1; }
  [[nodiscard]] std::uint32_t segments_down() const { return (height - 1) / segment_height() + 1; }
  [[nodiscard]] std::uint64_t segments_per_plane() const { return std::uint64_t{segments_across()} * segments_down(); }
  [[nodiscard]] std::uint64_t segments() const { return saturating_product(segments_per_plane(), planar ? samples : 1U); }
  [[nodiscard]] std::uint16_t samples_per_segment() const { return planar ? std::uint16_t{1} : samples; }
  /// Bytes of one decoded row of a segment; rows of less than 8 bits per sample end on a whole byte.
  [[nodiscard]] std::uint64_t segment_row_bytes() const {
    return (std::uint64_t{segment_width()} * samples_per_segment() * bits + 7) / 8;
  }
  /// Sample type of the pixels as they are read; 1, 2 and 4 bits become uint8. Call check_readable() first.
  [[nodiscard]] SampleType sample_type() const;
};

/// Checks that pages of this layout can be read. Errors name file, page (counted from 1), what was found and what is read.
[[nodiscard]] Result<void> check_readable(const PageLayout& layout, const std::string& file, std::uint64_t page);

/// "none", "deflate", "lzw", ...; for compressions that are not read their usual name, or "compression 12345".
[[nodiscard]] std::string compression_text(std::uint16_t compression);

/// The most bytes that one byte of compressed data can stand for. What a file claims beyond that is not there.
[[nodiscard]] std::uint64_t most_bytes_per_compressed_byte(std::uint16_t compression);

}  // namespace webunmix::tiff
