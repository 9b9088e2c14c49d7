#include "run/scratch.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <vector>

namespace webunmix {
namespace {

using Buffer = std::vector<std::byte>;

bool inside(std::uint64_t offset, std::size_t size, const Buffer& buffer) {
  return offset <= buffer.size() && size <= buffer.size() - offset;
}

class MemoryReader final : public ByteSource {
 public:
  explicit MemoryReader(std::shared_ptr<const Buffer> buffer) : buffer_(std::move(buffer)) {}

  [[nodiscard]] std::uint64_t size() const override { return buffer_->size(); }
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<std::byte> into) override {
    if (!inside(offset, into.size(), *buffer_)) return Error{Errc::internal, "read beyond the end of the memory store"};
    std::copy_n(buffer_->begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
    return {};
  }

 private:
  std::shared_ptr<const Buffer> buffer_;
  std::string name_ = "in memory";
};

class MemoryScratch final : public Scratch {
 public:
  explicit MemoryScratch(std::uint64_t bytes) : buffer_(std::make_shared<Buffer>(static_cast<std::size_t>(bytes))) {}

  [[nodiscard]] Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    if (!inside(offset, bytes.size(), *buffer_)) return Error{Errc::internal, "write beyond the end of the memory store"};
    std::copy(bytes.begin(), bytes.end(), buffer_->begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
  }
  [[nodiscard]] Result<std::unique_ptr<ByteSource>> open() override {
    return std::unique_ptr<ByteSource>(std::make_unique<MemoryReader>(buffer_));
  }

 private:
  std::shared_ptr<Buffer> buffer_;
};

}  // namespace

Result<std::unique_ptr<Scratch>> memory_scratch(std::uint64_t bytes) {
  try {
    return std::unique_ptr<Scratch>(std::make_unique<MemoryScratch>(bytes));
  } catch (const std::bad_alloc&) {
    return Error{Errc::out_of_memory, "There is no memory for a store of " + std::to_string(bytes) + " bytes"};
  }
}

}  // namespace webunmix
