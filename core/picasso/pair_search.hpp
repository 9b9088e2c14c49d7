// How much of one channel to take from another: the coefficient of an ordered pair (sink, source) in one PICASSO iteration.
//
// Minimises MI(sink - a source, source) over a by Nelder-Mead from a tenth of the cosine similarity, then makes the result careful:
// clamped to +-coefficient_clip, and divided by ten when it would drive more than `negativity_threshold` of the sink below zero.
// Source: Seo et al., Nat. Commun. 13:2475 (2022), Methods and the published code's constants.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "picasso/level_information.hpp"
#include "stats/nelder_mead.hpp"

namespace webunmix::picasso {

struct PairRules {
  double coefficient_clip = 0.5;
  double negativity_threshold = 0.0009;
};

struct PairCoefficient {
  std::uint32_t sink = 0;
  std::uint32_t source = 0;
  double coefficient = 0;  ///< after clamping and the division by ten
  double similarity = 0;   ///< cosine similarity of the pair; a tenth of it is where the search begins
  double negativity = 0;   ///< sum |negative part| / sum |all| of sink - a source, with a before the division by ten
  std::int32_t iterations = 0;
  std::int32_t evaluations = 0;
  bool converged = false;
};

/// Sum of the magnitudes of the negative values over the sum of all magnitudes; 0 for a vector of zeros.
[[nodiscard]] double negativity(std::span<const double> v);

/// One pair's search, step by step. Borrows everything it is given.
class PairSearch {
 public:
  PairSearch(std::span<const double> sink, std::span<const double> source, const Levels& source_levels,
             LevelInformation& information);

  /// Measures the mutual information once.
  void step();
  [[nodiscard]] bool done() const { return search_.done(); }

  /// The coefficient; sink and source numbers are left to the caller.
  [[nodiscard]] PairCoefficient result(const PairRules& rules) const;

 private:
  std::span<const double> sink_;
  std::span<const double> source_;
  const Levels& source_levels_;
  LevelInformation& information_;
  double similarity_;
  NelderMead search_;
};

}  // namespace webunmix::picasso
