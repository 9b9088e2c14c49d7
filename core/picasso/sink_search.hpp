// What bleeds into one sink channel, and how much: the searches of the source-sink method.
//
//   corrected = clip(I_k - sum_j a_j max(I_j - beta_j, 0), 0, 1)
//
// I are the channels of a time point over their one shared maximum; k is the sink, j its sources, beta their backgrounds.
//
// Joint search: all a (and, if wanted, beta) of a sink at once by bounded Powell from several starts, keeping the lowest cost.
// Objective::clipped is the Python package's: sum_j MI(I_j, corrected). Clipping inside the objective rewards blacking the sink out, so a
// better optimiser gets a worse answer. Objective::penalised does not clip: with d = I_k - sum_j a_j max(I_j - beta_j, 0), binned over
// edges that are the same for every a, it adds the share of the sink that falls below its background (picasso/signal_loss.hpp).
//
// One-by-one search: one source after another on max(I_j - b_j, 0) with b_j the measured background, by Nelder-Mead, each
// subtraction clipped to 0..1 before the next.
//
// Both own nothing but their state: samples are borrowed. A step is one visit of every sample.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "picasso/histogram_information.hpp"
#include "stats/nelder_mead.hpp"
#include "stats/powell.hpp"

namespace webunmix::picasso {

enum class Objective : std::uint8_t { clipped, penalised };

struct SinkRules {
  double alpha_max = 1.0;
  int bins = 64;
  bool optimise_background = true;
  double max_background = 0.2;
  int starts = 4;
  int max_iterations = 200;
  double tolerance = 1e-4;
  Objective objective = Objective::clipped;
};

/// Lowest coefficient of the penalised objective. With several sources the right one is -inv(M)[k,j] / inv(M)[k,k] of the mixing
/// matrix M, which can be negative.
inline constexpr double penalised_alpha_min = -0.3;
/// The penalised objective has more local minima that matter: it begins from at least this many places.
inline constexpr int penalised_starts = 12;

/// Samples of a sink and its sources at the same voxels, and the backgrounds of both.
struct SinkSamples {
  std::span<const float> sink;
  std::vector<std::span<const float>> sources;
  double sink_background = 0;
  std::vector<double> source_backgrounds;
};

struct SourceSolution {
  double alpha = 0;
  double background = 0;
  bool converged = false;
  int iterations = 0;
  int evaluations = 0;
};

struct SinkSolution {
  std::vector<SourceSolution> sources;  ///< of a joint search, counts and convergence are the sink's, in all of them
  double objective = 0;                 ///< of the joint search
  int starts = 0;                       ///< of the joint search
  double signal_loss = 0;               ///< share, on the samples
};

class JointSearch {
 public:
  /// `seed` is that of the random starts.
  JointSearch(SinkSamples samples, const SinkRules& rules, std::uint64_t seed);

  void step();
  [[nodiscard]] bool done() const { return start_ == starts_.size(); }
  [[nodiscard]] double fraction() const { return static_cast<double>(start_) / static_cast<double>(starts_.size()); }
  [[nodiscard]] SinkSolution solution() const;

 private:
  [[nodiscard]] std::vector<std::vector<double>> make_starts(std::uint64_t seed) const;
  [[nodiscard]] double least_squares_ratio(std::size_t source) const;
  [[nodiscard]] double background_of(std::span<const double> parameters, std::size_t source) const;
  void begin_start();
  void find_residual(std::span<const double> parameters);
  [[nodiscard]] double cost(std::span<const double> parameters);

  SinkSamples samples_;
  SinkRules rules_;
  std::size_t n_;  // samples
  HistogramInformation information_;
  ValueRange fixed_range_;      // of the penalised objective
  double signal_ = 0;           // sum max(I_k - b_k, 0)
  std::vector<double> lowest_;  // of the parameters: all alpha, then all backgrounds
  std::vector<double> highest_;
  std::vector<std::vector<double>> starts_;
  std::size_t start_ = 0;
  std::optional<Powell> search_;
  std::optional<Powell> best_;
  std::vector<double> residual_;
};

class OneByOneSearch {
 public:
  /// One set of samples for each source; set m holds sources 0 .. m (those before m are subtracted first).
  OneByOneSearch(std::vector<SinkSamples> samples, const SinkRules& rules);

  void step();
  [[nodiscard]] bool done() const { return found_.size() == samples_.size(); }
  [[nodiscard]] double fraction() const { return static_cast<double>(found_.size()) / static_cast<double>(samples_.size()); }
  [[nodiscard]] SinkSolution solution() const;

 private:
  void begin_source();
  [[nodiscard]] double cost(double alpha);
  [[nodiscard]] double inside(double alpha) const;

  std::vector<SinkSamples> samples_;
  SinkRules rules_;
  std::vector<SourceSolution> found_;
  std::vector<float> source_;  // above its background
  std::vector<float> sink_;    // after the sources before
  std::optional<HistogramInformation> information_;
  std::optional<NelderMead> search_;
  std::vector<double> corrected_;
};

}  // namespace webunmix::picasso
