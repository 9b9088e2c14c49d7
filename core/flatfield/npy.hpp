// numpy's .npy format, as far as shading profiles use it: what numpy.save and numpy.savez write.
//
// Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays", versions 1.0 to 3.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/result.hpp"

namespace webunmix {

/// An array of numbers as float64, in C order whatever order the file had.
struct NumberArray {
  std::vector<std::int64_t> shape;
  std::vector<double> values;
};

/// Reads f4, f8, u1, u2, u4, i1, i2, i4 of either byte order, in C or Fortran order. `name` ("flatfield in profiles.npz") goes into messages.
/// Errors: bad_file (not .npy, truncated, longer than its shape says), unsupported (another type, objects).
[[nodiscard]] Result<NumberArray> parse_npy(std::span<const std::byte> bytes, std::string_view name);

/// A float32 array in C order, version 1.0, little-endian.
[[nodiscard]] std::vector<std::byte> write_npy(std::span<const float> values, const std::vector<std::int64_t>& shape);

}  // namespace webunmix
