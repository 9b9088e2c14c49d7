// How the step `detect_gain` makes a gain of calibration sets: dark frames and light levels.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "gain/calibration.hpp"
#include "image/number_text.hpp"
#include "steps/detect_gain_report.hpp"
#include "steps/detect_gain_step.hpp"

namespace webunmix {

const InputInfo& DetectGainStep::level_input(std::size_t level) const {
  return inputs_[static_cast<std::size_t>(level_inputs_[level])];
}

/// Samples that share the largest value of their set are clipped there: noise spreads them.
Result<void> DetectGainStep::refuse_clipped_levels() const {
  constexpr double most_at_top = 0.01;
  for (std::size_t level = 0; level < level_inputs_.size(); ++level) {
    const InputInfo& input = level_input(level);
    const double samples =
        static_cast<double>(calibration_.offset.size()) * static_cast<double>(input.stack.shape.t * input.stack.shape.z);
    const double share = static_cast<double>(calibration_.at_top[level + 1]) / samples;
    if (share <= most_at_top) continue;
    return Error{Errc::not_enough_data, channel_name() + ": " + percent_text(share) + " of the samples of the light level " +
                                            input.name + " have its largest value, " +
                                            number_text(calibration_.top[level + 1]) +
                                            ", as saturated ones do, which makes its noise too small. Leave it out."};
  }
  return {};
}

/// A lamp whose light varies by a share f, by flicker or fading, adds f^2 N^2 to the variance of N electrons, which is N.
void DetectGainStep::warn_of_level_flicker(double gain) {
  constexpr double most_added = 0.01;
  const auto pixels = static_cast<double>(calibration_.offset.size());
  auto first = static_cast<std::size_t>(dark_frames());
  for (std::size_t level = 0; level < level_inputs_.size(); ++level) {
    const InputInfo& input = level_input(level);
    const auto frames = static_cast<std::size_t>(input.stack.shape.t * input.stack.shape.z);
    const auto mean_at = [&](std::size_t t) { return calibration_.frame_sums[first + t] / pixels; };
    double mean = 0.0;
    for (std::size_t t = 0; t < frames; ++t) mean += mean_at(t) / static_cast<double>(frames);
    double squares = 0.0;
    for (std::size_t t = 0; t < frames; ++t) squares += (mean_at(t) - mean) * (mean_at(t) - mean);
    const double light = (calibration_.mean_sums[level + 1] - calibration_.mean_sums[0]) / pixels;
    const double noise = light / gain;
    const double flicker = std::max(0.0, squares / static_cast<double>(frames - 1) - noise / pixels);
    first += frames;
    if (flicker <= most_added * noise) continue;
    warnings_.push_back(channel_name() + ": the light of " + input.name + " changes by " +
                        percent_text(std::sqrt(flicker) / light) + ", which makes its noise about " +
                        percent_text(flicker / noise, 0) + " too large: this gain is doubtful. Use a steady lamp.");
  }
}

Result<void> DetectGainStep::close_calibration() {
  const auto pixels = static_cast<double>(calibration_.offset.size());
  const auto moments = [&](std::size_t set) {
    const std::int32_t input = set == 0 ? *dark_input_ : level_inputs_[set - 1];
    const StackShape& shape = inputs_[static_cast<std::size_t>(input)].stack.shape;
    const double variance = calibration_.variance_sums[set] / pixels;
    // Of the variance of T frames of N pixels of normal noise: sqrt(2 / (N (T - 1))).
    const double relative = std::sqrt(2.0 / (pixels * static_cast<double>(shape.t * shape.z - 1)));
    return LevelMoments{calibration_.mean_sums[set] / pixels, variance, variance * relative};
  };
  Channel& channel = found_[channel_];
  const LevelMoments dark = moments(0);
  channel.offset = dark.mean;
  channel.read_variance = dark.variance;
  channel.take_dark_errors(pixels, static_cast<double>(dark_frames()));
  std::vector<LevelMoments> levels;
  for (std::size_t set = 1; set < calibration_.mean_sums.size(); ++set) levels.push_back(moments(set));
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const std::string& name = inputs_[static_cast<std::size_t>(level_inputs_[i])].name;
    if (levels[i].mean <= dark.mean) {
      return Error{Errc::not_enough_data, channel_name() + ": the light level " + name + " is no brighter (mean " +
                                              rounded_text(levels[i].mean, 1) + ") than the dark frames (" +
                                              rounded_text(dark.mean, 1) +
                                              "). Check which files are dark frames and which are levels."};
    }
  }
  WEBUNMIX_TRY(refuse_clipped_levels());
  // Photon noise grows in proportion to the light; where levels saturate it falls behind.
  for (std::size_t i = 0; i < levels.size() && levels.size() > 1; ++i) {
    const auto slope = [&](const LevelMoments& level) { return (level.variance - dark.variance) / (level.mean - dark.mean); };
    double steepest = 0.0;
    for (const LevelMoments& level : levels) steepest = std::max(steepest, slope(level));
    if (slope(levels[i]) < 0.5 * steepest) {
      return Error{
          Errc::not_enough_data,
          channel_name() + ": the light level " + inputs_[static_cast<std::size_t>(level_inputs_[i])].name +
              " varies less than half as much for its brightness as another does, as saturated frames do. Leave it out."};
    }
  }
  Json curve = level_account(channel_, dark, levels);
  if (settings_.method == GainMethod::emva) {
    const double saturation = settings_.saturation.value_or(is_integer(stack_.type) ? sample_range(stack_.type).highest
                                                                                    : std::numeric_limits<double>::infinity());
    auto gain = emva_gain(dark, levels, saturation);
    if (!gain.ok()) return Error{gain.error().code, channel_name() + ": " + gain.error().message};
    channel.gain = gain->gain_e_per_adu;
    channel.gain_se = gain->gain_se;
    curve["levels_used"] = gain->levels_used;
  } else {
    const PooledGain pooled = pooled_gain(calibration_.gain);
    if (pooled.pixels < 1000) {
      return Error{
          Errc::not_enough_data,
          channel_name() + ": only " + std::to_string(pooled.pixels) +
              " pixels brighten and vary more at the light levels than in the dark, 1000 are needed. Check which files "
              "are dark frames and which are levels."};
    }
    channel.gain = pooled.gain_e_per_adu;
    channel.gain_se = pooled.gain_se;
    curve["dead_pixels"] = calibration_.dead;
  }
  if (channel.gain_se && !(*channel.gain_se <= 0.15 * *channel.gain)) {
    return Error{Errc::not_enough_data, channel_name() + ": the standard error is " +
                                            percent_text(*channel.gain_se / *channel.gain) +
                                            " of the gain (15 % is the limit): the levels do not lie on one line. Check that "
                                            "none is saturated and that the light was steady."};
  }
  warn_of_level_flicker(*channel.gain);
  curve["gain_e_per_adu"] = *channel.gain;
  curve["gain_se"] = channel.gain_se ? Json(*channel.gain_se) : Json(nullptr);
  curves_.push_back(std::move(curve));
  planes_.add_calibration(channel_, grid(), std::move(calibration_));
  return {};
}

}  // namespace webunmix
