// Calibration sets: dark frames, and frames at several light levels, of one camera.
//
// Per pixel (F. Huang et al., Nat Methods 10:653 (2013), for sCMOS): offset and variance from the dark frames, and with the mean m_ik and
// variance v_ik of pixel i at level k
//
//   slope_i = sum_k (v_ik - var_i) (m_ik - o_i) / sum_k (m_ik - o_i)^2      ADU/e-,      gain_i = 1 / slope_i    e-/ADU.
//
// Whole sensor (EMVA Standard 1288, photon transfer): the slope through the origin of s2_y - s2_dark on u_y - u_dark over the levels up
// to 70 % of saturation.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "image/result.hpp"

namespace webunmix {

/// Per-pixel mean and variance of one set of frames.
struct PixelMoments {
  std::vector<float> mean;      ///< ADU
  std::vector<float> variance;  ///< ADU^2, of single frames
};

/// Sums of a set of frames for PixelMoments. Values are taken relative to the first frame, so that large offsets cost no precision.
class PixelMomentSums {
 public:
  explicit PixelMomentSums(std::size_t pixels);
  template <class T>
  void add(std::span<const T> frame);
  [[nodiscard]] std::size_t frames() const { return frames_; }
  /// After at least two frames.
  [[nodiscard]] PixelMoments finish() const;

 private:
  std::size_t frames_ = 0;
  std::vector<float> first_;
  std::vector<double> sum_;
  std::vector<double> squares_;
};

/// The gain of each pixel, e-/ADU. NaN never appears: a pixel whose slope is not positive takes 0, and `dead` counts it.
struct PixelGains {
  std::vector<float> gain_e_per_adu;
  std::uint64_t dead = 0;
};
[[nodiscard]] PixelGains pixel_gains(const PixelMoments& dark, std::span<const PixelMoments> levels);

/// The gain of the whole sensor from those of its pixels: one over the mean of their slopes (1 / gain), which, unlike the mean or the
/// median of the gains, is not drawn upwards by the noise of few frames. Dead pixels (0) are left out.
struct PooledGain {
  double gain_e_per_adu = 0.0;
  double gain_se = 0.0;
  std::size_t pixels = 0;
};
[[nodiscard]] PooledGain pooled_gain(std::span<const float> gain_e_per_adu);

/// Mean and variance of a whole set, in ADU and ADU^2.
struct LevelMoments {
  double mean = 0.0;
  double variance = 0.0;
  double variance_se = 0.0;  ///< standard error of `variance`
};

struct EmvaGain {
  double gain_e_per_adu = 0.0;
  std::optional<double>
      gain_se;  ///< from the scatter of the levels about the line and from their variance_se; one level has none
  std::size_t levels_used = 0;
};

/// `saturation_adu`: the level at which the camera saturates; levels above 70 % of it are left out. Errors: not_enough_data.
[[nodiscard]] Result<EmvaGain> emva_gain(const LevelMoments& dark, std::span<const LevelMoments> levels, double saturation_adu);

}  // namespace webunmix
