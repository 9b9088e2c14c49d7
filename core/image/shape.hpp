// The shape of a stack: always five axes in the order T, Z, C, Y, X; an axis that a file does not have counts 1.
#pragma once

#include <cstdint>
#include <string>

namespace webunmix {

struct StackShape {
  std::int64_t t = 1;
  std::int64_t z = 1;
  std::int64_t c = 1;
  std::int64_t y = 1;
  std::int64_t x = 1;

  friend bool operator==(const StackShape&, const StackShape&) = default;

  [[nodiscard]] std::int64_t pixels_per_plane() const { return y * x; }
  [[nodiscard]] std::int64_t planes() const { return t * z * c; }
  [[nodiscard]] std::int64_t samples() const { return planes() * pixels_per_plane(); }
};

[[nodiscard]] std::string to_string(const StackShape& shape);  ///< "T 9, Z 20, C 2, Y 128, X 128"

}  // namespace webunmix
