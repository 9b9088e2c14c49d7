// Mutual information of two vectors from a 2-D histogram of equal-width bins, in nats; no bias correction.
//
//   MI = sum over cells with p > 0 of p ln(p / (p_x p_y)),  p = count / n
//
// (C. E. Shannon 1948; T. M. Cover and J. A. Thomas, Elements of Information Theory, equation 2.28.) Each axis runs from its own
// minimum to its own maximum; index = floor((v - min) * bins / (max - min)), the maximum itself in the last bin; an axis that does
// not vary is taken as min +- 0.5. The division comes last and the sum goes row by row: on integer data, where values lie on bin
// edges, another order of arithmetic moves the minimum over a.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace webunmix {

inline constexpr int most_information_bins = 1024;

/// MI of x and y - a x as a function of a. Borrows x and y (finite, of one length, not empty), which must outlive it.
class ResidualInformation {
 public:
  /// `bins` per axis: 2 .. most_information_bins.
  ResidualInformation(std::span<const float> x, std::span<const float> y, int bins);

  /// One visit of every voxel.
  [[nodiscard]] double at(double a);

 private:
  void count(double a);
  [[nodiscard]] double from_counts();

  std::span<const float> x_;
  std::span<const float> y_;
  std::size_t bins_;
  std::vector<std::uint32_t> rows_;    // offset of x's row in a table, which does not depend on a
  std::vector<std::uint32_t> counts_;  // two tables, so that neighbours in one cell need not wait for each other
  std::vector<double> column_share_;
};

[[nodiscard]] double mutual_information(std::span<const float> x, std::span<const float> y, int bins);

}  // namespace webunmix
