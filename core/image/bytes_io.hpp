// Writing and reading the small byte strings that travel between workers: items, tags, tallies, states.
//
// Little-endian, no padding, no alignment. A reader never reads past its end: the first value that does not fit makes it fail for
// good, later values read as zero or empty, and done() says so. So a fold reads all its values and asks once:
//
//   ByteReader reader(tag);
//   const auto pool = reader.u32();
//   const auto weights = reader.values<double>();
//   WEBUNMIX_TRY(reader.done("tag of an unmix item"));
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "image/result.hpp"

namespace webunmix {

static_assert(std::endian::native == std::endian::little, "the byte strings between workers are copies of memory");

class ByteWriter {
 public:
  ByteWriter& u8(std::uint8_t value) { return raw(value); }
  ByteWriter& u32(std::uint32_t value) { return raw(value); }
  ByteWriter& i32(std::int32_t value) { return raw(value); }
  ByteWriter& u64(std::uint64_t value) { return raw(value); }
  ByteWriter& i64(std::int64_t value) { return raw(value); }
  ByteWriter& f32(float value) { return raw(value); }
  ByteWriter& f64(double value) { return raw(value); }
  ByteWriter& boolean(bool value) { return raw(static_cast<std::uint8_t>(value ? 1 : 0)); }

  /// A count, then the values one after another. T must have no padding: two equal values must be equal bytes.
  template <class T>
  ByteWriter& values(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    u64(items.size());
    return append(std::as_bytes(items));
  }
  template <class T>
  ByteWriter& values(const std::vector<T>& items) {
    return values(std::span<const T>(items));
  }
  ByteWriter& text(std::string_view value) { return values(std::span<const char>(value.data(), value.size())); }
  /// A byte string inside this one, with its length before it.
  ByteWriter& bytes(std::span<const std::byte> value) { return values(value); }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::vector<std::byte> take() && { return std::move(bytes_); }

 private:
  template <class T>
  ByteWriter& raw(T value) {
    return append(std::as_bytes(std::span<const T, 1>(&value, 1)));
  }
  ByteWriter& append(std::span<const std::byte> more) {
    // Not insert(): gcc 12 takes its inlined copy into a vector it knows to be empty for an overflow.
    const std::size_t before = bytes_.size();
    bytes_.resize(before + more.size());
    if (!more.empty()) std::memcpy(bytes_.data() + before, more.data(), more.size());
    return *this;
  }

  std::vector<std::byte> bytes_;
};

/// Reads what a ByteWriter wrote. Borrows the bytes: they must outlive the reader and every view it returns.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  std::uint8_t u8() { return raw<std::uint8_t>(); }
  std::uint32_t u32() { return raw<std::uint32_t>(); }
  std::int32_t i32() { return raw<std::int32_t>(); }
  std::uint64_t u64() { return raw<std::uint64_t>(); }
  std::int64_t i64() { return raw<std::int64_t>(); }
  float f32() { return raw<float>(); }
  double f64() { return raw<double>(); }
  bool boolean() { return raw<std::uint8_t>() != 0; }

  /// The values of ByteWriter::values; empty when the count claims more than is there.
  template <class T>
  std::vector<T> values() {
    static_assert(std::is_trivially_copyable_v<T>);
    const std::uint64_t count = u64();
    if (failed_ || count > rest_.size() / sizeof(T)) {
      fail();
      return {};
    }
    std::vector<T> items(static_cast<std::size_t>(count));
    if (!items.empty()) std::memcpy(items.data(), rest_.data(), items.size() * sizeof(T));
    rest_ = rest_.subspan(items.size() * sizeof(T));
    return items;
  }
  std::string text() {
    const std::span<const std::byte> view = bytes();
    return {reinterpret_cast<const char*>(view.data()), view.size()};
  }
  /// A view of a byte string inside this one.
  std::span<const std::byte> bytes() {
    const std::uint64_t count = u64();
    if (failed_ || count > rest_.size()) {
      fail();
      return {};
    }
    const auto view = rest_.first(static_cast<std::size_t>(count));
    rest_ = rest_.subspan(view.size());
    return view;
  }

  /// Makes the reader fail: for a caller that has read a value no writer would have written.
  void fail() {
    failed_ = true;
    rest_ = {};
  }
  [[nodiscard]] bool ok() const { return !failed_; }
  [[nodiscard]] std::size_t remaining() const { return rest_.size(); }

  /// An error unless every value was there and nothing is left. `what` names the byte string for the message.
  [[nodiscard]] Result<void> done(std::string_view what) const {
    if (!failed_ && rest_.empty()) return {};
    return Error{Errc::internal,
                 std::string(what) + (failed_ ? " is shorter than what it holds" : " is longer than what it holds")};
  }

 private:
  template <class T>
  T raw() {
    T value{};
    if (failed_ || rest_.size() < sizeof(T)) {
      fail();
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof(T));
    rest_ = rest_.subspan(sizeof(T));
    return value;
  }

  std::span<const std::byte> rest_;
  bool failed_ = false;
};

}  // namespace webunmix
