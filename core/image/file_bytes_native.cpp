#include "image/file_bytes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <system_error>
#include <utility>

namespace webunmix {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(number_); }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

class FileSource final : public ByteSource {
 public:
  FileSource(int descriptor, std::string name, std::uint64_t size) : file_(descriptor), name_(std::move(name)), size_(size) {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] const std::string& name() const override { return name_; }

  [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<std::byte> into) override {
    while (!into.empty()) {
      const ssize_t n = ::pread(file_.number(), into.data(), into.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return Error{Errc::read_failed, name_ + " cannot be read: " + reason(errno) + "."};
      if (n == 0) {
        return Error{Errc::bad_file, name_ + ": " + std::to_string(into.size()) + " bytes at " + std::to_string(offset) +
                                         " were asked for, but the file ends there. It may be truncated: copy it again."};
      }
      into = into.subspan(static_cast<std::size_t>(n));
      offset += static_cast<std::uint64_t>(n);
    }
    return {};
  }

 private:
  Descriptor file_;
  std::string name_;
  std::uint64_t size_;
};

class FileSink final : public ByteSink {
 public:
  FileSink(int descriptor, std::string name) : file_(descriptor), name_(std::move(name)) {}

  [[nodiscard]] Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      const ssize_t n = ::pwrite(file_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return Error{Errc::write_failed, name_ + " cannot be written: " + reason(errno) + "."};
      bytes = bytes.subspan(static_cast<std::size_t>(n));
      offset += static_cast<std::uint64_t>(n);
    }
    return {};
  }

 private:
  Descriptor file_;
  std::string name_;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_file_source(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Error{Errc::read_failed, path.string() + " cannot be opened: " + reason(errno) + "."};
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return Error{Errc::read_failed, path.string() + " is not a file."};
  }
  return std::unique_ptr<ByteSource>(
      new FileSource(descriptor, path.filename().string(), static_cast<std::uint64_t>(status.st_size)));
}

Result<std::unique_ptr<ByteSink>> create_file_sink(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return Error{Errc::write_failed, path.string() + " cannot be created: " + reason(errno) + "."};
  return std::unique_ptr<ByteSink>(new FileSink(descriptor, path.filename().string()));
}

}  // namespace webunmix
