// Threads to try: wasm has none.
#pragma once

#include <cstddef>
#include <vector>

namespace webunmix::test {

#ifdef __EMSCRIPTEN__
inline const std::vector<std::size_t> thread_counts{1};
#else
inline const std::vector<std::size_t> thread_counts{1, 2, 5};
#endif

}  // namespace webunmix::test
