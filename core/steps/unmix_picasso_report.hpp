// What `unmix_picasso` did, in the keys that scripts written for the Python package `spectral-unmixing` read, and a few of our own.
#pragma once

#include <string>
#include <vector>

#include "run/step.hpp"
#include "steps/unmix_picasso_matrices.hpp"
#include "steps/unmix_picasso_output.hpp"
#include "steps/unmix_picasso_plan.hpp"
#include "steps/unmix_picasso_settings.hpp"
#include "steps/unmix_picasso_sinks.hpp"
#include "steps/unmix_picasso_volumes.hpp"

namespace webunmix {

struct PicassoReportParts {
  const PicassoSettings& settings;
  const PicassoPlan& plan;
  const PicassoVolumes& volumes;
  const std::vector<MatrixFindings>& matrices;  ///< per fitted time point, of the matrix implementations
  const std::vector<SinkFindings>& sinks;       ///< the same, of source_sink_n
  const PicassoDiagnostics* output;             ///< null before output was made
};

/// Keys, nesting and nulls as in the package's sidecar. Ours: the settings that the package does not have, and in an estimation blocks,
/// suggested_pixel_bin_size (null with enough blocks), applied_matrix (what images are multiplied with: the in-place product),
/// stop_reason, oversubtraction_by_iteration, negativity_at_clips, signal_loss and destroys_signal. negativity_by_iteration is that of
/// the block sums.
[[nodiscard]] Json picasso_details(const PicassoReportParts& parts);

/// What the user should know of the result besides its pixels.
[[nodiscard]] std::vector<std::string> picasso_warnings(const PicassoReportParts& parts);

}  // namespace webunmix
