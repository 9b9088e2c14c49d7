// Where the bytes of a file come from and go to. Browser files, URLs, OPFS and local files all sit behind these two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "image/result.hpp"

namespace webunmix {

class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  [[nodiscard]] virtual std::uint64_t size() const = 0;
  [[nodiscard]] virtual const std::string& name() const = 0;  ///< for messages: the file's name without its folder

  /// Fills `into` from `offset`. A range that passes the end is an error (bad_file); a failing medium is read_failed.
  [[nodiscard]] virtual Result<void> read(std::uint64_t offset, std::span<std::byte> into) = 0;
};

class ByteSink {
 public:
  ByteSink() = default;
  ByteSink(const ByteSink&) = delete;
  ByteSink& operator=(const ByteSink&) = delete;
  virtual ~ByteSink() = default;

  /// Writes `bytes` at `offset`, anywhere; what lies between is zero. Fails with write_failed.
  [[nodiscard]] virtual Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
};

}  // namespace webunmix
