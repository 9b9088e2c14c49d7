// PICASSO's iterations on binned images: N channels, pairwise mutual information, small steps.
//
// Every iteration finds a coefficient a_ij for every ordered pair (pair_search.hpp) on the current images, forms
// C = I - step_size * [a_ij] (zero diagonal), and applies C row by row IN PLACE: row 2 already uses the new row 1. After iterations
// 1, 1 + n, 1 + 2 n, ... the images are clipped at 0 (n = clip_every; n = 1 never clips), and again at the very end.
// Source: Seo et al., Nat. Commun. 13:2475 (2022); order of updates and clips as in the published code.
//
// The images themselves are needed at the clips only. In between a sweep is one linear map, so the block sums follow it directly:
// the caller hands over the block sums (take_vectors), lets the iteration work (advance), and when it asks for vectors again applies
// stages(), each followed by a clip at 0, to the images and sums their blocks anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "picasso/level_information.hpp"
#include "picasso/pair_search.hpp"
#include "picasso/square_matrix.hpp"

namespace webunmix::picasso {

struct IterationRules {
  int max_iterations = 200;
  double step_size = 0.2;
  int levels = 100;
  Quantisation quantisation = Quantisation::truncate;
  PairRules pair = {};
  int clip_every = 50;
  std::optional<double> stop_tolerance =
      std::nullopt;                      ///< stop when the largest |a| stays below it for iterations_to_settle iterations
  bool stop_on_oversubtraction = false;  ///< stop when a channel has lost more than oversubtraction_limit
};

inline constexpr int iterations_to_settle = 5;

/// Share of a channel that may go below zero before stop_on_oversubtraction stops. Where channels truly share 30 % of their
/// structures, longer runs take shared signal away (docs/methods-picasso.md, "When to stop").
inline constexpr double oversubtraction_limit = 0.01;

struct IterationRecord {
  std::vector<PairCoefficient> pairs;  ///< sink by sink, sources ascending
  SquareMatrix increment;              ///< C
  double largest_coefficient = 0;      ///< max |a|
  std::vector<double> negativity;      ///< per channel, on the block sums after the update and after the clip if there was one
  std::vector<double> lost;            ///< per channel, negativity before every clip so far, summed, and that of this iteration
};

enum class StopReason : std::uint8_t { iteration_limit, settled, oversubtraction };

class MatrixIteration {
 public:
  enum class Need : std::uint8_t { vectors, work, nothing };

  MatrixIteration(const IterationRules& rules, std::size_t channels);

  [[nodiscard]] Need need() const { return need_; }

  /// The block sums of the images as they are now (prepared, and after every stage so far with its clip), channel after channel.
  void take_vectors(std::vector<double> vectors);

  /// Works for about `work` visits of a block sum, or until something is needed.
  void advance(std::uint64_t work);

  /// Or else, one iteration whose coefficients were found elsewhere (find_pairs, sink after sink) on vectors(): the same result.
  void take_pairs(const std::vector<PairCoefficient>& pairs);
  /// The block sums as they are now.
  [[nodiscard]] const std::vector<double>& vectors() const { return vectors_; }

  /// What is applied to prepared images so far: each matrix followed by a clip at 0.
  [[nodiscard]] const std::vector<SquareMatrix>& stages() const { return stages_; }

  [[nodiscard]] const std::vector<IterationRecord>& records() const { return records_; }
  [[nodiscard]] StopReason stop_reason() const { return stop_reason_; }
  /// Product of all C, newest on the left: the matrix the Python package reports. Images follow the stages instead.
  [[nodiscard]] const SquareMatrix& cumulative() const { return cumulative_; }

 private:
  [[nodiscard]] std::span<double> vector(std::size_t channel) { return {vectors_.data() + channel * blocks_, blocks_}; }
  void begin_iteration();
  void begin_pair();
  void finish_pair();
  void note(const PairCoefficient& found);
  void finish_iteration();
  void apply_in_place(const SquareMatrix& increment);
  void close_stage(bool at_end);
  [[nodiscard]] std::optional<StopReason> reason_to_stop() const;

  IterationRules rules_;
  std::size_t channels_;
  std::size_t blocks_ = 0;
  Need need_ = Need::vectors;
  std::vector<double> vectors_;
  std::optional<LevelInformation> information_;
  std::vector<Levels> levels_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs_;  // (sink, source)
  std::size_t next_pair_ = 0;
  std::optional<PairSearch> search_;
  SquareMatrix stage_;  // in-place product since the last clip
  std::vector<SquareMatrix> stages_;
  SquareMatrix cumulative_;
  std::vector<IterationRecord> records_;
  std::vector<double> clipped_;  // negativity before each clip so far, summed
  StopReason stop_reason_ = StopReason::iteration_limit;
};

/// The coefficients of one sink, sources ascending: what an iteration finds of it on these block sums, channel after channel.
[[nodiscard]] std::vector<PairCoefficient> find_pairs(const IterationRules& rules, const std::vector<double>& vectors,
                                                      std::size_t channels, std::uint32_t sink);

/// The in-place sweep of `increment` as one matrix.
[[nodiscard]] SquareMatrix sweep_matrix(const SquareMatrix& increment);

}  // namespace webunmix::picasso
