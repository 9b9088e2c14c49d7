// The photon-transfer curve: variance against mean, and the gain of a camera from its slope.
//
// Photo-electrons are Poisson distributed, so in grey levels (ADU) variance = (mean - offset) / gain + read variance: a line whose slope
// is 1 / gain (J. R. Janesick, Photon Transfer, SPIE Press 2007). Gain is in e-/ADU, means in ADU, variances in ADU^2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gain/line_fit.hpp"
#include "gain/temporal_sums.hpp"
#include "image/result.hpp"

namespace webunmix {

struct PhotonTransfer {
  double gain_e_per_adu = 0.0;
  double gain_se = 0.0;
  LineFit line;
  std::vector<double> mean_bins;
  std::vector<double> var_bins;
  std::vector<std::uint64_t> pixels_in_bins;
  std::optional<double> zero_variance_adu;  ///< x0 = -intercept / slope: a lower bound of the offset
  std::optional<double> zero_variance_se;   ///< of x0, from the covariance of slope and intercept
  double lever = 0.0;                       ///< variance of the pixels' means over what noise alone makes of it; see lever_of()
  double lowest_mean_used = 0.0;            ///< the range of means the line was fitted over
  double highest_mean_used = 0.0;
  std::optional<double> saturation_adu;  ///< the plateau that was found
  double saturated_fraction = 0.0;       ///< of the pixels, left out for saturation
  double outlier_fraction = 0.0;         ///< of the pixels, left out for a variance far off the line
  double flicker_fraction = 0.0;         ///< standard deviation of the lamp over its mean; removed
  std::vector<std::string> warnings;
};

/// Maps of a whole channel, one value per pixel.
struct TransferInput {
  std::span<const float> mean;
  std::span<const float> variance;
  std::span<const float> maximum;  ///< over time; may be empty for methods that do not look at saturation
  FrameSums frame_sums;            ///< may be empty: then a flickering lamp is not looked for
  std::size_t frames = 0;
  std::optional<double> type_maximum;  ///< of an integer sample type
  std::string what;                    ///< "channel 0 (GFP)", for messages
};

/// Evenly lit pixels have means that differ by noise alone, by variance / T. That noise shows in their variances too (photon noise is
/// skewed), so flat light makes a line of its own, whose slope is wrong by the share of the read noise; in a real scene it bends the
/// slope by up to 1 / lever. `means`: of pixels, any order; `variance`: of one pixel over time, typical; `noise`: variance of the mean
/// of T frames over that, 1 / T.
[[nodiscard]] double lever_of(std::span<const double> means, double variance, double noise);
inline constexpr double least_lever = 3.0;    ///< below it there is no gain to tell
inline constexpr double enough_lever = 10.0;  ///< below it the gain is doubtful

/// `frame_difference`: equal-count bins, saturation and outliers left out, lamp flicker removed, weights 1 / variance^2 iterated.
/// Errors: not_enough_data, with the reason.
[[nodiscard]] Result<PhotonTransfer> fit_frame_difference(const TransferInput& input);

/// `quantile_low`: as fit_frame_difference, but on a low quantile of the variance in each bin over that quantile of v / sigma^2: what
/// blinks adds variance, never takes it away.
[[nodiscard]] Result<PhotonTransfer> fit_quantile_low(const TransferInput& input);

/// `median_mad`, compatible: `nbins` equal-width bins of the mean map with more than 10 pixels, ordinary least squares over those whose
/// mean lies strictly between the 33rd and 66th percentile of the mean map. `mean` and `variance` are the maps of median_mad_maps().
[[nodiscard]] Result<PhotonTransfer> fit_median_mad(std::span<const double> mean, std::span<const double> variance,
                                                    std::size_t nbins, const std::string& what);

/// Temporal median, and (1.4826 MAD)^2, of one pixel. An even count: the mean of the two middle values. Reorders `series`.
struct MedianAndVariance {
  double median = 0.0;
  double variance = 0.0;
};
[[nodiscard]] MedianAndVariance median_mad(std::span<double> series);

/// (1.4826 MAD)^2: the variance of normal noise with this median absolute deviation.
[[nodiscard]] double scaled_mad_variance(double mad);

/// (m1 + m2 - 2 bias) / sd^2: the gain from two frames of one scene, the sd of their difference and the bias level. e-/ADU.
[[nodiscard]] double gain_of_frame_pair(double mean_1, double mean_2, double bias, double sd_of_difference);

}  // namespace webunmix
