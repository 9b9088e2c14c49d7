// Decodes strips and tiles with libtiff's codecs, without letting libtiff read the file.
//
// A strip of a TIFF file is decodable on its own, given the page's layout. So each decoder is a libtiff handle on a made-up file of
// one strip in memory, into which TIFFReadFromUserBuffer puts the real data: libtiff never sees a directory that we have not
// checked, one handle serves all pages of a layout, and changing pages costs nothing. A tile is a strip as wide as the tile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "image/result.hpp"
#include "tiff/libtiff_handle.hpp"
#include "tiff/page_layout.hpp"

namespace webunmix::tiff {

class SegmentDecoder {
 public:
  /// For segments of `rows` rows. `first` is one of them, for codecs that take their parameters from the data; borrowed during the
  /// call only. `big_endian`: the byte order of the file.
  [[nodiscard]] static Result<std::unique_ptr<SegmentDecoder>> open(const PageLayout& layout, std::uint32_t rows,
                                                                    bool big_endian, std::span<const std::byte> first);

  /// Decodes the first rows of a segment, as many as `into` holds, to native byte order. `encoded` serves as scratch. The message of
  /// an error is the codec's; the decoder must not be used after one.
  [[nodiscard]] Result<void> decode(std::span<std::byte> encoded, std::span<std::byte> into);

 private:
  SegmentDecoder() = default;

  LibtiffMessages messages_;
  LibtiffMemory memory_;
  LibtiffHandle handle_;
  bool jpeg_ = false;
  bool differences_ = false;  ///< predictor 2, which is undone here: libtiff's own loop takes a third of the time of Deflate
  std::size_t row_values_ = 0;
  std::size_t value_bytes_ = 0;
  std::size_t samples_ = 0;
};

}  // namespace webunmix::tiff
