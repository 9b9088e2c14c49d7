#include "picasso/block_sums.hpp"

namespace webunmix::picasso {

BlockSums::BlockSums(std::size_t channels, std::int64_t first_row, std::int64_t last_row, std::int64_t width, std::int64_t bin)
    : first_row_(first_row),
      bin_(static_cast<std::size_t>(bin)),
      blocks_per_row_(static_cast<std::size_t>(width / bin)),
      block_rows_(static_cast<std::size_t>((last_row - first_row) / bin)),
      sums_(channels * blocks()) {}

void BlockSums::add_row(std::size_t channel, std::int64_t y, std::span<const float> row) {
  const std::size_t block_row = static_cast<std::size_t>(y - first_row_) / bin_;
  if (block_row >= block_rows_) return;
  double* const sums = sums_.data() + channel * blocks() + block_row * blocks_per_row_;
  const float* pixel = row.data();
  for (std::size_t block = 0; block < blocks_per_row_; ++block) {
    double sum = sums[block];
    for (std::size_t i = 0; i < bin_; ++i) sum += static_cast<double>(*pixel++);
    sums[block] = sum;
  }
}

}  // namespace webunmix::picasso
