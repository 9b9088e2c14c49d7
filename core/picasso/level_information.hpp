// Mutual information of two vectors on integer grey levels, as PICASSO measures it (Seo et al., Nat. Commun. 13:2475, 2022).
//
// A vector v becomes the levels q = (v * n) / max|v|, in that order, made whole by truncation or rounding: integers -n..n. Entropies
// are in bits, over occurring cells in ascending order (sink level, then source level); MI = H(sink) + H(source) - H(both).
// The order matters: MI of whole levels is piecewise constant in the coefficient, ties are common, and the minimiser's path hangs on
// the last bit of equal sums.
//
// Why it is fast: levels are few, so a small table counts pairs and nothing is sorted; a mark per eight cells remembers which of them
// occur, so that the cost of a value follows the number of pixels and not the size of the table; p log2 p is looked up by count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace webunmix::picasso {

/// How a scaled value becomes a whole level.
enum class Quantisation : std::uint8_t {
  truncate,  ///< toward zero: what the Python package does
  round,     ///< to nearest, halves away from zero: what the authors' MATLAB code does
};

/// Most levels per sign that a table is made for: (2 n + 1)^2 cells.
inline constexpr int max_quantisation_levels = 1000;

/// The levels of one vector, and their entropy.
struct Levels {
  std::vector<double> level;  ///< whole numbers
  double entropy_bits = 0;
};

class LevelInformation {
 public:
  /// `levels` is n above, 1..max_quantisation_levels; `samples` the length of the vectors that will come.
  LevelInformation(int levels, Quantisation quantisation, std::size_t samples);

  /// Levels of `v` itself. `into` is resized on its first use only.
  void quantise(std::span<const double> v, Levels& into);

  /// MI in bits of (sink - coefficient * source) and source, whose levels are `source_levels`. All of the length given above.
  [[nodiscard]] double mutual_information(std::span<const double> sink, std::span<const double> source,
                                          const Levels& source_levels, double coefficient);

 private:
  template <Quantisation mode>
  void count_pairs(std::span<const double> sink, std::span<const double> source, const Levels& source_levels,
                   double coefficient, double largest);
  void count(std::span<const double> cells);
  [[nodiscard]] double p_log2_p(std::uint32_t count) const;  // p = count / samples
  struct Entropies {
    double sink = 0;
    double both = 0;
  };
  [[nodiscard]] Entropies take_entropies();

  int levels_;
  Quantisation quantisation_;
  std::size_t samples_;
  std::size_t row_cells_;              // whole words of marks: rows begin on them
  std::vector<std::uint32_t> counts_;  // row = sink level, column = source level; all zero between calls
  std::vector<std::uint8_t>
      occupied_;  // one mark per eight cells: set without being read, so that no pixel waits for the one before
  std::vector<double> cell_terms_;  // p log2 p of the cells that occur, and of the rows
  std::vector<double> row_terms_;
  std::vector<double> tabled_terms_;  // p log2 p by count, for the counts that are common
};

}  // namespace webunmix::picasso
