// Opens a TIFF or BigTIFF as a stack: finds out what its pages are, and reads boxes of it.
//
// The file's directories are walked once by our own reader (tiff/page_index.hpp), which checks every number against the size of the
// file; libtiff's codecs decode strips and tiles (tiff/codec.hpp). Pixels come in the file's sample type and native byte order.
// Axes come from OME-XML, else from ImageJ's description, else from the user: a file of several pages that does not say what they
// are opens with a question, and cannot be read before it is answered. Formats: docs/formats.md.
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
#include "image/stack_source.hpp"
#include "tiff/tile_image.hpp"

namespace webunmix {

struct TiffOpenOptions {
  /// What the pages are, slowest axis first: "T9Z20C2", "ZC3" (one count may be left out), "T". Overrides what the file says.
  /// Empty: as the file says. Samples of a pixel are channels in any case, and vary fastest.
  std::string axes;
  /// TiffReader::index() of a reader of the same file: spares the walk over its directories. Empty: walk.
  std::span<const std::byte> index;
};

/// What a file of several pages leaves open.
struct AxesQuestion {
  std::int64_t pages = 0;
  std::string message;
  std::string guess;                 ///< one of `choices`; to be offered, never taken silently
  std::vector<std::string> choices;  ///< strings that set_axes() accepts
};

enum class AxesOrigin : std::uint8_t { unknown, ome, imagej, user, single_plane };

class TiffReader final : public StackSource {
 public:
  /// Errors: bad_file (damaged, truncated, contradictory), unsupported (a sound file of a kind that is not read), bad_setting
  /// (`axes` does not fit the pages), read_failed, out_of_memory. An open question about the axes is not an error.
  [[nodiscard]] static Result<std::unique_ptr<TiffReader>> open(std::unique_ptr<ByteSource> source,
                                                                const TiffOpenOptions& options = {});
  ~TiffReader() override;

  /// While the axes are in question the shape has t = z = 1 and c = samples per pixel.
  [[nodiscard]] const StackInfo& info() const override;

  /// Decodes the strips and tiles that `box` touches, and no others. Axes in question: axes_needed.
  [[nodiscard]] Result<Block> read(const Box& box) override;

  [[nodiscard]] const std::optional<AxesQuestion>& question() const;
  /// Answers the question, or replaces what the file said. On error (bad_setting) nothing changes.
  [[nodiscard]] Result<void> set_axes(std::string_view axes);

  /// Directories, description and axes as opaque bytes, for opening the same file elsewhere without walking it again.
  [[nodiscard]] std::vector<std::byte> index() const;
  /// The same, for opening another image of the file.
  [[nodiscard]] std::vector<std::byte> index_of(std::uint32_t image) const;
  /// The images of an OME-TIFF that are alike in shape and type, this one among them; empty when there is one. A reader opened
  /// without an index reads the first.
  [[nodiscard]] const std::vector<TileImage>& tiles() const;

  [[nodiscard]] const std::string& name() const;  ///< the file's name, for messages
  [[nodiscard]] std::uint64_t file_bytes() const;
  [[nodiscard]] std::int64_t pages() const;  ///< full-resolution pages
  [[nodiscard]] AxesOrigin axes_from() const;
  [[nodiscard]] std::string format() const;       ///< "OME-TIFF", "ImageJ TIFF", "TIFF"; ", BigTIFF" appended when it is
  [[nodiscard]] std::string compression() const;  ///< "none", "deflate", "lzw", ...
  [[nodiscard]] const std::vector<std::string>& warnings() const;
  /// Nothing when the file does not say.
  [[nodiscard]] const std::optional<StagePosition>& stage_position() const;
  /// OME metadata that StackInfo has no place for (instrument, annotations), as XML for OmeTiffPlan::carried. Empty: none.
  [[nodiscard]] const std::string& carried_metadata() const;

 private:
  struct Parts;
  explicit TiffReader(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace webunmix
