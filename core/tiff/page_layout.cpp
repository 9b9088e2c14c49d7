#include "tiff/page_layout.hpp"

#include <tiff.h>
#include <optional>
#include <string_view>

#include "tiff/text.hpp"

namespace webunmix::tiff {
namespace {

// A strip or tile is decoded whole; one larger than this would leave no room for anything else in a tab.
constexpr std::uint64_t largest_segment_bytes = std::uint64_t{1} << 30U;

struct NamedCompression {
  std::uint16_t code;
  bool readable;
  std::string_view name;
  std::uint64_t largest_expansion;
};

// Expansion: Deflate stores at most 258 bytes in 2 bits; an LZW table of 4096 codes of at most 12 bits holds strings of up to 3838
// bytes; PackBits 128 bytes in 2; a ZSTD block of 4 bytes 128 KiB; JPEG with one bit for each block of 8x8, chroma halved twice.
constexpr std::array<NamedCompression, 22> compressions{{{COMPRESSION_NONE, true, "none", 1},
                                                         {COMPRESSION_LZW, true, "lzw", 2000},
                                                         {COMPRESSION_JPEG, true, "jpeg", 4096},
                                                         {COMPRESSION_ADOBE_DEFLATE, true, "deflate", 1040},
                                                         {COMPRESSION_DEFLATE, true, "deflate", 1040},
                                                         {COMPRESSION_PACKBITS, true, "packbits", 64},
                                                         {COMPRESSION_ZSTD, true, "zstd", 40000},
                                                         {COMPRESSION_CCITTRLE, false, "CCITT RLE", 1},
                                                         {COMPRESSION_CCITTFAX3, false, "CCITT fax group 3", 1},
                                                         {COMPRESSION_CCITTFAX4, false, "CCITT fax group 4", 1},
                                                         {COMPRESSION_OJPEG, false, "old-style JPEG", 1},
                                                         {COMPRESSION_NEXT, false, "NeXT", 1},
                                                         {COMPRESSION_THUNDERSCAN, false, "ThunderScan", 1},
                                                         {COMPRESSION_SGILOG, false, "SGI LogLuv", 1},
                                                         {COMPRESSION_JP2000, false, "JPEG 2000", 1},
                                                         {33003, false, "Aperio JPEG 2000 (YCbCr)", 1},
                                                         {33005, false, "Aperio JPEG 2000 (RGB)", 1},
                                                         {22610, false, "JPEG XR", 1},
                                                         {34934, false, "JPEG XR", 1},
                                                         {COMPRESSION_LZMA, false, "LZMA", 1},
                                                         {COMPRESSION_WEBP, false, "WebP", 1},
                                                         {COMPRESSION_LERC, false, "LERC", 1}}};

const NamedCompression* find(std::uint16_t compression) {
  for (const NamedCompression& candidate : compressions) {
    if (candidate.code == compression) return &candidate;
  }
  return nullptr;
}

std::string sample_format_text(std::uint16_t format) {
  switch (format) {
    case SAMPLEFORMAT_UINT: return "unsigned integer";
    case SAMPLEFORMAT_INT: return "signed integer";
    case SAMPLEFORMAT_IEEEFP: return "floating point";
    case SAMPLEFORMAT_VOID: return "undefined";
    case SAMPLEFORMAT_COMPLEXINT: return "complex integer";
    case SAMPLEFORMAT_COMPLEXIEEEFP: return "complex floating point";
    case 0: return "mixed";
    default: return "unknown (" + std::to_string(format) + ")";
  }
}

// The sample type, or nothing when samples of this kind are not read. "Undefined" is read as unsigned, as other readers do.
std::optional<SampleType> find_sample_type(const PageLayout& layout) {
  const bool is_unsigned = layout.sample_format == SAMPLEFORMAT_UINT || layout.sample_format == SAMPLEFORMAT_VOID;
  const bool is_signed = layout.sample_format == SAMPLEFORMAT_INT;
  const bool is_float = layout.sample_format == SAMPLEFORMAT_IEEEFP;
  switch (layout.bits) {
    case 1:
    case 2:
    case 4:
      if (is_unsigned) return SampleType::uint8;
      break;
    case 8:
      if (is_unsigned) return SampleType::uint8;
      if (is_signed) return SampleType::int8;
      break;
    case 16:
      if (is_unsigned) return SampleType::uint16;
      if (is_signed) return SampleType::int16;
      break;
    case 32:
      if (is_unsigned) return SampleType::uint32;
      if (is_signed) return SampleType::int32;
      if (is_float) return SampleType::float32;
      break;
    case 64:
      if (is_float) return SampleType::float64;
      break;
    default: break;
  }
  return std::nullopt;
}

}  // namespace

SampleType PageLayout::sample_type() const { return find_sample_type(*this).value_or(SampleType::uint8); }

Result<void> check_readable(const PageLayout& layout, const std::string& file, std::uint64_t page) {
  const std::string where = file + ": page " + std::to_string(page) + " ";
  const auto unsupported = [&](const std::string& what) { return Error{Errc::unsupported, where + what}; };
  const auto damaged = [&](const std::string& what) { return Error{Errc::bad_file, where + what + " The file is damaged."}; };

  if (layout.width == 0 || layout.height == 0) {
    return damaged("is " + std::to_string(layout.width) + " x " + std::to_string(layout.height) + " pixels large.");
  }
  if (layout.samples == 0) return damaged("has 0 samples per pixel.");
  if (layout.segment_width() == 0 || layout.segment_height() == 0) {
    return damaged("has strips or tiles of " + std::to_string(layout.segment_width()) + " x " +
                   std::to_string(layout.segment_height()) + " pixels.");
  }

  const NamedCompression* compression = find(layout.compression);
  if (compression == nullptr || !compression->readable) {
    const std::string name = compression == nullptr ? "an unknown method" : std::string(compression->name);
    return unsupported("is compressed with " + name + " (compression " + std::to_string(layout.compression) +
                       "). Read are none, PackBits, LZW, Deflate, ZSTD and JPEG: save the file with one of these.");
  }
  if (layout.bits == 0 || layout.sample_format == 0) {
    return unsupported("has samples of different sizes or kinds in one pixel. Save it with one sample type.");
  }
  if (!find_sample_type(layout)) {
    return unsupported("has " + std::to_string(layout.bits) + "-bit " + sample_format_text(layout.sample_format) +
                       " samples. Read are 1, 2, 4, 8, 16 and 32-bit unsigned, 8, 16 and 32-bit signed integers, and 32 and "
                       "64-bit floating point: convert the file to one of these.");
  }
  if (layout.compression == COMPRESSION_JPEG && layout.bits != 8) {
    return unsupported("has JPEG data of " + std::to_string(layout.bits) + " bits per sample; only 8 are read.");
  }
  if (layout.photometric == PHOTOMETRIC_YCBCR && layout.compression != COMPRESSION_JPEG &&
      layout.chroma_subsampling != std::array<std::uint16_t, 2>{1, 1}) {
    return unsupported("is YCbCr with subsampled colour outside JPEG. Save it as RGB.");
  }
  if (layout.photometric == PHOTOMETRIC_CFA || layout.photometric == PHOTOMETRIC_LOGL ||
      layout.photometric == PHOTOMETRIC_LOGLUV) {
    return unsupported("holds camera raw or LogLuv data (photometric " + std::to_string(layout.photometric) +
                       "). Save it as grey or RGB.");
  }
  const bool predicts_floats = layout.predictor == PREDICTOR_FLOATINGPOINT;
  if (layout.predictor > PREDICTOR_FLOATINGPOINT || layout.predictor == 0) {
    return unsupported("has predictor " + std::to_string(layout.predictor) +
                       "; read are 1 (none), 2 (horizontal) and 3 (float).");
  }
  if (predicts_floats && layout.sample_format != SAMPLEFORMAT_IEEEFP) {
    return damaged("has the floating-point predictor, but " + sample_format_text(layout.sample_format) + " samples.");
  }
  const std::uint64_t row_bytes = layout.segment_row_bytes();
  const bool raw_strip = layout.compression == COMPRESSION_NONE && !layout.tiled();
  if (!raw_strip && row_bytes > largest_segment_bytes / layout.segment_height()) {
    return unsupported("has a strip or tile of " + std::to_string(layout.segment_width()) + " x " +
                       std::to_string(layout.segment_height()) + " pixels, " +
                       format_bytes(saturating_product(row_bytes, layout.segment_height())) + " decoded; at most " +
                       format_bytes(largest_segment_bytes) + " are. Save it with smaller strips or tiles.");
  }
  return {};
}

std::string compression_text(std::uint16_t compression) {
  const NamedCompression* named = find(compression);
  return named == nullptr ? "compression " + std::to_string(compression) : std::string(named->name);
}

std::uint64_t most_bytes_per_compressed_byte(std::uint16_t compression) {
  const NamedCompression* named = find(compression);
  return named == nullptr ? 1 : named->largest_expansion;
}

}  // namespace webunmix::tiff
