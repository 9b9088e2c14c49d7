#include "flatfield/joint_variation.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace webunmix {

std::optional<double> joint_variation(std::span<const float> values, std::span<const std::uint8_t> bright) {
  std::array<double, 2> count{};
  std::array<double, 2> mean{};
  std::array<double, 2> squares{};
  // Welford's update: values may be large against how far they spread.
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t side = bright[i] != 0 ? 1 : 0;
    const auto value = static_cast<double>(values[i]);
    const double before = value - mean[side];
    count[side] += 1.0;
    mean[side] += before / count[side];
    squares[side] += before * (value - mean[side]);
  }
  if (count[0] == 0.0 || count[1] == 0.0 || mean[0] == mean[1]) return std::nullopt;
  const double spread = std::sqrt(squares[0] / count[0]) + std::sqrt(squares[1] / count[1]);
  return spread / std::abs(mean[1] - mean[0]);
}

}  // namespace webunmix
