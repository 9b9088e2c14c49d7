// What an OME-XML says of its images as tiles: which there are, and where the stage stood.
#pragma once

#include <cstdint>
#include <string>

#include "image/stack_info.hpp"

namespace webunmix {

/// Where the microscope's stage stood when a stack was recorded, in the file's own unit ("µm", "reference frame"): only files of one
/// recording can be compared.
struct StagePosition {
  Quantity x;
  Quantity y;
};

/// An image of a file that holds several.
struct TileImage {
  std::uint32_t image = 0;  ///< its number in the file, from 0
  std::string name;         ///< empty when the file gives none
};

}  // namespace webunmix
