// Where the microscope's stage stood when a stack was recorded: how tiles lie beside each other.
#pragma once

#include "image/stack_info.hpp"

namespace webunmix {

/// In the file's own unit ("µm", "reference frame"): only files of one recording can be compared.
struct StagePosition {
  Quantity x;
  Quantity y;
};

}  // namespace webunmix
