// Reads image file directories (IFDs) as bytes: the table of a TIFF or BigTIFF page, and the values its entries point to.
//
// Nothing here knows what a tag means. Every position and count is checked against the size of the file before it is used, so that
// a damaged table cannot make us read or allocate what is not there. TIFF 6.0, section 2; BigTIFF: 8-byte counts and offsets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "image/byte_stream.hpp"
#include "image/result.hpp"

namespace webunmix::tiff {

/// An entry of a directory: `count` values of TIFF field type `type`, lying at byte `at` of the file.
struct Field {
  std::uint16_t tag = 0;
  std::uint16_t type = 0;
  std::uint64_t count = 0;
  std::uint64_t at = 0;

  friend bool operator==(const Field&, const Field&) = default;
};

/// Bytes of one value of a TIFF field type; 0 for types that do not exist.
[[nodiscard]] std::uint64_t field_type_bytes(std::uint16_t type);

struct Directory {
  std::uint64_t offset = 0;
  std::uint64_t next = 0;         ///< offset of the next directory of the chain, 0 at its end
  std::uint64_t table_bytes = 0;  ///< what the table takes up in the file
  std::vector<Field> fields;
};

/// A file seen through a small window, in the byte order its header declares. Borrows the source.
class DirectoryReader {
 public:
  /// Reads the header. What is not a TIFF file is an error that says what it seems to be instead.
  [[nodiscard]] static Result<DirectoryReader> open(ByteSource& source);
  /// For a file whose header is known already.
  DirectoryReader(ByteSource& source, bool big_tiff, bool big_endian)
      : source_(&source), big_tiff_(big_tiff), big_endian_(big_endian) {}

  [[nodiscard]] bool big_tiff() const { return big_tiff_; }
  [[nodiscard]] bool big_endian() const { return big_endian_; }
  [[nodiscard]] std::uint64_t first_directory() const { return first_directory_; }
  [[nodiscard]] std::uint64_t file_bytes() const { return source_->size(); }
  [[nodiscard]] const std::string& name() const { return source_->name(); }

  /// Reads the table at `offset`; `page` (counted from 1) is for messages.
  [[nodiscard]] Result<Directory> directory(std::uint64_t offset, std::uint64_t page);

  /// Values `first` to `first + count` of a field of unsigned integers (BYTE, SHORT, LONG, LONG8, IFD, IFD8).
  [[nodiscard]] Result<std::vector<std::uint64_t>> unsigned_values(const Field& field, std::uint64_t first,
                                                                   std::uint64_t count);
  /// Value of a RATIONAL, or nothing when it has another type or its denominator is 0: NaN.
  [[nodiscard]] Result<double> rational(const Field& field);
  /// The field's bytes as they lie in the file.
  [[nodiscard]] Result<std::vector<std::byte>> bytes(const Field& field);
  /// ASCII up to the first NUL.
  [[nodiscard]] Result<std::string> text(const Field& field);

 private:
  // A view of the file that lives until the next call.
  [[nodiscard]] Result<std::span<const std::byte>> view(std::uint64_t offset, std::uint64_t size);
  [[nodiscard]] Result<void> check_inside(const Field& field) const;
  [[nodiscard]] std::uint64_t number(std::span<const std::byte> bytes) const;

  ByteSource* source_;
  bool big_tiff_ = false;
  bool big_endian_ = false;
  std::uint64_t first_directory_ = 0;
  std::vector<std::byte> window_;
  std::uint64_t window_begin_ = 0;
};

}  // namespace webunmix::tiff
