#include "run/partition.hpp"

#include <algorithm>
#include <numeric>

namespace webunmix {
namespace {

/// Bands that need not follow strips still begin at multiples of this, so that a writer finds strips of a handy height.
constexpr std::int64_t handy_rows = 64;

std::int64_t round_up(std::int64_t value, std::int64_t step) { return (value + step - 1) / step * step; }

std::vector<Rows> cut(std::int64_t height, std::int64_t rows) {
  std::vector<Rows> bands;
  for (std::int64_t begin = 0; begin < height; begin += rows) {
    bands.push_back({begin, std::min(begin + rows, height)});
  }
  return bands;
}

}  // namespace

std::int64_t rows_per_box(const StackInfo& stack) {
  const std::int64_t sample = std::max<std::int64_t>(4, static_cast<std::int64_t>(bytes_per_sample(stack.type)));
  const std::int64_t row_bytes = std::max<std::int64_t>(1, stack.shape.c * stack.shape.x * sample);
  const std::int64_t height = std::max<std::int64_t>(1, stack.shape.y);
  const std::int64_t most = std::max<std::int64_t>(1, usual_band_bytes / row_bytes);
  if (most >= height) return height;

  std::int64_t step = std::clamp<std::int64_t>(stack.rows_per_band, 1, height);
  if (step > most && step * row_bytes > largest_band_bytes) step = 1;  // such strips are cut: they are too large to hold
  const std::int64_t handy = std::lcm(step, handy_rows);
  if (handy <= most) step = handy;
  if (step >= most) return step;

  // As many bands as are needed, of equal height where the step allows.
  const std::int64_t bands = (height + most / step * step - 1) / (most / step * step);
  return round_up((height + bands - 1) / bands, step);
}

std::vector<Rows> row_bands(const StackInfo& stack) { return cut(stack.shape.y, rows_per_box(stack)); }

std::vector<Rows> bands_covering(const StackInfo& stack, Rows wanted) {
  const std::int64_t begin = std::max<std::int64_t>(0, wanted.begin);
  const std::int64_t end = std::min(stack.shape.y, wanted.end);
  std::vector<Rows> covering;
  for (const Rows& band : row_bands(stack)) {
    if (band.begin < end && begin < band.end) covering.push_back(band);
  }
  return covering;
}

std::vector<std::int32_t> all_channels(const StackInfo& stack) {
  std::vector<std::int32_t> channels(static_cast<std::size_t>(stack.shape.c));
  std::iota(channels.begin(), channels.end(), 0);
  return channels;
}

std::vector<Box> plane_boxes(const StackInfo& stack, std::int32_t input, std::int64_t t, std::int64_t z,
                             const std::vector<std::int32_t>& channels) {
  std::vector<Box> boxes;
  for (const Rows& band : row_bands(stack)) {
    boxes.push_back({.input = input,
                     .t = static_cast<std::int32_t>(t),
                     .z = static_cast<std::int32_t>(z),
                     .channels = channels,
                     .y_begin = band.begin,
                     .y_end = band.end});
  }
  return boxes;
}

std::size_t count_boxes(const StackInfo& stack) {
  const std::int64_t rows = rows_per_box(stack);
  return static_cast<std::size_t>(stack.shape.t * stack.shape.z * ((stack.shape.y + rows - 1) / rows));
}

Box nth_box(const StackInfo& stack, std::int32_t input, std::size_t i) {
  const std::int64_t rows = rows_per_box(stack);
  const std::int64_t bands = (stack.shape.y + rows - 1) / rows;
  const std::int64_t plane = static_cast<std::int64_t>(i) / bands;
  const std::int64_t first_row = static_cast<std::int64_t>(i) % bands * rows;
  return {.input = input,
          .t = static_cast<std::int32_t>(plane / stack.shape.z),
          .z = static_cast<std::int32_t>(plane % stack.shape.z),
          .channels = all_channels(stack),
          .y_begin = first_row,
          .y_end = std::min(first_row + rows, stack.shape.y)};
}

std::vector<Box> stack_boxes(const StackInfo& stack, std::int32_t input) {
  std::vector<Box> boxes(count_boxes(stack));
  for (std::size_t i = 0; i < boxes.size(); ++i) boxes[i] = nth_box(stack, input, i);
  return boxes;
}

std::vector<Rows> deep_bands(const StackInfo& stack, std::int64_t frames, std::int64_t channels, std::int64_t bytes) {
  const std::int64_t row_bytes = frames * channels * stack.shape.x * static_cast<std::int64_t>(bytes_per_sample(stack.type));
  const std::int64_t rows =
      std::clamp<std::int64_t>(bytes / std::max<std::int64_t>(1, row_bytes), 1, std::max<std::int64_t>(1, stack.shape.y));
  return cut(stack.shape.y, rows);
}

}  // namespace webunmix
