#include "engine/version.hpp"

namespace webunmix {

std::string program_version() { return WEBUNMIX_VERSION; }

}  // namespace webunmix
