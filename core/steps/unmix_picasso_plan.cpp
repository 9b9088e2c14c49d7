#include "steps/unmix_picasso_plan.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "steps/output_type.hpp"

namespace webunmix {
namespace {

/// With fewer blocks rounding gains nothing and long runs over-subtract.
constexpr std::int64_t enough_blocks = 1000;
/// What the samples of one time point may take on the lead.
constexpr double most_sample_bytes = 1024.0 * 1024.0 * 1024.0;

template <class T>
std::string list_text(const std::vector<T>& values) {
  std::string text;
  for (const T& value : values) text += (text.empty() ? "" : ", ") + std::to_string(value);
  return std::string("[") + text + "]";
}

Result<std::vector<std::int32_t>> selected_channels(const PicassoSettings& settings, const StackInfo& stack) {
  std::vector<std::int32_t> channels;
  if (!settings.channels) {
    channels = all_channels(stack);
  } else {
    for (const std::int64_t channel : *settings.channels) {
      if (channel >= stack.shape.c) {
        return bad_setting("channels has " + std::to_string(channel) + "; the stack has channels 0 to " +
                           std::to_string(stack.shape.c - 1));
      }
      const auto number = static_cast<std::int32_t>(channel);
      if (std::find(channels.begin(), channels.end(), number) != channels.end()) {
        return bad_setting("channels has " + std::to_string(channel) + " twice: " + list_text(*settings.channels));
      }
      channels.push_back(number);
    }
  }
  const std::string got = "; got " + std::to_string(channels.size()) + ": " + list_text(channels);
  if (settings.implementation == PicassoImplementation::matlab_3c && channels.size() != 3) {
    return bad_setting("implementation matlab_3c needs exactly 3 selected channels" + got +
                       ". Name three in channels, or take matlab_n for any number");
  }
  if (channels.size() < 2) {
    return bad_setting("unmix_picasso needs at least 2 selected channels" + got +
                       ". If the pages of this file hold channels, say so with the axes");
  }
  return channels;
}

Result<void> lay_out_blocks(const PicassoSettings& settings, PicassoPlan& plan) {
  const StackShape& shape = plan.stack.shape;
  const std::int64_t bin = settings.pixel_bin_size;
  if (bin > std::min(shape.x, shape.y)) {
    return bad_setting("pixel_bin_size is " + std::to_string(bin) + ", but planes are only " + std::to_string(shape.x) + " x " +
                       std::to_string(shape.y) + " pixels: choose at most " + std::to_string(std::min(shape.x, shape.y)) +
                       ", better far less, so that there are about " + std::to_string(enough_blocks) + " blocks");
  }
  if (settings.quantisation == picasso::Quantisation::truncate && settings.qn > most_truncated_levels) {
    return bad_setting("qn is " + std::to_string(settings.qn) + ", but with quantisation truncate it can be at most " +
                       std::to_string(most_truncated_levels) +
                       ": the levels of the Python package are 8-bit integers. Lower it, or set " + "quantisation to round");
  }
  plan.blocks_per_plane = (shape.x / bin) * (shape.y / bin);
  plan.block_rows = bands_of_whole_blocks(plan.stack, bin);
  if (plan.blocks() < enough_blocks) {
    const auto pixels = static_cast<double>(plan.volume_voxels());
    const auto smaller = static_cast<std::int64_t>(std::sqrt(pixels / static_cast<double>(enough_blocks)));
    std::string warning = "there are only " + std::to_string(plan.blocks()) + " blocks of " + std::to_string(bin) + " x " +
                          std::to_string(bin) + " pixels; below about " + std::to_string(enough_blocks) +
                          " the coefficients are uncertain and long runs take too much away";
    if (smaller >= 1 && smaller < bin) {
      plan.smaller_bin = smaller;
      warning += ". A pixel_bin_size of " + std::to_string(smaller) + " gives " +
                 std::to_string(plan.planes() * (shape.x / smaller) * (shape.y / smaller));
    }
    plan.warnings.push_back(std::move(warning));
  }
  return {};
}

/// The lead holds all samples of a time point: of a joint search the sink and its sources, one source after another the sink and the
/// sources so far, for each.
Result<void> check_sample_memory(const PicassoSettings& settings, const PicassoPlan& plan) {
  std::size_t channels = 0;
  for (const picasso::Relation& relation : plan.relations) {
    const std::size_t sources = relation.sources.size();
    channels += settings.source_sink_joint_optimization ? sources + 1 : sources * (sources + 3) / 2;
  }
  const std::int64_t all = plan.volume_voxels();
  const std::int64_t voxels = settings.max_alpha_voxels ? std::min(*settings.max_alpha_voxels, all) : all;
  if (static_cast<double>(voxels) * static_cast<double>(channels) * sizeof(float) <= most_sample_bytes) return {};
  const auto most = static_cast<std::int64_t>(most_sample_bytes / (static_cast<double>(channels) * sizeof(float)));
  return bad_setting("max_alpha_voxels is " +
                     (settings.max_alpha_voxels ? std::to_string(*settings.max_alpha_voxels) : "null") + ", but " +
                     std::to_string(voxels) + " voxels for each of " + std::to_string(plan.relations.size()) +
                     " sinks do not fit into memory at once: give at most " + std::to_string(most) + ", such as 500000");
}

Result<void> lay_out_relations(const PicassoSettings& settings, PicassoPlan& plan) {
  const bool lists = settings.sink_channels || settings.neutral_channels;
  if (settings.source_sink_matrix && lists) {
    return bad_setting(
        std::string("give either source_sink_matrix or sink_channels and neutral_channels; given are source_sink_matrix and ") +
        (settings.sink_channels ? "sink_channels " + list_text(*settings.sink_channels)
                                : "neutral_channels " + list_text(*settings.neutral_channels)));
  }
  if (settings.source_sink_matrix) {
    WEBUNMIX_ASSIGN(plan.relations, picasso::relations_of_matrix(*settings.source_sink_matrix, plan.channels.size()));
  } else if (settings.sink_channels) {
    const std::vector<std::int64_t> selected(plan.channels.begin(), plan.channels.end());
    const std::vector<std::int64_t> none;
    WEBUNMIX_ASSIGN(plan.relations,
                    picasso::relations_of_lists(selected, *settings.sink_channels, settings.neutral_channels.value_or(none)));
  } else {
    return bad_setting(
        "implementation source_sink_n needs to know what bleeds into what: give sink_channels, or source_sink_matrix");
  }
  if (settings.objective == picasso::Objective::penalised && !settings.source_sink_joint_optimization) {
    return bad_setting(
        "objective penalised finds all sources of a sink together, but source_sink_joint_optimization is false: set it to "
        "true, or objective to clipped");
  }
  return check_sample_memory(settings, plan);
}

std::vector<std::string> unused_settings(const PicassoSettings& settings) {
  std::vector<std::string> warnings;
  if (!settings.by_matrices()) return warnings;
  const std::string unused = " is not used by " + std::string(picasso_implementation_name(settings.implementation)) +
                             ": only source_sink_n knows sources and sinks";
  if (settings.source_sink_matrix) warnings.push_back("source_sink_matrix" + unused);
  if (settings.sink_channels) warnings.push_back("sink_channels " + list_text(*settings.sink_channels) + unused);
  if (settings.neutral_channels) warnings.push_back("neutral_channels " + list_text(*settings.neutral_channels) + unused);
  return warnings;
}

picasso::IterationRules iteration_rules(const PicassoSettings& settings) {
  return {.max_iterations = settings.max_iter,
          .step_size = settings.step_size,
          .levels = settings.qn,
          .quantisation = settings.quantisation,
          .pair = {.coefficient_clip = settings.alpha_clip, .negativity_threshold = settings.negativity_threshold},
          .clip_every = settings.clip_every_n_iterations,
          .stop_tolerance = settings.stop_tolerance,
          .stop_on_oversubtraction = settings.stop_on_oversubtraction};
}

picasso::SinkRules sink_rules(const PicassoSettings& settings) {
  return {.alpha_max = settings.alpha_max,
          .bins = settings.mi_bins,
          .optimise_background = settings.source_sink_optimize_background,
          .max_background = settings.source_sink_max_background,
          .starts = settings.source_sink_n_restarts,
          .max_iterations = settings.max_iter,
          .tolerance = settings.tolerance,
          .objective = settings.objective};
}

}  // namespace

std::vector<std::int32_t> PicassoPlan::box_channels() const {
  std::vector<std::int32_t> sorted = channels;
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

std::vector<std::size_t> PicassoPlan::positions_in(const std::vector<std::int32_t>& of_box) const {
  std::vector<std::size_t> positions;
  for (const std::int32_t channel : channels) {
    positions.push_back(static_cast<std::size_t>(std::find(of_box.begin(), of_box.end(), channel) - of_box.begin()));
  }
  return positions;
}

std::vector<std::vector<Rows>> bands_of_whole_blocks(const StackInfo& stack, std::int64_t bin) {
  std::vector<std::vector<Rows>> groups;
  for (const Rows& band : row_bands(stack)) {
    if (groups.empty() || band.begin % bin == 0) groups.emplace_back();
    groups.back().push_back(band);
  }
  return groups;
}

Result<PicassoPlan> plan_picasso(const PicassoSettings& settings, const StackInfo& stack,
                                 const std::vector<InputInfo>& inputs) {
  PicassoPlan plan;
  plan.stack = stack;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].role == Role::main) plan.inputs.push_back(static_cast<std::int32_t>(i));
  }
  WEBUNMIX_ASSIGN(plan.channels, selected_channels(settings, stack));
  plan.mode = settings.alpha_mode;
  if (plan.mode == AlphaMode::per_t) {
    plan.fit_times.resize(static_cast<std::size_t>(stack.shape.t));
    std::iota(plan.fit_times.begin(), plan.fit_times.end(), 0);
  } else if (settings.alpha_reference_t < stack.shape.t) {
    plan.fit_times = {settings.alpha_reference_t};
  } else {
    return bad_setting("alpha_reference_t is " + std::to_string(settings.alpha_reference_t) +
                       "; the stack has time points 0 to " + std::to_string(stack.shape.t - 1));
  }
  plan.warnings = unused_settings(settings);
  plan.iteration = iteration_rules(settings);
  plan.sink = sink_rules(settings);
  if (settings.by_matrices()) {
    WEBUNMIX_TRY(lay_out_blocks(settings, plan));
  } else {
    WEBUNMIX_TRY(lay_out_relations(settings, plan));
  }
  const SampleType of_file =
      plan.inputs.empty() ? stack.type : inputs[static_cast<std::size_t>(plan.inputs.front())].stack.type;
  plan.output_type = sample_type_of(settings.output_dtype, of_file);
  if (settings.by_matrices() && settings.output_units == PicassoUnits::normalised && is_integer(plan.output_type)) {
    plan.warnings.push_back("output_units is normalised, so values lie between 0 and 1, and " +
                            std::string(sample_type_name(plan.output_type)) +
                            " samples keep nothing of them but 0 and 1: set output_units to input, or output_dtype to float32");
  }
  return plan;
}

}  // namespace webunmix
