// Decides what the pages of a file are: OME-XML, ImageJ's description, the user's axes, or a question to the user.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/byte_stream.hpp"
#include "image/result.hpp"
#include "image/stack_info.hpp"
#include "tiff/axes.hpp"
#include "tiff/page_index.hpp"
#include "tiff/reader.hpp"

namespace webunmix::tiff {

struct Interpretation {
  StackInfo info;
  PlaneMap map;  ///< empty while the axes are in question
  AxesOrigin origin = AxesOrigin::unknown;
  std::optional<AxesQuestion> question;
  std::string format;   ///< "OME-TIFF", "ImageJ TIFF", "TIFF"
  std::string carried;  ///< see ome_carried.hpp
  std::optional<StagePosition> stage;
  std::vector<TileImage> tiles;  ///< see TiffReader::tiles()
  std::vector<std::string> warnings;
  std::vector<std::uint64_t> pages;  ///< directories that hold pixels of the stack, ascending
  std::int64_t page_count = 0;       ///< pages as the axes count them
  std::uint64_t stride = 0;          ///< see PixelReader
};

/// `axes` empty: as the file says. `image`: which of an OME-XML's. Checks that the pages can be read and are alike; `check_pixels` also that the file holds all
/// their strips. Errors: bad_file, unsupported, bad_setting (axes), read_failed.
[[nodiscard]] Result<Interpretation> interpret(ByteSource& source, const PageIndex& index, std::string_view axes,
                                               std::uint32_t image, bool check_pixels);

}  // namespace webunmix::tiff
