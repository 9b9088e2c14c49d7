// std::bit_cast, which Emscripten's C++ library does not have yet.
#pragma once

#include <cstring>
#include <type_traits>

namespace webunmix {

/// The same bits as another type of the same size.
template <class To, class From>
[[nodiscard]] To bit_cast(const From& from) {
  static_assert(sizeof(To) == sizeof(From) && std::is_trivially_copyable_v<To> && std::is_trivially_copyable_v<From>);
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

}  // namespace webunmix
