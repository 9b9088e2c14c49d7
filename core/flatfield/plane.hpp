// A plane of float32 values with its size: what the flat-field formulas work on. Row by row, no padding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace webunmix {

struct Plane {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::vector<float> values;

  Plane() = default;
  Plane(std::int64_t rows, std::int64_t columns, float value = 0.0F)
      : height(rows), width(columns), values(static_cast<std::size_t>(rows * columns), value) {}

  [[nodiscard]] float at(std::int64_t y, std::int64_t x) const { return values[static_cast<std::size_t>(y * width + x)]; }
  [[nodiscard]] float& at(std::int64_t y, std::int64_t x) { return values[static_cast<std::size_t>(y * width + x)]; }
};

/// Mean of all values, summed in float64. 0 for an empty plane.
[[nodiscard]] double mean_of(const Plane& plane);

/// Divides by the mean, so that the mean is 1. A plane whose mean is not positive and finite is left alone and false returned.
[[nodiscard]] bool normalise_to_mean_one(Plane& plane);

}  // namespace webunmix
