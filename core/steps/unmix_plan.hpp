// The settings of `unmix` laid over a stack: which channels, which time points together, which settings for which direction.
//
// Everything that can be wrong without looking at a pixel is found here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "run/step.hpp"
#include "steps/unmix_settings.hpp"
#include "unmix/model.hpp"
#include "unmix/region.hpp"

namespace webunmix {

/// How one coefficient is estimated: the share of `source` found in `target`.
struct UnmixDirection {
  bool reverse = false;
  std::int32_t source = 0;
  std::int32_t target = 1;
  unmix::Method method = unmix::Method::mean_ratio;
  double signal_percentile = 99;
  double background_percentile = 1;
  std::optional<double> target_low_percentile;
  double alpha_max = 1;
  int mi_bins = 64;
};

/// Time points estimated together, first .. end - 1.
struct UnmixTimes {
  std::int64_t first = 0;
  std::int64_t end = 1;
};

struct UnmixPlan {
  StackInfo stack;
  std::vector<std::int32_t> inputs;  ///< the main inputs: tiles of one experiment, pooled
  AlphaMode mode = AlphaMode::reference_t;
  unmix::Coefficients fixed;               ///< of mode fixed
  std::vector<UnmixDirection> directions;  ///< forward; reverse when bidirectional
  std::vector<UnmixTimes> pools;           ///< of mode fixed: what a comparison looks at
  std::vector<std::size_t> pool_of_t;
  std::int64_t reference_t = 0;  ///< where automatic offsets are measured
  std::shared_ptr<const unmix::Region> region;
  UnmixTimes z;  ///< planes of the estimate
  SampleType output_type = SampleType::float32;
  std::vector<std::string> warnings;

  [[nodiscard]] bool bidirectional() const { return directions.size() > 1; }
  /// Pixels of one pool in one channel.
  [[nodiscard]] std::int64_t pool_voxels(std::size_t pool) const;
};

[[nodiscard]] Result<UnmixPlan> plan_unmix(const UnmixSettings& settings, const StackInfo& stack,
                                           const std::vector<InputInfo>& inputs);

/// bad_setting unless the mixing matrix of these coefficients can be inverted. `where`: "" or "at time point 3 ".
[[nodiscard]] Result<void> check_invertible(const unmix::Coefficients& coefficients, const std::string& where);

}  // namespace webunmix
