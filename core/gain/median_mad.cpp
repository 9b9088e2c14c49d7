// The compatible method: robust maps, plain bins, an unweighted line through the middle third.
#include <algorithm>
#include <cmath>
#include <utility>

#include "gain/photon_transfer.hpp"
#include "image/number_text.hpp"
#include "stats/percentile.hpp"

namespace webunmix {
namespace {

constexpr double mad_to_sd = 1.4826;
constexpr std::uint64_t pixels_a_bin_must_exceed = 10;

double median_of(std::span<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2.0;
}

double percentile_of(std::vector<double>& values, double percent) {
  const PercentileRanks ranks = percentile_ranks(values.size(), percent);
  const auto at = [&](std::uint64_t rank) {
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(values.begin(), place, values.end());
    return *place;
  };
  const double lower = at(ranks.lower);
  return interpolate(lower, at(ranks.upper), ranks.fraction);
}

}  // namespace

MedianAndVariance median_mad(std::span<double> series) {
  const double median = median_of(series);
  for (double& value : series) value = std::abs(value - median);
  return {median, scaled_mad_variance(median_of(series))};
}

double scaled_mad_variance(double mad) {
  const double sd = mad_to_sd * mad;
  return sd * sd;
}

Result<PhotonTransfer> fit_median_mad(std::span<const double> mean, std::span<const double> variance, std::size_t nbins,
                                      const std::string& what) {
  const auto refuse = [&](const std::string& why) {
    return Error{Errc::not_enough_data, what + ": median_mad cannot tell a gain: " + why};
  };
  const auto [lowest, highest] = std::minmax_element(mean.begin(), mean.end());
  if (*lowest == *highest)
    return refuse("every pixel has the same median, so there is no range of brightness to fit a line over.");

  std::vector<double> edges(nbins + 1);
  const double step = (*highest - *lowest) / static_cast<double>(nbins);
  for (std::size_t i = 0; i <= nbins; ++i) edges[i] = *lowest + static_cast<double>(i) * step;
  edges[nbins] = *highest;
  std::vector<double> mean_sums(nbins + 2, 0.0);
  std::vector<double> variance_sums(nbins + 2, 0.0);
  std::vector<std::uint64_t> counts(nbins + 2, 0);
  for (std::size_t i = 0; i < mean.size(); ++i) {
    const auto bin = static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), mean[i]) - edges.begin());
    mean_sums[bin] += mean[i];
    variance_sums[bin] += variance[i];
    ++counts[bin];
  }

  PhotonTransfer result;
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    if (counts[bin] <= pixels_a_bin_must_exceed) continue;
    result.mean_bins.push_back(mean_sums[bin] / static_cast<double>(counts[bin]));
    result.var_bins.push_back(variance_sums[bin] / static_cast<double>(counts[bin]));
    result.pixels_in_bins.push_back(counts[bin]);
  }
  std::vector<double> sorted(mean.begin(), mean.end());
  const double from = percentile_of(sorted, 33.0);
  const double to = percentile_of(sorted, 66.0);
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t i = 0; i < result.mean_bins.size(); ++i) {
    if (result.mean_bins[i] > from && result.mean_bins[i] < to) {
      x.push_back(result.mean_bins[i]);
      y.push_back(result.var_bins[i]);
    }
  }
  if (x.size() < 3) {
    return refuse("only " + std::to_string(x.size()) + " bins of more than 10 pixels lie in the middle third of the means (" +
                  number_text(from) + " to " + number_text(to) + " ADU); 3 are needed. Use frame_difference.");
  }
  result.line = fit_line(x, y);
  result.lowest_mean_used = from;
  result.highest_mean_used = to;
  result.gain_e_per_adu = 1.0 / result.line.slope;
  if (!std::isfinite(result.gain_e_per_adu) || result.gain_e_per_adu <= 0.0) {
    return refuse("the variance does not grow with the mean (slope " + number_text(result.line.slope) +
                  " ADU). Saturated pixels, bleaching or evenly lit frames do that. Use frame_difference.");
  }
  result.gain_se = result.line.slope_se / (result.line.slope * result.line.slope);
  result.zero_variance_adu = result.line.zero();
  result.zero_variance_se = result.line.zero_se();
  return result;
}

}  // namespace webunmix
