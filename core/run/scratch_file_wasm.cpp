// Where there are no files, a large store is memory too: browsers bring their own stores (workers/sink).
#include "run/scratch.hpp"

namespace webunmix {

Result<std::unique_ptr<Scratch>> large_scratch(std::uint64_t bytes) { return memory_scratch(bytes); }

}  // namespace webunmix
