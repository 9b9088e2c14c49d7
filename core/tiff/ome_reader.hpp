// Reads the OME-XML of an OME-TIFF: which page holds which plane, and what is known of channels and sizes.
//
// OME-TIFF specification (docs.openmicroscopy.org, schemas 2008-02 to 2016-06). One Image is taken at a time; of a set of files each is
// read for the images that lie in it. What is spread over files or lies inside the XML (BinData) is refused by name.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/result.hpp"
#include "image/stack_info.hpp"
#include "tiff/axes.hpp"
#include "tiff/tile_image.hpp"

namespace webunmix::tiff {

struct OmeDescription {
  StackInfo stack;   ///< shape.x and shape.y as the XML says; the sample type is the pages' matter
  std::string type;  ///< of the pixels, as the XML says ("uint16"); empty when it does not
  PlaneMap map;
  std::vector<TileImage> tiles;        ///< all images in this file of this one's shape and type, when there are several
  std::optional<StagePosition> stage;  ///< of the first plane, or of the image's StageLabel
  std::string carried;                 ///< XML of what StackInfo has no place for; see ome_writer.hpp
  std::vector<std::string> warnings;
};

/// What the XML is read against.
struct OmeFile {
  std::string name;                                       ///< of the file, for messages and to know references to itself
  std::uint64_t pages = 0;                                ///< directories in the file
  std::uint32_t image = 0;                                ///< which Image to read; 0: the first that lies in this file
  std::function<std::int64_t(std::uint64_t)> samples_of;  ///< samples per pixel of a page (from 0)
};

/// True when a description is OME-XML, sound or not.
[[nodiscard]] bool looks_like_ome(std::string_view description);

/// Errors: bad_file (damaged XML, planes that are missing, named twice or lie outside the file), unsupported (pixels in other files
/// or in the XML).
[[nodiscard]] Result<OmeDescription> parse_ome(std::string_view xml, const OmeFile& file);

}  // namespace webunmix::tiff
