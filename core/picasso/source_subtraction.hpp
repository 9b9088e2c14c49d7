// Applying what the source-sink method has found: one sink's pixels, corrected from its sources as they were before any correction.
//
//   corrected = max(I_k - sum_j a_j max(I_j - beta_j, 0), 0), times the time point's shared maximum again
//
// The method's clip at 1 has nothing to do: coefficients of the clipped objective are not negative, and of the penalised one a small
// negative coefficient may rightly exceed the brightest input. One-by-one results need no clip in between for the same reason.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "picasso/signal_loss.hpp"

namespace webunmix::picasso {

struct SourceTerm {
  double alpha = 0;
  double background = 0;  ///< of the source, in units of the shared maximum
};

/// `sink` and `sources` are raw pixels of one length; `shared_maximum` is greater than 0; `sink_background` is in its units.
/// Writes raw units to `corrected`. Without `clip`, negative values stay.
void subtract_sources(std::span<const float> sink, std::span<const std::span<const float>> sources,
                      std::span<const SourceTerm> terms, double sink_background, float shared_maximum, bool clip,
                      std::span<float> corrected, SignalLoss& loss);

}  // namespace webunmix::picasso
