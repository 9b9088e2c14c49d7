// Lays out an OME-TIFF whose strips are encoded and stored by others: pixel bytes never pass through the writer.
//
// Layout: header, all directories with their tables, OME-XML, then the strips in the order in which they are placed. The size of
// everything before the first strip is known when writing begins, so place() only hands out the next free bytes, in any order of
// pages and strips, and finish() writes the whole head at once. A file that was not finished has no header and cannot be mistaken
// for a whole one. Directories lie side by side: a reader finds 10 000 pages in one piece.
//
// A page is one plane. Pages are in DimensionOrder XYCZT: page = (t * Z + z) * C + c. Little-endian; BigTIFF when the result may
// pass 4 GiB. The OME-XML is the ImageDescription of the first page (OME-TIFF specification 2016-06).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/byte_stream.hpp"
#include "image/result.hpp"
#include "image/stack_info.hpp"

namespace webunmix {

enum class Compression : std::uint8_t { none, deflate, zstd, lzw };
[[nodiscard]] std::string_view compression_name(Compression compression);
[[nodiscard]] std::optional<Compression> compression_from_name(std::string_view name);

/// How the pixels were made, kept in the file as an OME MapAnnotation under recipe_namespace; empty entries are left out.
struct RecipeAnnotation {
  std::string recipe;  ///< string form: "/1/unmix?method=mi_min"
  std::string link;    ///< address of the page that carries the recipe
  std::string json;    ///< the recipe as JSON
};
inline constexpr std::string_view recipe_namespace = "urn:webunmix:recipe";

struct OmeTiffPlan {
  std::string name;     ///< file name, for messages, and for the OME Image when `carried` names none
  std::string version;  ///< of the program: "0.1.0"
  StackInfo stack;      ///< shape, type, names, colours, sizes; rows_per_band is not used
  Compression compression = Compression::deflate;
  std::int64_t rows_per_strip = 0;  ///< from strip_rows(), or any positive number
  RecipeAnnotation annotation;
  std::string carried;      ///< TiffReader::carried_metadata() of the main input
  std::optional<bool> big;  ///< BigTIFF or not; unset: as the size may need
};

/// Rows per strip so that a strip holds about 1 MiB and no strip crosses the border of a box of `rows_per_box` rows
/// (boxes begin at multiples of it). A box that holds whole planes is given by rows_per_box >= stack.shape.y.
[[nodiscard]] std::int64_t strip_rows(const StackInfo& stack, std::int64_t rows_per_box);

/// One strip as it goes into the file: `pixels` are `rows` rows of `width` samples of `type` in native byte order. Integers are
/// differenced horizontally before compression (predictor 2), floats are not. Any thread may encode.
[[nodiscard]] Result<std::vector<std::byte>> encode_strip(SampleType type, std::int64_t width, std::int64_t rows,
                                                          Compression compression, std::span<const std::byte> pixels);

class TiffWriter {
 public:
  /// Checks the plan and lays out the head. Nothing is written yet. Errors: bad_setting, unsupported, out_of_memory.
  [[nodiscard]] static Result<std::unique_ptr<TiffWriter>> begin(OmeTiffPlan plan, std::unique_ptr<ByteSink> sink);
  ~TiffWriter();

  [[nodiscard]] std::int64_t strips_per_page() const;
  [[nodiscard]] std::int64_t rows_per_strip() const;
  [[nodiscard]] bool is_big() const;
  /// The page of plane (t, z, c), all counted from 0.
  [[nodiscard]] std::uint32_t page_of(std::int64_t t, std::int64_t z, std::int64_t c) const;

  /// Reserves the next `size` bytes for an encoded strip and returns their offset; the caller stores them there. Strips may come in
  /// any order, each once: the same order gives the same file.
  [[nodiscard]] Result<std::uint64_t> place(std::uint32_t page, std::uint32_t strip, std::uint64_t size);

  /// Writes the head. Errors: internal (a strip was never placed), write_failed.
  [[nodiscard]] Result<void> finish();

  [[nodiscard]] std::uint64_t file_bytes() const;  ///< so far; the size of the file once finished

 private:
  struct Parts;
  explicit TiffWriter(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace webunmix
