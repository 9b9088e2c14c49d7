#include "tiff/directory_reader.hpp"

#include <tiff.h>
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <string_view>

#include "tiff/text.hpp"

namespace webunmix::tiff {
namespace {

// Directories are a few hundred bytes, and what they point to tends to lie beside them.
constexpr std::uint64_t window_bytes = 8192;

// Large values (tables of strips, OME-XML) are read in pieces of this size.
constexpr std::uint64_t piece_values = 8192;

// What a file that is no TIFF seems to be, for the message.
std::string describe_other_file(std::span<const std::byte> head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  struct Known {
    std::string_view magic;
    std::string_view what;
  };
  constexpr std::array<Known, 8> known{{{"ZISRAWFILE", "a Zeiss CZI file: export it as OME-TIFF"},
                                        {"\x89PNG", "a PNG image: save it as TIFF"},
                                        {"\xFF\xD8\xFF", "a JPEG image: save it as TIFF"},
                                        {"\xDA\xCE\xBE\x0A", "a Nikon ND2 file: export it as OME-TIFF"},
                                        {"\x89HDF", "an HDF5 file: export it as OME-TIFF"},
                                        {"PK\x03\x04", "a ZIP archive: unpack it first"},
                                        {"\x1F\x8B", "a gzip archive: unpack it first"},
                                        {"<?xml", "an XML file: open the TIFF file that belongs to it"}}};
  for (const Known& candidate : known) {
    if (text.starts_with(candidate.magic)) return "It is " + std::string(candidate.what) + ".";
  }
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 ? byte != 0x7F : byte == '\t' || byte == '\n' || byte == '\r';
  });
  if (printable) return "It seems to be text.";
  return "It begins with none of the marks of a TIFF file (II*, MM*, II+, MM+).";
}

}  // namespace

std::uint64_t field_type_bytes(std::uint16_t type) {
  switch (type) {
    case TIFF_BYTE:
    case TIFF_ASCII:
    case TIFF_SBYTE:
    case TIFF_UNDEFINED: return 1;
    case TIFF_SHORT:
    case TIFF_SSHORT: return 2;
    case TIFF_LONG:
    case TIFF_SLONG:
    case TIFF_FLOAT:
    case TIFF_IFD: return 4;
    case TIFF_RATIONAL:
    case TIFF_SRATIONAL:
    case TIFF_DOUBLE:
    case TIFF_LONG8:
    case TIFF_SLONG8:
    case TIFF_IFD8: return 8;
    default: return 0;
  }
}

Result<DirectoryReader> DirectoryReader::open(ByteSource& source) {
  const std::uint64_t size = source.size();
  if (size == 0) return Error{Errc::bad_file, source.name() + " is empty (0 bytes). Copy it again."};
  std::array<std::byte, 16> head{};
  const auto available = std::span(head).first(static_cast<std::size_t>(std::min<std::uint64_t>(size, head.size())));
  WEBUNMIX_TRY(source.read(0, available));

  const auto is = [&](std::string_view magic) {
    return available.size() >= magic.size() && std::memcmp(available.data(), magic.data(), magic.size()) == 0;
  };
  using namespace std::string_view_literals;
  const bool little = is("II\x2A\0"sv) || is("II\x2B\0"sv);
  const bool big = is("MM\0\x2A"sv) || is("MM\0\x2B"sv);
  if (!little && !big) return Error{Errc::bad_file, source.name() + " is not a TIFF file. " + describe_other_file(available)};
  const bool big_tiff = is("II\x2B\0"sv) || is("MM\0\x2B"sv);

  const std::uint64_t header_bytes = big_tiff ? 16 : 8;
  if (size < header_bytes) {
    return Error{Errc::bad_file, source.name() + " ends within the TIFF header, after " + std::to_string(size) +
                                     " bytes: it is truncated. Copy it again."};
  }
  DirectoryReader reader(source, big_tiff, big);
  if (big_tiff) {
    const std::uint64_t offset_bytes = reader.number(std::span(head).subspan(4, 2));
    if (offset_bytes != 8) {
      return Error{Errc::bad_file, source.name() + ": the BigTIFF header gives offsets of " + std::to_string(offset_bytes) +
                                       " bytes; only 8 exist. The file is damaged."};
    }
    reader.first_directory_ = reader.number(std::span(head).subspan(8, 8));
  } else {
    reader.first_directory_ = reader.number(std::span(head).subspan(4, 4));
  }
  return reader;
}

std::uint64_t DirectoryReader::number(std::span<const std::byte> bytes) const {
  std::uint64_t value = 0;
  const std::size_t n = bytes.size();
  for (std::size_t i = 0; i < n; ++i)
    value = (value << 8U) | std::to_integer<std::uint64_t>(bytes[big_endian_ ? i : n - 1 - i]);
  return value;
}

Result<std::span<const std::byte>> DirectoryReader::view(std::uint64_t offset, std::uint64_t size) {
  const std::uint64_t end = window_begin_ + window_.size();
  if (offset < window_begin_ || offset + size > end) {
    const std::uint64_t length = std::min(std::max(size, window_bytes), file_bytes() - offset);
    window_.resize(static_cast<std::size_t>(length));
    window_begin_ = offset;
    if (auto outcome = source_->read(offset, window_); !outcome.ok()) {
      window_.clear();
      return outcome.error();
    }
  }
  return std::span<const std::byte>(window_).subspan(static_cast<std::size_t>(offset - window_begin_),
                                                     static_cast<std::size_t>(size));
}

Result<Directory> DirectoryReader::directory(std::uint64_t offset, std::uint64_t page) {
  const std::uint64_t count_bytes = big_tiff_ ? 8 : 2;
  const std::uint64_t entry_bytes = big_tiff_ ? 20 : 12;
  const std::uint64_t offset_bytes = big_tiff_ ? 8 : 4;
  const auto beyond = [&](std::uint64_t end) {
    return Error{Errc::bad_file, name() + ": the directory of page " + std::to_string(page) + " lies at byte " +
                                     std::to_string(offset) + (end == 0 ? "" : " to " + std::to_string(end)) +
                                     ", but the file ends at byte " + std::to_string(file_bytes()) +
                                     ". It is truncated or damaged: copy it again."};
  };
  if (offset >= file_bytes() || file_bytes() - offset < count_bytes) return beyond(0);

  WEBUNMIX_ASSIGN(auto head, view(offset, count_bytes));
  const std::uint64_t entries = number(head);
  const std::uint64_t room = (file_bytes() - offset - count_bytes) / entry_bytes;
  if (entries == 0) {
    return Error{Errc::bad_file,
                 name() + ": the directory of page " + std::to_string(page) + " is empty. The file is damaged."};
  }
  if (entries > room || file_bytes() - offset - count_bytes - entries * entry_bytes < offset_bytes) {
    const bool absurd = entries > std::numeric_limits<std::uint16_t>::max();
    return beyond(absurd ? 0 : offset + count_bytes + entries * entry_bytes + offset_bytes);
  }

  Directory directory;
  directory.offset = offset;
  directory.table_bytes = count_bytes + entries * entry_bytes + offset_bytes;
  WEBUNMIX_ASSIGN(const auto table, view(offset, directory.table_bytes));
  directory.fields.reserve(static_cast<std::size_t>(entries));
  for (std::uint64_t i = 0; i < entries; ++i) {
    const std::uint64_t entry_at = count_bytes + i * entry_bytes;
    const auto entry = table.subspan(static_cast<std::size_t>(entry_at), static_cast<std::size_t>(entry_bytes));
    Field field;
    field.tag = static_cast<std::uint16_t>(number(entry.first(2)));
    field.type = static_cast<std::uint16_t>(number(entry.subspan(2, 2)));
    field.count = number(entry.subspan(4, static_cast<std::size_t>(offset_bytes)));
    const auto value = entry.last(static_cast<std::size_t>(offset_bytes));
    const std::uint64_t size = field_type_bytes(field.type);
    const bool inside_entry = size == 0 || field.count <= offset_bytes / size;
    field.at = inside_entry ? offset + entry_at + entry_bytes - offset_bytes : number(value);
    directory.fields.push_back(field);
  }
  directory.next = number(table.last(static_cast<std::size_t>(offset_bytes)));
  return directory;
}

Result<void> DirectoryReader::check_inside(const Field& field) const {
  const std::uint64_t size = field_type_bytes(field.type);
  if (size == 0) {
    return Error{Errc::bad_file, name() + ": tag " + std::to_string(field.tag) + " has the unknown field type " +
                                     std::to_string(field.type) + ". The file is damaged."};
  }
  if (field.at > file_bytes() || field.count > (file_bytes() - field.at) / size) {
    return Error{Errc::bad_file, name() + ": tag " + std::to_string(field.tag) + " has " + std::to_string(field.count) +
                                     " values at byte " + std::to_string(field.at) + ", but the file ends at byte " +
                                     std::to_string(file_bytes()) + ". It is truncated or damaged: copy it again."};
  }
  return {};
}

Result<std::vector<std::uint64_t>> DirectoryReader::unsigned_values(const Field& field, std::uint64_t first,
                                                                    std::uint64_t count) {
  WEBUNMIX_TRY(check_inside(field));
  switch (field.type) {
    case TIFF_BYTE:
    case TIFF_SHORT:
    case TIFF_LONG:
    case TIFF_LONG8:
    case TIFF_IFD:
    case TIFF_IFD8: break;
    default:
      return Error{Errc::bad_file, name() + ": tag " + std::to_string(field.tag) + " has field type " +
                                       std::to_string(field.type) + ", but holds unsigned integers. The file is damaged."};
  }
  if (first > field.count || count > field.count - first) {
    return Error{Errc::bad_file, name() + ": tag " + std::to_string(field.tag) + " has " + std::to_string(field.count) +
                                     " values where " + std::to_string(first + count) + " are needed. The file is damaged."};
  }
  const std::uint64_t size = field_type_bytes(field.type);
  std::vector<std::uint64_t> values;
  values.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t done = 0; done < count; done += piece_values) {
    const std::uint64_t n = std::min(piece_values, count - done);
    WEBUNMIX_ASSIGN(const auto piece, view(field.at + (first + done) * size, n * size));
    for (std::uint64_t i = 0; i < n; ++i) {
      values.push_back(number(piece.subspan(static_cast<std::size_t>(i * size), static_cast<std::size_t>(size))));
    }
  }
  return values;
}

Result<double> DirectoryReader::rational(const Field& field) {
  constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
  if (field.type != TIFF_RATIONAL || field.count != 1) return nothing;
  WEBUNMIX_TRY(check_inside(field));
  WEBUNMIX_ASSIGN(const auto value, view(field.at, 8));
  const std::uint64_t denominator = number(value.subspan(4, 4));
  if (denominator == 0) return nothing;
  return static_cast<double>(number(value.first(4))) / static_cast<double>(denominator);
}

Result<std::vector<std::byte>> DirectoryReader::bytes(const Field& field) {
  WEBUNMIX_TRY(check_inside(field));
  std::vector<std::byte> bytes(static_cast<std::size_t>(field.count * field_type_bytes(field.type)));
  WEBUNMIX_TRY(source_->read(field.at, bytes));
  return bytes;
}

Result<std::string> DirectoryReader::text(const Field& field) {
  WEBUNMIX_ASSIGN(const auto raw, bytes(field));
  const std::string_view all(reinterpret_cast<const char*>(raw.data()), raw.size());
  return std::string(all.substr(0, all.find('\0')));
}

}  // namespace webunmix::tiff
