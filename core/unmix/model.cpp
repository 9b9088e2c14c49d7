#include "unmix/model.hpp"

#include <algorithm>
#include <cstddef>

namespace webunmix::unmix {

double determinant(const Coefficients& coefficients) { return 1.0 - coefficients.forward * coefficients.reverse; }

void correct_one_way(std::span<const float> source, std::span<const float> target, double alpha, double source_pedestal,
                     std::span<float> corrected) {
  const auto a = static_cast<float>(alpha);
  const auto pedestal = static_cast<float>(source_pedestal);
  for (std::size_t i = 0; i < target.size(); ++i) corrected[i] = target[i] - a * (source[i] - pedestal);
}

void correct_bidirectional(std::span<const float> source, std::span<const float> target, const Coefficients& coefficients,
                           const Pedestals& pedestals, std::span<float> corrected_source, std::span<float> corrected_target) {
  const auto forward = static_cast<float>(coefficients.forward);
  const auto reverse = static_cast<float>(coefficients.reverse);
  const auto scale = static_cast<float>(1.0 / determinant(coefficients));
  const auto source_pedestal = static_cast<float>(pedestals.source);
  const auto target_pedestal = static_cast<float>(pedestals.target);
  for (std::size_t i = 0; i < target.size(); ++i) {
    const float s = source[i] - source_pedestal;
    const float t = target[i] - target_pedestal;
    corrected_source[i] = (s - reverse * t) * scale + source_pedestal;
    corrected_target[i] = (t - forward * s) * scale + target_pedestal;
  }
}

std::uint64_t count_negative(std::span<const float> values) {
  // 32-bit counts within a chunk, so that the loop stays in lanes of one width.
  constexpr std::size_t chunk = std::size_t{1} << 20U;
  std::uint64_t count = 0;
  for (std::size_t begin = 0; begin < values.size(); begin += chunk) {
    const auto part = values.subspan(begin, std::min(chunk, values.size() - begin));
    std::uint32_t negative = 0;
    for (const float value : part) negative += value < 0.0F ? 1U : 0U;
    count += negative;
  }
  return count;
}

void clip_negative(std::span<float> values) {
  for (float& value : values) value = value < 0.0F ? 0.0F : value;
}

}  // namespace webunmix::unmix
