#include "steps/detect_gain_report.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "image/number_text.hpp"
#include "settings/value.hpp"

namespace webunmix {
namespace {

/// The value below which the share `part` of `values` lies. Reorders them.
double quantile(std::vector<float>& values, double part) {
  const auto rank = static_cast<std::ptrdiff_t>(std::lround(part * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return static_cast<double>(values[static_cast<std::size_t>(rank)]);
}

}  // namespace

Json transfer_account(std::size_t channel, const PhotonTransfer& transfer) {
  const LineFit& line = transfer.line;
  return {{"channel", channel},
          {"gain_e_per_adu", transfer.gain_e_per_adu},
          {"gain_se", transfer.gain_se},
          {"fit",
           {{"slope", line.slope},
            {"intercept", line.intercept},
            {"r", line.r},
            {"p", line.p},
            {"stderr", line.slope_se},
            {"intercept_stderr", line.intercept_se},
            {"covariance", line.covariance},
            {"points", line.points},
            {"t_95", student_95(static_cast<double>(line.points) - 2.0)}}},
          {"mean_bins", transfer.mean_bins},
          {"var_bins", transfer.var_bins},
          {"pixels_in_bins", transfer.pixels_in_bins},
          {"means_used", {transfer.lowest_mean_used, transfer.highest_mean_used}},
          {"zero_variance_adu", or_null(transfer.zero_variance_adu)},
          {"zero_variance_se", or_null(transfer.zero_variance_se)},
          {"saturation_adu", or_null(transfer.saturation_adu)},
          {"saturated_fraction", transfer.saturated_fraction},
          {"outlier_fraction", transfer.outlier_fraction},
          {"flicker_fraction", transfer.flicker_fraction}};
}

Json transfer_density(std::span<const float> mean, std::span<const float> variance, std::span<const double> bins) {
  constexpr std::size_t cells = 96;
  constexpr double outside = 0.0005;  // of the pixels, at either end: a few wild ones
  constexpr double headroom = 2.0;    // of variance above the highest bin
  constexpr double typical_top = 0.98;
  std::vector<float> sorted(mean.begin(), mean.end());
  const double x_begin = quantile(sorted, outside);
  const double x_end = quantile(sorted, 1.0 - outside);
  double y_end = 0.0;
  for (const double value : bins) y_end = std::max(y_end, headroom * value);
  if (bins.empty()) {
    sorted.assign(variance.begin(), variance.end());
    y_end = headroom * quantile(sorted, typical_top);
  }
  if (x_end <= x_begin || y_end <= 0.0) return nullptr;
  std::vector<std::uint32_t> counts(cells * cells, 0);
  const double columns_per_adu = static_cast<double>(cells) / (x_end - x_begin);
  const double rows_per_adu2 = static_cast<double>(cells) / y_end;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    const double column = (static_cast<double>(mean[i]) - x_begin) * columns_per_adu;
    const double row = static_cast<double>(variance[i]) * rows_per_adu2;
    if (column < 0.0 || column >= static_cast<double>(cells) || row < 0.0 || row >= static_cast<double>(cells)) continue;
    ++counts[static_cast<std::size_t>(row) * cells + static_cast<std::size_t>(column)];
  }
  return {{"mean_begin", x_begin}, {"mean_end", x_end}, {"variance_end", y_end},
          {"columns", cells},      {"rows", cells},     {"counts", std::move(counts)}};
}

Json level_account(std::size_t channel, const LevelMoments& dark, const std::vector<LevelMoments>& levels) {
  const auto point = [](const LevelMoments& moments) {
    return Json{{"mean_adu", moments.mean}, {"variance_adu2", moments.variance}};
  };
  Json points = Json::array();
  for (const LevelMoments& level : levels) points.push_back(point(level));
  return {{"channel", channel}, {"dark", point(dark)}, {"levels", std::move(points)}};
}

std::vector<std::string> median_mad_doubts(const PhotonTransfer& transfer, std::size_t frames, const std::string& channel) {
  constexpr std::size_t enough_frames = 10;
  constexpr double largest_scatter = 0.15;
  std::vector<std::string> doubts;
  if (frames < enough_frames) {
    doubts.push_back(
        channel + ": the deviation of " + std::to_string(frames) +
        " frames is a biased measure of noise, so this gain is doubtful. Use frame_difference, or 10 frames or more.");
  }
  const double scatter = transfer.line.slope_se / transfer.line.slope;
  // What the seeds study shows of 5 to 100 frames (docs/methods-gain.md).
  const double too_high = 0.57 / static_cast<double>(frames);
  if (frames >= enough_frames && too_high > scatter) {
    doubts.push_back(channel + ": the median absolute deviation of " + std::to_string(frames) + " frames makes a gain about " +
                     percent_text(too_high) + " too high, more than its standard error (" + percent_text(scatter) +
                     "), so it is doubtful by as much. frame_difference has no such bias.");
  }
  if (scatter > largest_scatter) {
    doubts.push_back(channel + ": the standard error is " + percent_text(scatter) +
                     " of the slope, so this gain is doubtful. Use frame_difference, or more frames.");
  }
  if (transfer.zero_variance_adu && *transfer.zero_variance_adu > transfer.mean_bins.front()) {
    doubts.push_back(channel + ": the line reaches zero variance at " + rounded_text(*transfer.zero_variance_adu, 0) +
                     " ADU, above the darkest pixels (" + rounded_text(transfer.mean_bins.front(), 0) +
                     " ADU), so this gain is doubtful: something besides photons varies. Bleaching and drift do that; use "
                     "frame_difference.");
  }
  if (transfer.lever < enough_lever) {
    doubts.push_back(
        channel + ": the pixels' medians differ little more than noise makes them (their variance is " +
        rounded_text(transfer.lever, 1) +
        " times that of noise alone), as those of evenly lit frames do, so this gain is doubtful. Use a scene with "
        "brighter and darker parts.");
  }
  return doubts;
}

}  // namespace webunmix
