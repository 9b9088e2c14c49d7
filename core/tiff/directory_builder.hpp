// Puts a directory together: entries in the order of their tags, and behind the table the values that do not fit into it.
//
// TIFF or BigTIFF, either byte order. The size is known before the position: it depends only on what was added. TIFF 6.0, section 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace webunmix::tiff {

class DirectoryBuilder {
 public:
  DirectoryBuilder(bool big_tiff, bool big_endian) : big_tiff_(big_tiff), big_endian_(big_endian) {}

  void add_short(std::uint16_t tag, std::uint16_t value) { add_shorts(tag, {&value, 1}); }
  void add_shorts(std::uint16_t tag, std::span<const std::uint16_t> values);
  void add_long(std::uint16_t tag, std::uint64_t value) { add_longs(tag, {&value, 1}); }
  void add_longs(std::uint16_t tag, std::span<const std::uint64_t> values);
  /// Positions in the file: LONG8 in BigTIFF, LONG otherwise.
  void add_offsets(std::uint16_t tag, std::span<const std::uint64_t> values);
  void add_rational(std::uint16_t tag, std::uint32_t numerator, std::uint32_t denominator);
  void add_text(std::uint16_t tag, std::string_view text);
  void add_bytes(std::uint16_t tag, std::span<const std::byte> bytes);

  /// Bytes of table and values together: a multiple of 8.
  [[nodiscard]] std::uint64_t size() const;

  /// Appends the directory to `out`, as it must lie at byte `at` (a multiple of 8) of the file.
  void append_to(std::vector<std::byte>& out, std::uint64_t at, std::uint64_t next_directory) const;

  /// Appends the file header, which points to the first directory.
  void append_header_to(std::vector<std::byte>& out, std::uint64_t first_directory) const;
  [[nodiscard]] std::uint64_t header_bytes() const { return big_tiff_ ? 16 : 8; }

 private:
  struct Entry {
    std::uint16_t tag;
    std::uint16_t type;
    std::uint64_t count;
    std::vector<std::byte> value;
  };

  Entry& add(std::uint16_t tag, std::uint16_t type, std::uint64_t count);
  void put(std::vector<std::byte>& out, std::uint64_t bytes, std::uint64_t value) const;
  [[nodiscard]] std::uint64_t offset_bytes() const { return big_tiff_ ? 8 : 4; }
  [[nodiscard]] std::uint64_t table_bytes() const;

  bool big_tiff_;
  bool big_endian_;
  std::vector<Entry> entries_;  ///< sorted by tag
};

}  // namespace webunmix::tiff
