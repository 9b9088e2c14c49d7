// Reads rows of pages: finds the strips and tiles they lie in, decodes those, and sorts their samples into planes.
//
// Uncompressed rows of one sample per pixel go from the source straight to where they are wanted, in as few reads as the file's
// layout allows. Compressed strips are decoded in place when they begin within the wanted rows. One decoded segment serves all
// samples that are wanted of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "image/byte_stream.hpp"
#include "image/result.hpp"
#include "tiff/codec.hpp"
#include "tiff/page_index.hpp"

namespace webunmix::tiff {

/// Memory that is not initialised and only ever grows: what is read and decoded passes through it.
class Scratch {
 public:
  [[nodiscard]] std::span<std::byte> take(std::size_t size) {
    if (size > size_) {
      data_.reset();  // first, so that old and new need not fit together
      size_ = 0;
      data_.reset(new std::byte[size]);
      size_ = size;
    }
    return {data_.get(), size};
  }

 private:
  std::unique_ptr<std::byte[]> data_;
  std::size_t size_ = 0;
};

/// A sample of a page, and where its rows go: without padding, in the sample type of the page's layout and native byte order.
struct WantedSample {
  std::uint32_t sample = 0;
  std::span<std::byte> into;
};

class PixelReader {
 public:
  /// Both arguments must outlive the reader. `stride` is set for ImageJ's files above 4 GiB, whose one directory stands for many
  /// planes: page n then lies n * stride behind the first.
  PixelReader(ByteSource& source, const PageIndex& index, std::uint64_t stride = 0)
      : source_(&source), index_(&index), stride_(stride) {}

  /// Reads rows `y_begin` to `y_end` of page `page` (from 0). The page's layout must be readable and the rows lie within it.
  [[nodiscard]] Result<void> read(std::uint64_t page, std::int64_t y_begin, std::int64_t y_end,
                                  std::span<const WantedSample> wanted);

 private:
  struct Rows {
    std::uint64_t page = 0;
    const PageLayout* layout = nullptr;
    const SegmentTable* table = nullptr;
    std::uint64_t shift = 0;  ///< added to every offset of the table
    std::uint64_t plane = 0;  ///< of a planar page
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::span<const WantedSample> wanted;
  };
  struct Segment {
    std::uint32_t across = 0;  ///< its place in the grid of segments
    std::uint32_t down = 0;
  };

  [[nodiscard]] Result<const SegmentTable*> table_of(std::size_t page);
  [[nodiscard]] Result<void> read_plane(const Rows& rows);
  [[nodiscard]] Result<void> read_raw_strips(const Rows& rows);
  [[nodiscard]] Result<void> read_segment(const Rows& rows, Segment at);
  [[nodiscard]] Result<void> decode(const Rows& rows, std::uint64_t segment, std::uint32_t segment_rows,
                                    std::span<std::byte> encoded, std::span<std::byte> into);

  struct KeptDecoder {
    std::uint32_t layout = 0;
    std::uint32_t rows = 0;
    std::unique_ptr<SegmentDecoder> decoder;
  };

  ByteSource* source_;
  const PageIndex* index_;
  std::uint64_t stride_;
  std::unordered_map<std::size_t, SegmentTable> tables_;
  std::size_t kept_segments_ = 0;
  std::vector<KeptDecoder> decoders_;
  Scratch encoded_;
  Scratch decoded_;
};

}  // namespace webunmix::tiff
