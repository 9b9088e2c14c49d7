#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "run/scratch.hpp"

namespace webunmix {
namespace {

using File = std::shared_ptr<std::FILE>;

/// pread and pwrite take offsets of their own, so that readers on different threads do not move each other's position.
class FileReader final : public ByteSource {
 public:
  FileReader(File file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<std::byte> into) override {
    while (!into.empty()) {
      const ssize_t got = ::pread(fileno(file_.get()), into.data(), into.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        return Error{Errc::read_failed, std::string("The temporary file could not be read: ") +
                                            (got < 0 ? std::strerror(errno) : "it ends too early")};
      }
      into = into.subspan(static_cast<std::size_t>(got));
      offset += static_cast<std::uint64_t>(got);
    }
    return {};
  }

 private:
  File file_;
  std::uint64_t size_;
  std::string name_ = "in a temporary file";
};

class FileScratch final : public Scratch {
 public:
  explicit FileScratch(File file) : file_(std::move(file)) {}

  [[nodiscard]] Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      const ssize_t put = ::pwrite(fileno(file_.get()), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) {
        return Error{Errc::write_failed, std::string("The temporary file could not be written: ") + std::strerror(errno) +
                                             ". Free some space in the temporary folder and run again."};
      }
      bytes = bytes.subspan(static_cast<std::size_t>(put));
      offset += static_cast<std::uint64_t>(put);
      size_ = std::max(size_, offset);
    }
    return {};
  }
  [[nodiscard]] Result<std::unique_ptr<ByteSource>> open() override {
    return std::unique_ptr<ByteSource>(std::make_unique<FileReader>(file_, size_));
  }

 private:
  File file_;
  std::uint64_t size_ = 0;
};

}  // namespace

Result<std::unique_ptr<Scratch>> temporary_file_scratch() {
  File file(std::tmpfile(), [](std::FILE* open) {
    if (open != nullptr) std::fclose(open);
  });
  if (!file) {
    return Error{Errc::write_failed, std::string("A temporary file could not be made: ") + std::strerror(errno)};
  }
  return std::unique_ptr<Scratch>(std::make_unique<FileScratch>(std::move(file)));
}

}  // namespace webunmix
