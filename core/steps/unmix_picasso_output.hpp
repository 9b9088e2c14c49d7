// Making the unmixed pixels of `unmix_picasso`, and counting on the way what the unmixing took from each channel.
//
// Selected channels are unmixed together, so a box with any of them is made from a box with all; other channels pass through as float32.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "picasso/matrix_chain.hpp"
#include "picasso/source_subtraction.hpp"
#include "run/step.hpp"
#include "steps/unmix_picasso_plan.hpp"
#include "steps/unmix_picasso_sinks.hpp"

namespace webunmix {

/// Unmixes by matrices. `scale`: what each selected channel's result is multiplied with.
[[nodiscard]] std::unique_ptr<Fold> make_picasso_matrix_fold(const PicassoPlan& plan, const Box& wanted,
                                                             picasso::MatrixChain chain, std::vector<float> scale);

/// Corrects sinks from their sources. `shared_maximum` and `backgrounds` (in its units) are those of the box's own time point.
[[nodiscard]] std::unique_ptr<Fold> make_picasso_sink_fold(const PicassoPlan& plan, const Box& wanted,
                                                           const SinkFindings& findings, float shared_maximum,
                                                           std::vector<float> backgrounds, bool clip);

/// Gathers on the lead what the output boxes counted.
class PicassoDiagnostics {
 public:
  explicit PicassoDiagnostics(const PicassoPlan& plan);

  [[nodiscard]] Result<void> add(std::int64_t t, BytesView tally);

  /// {"by_t": [{"t", "negativity", "signal_loss"}]}, values per selected channel, null where nothing was corrected.
  [[nodiscard]] Json to_json() const;
  /// Time points at which a channel lost more than picasso::signal_loss_limit.
  [[nodiscard]] std::vector<std::int64_t> times_of_loss(std::size_t channel) const;

 private:
  bool by_matrices_;
  std::vector<std::optional<picasso::ChainCounts>> counts_;  // by t
  std::size_t channels_;
};

}  // namespace webunmix
