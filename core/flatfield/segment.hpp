// Leaving bright objects out of a shading fit.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace webunmix {

/// The threshold that best parts values into two classes (largest variance between them), over 256 equal-width bins of their range.
/// N. Otsu, IEEE Trans. Syst. Man Cybern. 9 (1979) 62. Constant values: that value.
[[nodiscard]] float otsu_threshold(std::span<const float> values);

/// 1 for pixels above `threshold` and for those within `margin` pixels (a square) of one, frame by frame; else 0.
[[nodiscard]] std::vector<std::uint8_t> bright_with_margin(std::span<const float> frames, std::int64_t height,
                                                           std::int64_t width, float threshold, std::int64_t margin);

}  // namespace webunmix
