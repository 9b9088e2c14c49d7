// Whole numbers carried in doubles, until they index a table.
//
// Adding 2^52 to a whole number of 0..2^32 - 1 leaves that number in the low 32 bits of the sum. Compilers turn this into SIMD for
// every target, WebAssembly included, where a conversion to an integer stays scalar and guarded.
#pragma once

#include <cstdint>
#include <cstring>

namespace webunmix::picasso {

inline constexpr double whole_number_shift = 0x1p52;

/// The whole number in `shifted`, a whole number to which whole_number_shift has been added.
[[nodiscard]] inline std::uint32_t whole_number(const double& shifted) {
  std::uint32_t number = 0;
  std::memcpy(&number, &shifted, sizeof(number));  // little-endian: the low half comes first
  return number;
}

}  // namespace webunmix::picasso
