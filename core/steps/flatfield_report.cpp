// What the step `flatfield` tells of itself: learnt values, pictures, and its part of the report.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include "flatfield/resample.hpp"
#include "steps/flatfield_step.hpp"

namespace webunmix {
namespace {

/// Coefficient of variation of the cells of one channel, and the ratio of its corners to its centre.
struct Shading {
  double variation = 0.0;
  double corner_to_centre_ratio = 0.0;
};
/// Means of the cells of one channel. Cells of an image with fewer rows or columns than cells stay empty; they take the mean of the
/// others. An empty plane when nothing was added.
Plane mean_picture(std::span<const double> sums, std::span<const double> pixels, std::size_t begin) {
  using flatfield_folds::CoarseSums;
  constexpr auto count = static_cast<std::size_t>(CoarseSums::cells * CoarseSums::cells);
  if (pixels.size() < begin + count) return {};
  const double all_pixels = std::accumulate(pixels.data() + begin, pixels.data() + begin + count, 0.0);
  if (all_pixels == 0.0) return {};
  const double all = std::accumulate(sums.data() + begin, sums.data() + begin + count, 0.0) / all_pixels;
  Plane mean(CoarseSums::cells, CoarseSums::cells);
  for (std::size_t i = 0; i < count; ++i) {
    const double cell = pixels[begin + i] == 0.0 ? all : sums[begin + i] / pixels[begin + i];
    mean.values[i] = static_cast<float>(cell);
  }
  return mean;
}

Shading shading_of(const Plane& mean) {
  if (mean.values.empty()) return {};
  const double average = mean_of(mean);
  double squares = 0.0;
  for (const float value : mean.values)
    squares += (static_cast<double>(value) - average) * (static_cast<double>(value) - average);
  const double deviation = std::sqrt(squares / static_cast<double>(mean.values.size()));
  return {average == 0.0 ? 0.0 : deviation / average, corner_to_centre(mean)};
}

double mean_baseline(const ShadingProfile& profile) {
  const double sum = std::accumulate(profile.baseline.begin(), profile.baseline.end(), 0.0);
  return profile.baseline.empty() ? 0.0 : sum / static_cast<double>(profile.baseline.size());
}

}  // namespace

std::vector<LearntValue> FlatfieldStep::learnt() const {
  std::vector<LearntValue> values{{"flatfield_min", "", {}},
                                  {"flatfield_max", "", {}},
                                  {"corner_to_centre", "", {}},
                                  {"darkfield_mean_adu", "counts", {}},
                                  {"baseline_mean_adu", "counts", {}}};
  if (full_.empty()) return {};  // not fitted yet
  for (std::size_t c = 0; c < profiles_.size(); ++c) {
    const ShadingProfile& profile = profiles_[c];
    const FullSizeProfile& full = full_[c];
    const auto [lowest, highest] = std::minmax_element(full.flatfield.values.begin(), full.flatfield.values.end());
    values[0].values.emplace_back(static_cast<double>(*lowest));
    values[1].values.emplace_back(static_cast<double>(*highest));
    values[2].values.emplace_back(corner_to_centre(full.flatfield));
    values[3].values.emplace_back(mean_of(full.darkfield));
    values[4].values.push_back(profile.baseline.empty() ? std::optional<double>{} : mean_baseline(profile));
  }
  if (auto offset = remaining_offset()) values.push_back(std::move(*offset));
  return values;
}

/// What later steps must take for the camera offset of the corrected pixels: none. Nothing is said when it is still what it was: because
/// nothing was subtracted, or because form range has put the level back. Then the two steps in one recipe are what they are one after the
/// other through files.
std::optional<LearntValue> FlatfieldStep::remaining_offset() const {
  if (settings_.form == ShadingForm::range) return std::nullopt;
  LearntValue offset{"offset_adu", "counts", {}};
  bool any = false;
  for (const FullSizeProfile& full : full_) {
    const bool removed = !full.darkfield.values.empty();
    any = any || removed;
    offset.values.push_back(removed ? std::optional(0.0) : std::nullopt);
  }
  if (!any) return std::nullopt;
  return offset;
}

// ---- pictures ----

Plane FlatfieldStep::mean_before(std::size_t channel) const {
  if (!profiles_[channel].mean_image.values.empty()) return profiles_[channel].mean_image;
  constexpr std::int64_t cells = flatfield_folds::CoarseSums::cells;
  const std::size_t begin = channel * static_cast<std::size_t>(cells * cells);
  return mean_picture(sums_.before, sums_.pixels, begin);
}

Plane FlatfieldStep::mean_after(std::size_t channel) const {
  const Plane& mean = profiles_[channel].mean_image;
  if (mean.values.empty()) {
    const auto begin =
        channel * static_cast<std::size_t>(flatfield_folds::CoarseSums::cells * flatfield_folds::CoarseSums::cells);
    return mean_picture(sums_.after, sums_.pixels, begin);
  }
  const Plane flat = resize_bilinear(full_[channel].flatfield, mean.height, mean.width);
  const Plane dark =
      full_[channel].darkfield.values.empty() ? Plane{} : resize_bilinear(full_[channel].darkfield, mean.height, mean.width);
  const ShadingCorrection correction(flat.values, dark.values, settings_.form);
  const auto baseline = static_cast<float>(settings_.baseline_subtract ? mean_baseline(profiles_[channel]) : 0.0);
  Plane after(mean.height, mean.width);
  correction.apply(mean.values, 0, baseline, after.values);
  return after;
}

std::vector<LearntMap> FlatfieldStep::maps() const {
  std::vector<LearntMap> maps;
  for (std::size_t c = 0; c < full_.size(); ++c) {
    maps.push_back({"flatfield", "", c, stack_.shape.y, stack_.shape.x});
    if (!full_[c].darkfield.values.empty()) maps.push_back({"darkfield", "counts", c, stack_.shape.y, stack_.shape.x});
    const Plane mean = mean_before(c);
    if (mean.values.empty()) continue;
    for (const char* name : {"mean_before", "mean_after"}) maps.push_back({name, "counts", c, mean.height, mean.width});
  }
  return maps;
}

Result<std::vector<float>> FlatfieldStep::map(std::size_t index) const {
  const std::vector<LearntMap> all = maps();
  if (index >= all.size()) return Error{Errc::internal, "flatfield has no map " + std::to_string(index)};
  const LearntMap& wanted = all[index];
  if (wanted.name == "flatfield") return full_[wanted.channel].flatfield.values;
  if (wanted.name == "darkfield") return full_[wanted.channel].darkfield.values;
  return (wanted.name == "mean_before" ? mean_before(wanted.channel) : mean_after(wanted.channel)).values;
}

// ---- the report ----

Step::Account FlatfieldStep::account() const {
  Account account;
  account.details["source"] = source_name(chosen_source());
  account.details["offset_adu"] = offset_;
  account.details["fits"] = fits_;
  Json baselines = Json::array();
  for (const ShadingProfile& profile : profiles_) baselines.push_back(profile.baseline);
  account.details["baseline_adu"] = std::move(baselines);
  constexpr auto cells = static_cast<std::size_t>(flatfield_folds::CoarseSums::cells * flatfield_folds::CoarseSums::cells);
  Json shading = Json::array();
  for (std::size_t c = 0; (c + 1) * cells <= sums_.pixels.size(); ++c) {
    const Shading before = shading_of(mean_picture(sums_.before, sums_.pixels, c * cells));
    const Shading after = shading_of(mean_picture(sums_.after, sums_.pixels, c * cells));
    shading.push_back({{"channel", c},
                       {"variation_before", before.variation},
                       {"variation_after", after.variation},
                       {"corner_to_centre_before", before.corner_to_centre_ratio},
                       {"corner_to_centre_after", after.corner_to_centre_ratio}});
  }
  account.diagnostics["mean_image_shading"] = std::move(shading);
  account.warnings = warnings_;
  account.used = used_;
  return account;
}

}  // namespace webunmix
