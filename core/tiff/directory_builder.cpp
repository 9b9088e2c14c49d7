#include "tiff/directory_builder.hpp"

#include <tiff.h>
#include <algorithm>

namespace webunmix::tiff {
namespace {

constexpr std::uint64_t padded(std::uint64_t bytes) { return (bytes + 7) / 8 * 8; }

}  // namespace

DirectoryBuilder::Entry& DirectoryBuilder::add(std::uint16_t tag, std::uint16_t type, std::uint64_t count) {
  const auto after = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.tag > tag; });
  return *entries_.insert(after, Entry{tag, type, count, {}});
}

void DirectoryBuilder::add_shorts(std::uint16_t tag, std::span<const std::uint16_t> values) {
  Entry& entry = add(tag, TIFF_SHORT, values.size());
  for (const auto value : values) put(entry.value, 2, value);
}

void DirectoryBuilder::add_longs(std::uint16_t tag, std::span<const std::uint64_t> values) {
  Entry& entry = add(tag, TIFF_LONG, values.size());
  for (const auto value : values) put(entry.value, 4, value);
}

void DirectoryBuilder::add_offsets(std::uint16_t tag, std::span<const std::uint64_t> values) {
  Entry& entry = add(tag, big_tiff_ ? std::uint16_t{TIFF_LONG8} : std::uint16_t{TIFF_LONG}, values.size());
  for (const auto value : values) put(entry.value, offset_bytes(), value);
}

void DirectoryBuilder::add_rational(std::uint16_t tag, std::uint32_t numerator, std::uint32_t denominator) {
  Entry& entry = add(tag, TIFF_RATIONAL, 1);
  put(entry.value, 4, numerator);
  put(entry.value, 4, denominator);
}

void DirectoryBuilder::add_text(std::uint16_t tag, std::string_view text) {
  Entry& entry = add(tag, TIFF_ASCII, text.size() + 1);
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  entry.value.assign(bytes.begin(), bytes.end());
  entry.value.push_back(std::byte{0});
}

void DirectoryBuilder::add_bytes(std::uint16_t tag, std::span<const std::byte> bytes) {
  add(tag, TIFF_UNDEFINED, bytes.size()).value.assign(bytes.begin(), bytes.end());
}

std::uint64_t DirectoryBuilder::table_bytes() const {
  return big_tiff_ ? 8 + 20 * std::uint64_t{entries_.size()} + 8 : 2 + 12 * std::uint64_t{entries_.size()} + 4;
}

std::uint64_t DirectoryBuilder::size() const {
  std::uint64_t total = padded(table_bytes());
  for (const Entry& entry : entries_) {
    if (entry.value.size() > offset_bytes()) total += padded(entry.value.size());
  }
  return total;
}

void DirectoryBuilder::append_to(std::vector<std::byte>& out, std::uint64_t at, std::uint64_t next_directory) const {
  const std::size_t start = out.size();
  const auto pad_to = [&](std::uint64_t bytes_from_start) { out.resize(start + static_cast<std::size_t>(bytes_from_start)); };

  std::uint64_t value_at = padded(table_bytes());
  put(out, big_tiff_ ? 8 : 2, entries_.size());
  for (const Entry& entry : entries_) {
    put(out, 2, entry.tag);
    put(out, 2, entry.type);
    put(out, offset_bytes(), entry.count);
    const std::uint64_t field_end = out.size() - start + offset_bytes();
    if (entry.value.size() > offset_bytes()) {
      put(out, offset_bytes(), at + value_at);
      value_at += padded(entry.value.size());
    } else {
      out.insert(out.end(), entry.value.begin(), entry.value.end());
      pad_to(field_end);
    }
  }
  put(out, offset_bytes(), next_directory);
  pad_to(padded(table_bytes()));
  for (const Entry& entry : entries_) {
    if (entry.value.size() <= offset_bytes()) continue;
    out.insert(out.end(), entry.value.begin(), entry.value.end());
    pad_to(padded(out.size() - start));
  }
}

void DirectoryBuilder::append_header_to(std::vector<std::byte>& out, std::uint64_t first_directory) const {
  out.insert(out.end(), 2, big_endian_ ? std::byte{'M'} : std::byte{'I'});
  put(out, 2, big_tiff_ ? 43 : 42);
  if (big_tiff_) {
    put(out, 2, 8);  // bytes of an offset
    put(out, 2, 0);
  }
  put(out, offset_bytes(), first_directory);
}

void DirectoryBuilder::put(std::vector<std::byte>& out, std::uint64_t bytes, std::uint64_t value) const {
  for (std::uint64_t i = 0; i < bytes; ++i) {
    const std::uint64_t place = big_endian_ ? bytes - 1 - i : i;
    out.push_back(static_cast<std::byte>((value >> (8 * place)) & 0xFFU));
  }
}

}  // namespace webunmix::tiff
