#include "tiff/writer.hpp"

#include <tiff.h>
#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <utility>

#include "tiff/directory_builder.hpp"
#include "tiff/ome_writer.hpp"
#include "tiff/output_format.hpp"
#include "tiff/units.hpp"

namespace webunmix {
namespace {

// What 32-bit offsets reach. Compressed strips may come out larger than their pixels: LZW by half, the others by little.
constexpr std::uint64_t classic_limit = 0xFFFF'FFFFU;

// A strip of this size decodes fast, is a small loss when one row is wanted, and keeps tables short.
constexpr std::int64_t strip_bytes = std::int64_t{1} << 20;

// The head is written in pieces of this size.
constexpr std::size_t piece_bytes = std::size_t{1} << 20U;

std::uint64_t largest_encoded(std::uint64_t pixel_bytes, std::uint64_t strips, Compression compression) {
  const std::uint64_t growth = compression == Compression::none  ? 0
                               : compression == Compression::lzw ? pixel_bytes / 2
                                                                 : pixel_bytes / 100;
  return pixel_bytes + growth + 64 * strips;
}

// Pixels per centimetre as a fraction; nothing for sizes that a fraction of 32-bit numbers does not hold.
std::optional<std::pair<std::uint32_t, std::uint32_t>> per_centimetre(const std::optional<Quantity>& size) {
  const auto nanometres = size ? tiff::nanometres_in(size->unit) : std::nullopt;
  if (!nanometres || size->value <= 0) return std::nullopt;
  const double pixels = 1e7 / (size->value * *nanometres);
  for (std::uint32_t denominator = 1'000'000; denominator > 0; denominator /= 10) {
    const double numerator = std::round(pixels * denominator);
    if (numerator >= 1 && numerator <= std::numeric_limits<std::uint32_t>::max()) {
      return std::pair{static_cast<std::uint32_t>(numerator), denominator};
    }
  }
  return std::nullopt;
}

Result<void> check(const OmeTiffPlan& plan) {
  const StackShape& shape = plan.stack.shape;
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  const auto fits = [&](std::int64_t n) { return n >= 1 && n <= most; };
  const bool sound = fits(shape.t) && fits(shape.z) && fits(shape.c) && fits(shape.y) && fits(shape.x) &&
                     shape.t * shape.z <= most && shape.t * shape.z * shape.c <= most;
  if (!sound) {
    return Error{Errc::unsupported, plan.name + ": a stack of " + to_string(shape) +
                                        " cannot be written; every axis and the number "
                                        "of planes must lie between 1 and 2147483647."};
  }
  if (plan.rows_per_strip < 1 || plan.stack.channels.size() != static_cast<std::size_t>(shape.c)) {
    return Error{Errc::internal, plan.name + ": a plan with " + std::to_string(plan.rows_per_strip) + " rows per strip and " +
                                     std::to_string(plan.stack.channels.size()) + " channel names for " + to_string(shape) +
                                     "."};
  }
  return {};
}

}  // namespace

std::int64_t strip_rows(const StackInfo& stack, std::int64_t rows_per_box) {
  const auto row_bytes = stack.shape.x * static_cast<std::int64_t>(bytes_per_sample(stack.type));
  const std::int64_t rows = std::clamp<std::int64_t>(strip_bytes / std::max<std::int64_t>(row_bytes, 1), 1, stack.shape.y);
  if (rows_per_box >= stack.shape.y || rows_per_box < 1) return rows;
  // The largest divisor of the box that is small enough.
  std::int64_t divisor = std::min(rows, rows_per_box);
  while (rows_per_box % divisor != 0) --divisor;
  return divisor;
}

struct TiffWriter::Parts {
  OmeTiffPlan plan;
  std::unique_ptr<ByteSink> sink;
  std::string description;
  bool big = false;
  std::int64_t strips = 0;  // per page
  std::uint64_t first_page_bytes = 0;
  std::uint64_t page_bytes = 0;
  std::uint64_t end = 0;
  std::vector<std::uint64_t> offsets;  // by page, then strip; 0: not placed
  std::vector<std::uint64_t> sizes;

  [[nodiscard]] std::int64_t pages() const { return plan.stack.shape.planes(); }

  // The directory of a page. Its size is the same before and after its strips are placed.
  [[nodiscard]] tiff::DirectoryBuilder directory(std::int64_t page) const {
    const StackShape& shape = plan.stack.shape;
    const SampleType type = plan.stack.type;
    const auto first = static_cast<std::size_t>(page * strips);
    const auto n = static_cast<std::size_t>(strips);
    tiff::DirectoryBuilder directory(big, false);
    directory.add_long(TIFFTAG_IMAGEWIDTH, static_cast<std::uint64_t>(shape.x));
    directory.add_long(TIFFTAG_IMAGELENGTH, static_cast<std::uint64_t>(shape.y));
    directory.add_short(TIFFTAG_BITSPERSAMPLE, static_cast<std::uint16_t>(8 * bytes_per_sample(type)));
    directory.add_short(TIFFTAG_COMPRESSION, tiff::compression_code(plan.compression));
    directory.add_short(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    if (page == 0) directory.add_text(TIFFTAG_IMAGEDESCRIPTION, description);
    directory.add_offsets(TIFFTAG_STRIPOFFSETS, std::span(offsets).subspan(first, n));
    directory.add_short(TIFFTAG_SAMPLESPERPIXEL, 1);
    directory.add_long(TIFFTAG_ROWSPERSTRIP, static_cast<std::uint64_t>(plan.rows_per_strip));
    directory.add_longs(TIFFTAG_STRIPBYTECOUNTS, std::span(sizes).subspan(first, n));
    const auto x = per_centimetre(plan.stack.pixel_size_x);
    const auto y = per_centimetre(plan.stack.pixel_size_y);
    if (x && y) {
      directory.add_rational(TIFFTAG_XRESOLUTION, x->first, x->second);
      directory.add_rational(TIFFTAG_YRESOLUTION, y->first, y->second);
      directory.add_short(TIFFTAG_RESOLUTIONUNIT, RESUNIT_CENTIMETER);
    }
    directory.add_short(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    if (page == 0) directory.add_text(TIFFTAG_SOFTWARE, "WebUnmix " + plan.version);
    const std::uint16_t predictor = tiff::predictor_code(type, plan.compression);
    if (predictor != PREDICTOR_NONE) directory.add_short(TIFFTAG_PREDICTOR, predictor);
    directory.add_short(TIFFTAG_SAMPLEFORMAT, tiff::sample_format_code(type));
    return directory;
  }

  void lay_out(bool big_tiff) {
    big = big_tiff;
    first_page_bytes = directory(0).size();
    page_bytes = pages() > 1 ? directory(1).size() : 0;
    end = directory_at(pages());
  }

  [[nodiscard]] std::uint64_t directory_at(std::int64_t page) const {
    const std::uint64_t header = tiff::DirectoryBuilder(big, false).header_bytes();
    return page == 0 ? header : header + first_page_bytes + static_cast<std::uint64_t>(page - 1) * page_bytes;
  }

  Result<void> begin() {
    WEBUNMIX_TRY(check(plan));
    const StackShape& shape = plan.stack.shape;
    plan.rows_per_strip = std::min(plan.rows_per_strip, shape.y);
    strips = (shape.y - 1) / plan.rows_per_strip + 1;
    const std::uint64_t sample_bytes = bytes_per_sample(plan.stack.type);
    const std::uint64_t row_bytes = static_cast<std::uint64_t>(shape.x) * sample_bytes;
    const auto all_strips = static_cast<std::uint64_t>(pages()) * static_cast<std::uint64_t>(strips);
    const std::uint64_t plane_rows = static_cast<std::uint64_t>(shape.y) * static_cast<std::uint64_t>(pages());
    constexpr std::uint64_t most_bytes = std::uint64_t{1} << 60U;
    if (row_bytes * static_cast<std::uint64_t>(plan.rows_per_strip) > classic_limit || plane_rows > most_bytes / row_bytes) {
      return Error{Errc::unsupported, plan.name + ": a stack of " + to_string(shape) + " in strips of " +
                                          std::to_string(plan.rows_per_strip) +
                                          " rows is too large for TIFF. Use smaller strips."};
    }
    description = tiff::ome_xml(plan);
    offsets.assign(static_cast<std::size_t>(all_strips), 0);
    sizes.assign(static_cast<std::size_t>(all_strips), 0);
    lay_out(false);
    const std::uint64_t most = end + largest_encoded(row_bytes * plane_rows, all_strips, plan.compression);
    if (plan.big.value_or(most > classic_limit)) lay_out(true);
    return {};
  }

  Result<std::uint64_t> place(std::uint32_t page, std::uint32_t strip, std::uint64_t size) {
    const auto wrong = [&](const std::string& why) {
      return Error{Errc::internal,
                   plan.name + ": strip " + std::to_string(strip + 1) + " of page " + std::to_string(page + 1) + " " + why};
    };
    if (page >= pages() || strip >= strips) {
      return wrong("is beyond the " + std::to_string(strips) + " strips of " + std::to_string(pages()) + " pages.");
    }
    if (size == 0 || size > classic_limit) return wrong("has " + std::to_string(size) + " bytes.");
    const auto number = static_cast<std::size_t>(page) * static_cast<std::size_t>(strips) + strip;
    if (offsets[number] != 0) return wrong("was placed twice.");
    if (!big && size > classic_limit - end) {
      return Error{Errc::unsupported, plan.name + " would pass 4 GiB, which only BigTIFF holds. Write it as BigTIFF."};
    }
    offsets[number] = end;
    sizes[number] = size;
    end += size;
    return offsets[number];
  }

  Result<void> finish() {
    const auto missing = std::find(offsets.begin(), offsets.end(), std::uint64_t{0});
    if (missing != offsets.end()) {
      const auto number = missing - offsets.begin();
      return Error{Errc::internal, plan.name + ": strip " + std::to_string(number % strips + 1) + " of page " +
                                       std::to_string(number / strips + 1) + " was never placed."};
    }
    std::vector<std::byte> piece;
    std::uint64_t piece_at = 0;
    tiff::DirectoryBuilder(big, false).append_header_to(piece, directory_at(0));
    for (std::int64_t page = 0; page < pages(); ++page) {
      const bool last = page + 1 == pages();
      directory(page).append_to(piece, directory_at(page), last ? 0 : directory_at(page + 1));
      if (piece.size() < piece_bytes && !last) continue;
      WEBUNMIX_TRY(sink->write(piece_at, piece));
      piece_at += piece.size();
      piece.clear();
    }
    return {};
  }
};

TiffWriter::TiffWriter(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TiffWriter::~TiffWriter() = default;

Result<std::unique_ptr<TiffWriter>> TiffWriter::begin(OmeTiffPlan plan, std::unique_ptr<ByteSink> sink) {
  const std::string name = plan.name;
  try {
    auto parts = std::make_unique<Parts>();
    parts->plan = std::move(plan);
    parts->sink = std::move(sink);
    WEBUNMIX_TRY(parts->begin());
    return std::unique_ptr<TiffWriter>(new TiffWriter(std::move(parts)));
  } catch (const std::bad_alloc&) {
    return Error{Errc::out_of_memory, "Out of memory while laying out " + name + ". Close other tabs or use larger strips."};
  }
}

std::int64_t TiffWriter::strips_per_page() const { return parts_->strips; }
std::int64_t TiffWriter::rows_per_strip() const { return parts_->plan.rows_per_strip; }
bool TiffWriter::is_big() const { return parts_->big; }
std::uint64_t TiffWriter::file_bytes() const { return parts_->end; }

std::uint32_t TiffWriter::page_of(std::int64_t t, std::int64_t z, std::int64_t c) const {
  const StackShape& shape = parts_->plan.stack.shape;
  return static_cast<std::uint32_t>((t * shape.z + z) * shape.c + c);
}

Result<std::uint64_t> TiffWriter::place(std::uint32_t page, std::uint32_t strip, std::uint64_t size) {
  return parts_->place(page, strip, size);
}

Result<void> TiffWriter::finish() {
  try {
    return parts_->finish();
  } catch (const std::bad_alloc&) {
    return Error{Errc::out_of_memory,
                 "Out of memory while finishing " + parts_->plan.name + ". Close other tabs and run again."};
  }
}

}  // namespace webunmix
