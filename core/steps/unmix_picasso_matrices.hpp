// Fitting the matrix implementations of `unmix_picasso` on the lead: one time point after another.
//
// A time point is read once to sum its blocks, once at each clip, and once to measure the result; in between, MatrixIteration works on the
// block sums alone. Only one time point's block sums are held. Where there are many, the pairs of an iteration are independent work for
// all workers: a pass without boxes for each iteration, an item for each sink, with the block sums in the state.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "picasso/matrix_chain.hpp"
#include "picasso/matrix_iteration.hpp"
#include "run/step.hpp"
#include "steps/unmix_picasso_plan.hpp"
#include "steps/unmix_picasso_volumes.hpp"

namespace webunmix {

/// Negativity of the full images right before a clip.
struct ClipNegativity {
  int iteration = 0;
  std::vector<double> of_channel;
};

/// What one fitted time point gave, for the report.
struct MatrixFindings {
  std::vector<picasso::IterationRecord> records;
  picasso::SquareMatrix cumulative;
  picasso::SquareMatrix in_place;  ///< what is applied to images, without the clips
  picasso::StopReason stop_reason = picasso::StopReason::iteration_limit;
  std::vector<ClipNegativity> clips;  ///< the last is that of the end
  std::vector<double> signal_loss;    ///< share per channel, on full images
  bool pairs_left_out = false;        ///< the pair coefficients were too many to keep
};

using Stages = std::vector<picasso::SquareMatrix>;

class PicassoMatrixFit {
 public:
  explicit PicassoMatrixFit(const PicassoPlan& plan) : findings_(plan.fit_times.size()), stages_(plan.fit_times.size()) {}

  [[nodiscard]] Result<std::optional<Pass>> next_pass(const PicassoPlan& plan, const PicassoVolumes& volumes);
  [[nodiscard]] Result<void> reduce(const PicassoPlan& plan, std::size_t item, BytesView tally);
  [[nodiscard]] Progress advance(const PicassoPlan& plan, std::uint64_t work);
  /// How often the volume under work, or each of them, will still be read.
  [[nodiscard]] int reads_left(const PicassoPlan& plan) const;

  [[nodiscard]] const std::vector<MatrixFindings>& findings() const { return findings_; }
  [[nodiscard]] const std::vector<Stages>& stages() const { return stages_; }
  /// The block sums that the items of the pass under way work on; empty when they take boxes.
  [[nodiscard]] const std::vector<double>& shared_vectors() const;

 private:
  [[nodiscard]] Result<void> begin_time_point(const PicassoPlan& plan, const PicassoVolumes& volumes);
  [[nodiscard]] Pass blocks_pass(const PicassoPlan& plan, bool measure) const;
  [[nodiscard]] Pass pairs_pass(const PicassoPlan& plan);
  [[nodiscard]] Result<void> reduce_pairs(const PicassoPlan& plan, BytesView tally);
  void close_pass(const PicassoPlan& plan);
  void close_time_point(const PicassoPlan& plan);
  [[nodiscard]] std::string place(const PicassoPlan& plan) const;

  std::vector<MatrixFindings> findings_;  // per fitted time point
  std::vector<Stages> stages_;
  std::size_t now_ = 0;  // index of the fitted time point under work
  std::optional<picasso::MatrixIteration> iteration_;
  std::size_t pairs_kept_ = 0;

  bool measuring_ = false;        // the pass under way measures the result
  std::size_t items_left_ = 0;    // of the pass under way
  std::size_t blocks_taken_ = 0;  // per channel
  std::vector<double> vectors_;   // block sums, channel after channel
  std::optional<picasso::ChainCounts> counts_;

  bool pairing_ = false;                         // the pass under way finds the pairs of an iteration
  std::vector<picasso::PairCoefficient> pairs_;  // found so far
};

/// Whether the pairs of an iteration are spread over workers, instead of being worked off on the lead.
[[nodiscard]] bool spreads_pairs(const PicassoPlan& plan);

/// The fold that finds the pairs of one sink on these block sums; the tag begins behind what the step itself wrote.
[[nodiscard]] Result<std::unique_ptr<Fold>> begin_pairs_fold(const PicassoPlan& plan, const std::vector<double>& vectors,
                                                             ByteReader& tag);

/// The chain of a time point.
[[nodiscard]] picasso::MatrixChain picasso_chain(const PicassoPlan& plan, const PicassoVolumes& volumes, const Stages& stages,
                                                 std::int64_t t, bool clip_last);

/// The fold of an item of these passes; the tag begins behind what the step itself wrote.
[[nodiscard]] Result<std::unique_ptr<Fold>> begin_blocks_fold(const PicassoPlan& plan, const PicassoVolumes& volumes,
                                                              const std::vector<Stages>& stages, std::int64_t bin,
                                                              ByteReader& tag);

void write_stages(ByteWriter& writer, const std::vector<Stages>& all);
[[nodiscard]] std::vector<Stages> read_stages(ByteReader& reader);

void write(ByteWriter& writer, const picasso::ChainCounts& counts);
[[nodiscard]] picasso::ChainCounts read_chain_counts(ByteReader& reader, std::size_t channels);

}  // namespace webunmix
