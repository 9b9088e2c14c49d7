// Room for a store while a run lasts: written once, then read by every worker at the same time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "image/byte_stream.hpp"
#include "image/result.hpp"

namespace webunmix {

class Scratch {
 public:
  Scratch() = default;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  virtual ~Scratch() = default;

  [[nodiscard]] virtual Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) = 0;

  /// A source of what was written, for one reader; it may outlive the scratch. Call it when writing is over.
  [[nodiscard]] virtual Result<std::unique_ptr<ByteSource>> open() = 0;
};

/// `bytes` of memory, taken at once: out_of_memory when there is not as much.
[[nodiscard]] Result<std::unique_ptr<Scratch>> memory_scratch(std::uint64_t bytes);

/// Room for more than memory should hold: natively a file without a name in the system's temporary folder, gone with the last reader;
/// in wasm, which has no files of its own, memory.
[[nodiscard]] Result<std::unique_ptr<Scratch>> large_scratch(std::uint64_t bytes);

}  // namespace webunmix
