// How the step `flatfield` makes a profile of what its passes gathered: of a measured one, of empty planes, of frames by BaSiC.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "flatfield/joint_variation.hpp"
#include "flatfield/resample.hpp"
#include "flatfield/segment.hpp"
#include "image/free_memory.hpp"
#include "image/number_text.hpp"
#include "steps/flatfield_step.hpp"

namespace webunmix {
namespace {

/// Pixels of the fitted frames that contrast is judged by, at most.
constexpr std::size_t most_judged = 200'000;

bool all_finite(const Plane& plane) {
  return std::all_of(plane.values.begin(), plane.values.end(), [](float value) { return std::isfinite(value); });
}

}  // namespace

Plane FlatfieldStep::dark_of(std::size_t channel) const { return dark_average_[channel]; }

void FlatfieldStep::take_dark() {
  const StackShape& shape = inputs_[static_cast<std::size_t>(*dark_input_)].stack.shape;
  const auto pixels = static_cast<std::size_t>(shape.pixels_per_plane());
  for (std::size_t c = 0; c < dark_average_.size(); ++c) {
    dark_average_[c] = Plane(shape.y, shape.x);
    const auto from = gathered_.begin() + static_cast<std::ptrdiff_t>((shape.c == 1 ? 0 : c) * pixels);
    std::copy_n(from, pixels, dark_average_[c].values.begin());
  }
}

void FlatfieldStep::take_mean_images() {
  const auto small = static_cast<std::size_t>(working_height() * working_width());
  const auto frames = static_cast<double>(frame_numbers_.size());
  for (std::size_t c = 0; c < profiles_.size(); ++c) {
    Plane mean(working_height(), working_width());
    for (std::size_t i = 0; i < small; ++i) mean.values[i] = static_cast<float>(look_sums_[c * small + i] / frames);
    profiles_[c].mean_image = std::move(mean);
  }
  free_memory(look_sums_);
}

Result<void> FlatfieldStep::take_profile() {
  const InputInfo& input = inputs_[static_cast<std::size_t>(*profile_input_)];
  const StackShape& shape = input.stack.shape;
  const auto pixels = static_cast<std::size_t>(shape.pixels_per_plane());
  const auto plane_at = [&](std::size_t c, std::size_t z) {
    Plane plane(shape.y, shape.x);
    const std::size_t at = (c * static_cast<std::size_t>(shape.z) + z) * pixels;
    std::copy_n(gathered_.begin() + static_cast<std::ptrdiff_t>(at), pixels, plane.values.begin());
    return plane;
  };
  bool brings_dark = false;
  for (std::size_t c = 0; c < profiles_.size(); ++c) {
    const std::size_t from = shape.c == 1 ? 0 : c;
    ShadingProfile& profile = profiles_[c];
    profile.flatfield = plane_at(from, 0);
    const bool finite = all_finite(profile.flatfield);
    const double mean = mean_of(profile.flatfield);
    if (!finite || !normalise_to_mean_one(profile.flatfield)) {
      return Error{Errc::bad_file, input.name + " cannot be a flat-field: " +
                                       (finite ? "its mean is " + rounded_text(mean, 4) + ", a flat-field's is above 0."
                                               : std::string("it holds NaN or infinite values. Replace them."))};
    }
    const auto& values = profile.flatfield.values;
    if (const float least = *std::min_element(values.begin(), values.end()); least < 0.0F) {
      return Error{Errc::bad_file, input.name + " cannot be a flat-field: it holds values below 0 (down to " +
                                       rounded_text(static_cast<double>(least) * mean, 4) +
                                       "). Take the offset off before, and mind dead pixels."};
    }
    if (std::abs(mean - 1.0) > 1e-3 && (c == 0 || shape.c > 1)) {
      warnings_.push_back("The flat-field of " + channel_name(c) + " had the mean " + rounded_text(mean, 4) +
                          " and was divided by it.");
    }
    Plane own_dark = shape.z >= 2 ? plane_at(from, 1) : Plane{};
    // NaN: another channel has one. 0 everywhere: BaSiC was not asked for one, and writes that down so.
    const bool has_dark = std::any_of(own_dark.values.begin(), own_dark.values.end(), [](float v) { return v != 0.0F; }) &&
                          std::any_of(own_dark.values.begin(), own_dark.values.end(), [](float v) { return !std::isnan(v); });
    if (has_dark) {
      profile.darkfield = std::move(own_dark);
      brings_dark = true;
      if (!all_finite(profile.darkfield)) {
        return Error{Errc::bad_file,
                     input.name + " cannot be a profile: its dark-field holds NaN or infinite values. Replace them."};
      }
    } else if (!dark_average_[c].values.empty()) {
      profile.darkfield = dark_average_[c];
    } else {
      profile.offset = offset_[c];
    }
    if (shape.z == 3) WEBUNMIX_TRY(take_profile_baseline(c, plane_at(from, 2)));
    if (settings_.baseline_subtract && profile.baseline.empty()) {
      warnings_.push_back(channel_name(c) + ": baseline_subtract has no effect, because the profile brings no baseline.");
    }
  }
  if (shape.c == 1 && stack_.shape.c > 1) {
    warnings_.push_back("The profile has one flat-field, which is used for all " + std::to_string(stack_.shape.c) +
                        " channels. Light of other colours is seldom spread alike: a profile for each channel is better.");
  }
  if (!brings_dark && !settings_.offset && !dark_input_ && used_.empty()) {
    warnings_.emplace_back(
        "No camera offset was removed: the profile has no dark-field. If the camera adds an offset, it is divided by the "
        "flat-field as if it were light: give offset or dark frames.");
  }
  if (brings_dark && (settings_.offset || dark_input_)) {
    warnings_.emplace_back("The profile brings its own dark-field: an offset or dark frames that were given are not used.");
  }
  if (!brings_dark && dark_input_ && (dark_average_[0].height != stack_.shape.y || dark_average_[0].width != stack_.shape.x)) {
    warnings_.push_back("The dark-field has " + std::to_string(dark_average_[0].height) + " x " +
                        std::to_string(dark_average_[0].width) + " pixels and was resampled to " +
                        std::to_string(stack_.shape.y) + " x " + std::to_string(stack_.shape.x) + ".");
  }
  if (shape.y != stack_.shape.y || shape.x != stack_.shape.x) {
    warnings_.push_back("The profile has " + std::to_string(shape.y) + " x " + std::to_string(shape.x) +
                        " pixels and was resampled to " + std::to_string(stack_.shape.y) + " x " +
                        std::to_string(stack_.shape.x) + ".");
  }
  return {};
}

Result<void> FlatfieldStep::take_profile_baseline(std::size_t channel, const Plane& plane) {
  const auto end = std::find_if(plane.values.begin(), plane.values.end(), [](float value) { return std::isnan(value); });
  const std::vector<double> baseline(plane.values.begin(), end);
  const std::size_t frames = all_frames().size();
  if (baseline.empty()) return {};
  if (baseline.size() != 1 && baseline.size() != frames) {
    // A profile made from other frames brings theirs along: without effect, unless it is asked for.
    if (!settings_.baseline_subtract) return {};
    return Error{Errc::bad_setting,
                 "baseline_subtract is on, but the baseline of the profile has " + std::to_string(baseline.size()) +
                     " values for " + std::to_string(frames) +
                     " frames: it must hold one value, or one for each frame. Switch baseline_subtract off, or "
                     "use a profile without a baseline and choose another source."};
  }
  ShadingProfile& profile = profiles_[channel];
  profile.baseline = baseline;
  profile.baseline_frames.clear();
  for (std::size_t frame = 0; baseline.size() > 1 && frame < frames; ++frame)
    profile.baseline_frames.push_back(static_cast<std::int64_t>(frame));
  return {};
}

Result<void> FlatfieldStep::take_empty() {
  const auto pixels = static_cast<std::size_t>(stack_.shape.pixels_per_plane());
  for (std::size_t c = 0; c < profiles_.size(); ++c) {
    ShadingProfile& profile = profiles_[c];
    Plane median(stack_.shape.y, stack_.shape.x);
    std::copy_n(gathered_.begin() + static_cast<std::ptrdiff_t>(c * pixels), pixels, median.values.begin());
    const Plane dark = dark_of(c);
    for (std::size_t i = 0; i < pixels; ++i)
      median.values[i] -= dark.values.empty() ? static_cast<float>(offset_[c]) : dark.values[i];
    smooth_gaussian(median, settings_.sigma);
    const double level = mean_of(median);
    if (!normalise_to_mean_one(median)) {
      return Error{Errc::not_enough_data,
                   channel_name(c) + ": the empty planes have the mean " + rounded_text(level, 2) +
                       " after the offset was removed, so they hold no light to measure shading with. Check offset, "
                       "fov_list and z_levels."};
    }
    profile.flatfield = std::move(median);
    if (dark.values.empty()) {
      profile.offset = offset_[c];
    } else {
      profile.darkfield = dark;
    }
    fits_.push_back({{"channel", c}, {"planes", empty_planes_.size()}, {"level_counts", level}});
  }
  if (empty_planes_.size() < 10) {
    warnings_.push_back("Only " + std::to_string(empty_planes_.size()) +
                        " empty planes were found; their median is noisy. 50 or more are better.");
  }
  return {};
}

/// The 1st percentile of what the sampled pixels of the empty planes show.
void FlatfieldStep::take_baseline() {
  const std::size_t each = gathered_.size() / profiles_.size();
  for (std::size_t c = 0; c < profiles_.size(); ++c) {
    const auto begin = gathered_.begin() + static_cast<std::ptrdiff_t>(c * each);
    const auto rank = static_cast<std::ptrdiff_t>(each / 100);
    std::nth_element(begin, begin + rank, begin + static_cast<std::ptrdiff_t>(each));
    profiles_[c].baseline = {static_cast<double>(*(begin + rank))};
  }
}

Result<void> FlatfieldStep::begin_basic() {
  const std::int64_t height = working_height();
  const std::int64_t width = working_width();
  const auto small = static_cast<std::size_t>(height * width);
  const std::size_t frames = frame_numbers_.size();
  Plane mean(height, width);
  for (std::size_t i = 0; i < small; ++i) mean.values[i] = static_cast<float>(frame_sums_[i] / static_cast<double>(frames));
  double level = mean_of(mean);
  profiles_[channel_].mean_image = std::move(mean);
  const Plane dark = dark_of(channel_);
  if (!dark.values.empty()) {
    AreaDownsampler sampler(stack_.shape.y, stack_.shape.x, height, width);
    sampler.add_rows<float>(0, dark.values);
    const Plane small_dark = sampler.finish();
    for (std::size_t i = 0; i < gathered_.size(); ++i) gathered_[i] -= small_dark.values[i % small];
    level -= mean_of(small_dark);
  } else if (offset_[channel_] != 0.0) {
    for (float& value : gathered_) value -= static_cast<float>(offset_[channel_]);
    level -= offset_[channel_];
  }
  const auto dim = std::count_if(gathered_.begin(), gathered_.end(), [](float value) { return !(value > 0.0F); });
  share_not_above_offset_ = static_cast<double>(dim) / static_cast<double>(std::max<std::size_t>(gathered_.size(), 1));
  if (!(level > 0.0)) {
    return Error{Errc::not_enough_data, channel_name(channel_) + ": the frames have the mean " + rounded_text(level, 2) +
                                            " after the offset was removed, so they hold no light to measure shading with. "
                                            "Check offset and dark frames."};
  }
  std::vector<std::uint8_t> excluded;
  if (!mask_.empty()) {
    excluded.resize(gathered_.size());
    for (std::size_t i = 0; i < excluded.size(); ++i) excluded[i] = mask_[i % small] <= 0.0F ? 1 : 0;
  } else if (settings_.autosegment) {
    excluded = bright_with_margin(gathered_, height, width, otsu_threshold(gathered_), settings_.autosegment_margin);
  }
  judged_.clear();
  judged_stride_ = gathered_.size() / most_judged + 1;
  for (std::size_t i = 0; i < gathered_.size(); i += judged_stride_) judged_.push_back(gathered_[i]);
  BasicOptions options;
  options.get_darkfield = settings_.get_darkfield;
  options.smoothness_flatfield = settings_.smoothness_flatfield;
  options.smoothness_darkfield = settings_.smoothness_darkfield;
  options.epsilon = settings_.epsilon;
  options.max_iterations = static_cast<int>(settings_.max_iterations);
  options.optimization_tol = settings_.optimization_tol;
  options.max_reweight_iterations = static_cast<int>(settings_.max_reweight_iterations);
  options.reweighting_tol = settings_.reweighting_tol;
  options.sort_intensity = settings_.sort_intensity;
  options.constant_darkfield = settings_.constant_darkfield;
  WEBUNMIX_ASSIGN(fit_, BasicFit::begin(height, width, std::move(gathered_), std::move(excluded), options));
  gathered_ = {};
  return {};
}

Result<void> FlatfieldStep::end_basic() {
  auto found = fit_->result();
  fit_.reset();
  // Frames of mostly background spread around the offset, so half of their pixels may lie below it.
  const bool offset_is_high = share_not_above_offset_ > 0.6;
  const std::string about_offset = percent_text(share_not_above_offset_) +
                                   " of the pixels are not above the offset (or the dark frames) that was taken off: check it.";
  if (!found.ok()) {
    return Error{found.error().code, channel_name(channel_) + ": " + (offset_is_high ? about_offset : found.error().message)};
  }
  ShadingProfile& profile = profiles_[channel_];
  ShadingProfile small_profile;  // what the offset-free small frames are corrected by
  small_profile.flatfield = found->flatfield;
  small_profile.darkfield = found->darkfield;
  profile.flatfield = std::move(found->flatfield);
  profile.baseline = found->baseline;
  profile.baseline_frames = frame_numbers_;
  const Plane dark = dark_of(channel_);
  if (!dark.values.empty()) {
    profile.darkfield = dark;
    if (settings_.get_darkfield) {
      const Plane fitted = resize_bilinear(found->darkfield, stack_.shape.y, stack_.shape.x);
      for (std::size_t i = 0; i < fitted.values.size(); ++i) profile.darkfield.values[i] += fitted.values[i];
    }
  } else {
    profile.offset = offset_[channel_];
    if (settings_.get_darkfield) profile.darkfield = std::move(found->darkfield);
  }

  const std::string name = channel_name(channel_);
  const std::size_t frames = frame_numbers_.size();
  if (frames < 3) {
    warnings_.push_back(name + ": the profile was fitted to " + std::to_string(frames) + (frames == 1 ? " frame" : " frames") +
                        ". With fewer than 3 the image itself is taken for shading.");
  }
  if (offset_is_high) warnings_.push_back(name + ": " + about_offset);
  if (saturated_ > 0) {
    warnings_.push_back(name + ": " + std::to_string(saturated_) +
                        " pixels of the frames are saturated; shading is underestimated there.");
  }
  if (found->smoothness_flatfield < 0.01 || found->smoothness_flatfield > 10.0) {
    warnings_.push_back(
        name + ": smoothness_flatfield is " + rounded_text(found->smoothness_flatfield, 4) +
        ", outside the usual 0.01 to 10. Look at the profile, and set it by hand if it is too rough or too flat.");
  }
  const double mean_baseline =
      std::accumulate(profile.baseline.begin(), profile.baseline.end(), 0.0) / static_cast<double>(frames);
  double squares = 0.0;
  for (const double b : profile.baseline) squares += (b - mean_baseline) * (b - mean_baseline);
  const double variation = mean_baseline == 0.0 ? 0.0 : std::sqrt(squares / static_cast<double>(frames)) / mean_baseline;
  if (settings_.get_darkfield && variation < 0.05) {
    warnings_.push_back(
        name + ": the brightness of the frames varies by " + percent_text(variation) +
        " only. With less than 5 % the dark-field cannot be told from the light; give the camera's offset instead.");
  }
  if (!found->converged) {
    warnings_.push_back(
        name +
        ": the fit ended at its limit of iterations before it settled. Raise max_iterations or max_reweight_iterations.");
  }
  Json fit{{"channel", channel_},
           {"frames", frames},
           {"smoothness_flatfield_used", found->smoothness_flatfield},
           {"smoothness_darkfield_used", found->smoothness_darkfield},
           {"iterations", found->iterations},
           {"reweightings", found->reweightings},
           {"converged", found->converged},
           {"brightness_variation", variation}};
  judge_contrast(small_profile, fit);
  fits_.push_back(std::move(fit));
  ++channel_;
  phase_ = channel_ < profiles_.size() ? Phase::frames : Phase::done;
  return {};
}

/// How well bright pixels stand out before and after, on the judged pixels; which of them are bright is decided on the corrected ones.
void FlatfieldStep::judge_contrast(const ShadingProfile& profile, Json& fit) const {
  const std::size_t small = profile.flatfield.values.size();
  std::vector<float> after(judged_.size());
  for (std::size_t k = 0; k < judged_.size(); ++k) {
    const std::size_t i = k * judged_stride_ % small;
    const float dark = settings_.get_darkfield ? profile.darkfield.values[i] : 0.0F;
    after[k] = (judged_[k] - dark) / std::max(profile.flatfield.values[i], 1e-6F);
  }
  const float threshold = otsu_threshold(after);
  std::vector<std::uint8_t> bright(after.size());
  for (std::size_t k = 0; k < after.size(); ++k) bright[k] = after[k] > threshold ? 1 : 0;
  const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); };
  fit["joint_variation_before"] = number(joint_variation(judged_, bright));
  fit["joint_variation_after"] = number(joint_variation(after, bright));
}

}  // namespace webunmix
