// What encoder and writer must agree on: the TIFF codes of an output's samples and compression.
#pragma once

#include <tiff.h>
#include <cstdint>

#include "image/sample_type.hpp"
#include "tiff/writer.hpp"

namespace webunmix::tiff {

[[nodiscard]] constexpr std::uint16_t compression_code(Compression compression) {
  switch (compression) {
    case Compression::none: return COMPRESSION_NONE;
    case Compression::deflate: return COMPRESSION_ADOBE_DEFLATE;
    case Compression::zstd: return COMPRESSION_ZSTD;
    case Compression::lzw: break;
  }
  return COMPRESSION_LZW;
}

[[nodiscard]] inline std::uint16_t sample_format_code(SampleType type) {
  if (!is_integer(type)) return SAMPLEFORMAT_IEEEFP;
  return sample_range(type).lowest < 0 ? SAMPLEFORMAT_INT : SAMPLEFORMAT_UINT;
}

/// Differences help integers. Predictor 3, for floats, is not read by enough programs.
[[nodiscard]] inline std::uint16_t predictor_code(SampleType type, Compression compression) {
  return compression != Compression::none && is_integer(type) ? PREDICTOR_HORIZONTAL : PREDICTOR_NONE;
}

}  // namespace webunmix::tiff
