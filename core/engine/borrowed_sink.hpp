// A sink for a writer that owns its sink, when pixels are written beside it.
#pragma once

#include <cstdint>
#include <span>

#include "image/byte_stream.hpp"
#include "image/result.hpp"

namespace webunmix {

class BorrowedSink final : public ByteSink {
 public:
  explicit BorrowedSink(ByteSink& sink) : sink_(sink) {}
  [[nodiscard]] Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    return sink_.write(offset, bytes);
  }

 private:
  ByteSink& sink_;
};

}  // namespace webunmix
