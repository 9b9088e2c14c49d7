#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>

#include "run/scratch.hpp"

namespace webunmix {
namespace {

/// One file position for all threads: whoever reads or writes holds the lock meanwhile.
struct SharedFile {
  std::mutex mutex;
  std::FILE* file = nullptr;
  std::uint64_t size = 0;

  SharedFile() = default;
  SharedFile(const SharedFile&) = delete;
  SharedFile& operator=(const SharedFile&) = delete;
  ~SharedFile() {
    if (file != nullptr) std::fclose(file);
  }

  [[nodiscard]] bool seek(std::uint64_t offset) { return std::fseek(file, static_cast<long>(offset), SEEK_SET) == 0; }
};

class FileReader final : public ByteSource {
 public:
  explicit FileReader(std::shared_ptr<SharedFile> shared) : shared_(std::move(shared)) {}

  [[nodiscard]] std::uint64_t size() const override { return shared_->size; }
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<std::byte> into) override {
    const std::lock_guard lock(shared_->mutex);
    if (!shared_->seek(offset) || std::fread(into.data(), 1, into.size(), shared_->file) != into.size()) {
      return Error{Errc::read_failed, "The temporary file could not be read."};
    }
    return {};
  }

 private:
  std::shared_ptr<SharedFile> shared_;
  std::string name_ = "in a temporary file";
};

class FileScratch final : public Scratch {
 public:
  explicit FileScratch(std::shared_ptr<SharedFile> shared) : shared_(std::move(shared)) {}

  [[nodiscard]] Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    const std::lock_guard lock(shared_->mutex);
    if (!shared_->seek(offset) || std::fwrite(bytes.data(), 1, bytes.size(), shared_->file) != bytes.size()) {
      return Error{Errc::write_failed, std::string("The temporary file could not be written: ") + std::strerror(errno) +
                                           ". Free some space in the temporary folder and run again."};
    }
    shared_->size = std::max(shared_->size, offset + bytes.size());
    return {};
  }
  [[nodiscard]] Result<std::unique_ptr<ByteSource>> open() override {
    return std::unique_ptr<ByteSource>(std::make_unique<FileReader>(shared_));
  }

 private:
  std::shared_ptr<SharedFile> shared_;
};

}  // namespace

Result<std::unique_ptr<Scratch>> large_scratch(std::uint64_t /*bytes*/) {
  auto shared = std::make_shared<SharedFile>();
  shared->file = std::tmpfile();
  if (shared->file == nullptr) {
    return Error{Errc::write_failed, std::string("A temporary file could not be made: ") + std::strerror(errno)};
  }
  return std::unique_ptr<Scratch>(std::make_unique<FileScratch>(std::move(shared)));
}

}  // namespace webunmix
