// Numbers as integer keys of the same order, so that order statistics come from counting.
//
// An 8- or 16-bit integer is its own key, one digit of 16 bits. Every other type is taken as float32, whose key has two digits:
// sign and magnitude become an unsigned integer that grows with the value (M. Herf, "Radix tricks", 2001).
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "image/sample_type.hpp"

namespace webunmix {

/// -0 has the key of +0.
[[nodiscard]] inline std::uint32_t ordered_key(float value) {
  const float unsigned_zero = value + 0.0F;
  std::uint32_t bits = 0;
  std::memcpy(&bits, &unsigned_zero, sizeof(bits));
  return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}

[[nodiscard]] inline float value_of_key(std::uint32_t key) {
  const std::uint32_t bits = (key & 0x80000000U) != 0 ? key & 0x7fffffffU : ~key;
  float value = 0;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

inline constexpr std::uint32_t digit_values = 1U << 16U;

/// True when one digit holds the whole value.
template <class T>
inline constexpr bool one_digit = std::is_integral_v<T> && sizeof(T) <= 2;

[[nodiscard]] bool has_one_digit(SampleType type);

/// The upper (or only) digit of a value.
template <class T>
[[nodiscard]] inline std::uint16_t upper_digit(T value) {
  if constexpr (one_digit<T>) {
    return static_cast<std::uint16_t>(static_cast<std::int32_t>(value) -
                                      static_cast<std::int32_t>(std::numeric_limits<T>::min()));
  } else {
    return static_cast<std::uint16_t>(ordered_key(static_cast<float>(value)) >> 16U);
  }
}

/// What an upper digit stands for in samples of one type.
class DigitScale {
 public:
  explicit DigitScale(SampleType type);

  [[nodiscard]] bool one_digit() const { return one_digit_; }
  /// Smallest and largest value with this digit; the same for a type of one digit.
  [[nodiscard]] float lowest(std::uint32_t digit) const;
  [[nodiscard]] float highest(std::uint32_t digit) const;
  [[nodiscard]] std::uint32_t digit_of(float value) const;
  /// The values of the type that are numbers have digits first() .. last(); what lies outside is NaN or infinite.
  [[nodiscard]] std::uint32_t first() const { return first_; }
  [[nodiscard]] std::uint32_t last() const { return last_; }

 private:
  bool one_digit_ = false;
  std::int32_t smallest_ = 0;  // value of digit 0, for a type of one digit
  std::uint32_t first_ = 0;
  std::uint32_t last_ = 0;
};

}  // namespace webunmix
