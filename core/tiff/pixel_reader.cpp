#include "tiff/pixel_reader.hpp"

#include <tiff.h>
#include <tiffio.h>
#include <algorithm>
#include <array>
#include <utility>

#include "tiff/samples.hpp"

namespace webunmix::tiff {
namespace {

// Interleaved rows are read in pieces of this size before they are sorted.
constexpr std::uint64_t piece_bytes = std::uint64_t{4} << 20U;

// Tables of strips are kept until they hold this many strips together (16 bytes each).
constexpr std::size_t most_kept_segments = std::size_t{1} << 19U;

// A page needs at most two: for full strips and for its last.
constexpr std::size_t most_kept_decoders = 8;

std::size_t bytes_out(const PageLayout& layout) { return layout.bits < 8 ? 1 : layout.bits / 8U; }

// Some writers number the bits of a byte from its other end.
void undo_fill_order(const PageLayout& layout, std::span<std::byte> bytes) {
  if (layout.fill_order != FILLORDER_LSB2MSB) return;
  TIFFReverseBits(reinterpret_cast<std::uint8_t*>(bytes.data()), static_cast<tmsize_t>(bytes.size()));
}

// The rows and columns of a decoded piece, and where they belong in the wanted rows.
struct Piece {
  std::span<const std::byte> bytes;  // from its first wanted row on
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t to_row = 0;
  std::size_t to_column = 0;
};

void sort_samples(const PageLayout& layout, const Piece& piece, std::span<const WantedSample> wanted) {
  const std::size_t samples = layout.samples_per_segment();
  const auto row_bytes = static_cast<std::size_t>(layout.segment_row_bytes());
  const std::size_t sample_bytes = bytes_out(layout);
  const std::size_t to_row_bytes = layout.width * sample_bytes;
  // Rows without padding on either side are one long row.
  const bool whole_rows = layout.bits >= 8 && piece.columns == layout.width && piece.columns == layout.segment_width();
  const std::size_t runs = whole_rows ? 1 : piece.rows;
  const std::size_t run_bytes = (whole_rows ? piece.rows : 1) * piece.columns * sample_bytes;
  for (const WantedSample& one : wanted) {
    for (std::size_t run = 0; run < runs; ++run) {
      const auto from = piece.bytes.subspan(run * row_bytes);
      const auto into = one.into.subspan((piece.to_row + run) * to_row_bytes + piece.to_column * sample_bytes, run_bytes);
      if (layout.bits < 8) {
        expand_sample(from, layout.bits, samples, one.sample, into);
      } else {
        copy_sample(from, sample_bytes, samples, one.sample, into);
      }
    }
  }
}

}  // namespace

Result<const SegmentTable*> PixelReader::table_of(std::size_t page) {
  if (const auto found = tables_.find(page); found != tables_.end()) return &found->second;
  DirectoryReader reader(*source_, index_->big_tiff, index_->big_endian);
  WEBUNMIX_ASSIGN(SegmentTable table, segment_table(reader, *index_, page));
  if (kept_segments_ + table.offsets.size() > most_kept_segments) {
    tables_.clear();
    kept_segments_ = 0;
  }
  kept_segments_ += table.offsets.size();
  return &tables_.emplace(page, std::move(table)).first->second;
}

Result<void> PixelReader::read(std::uint64_t page, std::int64_t y_begin, std::int64_t y_end,
                               std::span<const WantedSample> wanted) {
  const auto directory = static_cast<std::size_t>(stride_ == 0 ? page : 0);
  Rows rows;
  rows.page = page;
  rows.layout = &index_->layout_of(directory);
  WEBUNMIX_ASSIGN(rows.table, table_of(directory));
  rows.shift = stride_ * page;
  rows.begin = static_cast<std::uint32_t>(y_begin);
  rows.end = static_cast<std::uint32_t>(y_end);
  if (!rows.layout->planar) {
    rows.wanted = wanted;
    return read_plane(rows);
  }
  for (const WantedSample& one : wanted) {
    const WantedSample only{0, one.into};
    rows.plane = one.sample;
    rows.wanted = {&only, 1};
    WEBUNMIX_TRY(read_plane(rows));
  }
  return {};
}

Result<void> PixelReader::read_plane(const Rows& rows) {
  const PageLayout& layout = *rows.layout;
  const bool raw = layout.compression == COMPRESSION_NONE;
  if (raw && !layout.tiled()) {
    WEBUNMIX_TRY(read_raw_strips(rows));
  } else {
    for (std::uint32_t down = rows.begin / layout.segment_height(); down <= (rows.end - 1) / layout.segment_height(); ++down) {
      for (std::uint32_t across = 0; across < layout.segments_across(); ++across) {
        WEBUNMIX_TRY(read_segment(rows, {across, down}));
      }
    }
  }
  // Codecs swap by themselves.
  if (raw && index_->big_endian) {
    for (const WantedSample& one : rows.wanted) swap_bytes(one.into, bytes_out(layout));
  }
  return {};
}

Result<void> PixelReader::read_raw_strips(const Rows& rows) {
  const PageLayout& layout = *rows.layout;
  const std::uint64_t row_bytes = layout.segment_row_bytes();
  const std::uint32_t strip_rows = layout.rows_per_strip;
  const bool in_place = layout.samples_per_segment() == 1 && layout.bits >= 8 && rows.wanted.size() == 1;
  const std::uint64_t most_rows = in_place ? rows.end : std::max<std::uint64_t>(1, piece_bytes / row_bytes);
  const auto row_at = [&](std::uint32_t y) {
    const std::uint64_t strip = rows.plane * layout.segments_per_plane() + y / strip_rows;
    return rows.table->offsets[static_cast<std::size_t>(strip)] + rows.shift + y % strip_rows * row_bytes;
  };

  for (std::uint32_t y = rows.begin; y < rows.end;) {
    const std::uint64_t offset = row_at(y);
    std::uint32_t n = 0;
    // Strips that follow each other in the file are read as one.
    while (y + n < rows.end && n < most_rows && row_at(y + n) == offset + n * row_bytes) {
      n += std::min(strip_rows - (y + n) % strip_rows, rows.end - (y + n));
    }
    n = static_cast<std::uint32_t>(std::min<std::uint64_t>(n, most_rows));
    const auto bytes = static_cast<std::size_t>(n * row_bytes);
    if (in_place) {
      const auto into = rows.wanted[0].into.subspan(static_cast<std::size_t>((y - rows.begin) * row_bytes), bytes);
      WEBUNMIX_TRY(source_->read(offset, into));
      undo_fill_order(layout, into);
    } else {
      const auto piece = encoded_.take(bytes);
      WEBUNMIX_TRY(source_->read(offset, piece));
      undo_fill_order(layout, piece);
      sort_samples(layout, {piece, n, layout.width, y - rows.begin, 0}, rows.wanted);
    }
    y += n;
  }
  return {};
}

Result<void> PixelReader::read_segment(const Rows& rows, Segment at) {
  const PageLayout& layout = *rows.layout;
  const std::uint64_t row_bytes = layout.segment_row_bytes();
  const std::uint64_t segment =
      rows.plane * layout.segments_per_plane() + std::uint64_t{at.down} * layout.segments_across() + at.across;
  const std::uint64_t offset = rows.table->offsets[static_cast<std::size_t>(segment)] + rows.shift;
  const std::uint32_t first_row = at.down * layout.segment_height();
  const std::uint32_t segment_rows = layout.segment_rows(at.down);
  // Rows of the segment that are wanted; those before `from` may have to be decoded too, those from `to` on never.
  const std::uint32_t from = std::max(rows.begin, first_row) - first_row;
  const std::uint32_t to = std::min(rows.end - first_row, segment_rows);
  const std::uint32_t first_column = at.across * layout.segment_width();

  Piece piece;
  piece.rows = to - from;
  piece.columns = std::min(layout.segment_width(), layout.width - first_column);
  piece.to_row = first_row + from - rows.begin;
  piece.to_column = first_column;
  if (layout.compression == COMPRESSION_NONE) {
    const auto bytes = encoded_.take(static_cast<std::size_t>(piece.rows * row_bytes));
    WEBUNMIX_TRY(source_->read(offset + from * row_bytes, bytes));
    undo_fill_order(layout, bytes);
    piece.bytes = bytes;
    sort_samples(layout, piece, rows.wanted);
    return {};
  }

  const auto encoded = encoded_.take(static_cast<std::size_t>(rows.table->bytes[static_cast<std::size_t>(segment)]));
  WEBUNMIX_TRY(source_->read(offset, encoded));
  const auto decoded_bytes = static_cast<std::size_t>(to * row_bytes);
  const bool in_place =
      !layout.tiled() && layout.samples_per_segment() == 1 && layout.bits >= 8 && rows.wanted.size() == 1 && from == 0;
  if (in_place) {
    const auto into = rows.wanted[0].into.subspan(static_cast<std::size_t>(piece.to_row * row_bytes), decoded_bytes);
    return decode(rows, segment, segment_rows, encoded, into);
  }
  const auto decoded = decoded_.take(decoded_bytes);
  WEBUNMIX_TRY(decode(rows, segment, segment_rows, encoded, decoded));
  piece.bytes = decoded.subspan(static_cast<std::size_t>(from * row_bytes));
  sort_samples(layout, piece, rows.wanted);
  return {};
}

Result<void> PixelReader::decode(const Rows& rows, std::uint64_t segment, std::uint32_t segment_rows,
                                 std::span<std::byte> encoded, std::span<std::byte> into) {
  const PageLayout& layout = *rows.layout;
  const auto explain = [&](const Error& error) {
    return Error{error.code, source_->name() + ": page " + std::to_string(rows.page + 1) + ": " +
                                 (layout.tiled() ? "tile " : "strip ") + std::to_string(segment + 1) + " of " +
                                 std::to_string(layout.segments()) + " cannot be decoded (" +
                                 compression_text(layout.compression) + "): " + error.message +
                                 ". The file is damaged: copy or export it again."};
  };
  const std::uint32_t layout_number = index_->pages[static_cast<std::size_t>(stride_ == 0 ? rows.page : 0)].layout;
  auto kept = std::find_if(decoders_.begin(), decoders_.end(), [&](const KeptDecoder& candidate) {
    return candidate.layout == layout_number && candidate.rows == segment_rows;
  });
  if (kept == decoders_.end()) {
    auto opened = SegmentDecoder::open(layout, segment_rows, index_->big_endian, encoded);
    if (!opened.ok()) return explain(opened.error());
    if (decoders_.size() == most_kept_decoders) decoders_.erase(decoders_.begin());
    kept = decoders_.insert(decoders_.end(), KeptDecoder{layout_number, segment_rows, std::move(*opened)});
  }
  const Result<void> outcome = kept->decoder->decode(encoded, into);
  if (outcome.ok()) return {};
  decoders_.erase(kept);  // a codec that failed may be in any state
  return explain(outcome.error());
}

}  // namespace webunmix::tiff
