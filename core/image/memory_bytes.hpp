// Byte sources and sinks in memory: small files made on the spot, and tests. A sink may be given a capacity, beyond which it fails
// as a full disk does.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "image/byte_stream.hpp"

namespace webunmix {

class MemorySource final : public ByteSource {
 public:
  MemorySource(std::string name, std::vector<std::byte> bytes) : name_(std::move(name)), bytes_(std::move(bytes)) {}

  [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<std::byte> into) override {
    if (offset > bytes_.size() || into.size() > bytes_.size() - offset) {
      return Error{Errc::bad_file, name_ + ": bytes " + std::to_string(offset) + " to " + std::to_string(offset + into.size()) +
                                       " were asked for, but the file ends at " + std::to_string(bytes_.size()) +
                                       ". It may be truncated: copy it again."};
    }
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
    return {};
  }

 private:
  std::string name_;
  std::vector<std::byte> bytes_;
};

/// Keeps what is written in a buffer that outlives it, so that the writer may own the sink.
class MemorySink final : public ByteSink {
 public:
  using Buffer = std::shared_ptr<std::vector<std::byte>>;

  explicit MemorySink(Buffer buffer, std::uint64_t capacity = std::numeric_limits<std::uint64_t>::max())
      : buffer_(std::move(buffer)), capacity_(capacity) {}

  [[nodiscard]] Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    if (offset > capacity_ || bytes.size() > capacity_ - offset) {
      return Error{Errc::write_failed, "No room for " + std::to_string(bytes.size()) + " bytes at " + std::to_string(offset) +
                                           ": the medium holds " + std::to_string(capacity_) +
                                           " bytes. Free some space and run again."};
    }
    const auto end = static_cast<std::size_t>(offset) + bytes.size();
    if (buffer_->size() < end) buffer_->resize(end);
    std::copy(bytes.begin(), bytes.end(), buffer_->begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
  }

 private:
  Buffer buffer_;
  std::uint64_t capacity_;
};

}  // namespace webunmix
