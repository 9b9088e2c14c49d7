#include "flatfield/segment.hpp"

#include <algorithm>
#include <array>

namespace webunmix {
namespace {

constexpr std::size_t bins = 256;

/// One direction of the square: `marks` of a line of n pixels, `stride` apart, spread by `margin`.
void spread_line(std::uint8_t* marks, std::int64_t n, std::int64_t stride, std::int64_t margin,
                 std::vector<std::uint8_t>& line) {
  line.assign(static_cast<std::size_t>(n), 0);
  std::int64_t reach = -1;  // last pixel still within the margin of a mark to the left
  for (std::int64_t i = 0; i < n; ++i) {
    if (marks[i * stride] != 0) reach = i + margin;
    if (i <= reach) line[static_cast<std::size_t>(i)] = 1;
  }
  reach = n;
  for (std::int64_t i = n - 1; i >= 0; --i) {
    if (marks[i * stride] != 0) reach = i - margin;
    if (i >= reach) line[static_cast<std::size_t>(i)] = 1;
  }
  for (std::int64_t i = 0; i < n; ++i) marks[i * stride] = line[static_cast<std::size_t>(i)];
}

}  // namespace

float otsu_threshold(std::span<const float> values) {
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  const auto low = static_cast<double>(*lowest);
  const double range = static_cast<double>(*highest) - low;
  if (range <= 0.0) return *lowest;
  std::array<double, bins> counts{};
  for (const float value : values) {
    const auto bin = static_cast<std::size_t>((static_cast<double>(value) - low) * static_cast<double>(bins) / range);
    counts[std::min(bin, bins - 1)] += 1.0;
  }
  double total = 0.0;
  for (std::size_t i = 0; i < bins; ++i) total += counts[i] * static_cast<double>(i);
  const auto all = static_cast<double>(values.size());
  double below = 0.0;
  double sum_below = 0.0;
  double best = -1.0;
  std::size_t threshold = 0;
  for (std::size_t i = 0; i + 1 < bins; ++i) {
    below += counts[i];
    sum_below += counts[i] * static_cast<double>(i);
    if (below == 0.0 || below == all) continue;
    const double difference = sum_below / below - (total - sum_below) / (all - below);
    const double between = below * (all - below) * difference * difference;
    if (between > best) {
      best = between;
      threshold = i;
    }
  }
  return static_cast<float>(low + static_cast<double>(threshold + 1) * range / static_cast<double>(bins));
}

std::vector<std::uint8_t> bright_with_margin(std::span<const float> frames, std::int64_t height, std::int64_t width,
                                             float threshold, std::int64_t margin) {
  std::vector<std::uint8_t> marks(frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) marks[i] = frames[i] > threshold ? 1 : 0;
  std::vector<std::uint8_t> line;
  const auto pixels = static_cast<std::size_t>(height * width);
  for (std::size_t begin = 0; begin < marks.size(); begin += pixels) {
    std::uint8_t* const frame = marks.data() + begin;
    for (std::int64_t y = 0; y < height; ++y) spread_line(frame + y * width, width, 1, margin, line);
    for (std::int64_t x = 0; x < width; ++x) spread_line(frame + x, height, width, margin, line);
  }
  return marks;
}

}  // namespace webunmix
