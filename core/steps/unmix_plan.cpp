#include "steps/unmix_plan.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "image/number_text.hpp"
#include "steps/output_type.hpp"

namespace webunmix {
namespace {

using unmix::Method;

std::string range_of(std::int64_t count) { return "0 to " + std::to_string(count - 1); }

Result<void> check_channels(const UnmixSettings& settings, const StackInfo& stack) {
  const std::int64_t channels = stack.shape.c;
  if (channels < 2) {
    return bad_setting("unmix needs two channels, a source and a target; this stack has " + std::to_string(channels) +
                       ". If its pages hold channels, say so with the axes");
  }
  for (const auto& [name, channel] :
       {std::pair{"source_channel", settings.source_channel}, std::pair{"target_channel", settings.target_channel}}) {
    if (channel < 0 || channel >= channels) {
      return bad_setting(std::string(name) + " is " + std::to_string(channel) + "; the stack has channels " +
                         range_of(channels));
    }
  }
  if (settings.source_channel == settings.target_channel) {
    return bad_setting("source_channel and target_channel are both " + std::to_string(settings.source_channel) +
                       "; they must be different channels");
  }
  return {};
}

Result<AlphaMode> mode_of(const UnmixSettings& settings) {
  if (settings.alpha_mode == AlphaMode::fixed && !settings.alpha) {
    return bad_setting("alpha_mode is fixed, but alpha is not given: give alpha, or set alpha_mode to reference_t or per_t");
  }
  if (!settings.alpha_mode && !settings.alpha && settings.method == Method::manual) {
    return bad_setting(
        "method is manual, but alpha is not given: give alpha, or choose mean_ratio, linear_fit, corr_min or mi_min");
  }
  const AlphaMode mode = settings.alpha_mode.value_or(settings.alpha ? AlphaMode::fixed : AlphaMode::reference_t);
  if (mode == AlphaMode::fixed) return mode;
  const std::string with_mode =
      " is manual, which alpha_mode " + std::string(alpha_mode_name(mode)) +
      " cannot estimate: choose mean_ratio, linear_fit, corr_min or mi_min, or set alpha_mode to fixed";
  if (settings.method == Method::manual) return bad_setting("method" + with_mode);
  if (settings.bidirectional && settings.method_reverse == Method::manual) return bad_setting("method_reverse" + with_mode);
  return mode;
}

std::vector<UnmixDirection> directions_of(const UnmixSettings& settings) {
  std::vector<UnmixDirection> directions{{.reverse = false,
                                          .source = settings.source_channel,
                                          .target = settings.target_channel,
                                          .method = settings.method,
                                          .signal_percentile = settings.signal_percentile,
                                          .background_percentile = settings.background_percentile,
                                          .target_low_percentile = settings.target_low_percentile,
                                          .alpha_max = settings.alpha_max,
                                          .mi_bins = settings.mi_bins}};
  if (!settings.bidirectional) return directions;
  const auto low = settings.target_low_percentile_reverse;
  directions.push_back(
      {.reverse = true,
       .source = settings.target_channel,
       .target = settings.source_channel,
       .method = settings.method_reverse.value_or(settings.method),
       .signal_percentile = settings.signal_percentile_reverse.value_or(settings.signal_percentile),
       .background_percentile = settings.background_percentile_reverse.value_or(settings.background_percentile),
       .target_low_percentile = low ? low : settings.target_low_percentile,
       .alpha_max = settings.alpha_max_reverse.value_or(settings.alpha_max),
       .mi_bins = settings.mi_bins_reverse.value_or(settings.mi_bins)});
  return directions;
}

/// What is set and has no effect: said, because the user meant something by it.
std::vector<std::string> unused_settings(const UnmixSettings& settings, AlphaMode mode) {
  std::vector<std::string> warnings;
  const std::string estimates = "alpha_mode " + std::string(alpha_mode_name(mode)) + " estimates it";
  if (settings.alpha && mode != AlphaMode::fixed) {
    warnings.push_back("alpha " + number_text(*settings.alpha) + " is not used: " + estimates);
  }
  if (!settings.alpha_reverse) return warnings;
  const std::string reverse = "alpha_reverse " + number_text(*settings.alpha_reverse) + " is not used: ";
  if (!settings.bidirectional) {
    warnings.push_back(reverse + "bidirectional is off");
  } else if (mode != AlphaMode::fixed) {
    warnings.push_back(reverse + (settings.alpha_mode ? estimates : "alpha is not given, so both coefficients are estimated"));
  }
  return warnings;
}

/// First and last, both included, as first and end.
Result<UnmixTimes> range_in(const char* name, const std::vector<std::int64_t>& range, std::int64_t count) {
  if (range[0] <= range[1] && range[1] < count) return UnmixTimes{range[0], range[1] + 1};
  return bad_setting(std::string(name) + " is " + std::to_string(range[0]) + "," + std::to_string(range[1]) +
                     "; it must be the first and the last of " + range_of(count) + ", in this order");
}

Result<void> lay_out_pools(const UnmixSettings& settings, UnmixPlan& plan) {
  const std::int64_t times = plan.stack.shape.t;
  if (plan.mode == AlphaMode::reference_t && !settings.region_t && settings.alpha_reference_t >= times) {
    return bad_setting("alpha_reference_t is " + std::to_string(settings.alpha_reference_t) + "; the stack has time points " +
                       range_of(times));
  }
  plan.reference_t = std::min(settings.alpha_reference_t, times - 1);
  UnmixTimes range{plan.reference_t, plan.reference_t + 1};
  if (plan.mode == AlphaMode::per_t) range = {0, times};
  if (settings.region_t && plan.mode != AlphaMode::fixed) {
    WEBUNMIX_ASSIGN(range, range_in("region_t", *settings.region_t, times));
  }
  if (plan.mode != AlphaMode::per_t) {
    plan.pools = {range};
    plan.pool_of_t.assign(static_cast<std::size_t>(times), 0);
    return {};
  }
  for (std::int64_t t = range.first; t < range.end; ++t) plan.pools.push_back({t, t + 1});
  for (std::int64_t t = 0; t < times; ++t) {
    plan.pool_of_t.push_back(static_cast<std::size_t>(std::clamp(t, range.first, range.end - 1) - range.first));
  }
  return {};
}

Result<void> lay_out_region(const UnmixSettings& settings, UnmixPlan& plan) {
  const StackShape& shape = plan.stack.shape;
  plan.z = {0, shape.z};
  if (settings.region_z) {
    WEBUNMIX_ASSIGN(plan.z, range_in("region_z", *settings.region_z, shape.z));
  }
  if (!settings.region) {
    plan.region = std::make_shared<const unmix::Region>(shape.x, shape.y);
    return {};
  }
  WEBUNMIX_ASSIGN(unmix::Region region, unmix::Region::from_polygon(*settings.region, shape.x, shape.y));
  plan.region = std::make_shared<const unmix::Region>(std::move(region));
  return {};
}

}  // namespace

std::int64_t UnmixPlan::pool_voxels(std::size_t pool) const {
  return (pools[pool].end - pools[pool].first) * (z.end - z.first) * region->pixels() *
         static_cast<std::int64_t>(inputs.size());
}

Result<UnmixPlan> plan_unmix(const UnmixSettings& settings, const StackInfo& stack, const std::vector<InputInfo>& inputs) {
  UnmixPlan plan;
  plan.stack = stack;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].role == Role::main) plan.inputs.push_back(static_cast<std::int32_t>(i));
  }
  WEBUNMIX_TRY(check_channels(settings, stack));
  WEBUNMIX_ASSIGN(plan.mode, mode_of(settings));
  plan.directions = directions_of(settings);
  plan.warnings = unused_settings(settings, plan.mode);
  if (plan.mode == AlphaMode::fixed) {
    plan.fixed = {*settings.alpha, settings.bidirectional ? settings.alpha_reverse.value_or(*settings.alpha) : 0.0};
    WEBUNMIX_TRY(check_invertible(plan.fixed, ""));
  }
  WEBUNMIX_TRY(lay_out_pools(settings, plan));
  WEBUNMIX_TRY(lay_out_region(settings, plan));
  const SampleType of_file =
      plan.inputs.empty() ? stack.type : inputs[static_cast<std::size_t>(plan.inputs.front())].stack.type;
  plan.output_type = sample_type_of(settings.output_dtype, of_file);
  return plan;
}

Result<void> check_invertible(const unmix::Coefficients& coefficients, const std::string& where) {
  const double determinant = unmix::determinant(coefficients);
  if (determinant > 0) return {};
  return bad_setting(where + "alpha " + number_text(coefficients.forward) + " and alpha_reverse " +
                     number_text(coefficients.reverse) + " cannot be corrected together: 1 - alpha * alpha_reverse is " +
                     number_text(determinant) + " and must be above 0. Lower one of them");
}

}  // namespace webunmix
