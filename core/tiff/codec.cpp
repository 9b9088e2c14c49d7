#include "tiff/codec.hpp"

#include <tiff.h>
#include <algorithm>
#include <array>
#include <string_view>

#include "tiff/directory_builder.hpp"
#include "tiff/samples.hpp"

namespace webunmix::tiff {
namespace {

// The directory of a page of one strip of `rows` rows, which lies `strip_bytes` long at byte `strip_at`.
DirectoryBuilder one_strip_page(const PageLayout& layout, std::uint32_t rows, bool big_endian, std::uint64_t strip_at,
                                std::uint64_t strip_bytes) {
  const std::uint16_t samples = layout.samples_per_segment();
  const auto per_sample = [&](std::uint16_t value) { return std::vector<std::uint16_t>(samples, value); };
  // A plane of one colour component is grey to its codec.
  const bool ycbcr = !layout.planar && layout.photometric == PHOTOMETRIC_YCBCR;
  const bool rgb = !layout.planar && layout.photometric == PHOTOMETRIC_RGB;
  const std::uint16_t colours = ycbcr || rgb ? 3 : 1;

  DirectoryBuilder page(false, big_endian);
  page.add_long(TIFFTAG_IMAGEWIDTH, layout.segment_width());
  page.add_long(TIFFTAG_IMAGELENGTH, rows);
  page.add_shorts(TIFFTAG_BITSPERSAMPLE, per_sample(layout.bits));
  page.add_short(TIFFTAG_COMPRESSION, layout.compression);
  page.add_short(TIFFTAG_PHOTOMETRIC, ycbcr ? PHOTOMETRIC_YCBCR : rgb ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
  page.add_short(TIFFTAG_FILLORDER, layout.fill_order == FILLORDER_LSB2MSB ? FILLORDER_LSB2MSB : FILLORDER_MSB2LSB);
  page.add_long(TIFFTAG_STRIPOFFSETS, strip_at);
  page.add_short(TIFFTAG_SAMPLESPERPIXEL, samples);
  page.add_long(TIFFTAG_ROWSPERSTRIP, rows);
  page.add_long(TIFFTAG_STRIPBYTECOUNTS, std::min<std::uint64_t>(strip_bytes, 0xFFFFFFFFU));
  page.add_short(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  page.add_shorts(TIFFTAG_SAMPLEFORMAT, per_sample(layout.sample_format));
  if (samples > colours) {
    const std::vector<std::uint16_t> extra(std::size_t{samples} - colours, EXTRASAMPLE_UNSPECIFIED);
    page.add_shorts(TIFFTAG_EXTRASAMPLES, extra);
  }
  if (layout.predictor != PREDICTOR_NONE) page.add_short(TIFFTAG_PREDICTOR, layout.predictor);
  if (ycbcr) page.add_shorts(TIFFTAG_YCBCRSUBSAMPLING, layout.chroma_subsampling);
  if (!layout.jpeg_tables.empty()) page.add_bytes(TIFFTAG_JPEGTABLES, layout.jpeg_tables);
  return page;
}

// Header and directory of a file whose one strip follows right behind.
std::vector<std::byte> one_strip_head(const PageLayout& layout, std::uint32_t rows, bool big_endian,
                                      std::uint64_t strip_bytes) {
  const DirectoryBuilder trial = one_strip_page(layout, rows, big_endian, 0, strip_bytes);
  const std::uint64_t at = trial.header_bytes();
  const DirectoryBuilder page = one_strip_page(layout, rows, big_endian, at + trial.size(), strip_bytes);
  std::vector<std::byte> head;
  page.append_header_to(head, at);
  page.append_to(head, at, 0);
  return head;
}

Error codec_error(const LibtiffMessages& messages) {
  if (!messages.error.empty()) return Error{Errc::bad_file, messages.error};
  if (!messages.warnings.empty()) return Error{Errc::bad_file, messages.warnings.back()};
  return Error{Errc::bad_file, "the codec gives no reason"};
}

// The compressions that predictors belong to.
bool has_predictor(std::uint16_t compression) {
  return compression == COMPRESSION_LZW || compression == COMPRESSION_ADOBE_DEFLATE || compression == COMPRESSION_DEFLATE ||
         compression == COMPRESSION_ZSTD;
}

// Warnings after which the pixels are still those that were written.
bool is_harmless(const std::string& warning) {
  constexpr std::array<std::string_view, 3> harmless{
      "JPEG strip size exceeds expected dimensions",  // a last strip as high as the others
      "Warning: unknown JFIF revision", "Unknown Adobe color transform code"};
  return std::any_of(harmless.begin(), harmless.end(), [&](std::string_view text) { return warning.starts_with(text); });
}

}  // namespace

Result<std::unique_ptr<SegmentDecoder>> SegmentDecoder::open(const PageLayout& layout, std::uint32_t rows, bool big_endian,
                                                             std::span<const std::byte> first) {
  std::unique_ptr<SegmentDecoder> decoder(new SegmentDecoder);
  const bool whole_bytes = layout.bits == 8 || layout.bits == 16 || layout.bits == 32 || layout.bits == 64;
  decoder->differences_ = layout.predictor == PREDICTOR_HORIZONTAL && whole_bytes && has_predictor(layout.compression);
  decoder->samples_ = layout.samples_per_segment();
  decoder->row_values_ = std::size_t{layout.segment_width()} * decoder->samples_;
  decoder->value_bytes_ = layout.bits / 8U;
  PageLayout coded = layout;
  if (decoder->differences_) coded.predictor = PREDICTOR_NONE;
  const std::vector<std::byte> head = one_strip_head(coded, rows, big_endian, first.size());
  decoder->memory_.head = head;
  decoder->memory_.body = first;
  decoder->jpeg_ = layout.compression == COMPRESSION_JPEG;
  decoder->handle_ = open_libtiff(decoder->memory_, decoder->messages_, "rm");
  // From here on everything comes through decode().
  decoder->memory_.head = {};
  decoder->memory_.body = {};
  TIFF* handle = decoder->handle_.get();
  if (handle == nullptr) return codec_error(decoder->messages_);
  if (decoder->jpeg_ && layout.photometric == PHOTOMETRIC_YCBCR && !layout.planar) {
    TIFFSetField(handle, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  }
  const std::uint64_t expected = saturating_product(layout.segment_row_bytes(), rows);
  if (TIFFStripSize64(handle) != expected) {
    return Error{Errc::bad_file, "the codec makes " + std::to_string(TIFFStripSize64(handle)) + " bytes of it instead of " +
                                     std::to_string(expected)};
  }
  return decoder;
}

Result<void> SegmentDecoder::decode(std::span<std::byte> encoded, std::span<std::byte> into) {
  messages_.clear();
  const int decoded = TIFFReadFromUserBuffer(handle_.get(), 0, encoded.data(), static_cast<tmsize_t>(encoded.size()),
                                             into.data(), static_cast<tmsize_t>(into.size()));
  // libjpeg only warns when data are missing or damaged, and fills up with grey.
  std::erase_if(messages_.warnings, is_harmless);
  if (decoded == 0 || (jpeg_ && !messages_.warnings.empty())) return codec_error(messages_);
  if (differences_) sum_differences(into, row_values_, value_bytes_, samples_);
  return {};
}

}  // namespace webunmix::tiff
