// Mutual information of several fixed vectors with one that changes: what the source-sink method minimises, sum_j MI(source_j, v).
//
// MI = sum over cells with p > 0 of p ln(p / (p_source p_v)), p = count / n, in nats, from a 2-D histogram of equal-width bins; index =
// floor((x - lowest) * bins / (highest - lowest)), the division last. The same estimate as stats/mutual_information.hpp, but the
// sources are binned once, the range of v can be given, and sums are grouped as numpy groups them (rows of p and the total pairwise,
// columns one after another): the objective is piecewise constant, and Powell's search over it follows the last bit of ties.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace webunmix::picasso {

struct ValueRange {
  double lowest = 0;
  double highest = 0;
};

class HistogramInformation {
 public:
  /// Each source is binned over its own range; one that does not vary counts as lowest +- 0.5. `bins` per axis, at least 2.
  HistogramInformation(std::vector<std::span<const float>> sources, int bins);

  /// Sum of MI(source_j, v), v binned over `range`; values outside go to the end bins.
  [[nodiscard]] double sum_with(std::span<const double> v, ValueRange range);

 private:
  [[nodiscard]] double information(std::size_t samples);

  std::size_t bins_;
  std::vector<std::vector<std::uint32_t>> source_rows_;  // per source and sample: first cell of the row of its bin
  std::vector<std::uint32_t> columns_;                   // per sample: bin of v
  std::vector<std::uint32_t> counts_;
  std::vector<double> cells_;
  std::vector<double> row_shares_;
  std::vector<double> column_shares_;
  std::vector<double> terms_;
};

/// Smallest and largest of v, which is not empty.
[[nodiscard]] ValueRange range_of(std::span<const double> v);

}  // namespace webunmix::picasso
