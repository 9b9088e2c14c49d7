// What `unmix` did, in the keys that scripts written for the Python package `spectral-unmixing` read, and a few of our own.
#pragma once

#include <string>
#include <vector>

#include "run/step.hpp"
#include "steps/unmix_plan.hpp"
#include "steps/unmix_pool.hpp"
#include "steps/unmix_settings.hpp"

namespace webunmix {

struct UnmixReportParts {
  const UnmixSettings& settings;
  const UnmixPlan& plan;
  const std::vector<unmix::Coefficients>& coefficients;  ///< per pool
  UnmixOffsets offsets;
  std::vector<const std::vector<DirectionFindings>*> findings;  ///< per pool, per direction; empty where nothing was estimated
  std::vector<const std::vector<DirectionComparison>*> comparisons;  ///< the same, when a comparison was asked for
};

/// Keys, nesting and nulls as in the package's sidecar. Ours: source_offset and target_offset (what was used, or null), comparison,
/// curves, comparison_by_t.
[[nodiscard]] Json unmix_details(const UnmixReportParts& parts);

/// What the user should know of the estimate besides its value.
[[nodiscard]] std::vector<std::string> unmix_warnings(const UnmixReportParts& parts);

}  // namespace webunmix
