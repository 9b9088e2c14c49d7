#include "flatfield/npy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

#include "image/bit_cast.hpp"

namespace webunmix {
namespace {

constexpr std::array<unsigned char, 6> magic{0x93, 'N', 'U', 'M', 'P', 'Y'};

Error damaged(std::string_view name, const std::string& why) {
  return {Errc::bad_file,
          std::string(name) + " is not a sound .npy array: " + why + ". Save it again with numpy.save or numpy.savez."};
}

/// The text after `'key':` in the header's Python dictionary, from the value on.
std::optional<std::string_view> value_of(std::string_view header, std::string_view key) {
  const std::size_t at = header.find("'" + std::string(key) + "'");
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t colon = header.find(':', at);
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view rest = header.substr(colon + 1);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return rest;
}

/// "(3, 4)", "(5,)" or "()".
std::optional<std::vector<std::int64_t>> parse_shape(std::string_view text) {
  const std::size_t end = text.find(')');
  if (text.empty() || text.front() != '(' || end == std::string_view::npos) return std::nullopt;
  text = text.substr(1, end - 1);
  std::vector<std::int64_t> shape;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" ,"), text.size()));
    if (text.empty()) return shape;
    std::int64_t length = 0;
    const auto [next, failure] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (failure != std::errc{} || length < 0) return std::nullopt;
    shape.push_back(length);
    text.remove_prefix(static_cast<std::size_t>(next - text.data()));
    text.remove_prefix(std::min(text.find_first_not_of('L'), text.size()));
  }
}

template <class T>
double number_at(const std::byte* bytes, bool swap) {
  std::array<std::byte, sizeof(T)> raw{};
  std::memcpy(raw.data(), bytes, sizeof(T));
  if (swap) std::reverse(raw.begin(), raw.end());
  return static_cast<double>(bit_cast<T>(raw));
}

using NumberReader = double (*)(const std::byte*, bool);
struct NumberType {
  std::string_view code;
  std::size_t size;
  NumberReader read;
};
constexpr std::array<NumberType, 8> number_types{{{"f4", 4, number_at<float>},
                                                  {"f8", 8, number_at<double>},
                                                  {"u1", 1, number_at<std::uint8_t>},
                                                  {"u2", 2, number_at<std::uint16_t>},
                                                  {"u4", 4, number_at<std::uint32_t>},
                                                  {"i1", 1, number_at<std::int8_t>},
                                                  {"i2", 2, number_at<std::int16_t>},
                                                  {"i4", 4, number_at<std::int32_t>}}};

/// Where element `i` of the C order lies in an array kept in Fortran order.
std::size_t fortran_index(std::size_t i, const std::vector<std::int64_t>& shape) {
  std::size_t index = 0;
  std::size_t stride = 1;
  for (const std::int64_t length : shape) stride *= static_cast<std::size_t>(length);
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    const auto length = static_cast<std::size_t>(shape[axis]);
    stride /= length;
    index += (i % length) * stride;
    i /= length;
  }
  return index;
}

}  // namespace

Result<NumberArray> parse_npy(std::span<const std::byte> bytes, std::string_view name) {
  if (bytes.size() < 10 || std::memcmp(bytes.data(), magic.data(), magic.size()) != 0) {
    return damaged(name, "it does not begin with the .npy signature");
  }
  const auto major = std::to_integer<unsigned>(bytes[6]);
  if (major < 1 || major > 3) return damaged(name, "its format version is " + std::to_string(major) + ", 1 to 3 are known");
  const std::size_t length_bytes = major == 1 ? 2 : 4;
  if (bytes.size() < 8 + length_bytes) return damaged(name, "it ends inside its header");
  std::size_t header_length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) header_length |= std::to_integer<std::size_t>(bytes[8 + i]) << (8 * i);
  const std::size_t begin = 8 + length_bytes;
  if (header_length > bytes.size() - begin) return damaged(name, "it ends inside its header");
  const std::string_view header(reinterpret_cast<const char*>(bytes.data()) + begin, header_length);

  const auto descr = value_of(header, "descr");
  const auto order = value_of(header, "fortran_order");
  const auto shape_text = value_of(header, "shape");
  if (!descr || !order || !shape_text) return damaged(name, "its header lacks 'descr', 'fortran_order' or 'shape'");
  const auto shape = parse_shape(*shape_text);
  if (!shape) return damaged(name, "its shape cannot be read");
  const std::size_t quote = descr->find('\'', 1);
  const std::string_view type = descr->size() > 4 && descr->front() == '\'' && quote != std::string_view::npos
                                    ? descr->substr(1, quote - 1)
                                    : descr->substr(0, std::min<std::size_t>(descr->size(), 20));
  const auto* known = std::find_if(number_types.begin(), number_types.end(),
                                   [&](const NumberType& each) { return type.size() == 3 && type.substr(1) == each.code; });
  if (known == number_types.end() || std::string_view("<>|=").find(type.front()) == std::string_view::npos) {
    return Error{Errc::unsupported, std::string(name) + " holds values of type " + std::string(type) +
                                        "; f4, f8, u1, u2, u4, i1, i2 and i4 are read. Convert it with .astype('float32')."};
  }

  std::size_t count = 1;
  const std::size_t available = (bytes.size() - begin - header_length) / known->size;
  for (const std::int64_t length : *shape) {
    // In 64 bits: a length may be beyond all memory.
    if (length != 0 && count > static_cast<std::uint64_t>(available) / static_cast<std::uint64_t>(length)) {
      return damaged(name, "it is shorter than its shape says");
    }
    count *= static_cast<std::size_t>(length);
  }
  if (begin + header_length + count * known->size != bytes.size()) {
    return damaged(name, "it holds " + std::to_string(bytes.size() - begin - header_length) +
                             " bytes of values, its shape asks for " + std::to_string(count * known->size));
  }

  const bool swap = type.front() == '>';
  const bool fortran = order->substr(0, 4) == "True";
  const std::byte* const values = bytes.data() + begin + header_length;
  NumberArray array{*shape, std::vector<double>(count)};
  for (std::size_t i = 0; i < count; ++i) {
    array.values[i] = known->read(values + (fortran ? fortran_index(i, *shape) : i) * known->size, swap);
  }
  return array;
}

std::vector<std::byte> write_npy(std::span<const float> values, const std::vector<std::int64_t>& shape) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
  for (std::size_t i = 0; i < shape.size(); ++i) header += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  header += shape.size() == 1 ? ",), }" : "), }";
  // Signature, version and length take 10 bytes; values begin at a multiple of 64.
  header.resize((header.size() + 1 + 10 + 63) / 64 * 64 - 10 - 1, ' ');
  header += '\n';
  std::vector<std::byte> bytes(10 + header.size() + values.size_bytes());
  std::memcpy(bytes.data(), magic.data(), magic.size());
  bytes[6] = std::byte{1};
  bytes[7] = std::byte{0};
  bytes[8] = static_cast<std::byte>(header.size() & 0xFFU);
  bytes[9] = static_cast<std::byte>(header.size() >> 8U);
  std::memcpy(bytes.data() + 10, header.data(), header.size());
  if (!values.empty()) std::memcpy(bytes.data() + 10 + header.size(), values.data(), values.size_bytes());
  return bytes;
}

}  // namespace webunmix
