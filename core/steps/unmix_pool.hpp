// One pool of voxels on the lead: it says what must be looked at next, takes what the looks found, and estimates.
//
//   background, threshold   from exact order statistics: one look for 8- and 16-bit samples, two for the others
//   mask                    voxels are gathered in pool order; while their number is small, by the source bound alone, and the mask
//                           rule is applied here. For other types than 8 and 16 bits the bound is then the lower edge of the
//                           threshold's digit, so that gathering shares the second look and the pixels are read twice, not thrice.
//   large masks             are counted first where the counts are not known, and of what comes in only the voxels that the random
//                           sample holds are kept: memory is bounded by max_alpha_voxels, not by the mask.
//   estimate                in slices, one evaluation of mutual information at a time
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stats/order_statistics.hpp"
#include "steps/unmix_look.hpp"
#include "steps/unmix_plan.hpp"
#include "unmix/comparison.hpp"
#include "unmix/estimators.hpp"
#include "unmix/preparation.hpp"

namespace webunmix {

/// The pedestal that the model keeps out of the correction, per channel; nothing: the background percentile serves the estimate.
struct UnmixOffsets {
  std::optional<double> source;
  std::optional<double> target;
};

/// What was found for one direction, in the words of the Python package's report.
struct DirectionFindings {
  double source_background = 0;
  double target_background = 0;
  double source_threshold = 0;  ///< of prepared values
  std::optional<double> target_threshold;
  std::uint64_t mask_voxels = 0;
  std::uint64_t source_only_voxels = 0;
  bool low_target_mask = false;  ///< the target's percentile took part in the mask that was used
  bool fallback = false;
  std::uint64_t estimation_voxels = 0;
  std::uint64_t seed = 0;
  std::optional<unmix::Estimate> estimate;  ///< nothing in mode fixed

  [[nodiscard]] double alpha() const { return estimate ? unmix::alpha_of(*estimate) : 0; }
};

/// What a comparison found for one direction.
struct DirectionComparison {
  std::vector<unmix::ComparedMethod> methods;
  unmix::ComparisonCurves curves;
  std::size_t tiles = 0;
  std::uint32_t resamples = 0;
  std::uint64_t seed = 0;
};

/// How much a pool may hold, in voxels of one direction (8 bytes each).
struct UnmixMemory {
  std::uint64_t gathered_at_once = std::uint64_t{2} << 20U;  ///< within the source bound, before the mask rule
  std::uint64_t most_kept = std::uint64_t{32} << 20U;        ///< for the estimate
};

struct UnmixPoolOptions {
  std::optional<std::int64_t> max_alpha_voxels{};
  std::uint64_t random_state = 0;
  std::uint64_t min_mask_voxels = 16;
  bool preprocess = true;
  bool estimate = true;  ///< false in mode fixed: only a comparison is wanted
  bool compare = false;
  std::optional<double> manual_alpha{};  ///< for the comparison
  std::optional<double> manual_alpha_reverse{};
  UnmixMemory memory{};
};

class UnmixPool {
 public:
  UnmixPool(const UnmixPlan& plan, std::size_t pool, UnmixOffsets offsets, UnmixPoolOptions options);

  /// What to look at next; asks nothing once all voxels are there.
  [[nodiscard]] UnmixLook next_look() const;
  /// What one item of that look found, in pool order.
  [[nodiscard]] Result<void> take(BytesView tally);
  /// All items of that look have been taken.
  [[nodiscard]] Result<void> close_look();

  [[nodiscard]] bool gathered() const { return stage_ == Stage::solve || stage_ == Stage::done; }
  /// Does about `work` voxel visits of estimation. Returns true while there is more to do.
  [[nodiscard]] Result<bool> solve(std::uint64_t work);
  [[nodiscard]] bool done() const { return stage_ == Stage::done; }
  [[nodiscard]] double fraction() const;

  /// Once done: per direction of the plan.
  [[nodiscard]] const std::vector<DirectionFindings>& findings() const { return findings_; }
  [[nodiscard]] const std::vector<DirectionComparison>& comparisons() const { return comparisons_; }

 private:
  enum class Stage : std::uint8_t { upper_digits, lower_digits, voxels, solve, done };

  /// How the voxels of a direction come in.
  struct Gathering {
    enum class Kind : std::uint8_t {
      undecided,  // thresholds are not known yet
      all,        // everything within the source bound; the mask rule is applied when it is there
      count,      // how many voxels the mask holds must be known first
      sampled,    // exactly the mask comes in; of it the picked voxels are kept
      complete,
    };
    Kind kind = Kind::undecided;
    unmix::Preparation source;
    unmix::Preparation target;
    float source_at_least = 0;
    float target_at_most = std::numeric_limits<float>::max();
    std::uint64_t with_source = 0;
    std::uint64_t with_both = 0;
    bool sample = false;
    std::vector<std::uint64_t> picks;  // ranks within the mask, ascending
    std::size_t next_pick = 0;
    std::uint64_t seen = 0;
    std::vector<float> x;
    std::vector<float> y;
    std::vector<std::uint16_t> tiles;
  };

  [[nodiscard]] const OrderStatistics& source_of(std::size_t direction) const { return statistics_[direction]; }
  [[nodiscard]] const OrderStatistics& target_of(std::size_t direction) const { return statistics_[1 - direction]; }
  [[nodiscard]] std::optional<double> offset_of(std::size_t channel) const {
    return channel == 0 ? offsets_.source : offsets_.target;
  }

  [[nodiscard]] Result<void> close_upper_digits();
  [[nodiscard]] Result<void> close_lower_digits();
  [[nodiscard]] Result<void> close_voxels();
  void gather_by_digit(std::size_t direction);
  [[nodiscard]] Result<void> find_thresholds(std::size_t direction);
  [[nodiscard]] unmix::Preparation prepare(std::size_t channel, const OrderStatistics& values, double percentile,
                                           double& background) const;
  [[nodiscard]] Result<void> decide_gathering(std::size_t direction);
  [[nodiscard]] Result<void> sample_exactly(std::size_t direction);
  [[nodiscard]] Result<void> choose_mask(std::size_t direction, std::uint64_t with_source, std::uint64_t with_both);
  [[nodiscard]] Result<void> apply_mask(std::size_t direction);
  void keep(Gathering& gathering, const GatheredVoxels& voxels) const;
  void pick_voxels(std::size_t direction, std::uint64_t mask_voxels);
  void prepare_voxels(Gathering& gathering) const;
  void settle_stage();
  [[nodiscard]] Result<bool> solve_direction(std::size_t direction, std::uint64_t work);
  void begin_comparison(std::size_t direction);
  void finish_comparison();
  [[nodiscard]] Error in_context(std::size_t direction, const Error& error) const;
  [[nodiscard]] std::string place() const;

  const UnmixPlan* plan_;
  std::size_t pool_;
  UnmixOffsets offsets_;
  UnmixPoolOptions options_;
  Stage stage_ = Stage::upper_digits;
  std::vector<OrderStatistics> statistics_;  // of the forward direction's source and target; empty once thresholds are known
  std::array<Gathering, 2> gatherings_;
  std::vector<DirectionFindings> findings_;

  std::size_t solving_ = 0;
  std::unique_ptr<unmix::InformationSearch> search_;
  std::unique_ptr<unmix::Comparison> comparison_;
  std::vector<DirectionComparison> comparisons_;
};

}  // namespace webunmix
