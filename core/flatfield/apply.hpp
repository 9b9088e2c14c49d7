// Applying a shading profile to a plane.
//
//   ratio   out = (I - D) / max(S, 1e-6)
//   range   out = (I - D) / max(S, 1e-6) * mean(S) + mean(D): keeps the level and range of the raw image
//
// minus the baseline of the frame where that is asked for. S has mean 1 and no unit; I, D, the baseline and the result are in counts.
#pragma once

#include <span>

#include "image/result.hpp"

namespace webunmix {

enum class ShadingForm { ratio, range };

/// A profile made ready for application: one multiplication and one subtraction a pixel are left.
class ShadingCorrection {
 public:
  /// `darkfield` may be empty (no dark-field). Both are full size, row by row, and outlive this object.
  ShadingCorrection(std::span<const float> flatfield, std::span<const float> darkfield, ShadingForm form);

  /// Corrects the pixels from `first` on (an index into the plane): out[i] from in[i]. `in` and `out` do not overlap.
  void apply(std::span<const float> in, std::size_t first, float baseline, std::span<float> out) const;

 private:
  std::span<const float> flatfield_;
  std::span<const float> darkfield_;
  float scale_;
  float level_;
};

}  // namespace webunmix
