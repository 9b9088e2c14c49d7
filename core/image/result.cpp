#include "image/result.hpp"

namespace webunmix {

std::string_view errc_name(Errc code) {
  switch (code) {
    case Errc::bad_setting: return "bad_setting";
    case Errc::bad_recipe: return "bad_recipe";
    case Errc::bad_file: return "bad_file";
    case Errc::unsupported: return "unsupported";
    case Errc::axes_needed: return "axes_needed";
    case Errc::not_enough_data: return "not_enough_data";
    case Errc::read_failed: return "read_failed";
    case Errc::write_failed: return "write_failed";
    case Errc::out_of_memory: return "out_of_memory";
    case Errc::cancelled: return "cancelled";
    case Errc::worker_lost: return "worker_lost";
    case Errc::internal: return "internal";
  }
  return "internal";
}

}  // namespace webunmix
