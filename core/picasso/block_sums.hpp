// Sums over square blocks of a plane: what PICASSO's iterations work on instead of pixels.
//
// Block sums are linear in the pixels, so between two clips an update of the images is the same update of their block sums.
// Rows and columns left over at the far edges are dropped. Rows are added one by one in double precision, in ascending order, so that
// a sum does not depend on how the rows of its block were cut into bands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace webunmix::picasso {

class BlockSums {
 public:
  /// Blocks of `bin` x `bin` pixels, for rows first_row..last_row - 1 of a plane of `width`. first_row must be a multiple of `bin`.
  BlockSums(std::size_t channels, std::int64_t first_row, std::int64_t last_row, std::int64_t width, std::int64_t bin);

  /// Adds row `y` of channel `channel`. Rows of a channel come in ascending order.
  void add_row(std::size_t channel, std::int64_t y, std::span<const float> row);

  [[nodiscard]] std::size_t blocks() const { return blocks_per_row_ * block_rows_; }
  /// Sums of one channel: blocks row by row.
  [[nodiscard]] std::span<const double> channel(std::size_t i) const { return {sums_.data() + i * blocks(), blocks()}; }

 private:
  std::int64_t first_row_;
  std::size_t bin_;
  std::size_t blocks_per_row_;
  std::size_t block_rows_;
  std::vector<double> sums_;
};

}  // namespace webunmix::picasso
