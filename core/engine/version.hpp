// The program's name and version, as reports and files carry them.
#pragma once

#include <string>

namespace webunmix {

[[nodiscard]] std::string program_version();  ///< "0.1.0"

}  // namespace webunmix
