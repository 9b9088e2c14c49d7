// Making corrected pixels, and measuring what the correction did on the way.
//
// Only the corrected channels are computed; all others are passed on as float32. Wherever the target is made, the box also leaves
// sums for Pearson's r of source and target before and after, negative counts before clipping, and a regular sample of voxels from
// which the lead takes mutual information and pedestals once a time point is complete.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "run/step.hpp"
#include "stats/pair_sums.hpp"
#include "steps/unmix_plan.hpp"
#include "unmix/model.hpp"

namespace webunmix {

struct UnmixCorrection {
  unmix::Coefficients coefficients;
  unmix::Pedestals pedestals;
  std::int32_t source = 0;
  std::int32_t target = 1;
  bool bidirectional = false;
  bool clip_negative = true;
};

/// Every stride-th voxel of a time point, in (input, z, y, x) order: at most 2^18, never the same column of every row.
[[nodiscard]] std::int64_t diagnostic_stride(const UnmixPlan& plan);

/// What one output box leaves.
struct UnmixTally {
  PairSums before;
  PairSums after;
  std::uint64_t negative_source = 0;
  std::uint64_t negative_target = 0;
  std::uint64_t not_finite = 0;  ///< voxels left out of the sums
  std::vector<float> source;     ///< the sample, before
  std::vector<float> target;
  std::vector<float> corrected_source;  ///< after, before clipping; empty unless bidirectional
  std::vector<float> corrected_target;

  [[nodiscard]] Bytes write() const;
  [[nodiscard]] static Result<UnmixTally> read(BytesView bytes);
  void add(UnmixTally&& other);
};

/// The fold that makes `wanted`. `first_voxel`: number of the box's first voxel within its time point.
[[nodiscard]] std::unique_ptr<Fold> make_unmix_output_fold(const Box& wanted, const UnmixCorrection& correction,
                                                           std::int64_t first_voxel, std::int64_t stride);

/// Gathers tallies on the lead and says what they mean.
class UnmixDiagnostics {
 public:
  UnmixDiagnostics(const UnmixPlan& plan, bool clip_negative);

  void add(std::int64_t t, const UnmixCorrection& correction, UnmixTally tally);

  /// {"before", "after", "by_t": [{"t", "before", "after", ...}]}; empty before anything was added.
  [[nodiscard]] Json to_json() const;
  [[nodiscard]] std::uint64_t not_finite() const { return not_finite_; }

 private:
  struct TimePoint {
    UnmixTally tally;
    UnmixCorrection correction;
    Json findings;  // from the sample, once the time point is complete
  };
  [[nodiscard]] Json findings_of(const TimePoint& point) const;
  [[nodiscard]] Json before(const TimePoint& point, const Json& findings) const;
  [[nodiscard]] Json after(const TimePoint& point, const Json& findings) const;

  SampleType type_;
  bool bidirectional_;
  bool clip_negative_;
  std::uint64_t voxels_per_t_;
  std::uint64_t not_finite_ = 0;
  std::vector<std::optional<TimePoint>> points_;  // by t
};

}  // namespace webunmix
