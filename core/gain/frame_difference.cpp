// The default method: every pixel with a sound variance, in bins of equal count, on a weighted line.
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <utility>

#include "gain/photon_transfer.hpp"
#include "gain/temporal_sums.hpp"
#include "image/number_text.hpp"
#include "stats/ordered_key.hpp"

namespace webunmix {
namespace {

/// Changes of the light from frame to frame that can still be told from photon noise.
constexpr double most_flicker = 0.1;

constexpr std::size_t bin_count = 50;
constexpr std::size_t fewest_pixels = 1000;
constexpr double low_quantile = 0.25;
constexpr double fewest_at_plateau = 20.0;  // fewer pixels share a value by chance

enum class BinLevel { mean, quantile };

/// What a flickering lamp adds to the variance of a pixel: its relative variance times the square of the light above `dark`.
struct Lamp {
  double relative_variance = 0.0;
  double error = 0.0;  ///< standard error of relative_variance
  double dark = 0.0;
};

/// The highest value that is the maximum of at least 1 % of the pixels, at least five times commoner than the 20 values below it, and
/// with next to no pixel above it: where the camera or the converter stops. Only whole numbers can pile up like that.
std::optional<double> saturation_plateau(std::span<const float> maximum) {
  constexpr double most_above = 0.001;  // of the pixels
  for (const float value : maximum) {
    if (value != std::floor(value)) return std::nullopt;
  }
  const auto pixels = static_cast<double>(maximum.size());
  std::vector<float> top(maximum.begin(), maximum.end());
  const auto rank = static_cast<std::ptrdiff_t>(pixels - 1.0 - std::floor(most_above * pixels));
  std::nth_element(top.begin(), top.begin() + rank, top.end());
  const auto lowest = static_cast<std::int64_t>(top[static_cast<std::size_t>(rank)]);
  std::map<std::int64_t, std::uint64_t> counts;
  for (const float value : maximum) {
    if (static_cast<std::int64_t>(value) >= lowest - 20) ++counts[static_cast<std::int64_t>(value)];
  }
  double above = 0.0;
  for (auto it = counts.rbegin(); it != counts.rend() && it->first >= lowest && above <= most_above * pixels; ++it) {
    const auto count = static_cast<double>(it->second);
    double below = 0.0;
    for (auto lower = counts.lower_bound(it->first - 20); lower->first < it->first; ++lower)
      below += static_cast<double>(lower->second);
    if (count >= fewest_at_plateau && count >= 0.01 * pixels && count >= 5.0 * below / 20.0)
      return static_cast<double>(it->first);
    above += count;
  }
  return std::nullopt;
}

double median_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// A low quantile of v / sigma^2 for T frames, by the chi-squared law with the same relative scatter (Wilson and Hilferty 1931).
double quantile_of_scatter(std::size_t frames) {
  constexpr double normal_quantile = -0.6744897501960817;  // of low_quantile = 0.25
  const double scatter = variance_scatter(frames);
  const double k = 2.0 / (scatter * scatter);
  const double root = 1.0 - 2.0 / (9.0 * k) + normal_quantile * std::sqrt(2.0 / (9.0 * k));
  return root * root * root;
}

class Fit {
 public:
  Fit(const TransferInput& input, BinLevel level) : input_(input), level_(level) {}

  Result<PhotonTransfer> run() {
    WEBUNMIX_TRY(check());
    sort_by_mean();
    found_.saturation_adu = input_.maximum.empty() ? std::nullopt : saturation_plateau(input_.maximum);
    const double limit = found_.saturation_adu.value_or(input_.type_maximum.value_or(std::numeric_limits<double>::infinity()));
    keep_unsaturated(limit, [&](std::size_t i) { return static_cast<double>(variance_[i]); });
    WEBUNMIX_TRY(enough_left());
    constexpr int rounds = 3;
    for (int round = 0; round < rounds; ++round) {
      make_bins();
      WEBUNMIX_TRY(lever());
      fit_first();
      fit_means();
      remove_flicker();
      // A line that falls has no use for another round; judge() refuses it.
      if (found_.line.slope <= 0.0) break;
      const auto kept = kept_.size();
      keep_unsaturated(limit, [&](std::size_t i) { return std::max(0.0, found_.line.at(static_cast<double>(mean_[i]))); });
      WEBUNMIX_TRY(enough_left());
      if (kept_.size() == kept) break;
    }
    return judge();
  }

 private:
  [[nodiscard]] Error refuse(const std::string& why) const { return {Errc::not_enough_data, input_.what + ": " + why}; }

  Result<void> check() const {
    if (input_.frames < 2) {
      return refuse(
          "one frame cannot tell a gain: the noise is what changes from frame to frame. Record 2 or more frames of a still "
          "scene.");
    }
    const auto [lowest, highest] = std::minmax_element(input_.mean.begin(), input_.mean.end());
    if (*lowest == *highest && input_.type_maximum && static_cast<double>(*highest) >= *input_.type_maximum) {
      return refuse("every pixel is saturated, at " + number_text(*input_.type_maximum) +
                    " ADU, the largest value of the sample type. Record at lower light.");
    }
    if (*lowest == *highest)
      return refuse("every pixel has the same mean, so there is no range of brightness to fit a line over.");
    return {};
  }

  /// Digit by digit of an integer in the order of the means; pixels of equal mean stay in their own order. All that follows goes over
  /// the pixels in this order.
  void sort_by_mean() {
    constexpr unsigned digit_bits = 11;
    constexpr std::uint32_t digits = 1U << digit_bits;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> keyed(input_.mean.size());
    for (std::size_t i = 0; i < keyed.size(); ++i) keyed[i] = {ordered_key(input_.mean[i]), static_cast<std::uint32_t>(i)};
    auto sorted = keyed;
    for (unsigned shift = 0; shift < 32; shift += digit_bits) {
      std::vector<std::size_t> next(digits + 1, 0);
      for (const auto& entry : keyed) ++next[((entry.first >> shift) & (digits - 1)) + 1];
      for (std::size_t digit = 0; digit < digits; ++digit) next[digit + 1] += next[digit];
      for (const auto& entry : keyed) sorted[next[(entry.first >> shift) & (digits - 1)]++] = entry;
      keyed.swap(sorted);
    }
    mean_.reserve(keyed.size());
    measured_variance_.reserve(keyed.size());
    for (const auto& entry : keyed) {
      mean_.push_back(input_.mean[entry.second]);
      measured_variance_.push_back(input_.variance[entry.second]);
    }
    variance_ = measured_variance_;
  }

  template <class Variance>
  void keep_unsaturated(double limit, const Variance& variance) {
    kept_.clear();
    for (std::size_t i = 0; i < mean_.size(); ++i) {
      if (static_cast<double>(mean_[i]) + 4.0 * std::sqrt(std::max(0.0, variance(i))) < limit) kept_.push_back(i);
    }
    found_.saturated_fraction = 1.0 - static_cast<double>(kept_.size()) / static_cast<double>(input_.mean.size());
    // Drop what lies below the 1st and above the 99th percentile of the mean.
    const std::size_t cut = kept_.size() / 100;
    kept_.erase(kept_.end() - static_cast<std::ptrdiff_t>(cut), kept_.end());
    kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(cut));
  }

  Result<void> enough_left() const {
    if (kept_.size() >= fewest_pixels) return {};
    return refuse("only " + std::to_string(kept_.size()) + " of " + std::to_string(input_.mean.size()) +
                  " pixels are usable, " + std::to_string(fewest_pixels) + " are needed" +
                  (found_.saturated_fraction > 0.5
                       ? "; " + percent_text(found_.saturated_fraction) + " are saturated. Record at lower light."
                       : "."));
  }

  /// Of what is left when most pixels are saturated, no reason but that one is of use.
  [[nodiscard]] Error refuse_lever(const std::string& why) const {
    if (found_.saturated_fraction <= 0.5) return refuse(why);
    return refuse(percent_text(found_.saturated_fraction) + " of the pixels are saturated" +
                  (found_.saturation_adu ? " at " + number_text(*found_.saturation_adu) + " ADU" : std::string()) +
                  ", and the others span too little to tell the slope. Record at lower light.");
  }

  void make_bins() {
    borders_.clear();
    for (std::size_t b = 0; b <= bin_count; ++b) borders_.push_back(b * kept_.size() / bin_count);
  }

  Result<void> lever() const {
    if (mean_[kept_.front()] < mean_[kept_.back()]) return {};
    return refuse_lever(
        "all usable pixels have the same mean: evenly lit frames give no lever. Use a scene or a gradient with bright and dark "
        "parts.");
  }

  /// The line through the bins' medians: no wild pixel moves it far.
  void fit_first() {
    std::vector<double> x;
    std::vector<double> y;
    for (std::size_t b = 0; b < bin_count; ++b) {
      std::vector<double> variances;
      variances.reserve(borders_[b + 1] - borders_[b]);
      for (std::size_t k = borders_[b]; k < borders_[b + 1]; ++k) variances.push_back(static_cast<double>(variance_[kept_[k]]));
      x.push_back(static_cast<double>(mean_[kept_[borders_[b] + variances.size() / 2]]));
      y.push_back(median_of(variances));
    }
    found_.line = weighted_line(x, y);
    first_ = true;
  }

  /// Weights 1 / (fitted variance)^2, iterated.
  static LineFit weighted_line(std::span<const double> x, std::span<const double> y) {
    LineFit line = fit_line(x, y);
    double floor = 0.0;
    for (const double value : y) floor = std::max(floor, value);
    floor *= 1e-3;
    constexpr int iterations = 5;
    std::vector<double> weights(x.size());
    for (int i = 0; i < iterations; ++i) {
      for (std::size_t k = 0; k < x.size(); ++k) {
        const double height = std::max(line.at(x[k]), floor);
        weights[k] = 1.0 / (height * height);
      }
      line = fit_line(x, y, weights);
    }
    return line;
  }

  /// The line through the bins' means (or low quantiles) without outliers, those taken from the line before.
  void fit_means() {
    const double scatter = variance_scatter(input_.frames);
    // In the first pass the line goes through medians, which lie below means where few frames make v skewed.
    const double slack = first_ && input_.frames < 4 ? 2.2 : 1.0;
    const LineFit before = found_.line;
    found_.mean_bins.clear();
    found_.var_bins.clear();
    found_.pixels_in_bins.clear();
    std::size_t outliers = 0;
    for (std::size_t b = 0; b < bin_count; ++b) {
      double mean = 0.0;
      double variance = 0.0;
      std::vector<double> sound;
      sound.reserve(borders_[b + 1] - borders_[b]);
      for (std::size_t k = borders_[b]; k < borders_[b + 1]; ++k) {
        const auto m = static_cast<double>(mean_[kept_[k]]);
        const auto v = static_cast<double>(variance_[kept_[k]]);
        if (v > before.at(m) * (1.0 + 12.0 * scatter) * slack) {
          ++outliers;
          continue;
        }
        mean += m;
        variance += v;
        sound.push_back(v);
      }
      if (sound.empty()) continue;
      const auto count = static_cast<double>(sound.size());
      double height = variance / count;
      if (level_ == BinLevel::quantile) {
        const auto place = sound.begin() + static_cast<std::ptrdiff_t>(low_quantile * (count - 1.0));
        std::nth_element(sound.begin(), place, sound.end());
        height = *place / quantile_of_scatter(input_.frames);
      }
      found_.mean_bins.push_back(mean / count);
      found_.var_bins.push_back(height);
      found_.pixels_in_bins.push_back(sound.size());
    }
    found_.outlier_fraction = static_cast<double>(outliers) / static_cast<double>(kept_.size());
    if (found_.mean_bins.size() >= 3) found_.line = weighted_line(found_.mean_bins, found_.var_bins);
    first_ = false;
  }

  /// The lamp's variance over the square of its mean. Its light changes by the same share in every group of pixels, so the median over
  /// groups tells each change, and wild pixels, which spoil some groups, do not. What photon noise makes the median vary is taken off.
  [[nodiscard]] Lamp lamp_above(double dark) const {
    const FrameSums& frames = input_.frame_sums;
    const auto mean_at = [&](std::size_t t, std::size_t g) {
      return frames.sums[t * FrameSums::groups + g] / static_cast<double>(frames.pixels[g]);
    };
    std::vector<std::pair<std::size_t, double>> lit;  // groups and their light
    double precision = 0.0;                           // sum of 1 / standard deviation over groups of the relative means
    for (std::size_t g = 0; g < FrameSums::groups; ++g) {
      if (frames.pixels[g] == 0) continue;
      double mean = 0.0;
      for (std::size_t t = 0; t < input_.frames; ++t) mean += mean_at(t, g);
      mean /= static_cast<double>(input_.frames);
      if (mean <= dark) continue;
      const double noise = std::sqrt(std::max(0.0, found_.line.at(mean)) / static_cast<double>(frames.pixels[g]));
      if (noise > 0.0) precision += (mean - dark) / noise;
      lit.emplace_back(g, mean - dark);
    }
    Lamp lamp{0.0, 0.0, dark};
    if (lit.empty()) return lamp;
    std::vector<double> changes(lit.size());
    const auto change = [&](std::size_t from, std::size_t to) {
      for (std::size_t i = 0; i < lit.size(); ++i)
        changes[i] = (mean_at(to, lit[i].first) - mean_at(from, lit[i].first)) / lit[i].second;
      const double upper = median_of(changes);
      const auto middle = changes.begin() + static_cast<std::ptrdiff_t>(changes.size() / 2);
      return changes.size() % 2 == 1 ? upper : (upper + *std::max_element(changes.begin(), middle)) / 2.0;
    };
    double squares = 0.0;
    for (std::size_t t = 1; t < input_.frames; ++t) {
      const double step = change(t - 1, t);
      squares += step * step;
    }
    const double variance = variance_of_differences(squares, change(0, input_.frames - 1), input_.frames);
    // Of a median of n normal deviates of unlike spread: n pi / 2 over the square of the sum of 1 / sigma.
    const double noise =
        precision > 0.0 ? static_cast<double>(lit.size()) * std::numbers::pi / 2.0 / (precision * precision) : 0.0;
    // What photon noise alone gives scatters: less than two standard deviations more is no flicker.
    if (variance <= noise * (1.0 + 2.0 * variance_scatter(input_.frames))) return lamp;
    lamp.relative_variance = variance - noise;
    // Of the mean of (change + noise)^2 over T - 1 changes: the lamp's own course is what it is, only noise makes it unsure.
    lamp.error =
        std::sqrt((4.0 * lamp.relative_variance * noise + 2.0 * noise * noise) / static_cast<double>(input_.frames - 1));
    return lamp;
  }

  /// Frames whose sums are those of the frame before in every group: copies of it, which noise does not make.
  [[nodiscard]] std::size_t copied_frames() const {
    const std::vector<double>& sums = input_.frame_sums.sums;
    constexpr auto step = static_cast<std::ptrdiff_t>(FrameSums::groups);
    std::size_t copies = 0;
    for (auto frame = sums.begin() + step; frame < sums.end(); frame += step)
      copies += std::equal(frame, frame + step, frame - step) ? 1U : 0U;
    return copies;
  }

  /// v - q ((m - x0) / (F - x0))^2: a flickering lamp adds variance in proportion to the square of the light. x0 moves with what is taken
  /// off, the other way and nearly as far, so half of each move is made.
  void remove_flicker() {
    if (input_.frame_sums.sums.empty() || found_.line.slope <= 0.0) {
      fit_means();
      return;
    }
    constexpr int most_moves = 30;
    constexpr double settled = 1e-3;  // of the range of means
    const double range = static_cast<double>(mean_[kept_.back()]) - static_cast<double>(mean_[kept_.front()]);
    double dark = found_.line.zero();
    for (int move = 0; move < most_moves && found_.line.slope > 0.0; ++move) {
      lamp_ = lamp_above(dark);
      found_.flicker_fraction = std::sqrt(lamp_.relative_variance);
      // Beyond small changes the frames do not show one scene under a flickering lamp: judge() refuses them.
      if (found_.flicker_fraction > most_flicker) return;
      take_off(lamp_);
      fit_means();
      const double change = (found_.line.zero() - dark) / 2.0;
      if (lamp_.relative_variance == 0.0 || std::abs(change) <= settled * range) return;
      dark += change;
    }
  }

  void take_off(const Lamp& lamp) {
    for (std::size_t i = 0; i < variance_.size(); ++i) {
      const double light = static_cast<double>(mean_[i]) - lamp.dark;
      variance_[i] = static_cast<float>(static_cast<double>(measured_variance_[i]) - lamp.relative_variance * light * light);
    }
  }

  /// An error of the lamp's variance bends the line of all pixels alike and does not show in their scatter: the slope's standard error
  /// takes in what one standard error of it would do.
  void add_lamp_error() {
    if (lamp_.relative_variance <= 0.0) return;
    const PhotonTransfer found = found_;
    take_off({lamp_.relative_variance + lamp_.error, 0.0, lamp_.dark});
    fit_means();
    const double moved = found_.line.slope - found.line.slope;
    found_ = found;
    found_.line.slope_se = std::hypot(found.line.slope_se, moved);
  }

  Result<PhotonTransfer> judge() {
    if (found_.flicker_fraction <= most_flicker && found_.line.slope > 0.0) add_lamp_error();
    const LineFit& line = found_.line;
    if (!std::isfinite(line.slope)) {
      return refuse(
          "the frames do not differ from each other, so there is no noise to measure. Repeated frames of a still scene "
          "are needed, not copies of one.");
    }
    if (found_.flicker_fraction > most_flicker) {
      return refuse("the light changes by " + percent_text(found_.flicker_fraction) + " from frame to frame (" +
                    percent_text(most_flicker) +
                    " is the limit), which hides the photon noise. Leave out frames without light, and use a steady lamp.");
    }
    std::vector<double> means;
    means.reserve(kept_.size());
    for (const std::size_t i : kept_) means.push_back(static_cast<double>(mean_[i]));
    const double middle = std::accumulate(means.begin(), means.end(), 0.0) / static_cast<double>(means.size());
    found_.lever = lever_of(means, line.at(middle), 1.0 / static_cast<double>(input_.frames));
    if (!(found_.lever >= least_lever)) {
      return refuse_lever("the pixels' means differ hardly more than noise makes them (their variance is " +
                          rounded_text(found_.lever, 2) + " times that of noise alone, " + rounded_text(least_lever, 0) +
                          " is the least). Evenly lit frames give no lever: use a scene or a gradient with bright and dark "
                          "parts.");
    }
    if (line.slope <= 0.0) {
      return refuse("the variance does not grow with the mean (slope " + rounded_text(line.slope, 4) +
                    " ADU/e-), so these frames do not show photon noise. Check that the scene is still and not saturated" +
                    (found_.flicker_fraction > 0.01
                         ? "; the light changes by about " + percent_text(found_.flicker_fraction) + " from frame to frame."
                         : std::string(".")));
    }
    const double relative_se = line.slope_se / line.slope;
    if (!(line.r * line.r >= 0.5 && relative_se <= 0.15)) {
      return refuse_lever(
          "the means span too little to tell the slope (r² " + rounded_text(line.r * line.r, 3) + ", standard error " +
          percent_text(relative_se) +
          " of the slope; 0.5 and 15 % are the limits). Evenly lit frames give no lever: use a scene or a gradient "
          "with bright and dark parts.");
    }
    found_.gain_e_per_adu = 1.0 / line.slope;
    found_.gain_se = line.slope_se / (line.slope * line.slope);
    found_.zero_variance_adu = line.zero();
    found_.zero_variance_se = line.zero_se();
    found_.lowest_mean_used = static_cast<double>(mean_[kept_.front()]);
    found_.highest_mean_used = static_cast<double>(mean_[kept_.back()]);
    if (found_.saturated_fraction > 0.01) {
      found_.warnings.push_back(
          input_.what + ": " + percent_text(found_.saturated_fraction) + " of the pixels come near saturation" +
          (found_.saturation_adu ? " at " + number_text(*found_.saturation_adu) + " ADU" : std::string()) +
          " and were left out.");
    }
    if (found_.lever < enough_lever) {
      found_.warnings.push_back(
          input_.what + ": the pixels' means differ little more than noise makes them (their variance is " +
          rounded_text(found_.lever, 1) + " times that of noise alone), so this gain is doubtful: up to " +
          percent_text(1.0 / found_.lever, 0) + " too high. Use a scene with brighter and darker parts, or more frames.");
    }
    if (found_.outlier_fraction > 0.01) {
      found_.warnings.push_back(
          input_.what + ": " + percent_text(found_.outlier_fraction) +
          " of the pixels vary far more than their brightness explains and were left out. Moving or blinking objects do that.");
    }
    if (const std::size_t copies = input_.frame_sums.sums.empty() ? 0 : copied_frames(); copies > 0) {
      const double missing = static_cast<double>(copies) / static_cast<double>(input_.frames - 1);
      found_.warnings.push_back(
          input_.what + ": " + std::to_string(copies) + " of " + std::to_string(input_.frames) +
          " frames are copies of the frame before. They hold no noise of their own, so this gain is doubtful "
          "(about " +
          percent_text(missing / (1.0 - missing)) + " too high). Leave the copies out.");
    }
    if (found_.flicker_fraction > 0.002) {
      found_.warnings.push_back(input_.what + ": the light flickers by " + percent_text(found_.flicker_fraction) +
                                "; its share of the variance was removed." +
                                (found_.flicker_fraction > 0.03 ? " That is much, and the gain is doubtful." : ""));
    }
    return found_;
  }

  const TransferInput& input_;
  BinLevel level_;
  std::vector<float> mean_;               ///< ascending; the others in the same order
  std::vector<float> measured_variance_;  ///< as the frames give it
  std::vector<float> variance_;           ///< without the lamp's share
  std::vector<std::size_t> kept_;         ///< usable pixels
  std::vector<std::size_t> borders_;      ///< of the bins, in kept_
  bool first_ = true;
  Lamp lamp_;
  PhotonTransfer found_;
};

}  // namespace

double lever_of(std::span<const double> means, double variance, double noise) {
  const auto count = static_cast<double>(means.size());
  const double middle = std::accumulate(means.begin(), means.end(), 0.0) / count;
  double squares = 0.0;
  for (const double mean : means) squares += (mean - middle) * (mean - middle);
  return squares / count / (variance * noise);
}

Result<PhotonTransfer> fit_frame_difference(const TransferInput& input) { return Fit(input, BinLevel::mean).run(); }

Result<PhotonTransfer> fit_quantile_low(const TransferInput& input) { return Fit(input, BinLevel::quantile).run(); }

double gain_of_frame_pair(double mean_1, double mean_2, double bias, double sd_of_difference) {
  return (mean_1 + mean_2 - 2.0 * bias) / (sd_of_difference * sd_of_difference);
}

}  // namespace webunmix
