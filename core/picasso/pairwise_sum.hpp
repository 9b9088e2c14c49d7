// Sums grouped as numpy groups them, so that equal terms give equal sums to the last bit.
//
// numpy halves a vector down to runs of 128 and adds a run in eight interleaved sums (N. J. Higham, SIAM J. Sci. Comput. 14 (1993)
// 783, on pairwise summation). It matters where a minimiser walks over a piecewise constant function: ties decide the path.
#pragma once

#include <array>
#include <cstddef>
#include <numeric>

namespace webunmix::picasso {

[[nodiscard]] inline double pairwise_sum(const double* values, std::size_t n) {
  constexpr std::size_t interleaved = 8;
  constexpr std::size_t longest_run = 128;
  if (n < interleaved) return std::accumulate(values, values + n, 0.0);
  if (n > longest_run) {
    const std::size_t half = n / 2 - (n / 2) % interleaved;
    return pairwise_sum(values, half) + pairwise_sum(values + half, n - half);
  }
  std::array<double, interleaved> sums{};
  const std::size_t whole = n - n % interleaved;
  for (std::size_t i = 0; i < whole; i += interleaved) {
    for (std::size_t k = 0; k < interleaved; ++k) sums[k] += values[i + k];
  }
  const double sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  return std::accumulate(values + whole, values + n, sum);
}

}  // namespace webunmix::picasso
