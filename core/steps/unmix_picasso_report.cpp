#include "steps/unmix_picasso_report.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "image/number_text.hpp"
#include "picasso/signal_loss.hpp"
#include "settings/value.hpp"

namespace webunmix {
namespace {

using picasso::SquareMatrix;

Json rows_of(const SquareMatrix& matrix, double factor = 1) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    Json row = Json::array();
    for (const double value : matrix.row(i)) row.push_back(factor * value);
    rows.push_back(std::move(row));
  }
  return rows;
}

const char* reason_name(picasso::StopReason reason) {
  switch (reason) {
    case picasso::StopReason::iteration_limit: return "max_iter";
    case picasso::StopReason::settled: return "stop_tolerance";
    case picasso::StopReason::oversubtraction: return "stop_on_oversubtraction";
  }
  return "max_iter";
}

Json pair_json(const picasso::PairCoefficient& pair, const PicassoSettings& settings) {
  return Json{{"sink_index", pair.sink},
              {"source_index", pair.source},
              {"alpha", pair.coefficient},
              {"alpha0", pair.similarity},
              {"optimization_success", pair.converged},
              {"optimization_nit", pair.iterations},
              {"optimization_nfev", pair.evaluations},
              {"negativity_ratio", pair.negativity},
              {"pixel_bin_size", settings.pixel_bin_size},
              {"qN", settings.qn}};
}

/// The A of C = I + step_size * A.
Json raw_alphas(const picasso::IterationRecord& record, const PicassoSettings& settings) {
  SquareMatrix alphas = record.increment;
  for (std::size_t i = 0; i < alphas.size(); ++i) {
    for (std::size_t j = 0; j < alphas.size(); ++j) alphas(i, j) = i == j ? 0.0 : alphas(i, j) / settings.step_size;
  }
  return rows_of(alphas);
}

Json maxima_at(const PicassoReportParts& parts, std::int64_t t) {
  Json maxima = Json::array();
  for (std::size_t c = 0; c < parts.plan.channels.size(); ++c) maxima.push_back(parts.volumes.at(t, c).maximum);
  return maxima;
}

Json backgrounds_at(const PicassoReportParts& parts, std::int64_t t) {
  Json backgrounds = Json::array();
  for (std::size_t c = 0; c < parts.plan.channels.size(); ++c) {
    backgrounds.push_back(parts.volumes.background(t, c, parts.volumes.at(t, c).maximum));
  }
  return backgrounds;
}

/// The fitted time point itself, and the others that take its result.
Json application_details(const PicassoReportParts& parts) {
  Json by_t = Json::array();
  const std::int64_t reference = parts.plan.fit_times.front();
  for (std::int64_t t = 0; t < parts.plan.stack.shape.t; ++t) {
    if (t == reference) {
      by_t.push_back(Json{{"t", t}, {"mode", "estimated"}});
    } else if (parts.settings.by_matrices()) {
      by_t.push_back(Json{{"t", t},
                          {"background_values", backgrounds_at(parts, t)},
                          {"normalization_factors", maxima_at(parts, t)},
                          {"iterations_run", parts.matrices.front().records.size()}});
    } else {
      by_t.push_back(Json{{"t", t}, {"mode", "applied"}});
    }
  }
  return by_t;
}

/// Channel numbers whose loss marks a result as destroying signal.
Json destroyed(const PicassoReportParts& parts, const std::vector<double>& loss) {
  Json channels = Json::array();
  for (std::size_t c = 0; c < loss.size(); ++c) {
    if (loss[c] > picasso::signal_loss_limit) channels.push_back(parts.plan.channels[c]);
  }
  return channels;
}

/// Signal loss per selected channel; 0 for those that a source-sink result leaves alone.
std::vector<double> loss_of(const PicassoReportParts& parts, std::size_t fit) {
  if (parts.settings.by_matrices()) return parts.matrices[fit].signal_loss;
  std::vector<double> loss(parts.plan.channels.size(), 0.0);
  for (std::size_t i = 0; i < parts.plan.relations.size(); ++i) {
    loss[parts.plan.relations[i].sink] = parts.sinks[fit].solutions[i].signal_loss;
  }
  return loss;
}

Json matrix_estimation(const PicassoReportParts& parts, std::size_t fit) {
  const PicassoSettings& settings = parts.settings;
  const MatrixFindings& found = parts.matrices[fit];
  const std::int64_t t = parts.plan.fit_times[fit];
  Json increments = Json::array();
  Json alphas = Json::array();
  Json pairs = Json::array();
  Json largest = Json::array();
  Json negativity = Json::array();
  Json lost = Json::array();
  for (const picasso::IterationRecord& record : found.records) {
    increments.push_back(rows_of(record.increment));
    alphas.push_back(raw_alphas(record, settings));
    Json of_iteration = Json::array();
    for (const picasso::PairCoefficient& pair : record.pairs) of_iteration.push_back(pair_json(pair, settings));
    pairs.push_back(std::move(of_iteration));
    largest.push_back(record.largest_coefficient);
    negativity.push_back(record.negativity);
    lost.push_back(record.lost);
  }
  Json clips = Json::array();
  for (const ClipNegativity& clip : found.clips) {
    clips.push_back(Json{{"iteration", clip.iteration}, {"negativity", clip.of_channel}});
  }
  return Json{{"background_percentile", settings.background_percentile},
              {"normalization_factors", maxima_at(parts, t)},
              {"background_values", backgrounds_at(parts, t)},
              {"max_iter", settings.max_iter},
              {"step_size", settings.step_size},
              {"qN", settings.qn},
              {"pixel_bin_size", settings.pixel_bin_size},
              {"alpha_clip", settings.alpha_clip},
              {"negativity_threshold", settings.negativity_threshold},
              {"clip_every_n_iterations", settings.clip_every_n_iterations},
              {"iterations_run", found.records.size()},
              {"incremental_matrices", std::move(increments)},
              {"raw_alpha_matrices", std::move(alphas)},
              {"pairwise_alpha_details", found.pairs_left_out ? Json() : std::move(pairs)},
              {"max_abs_alpha_by_iteration", std::move(largest)},
              {"negativity_by_iteration", std::move(negativity)},
              {"unmixing_matrix", rows_of(found.cumulative)},
              {"applied_matrix", rows_of(found.in_place)},
              {"blocks", parts.plan.blocks()},
              {"suggested_pixel_bin_size", or_null(parts.plan.smaller_bin)},
              {"stop_reason", reason_name(found.stop_reason)},
              {"oversubtraction_by_iteration", std::move(lost)},
              {"negativity_at_clips", std::move(clips)},
              {"signal_loss", found.signal_loss},
              {"destroys_signal", destroyed(parts, found.signal_loss)}};
}

/// Rows = source, columns = sink.
SquareMatrix alpha_parameters(const PicassoReportParts& parts, std::size_t fit) {
  SquareMatrix alphas = SquareMatrix::identity(parts.plan.channels.size());
  for (std::size_t i = 0; i < parts.plan.relations.size(); ++i) {
    const picasso::Relation& relation = parts.plan.relations[i];
    for (std::size_t j = 0; j < relation.sources.size(); ++j) {
      alphas(relation.sources[j], relation.sink) = parts.sinks[fit].solutions[i].sources[j].alpha;
    }
  }
  return alphas;
}

Json sink_json(const PicassoReportParts& parts, std::size_t fit, std::size_t i) {
  const bool joint = parts.settings.source_sink_joint_optimization;
  const picasso::Relation& relation = parts.plan.relations[i];
  const picasso::SinkSolution& solution = parts.sinks[fit].solutions[i];
  Json sources = Json::array();
  for (std::size_t j = 0; j < relation.sources.size(); ++j) {
    const picasso::SourceSolution& source = solution.sources[j];
    Json json{{"sink_index", relation.sink},
              {"source_index", relation.sources[j]},
              {"alpha", source.alpha},
              {"background", source.background}};
    if (joint) {
      json["background_initial"] = parts.sinks[fit].backgrounds[relation.sources[j]];
    } else {
      json["optimization_success"] = source.converged;
      json["optimization_nit"] = source.iterations;
      json["optimization_nfev"] = source.evaluations;
    }
    sources.push_back(std::move(json));
  }
  Json json{{"sink_index", relation.sink},
            {"source_indices", relation.sources},
            {"joint_optimization", joint},
            {"optimize_background", joint && parts.settings.source_sink_optimize_background},
            {"source_parameter_details", std::move(sources)}};
  if (joint) {
    json["optimization_success"] = solution.sources.front().converged;
    json["optimization_nit"] = solution.sources.front().iterations;
    json["optimization_nfev"] = solution.sources.front().evaluations;
    json["objective_value"] = solution.objective;
    json["restart_count"] = solution.starts;
  }
  json["signal_loss"] = solution.signal_loss;
  json["destroys_signal"] = solution.signal_loss > picasso::signal_loss_limit;
  return json;
}

Json sink_estimation(const PicassoReportParts& parts, std::size_t fit) {
  const PicassoSettings& settings = parts.settings;
  SquareMatrix backgrounds(parts.plan.channels.size());
  Json pairs = Json::array();
  for (std::size_t i = 0; i < parts.plan.relations.size(); ++i) {
    const picasso::Relation& relation = parts.plan.relations[i];
    for (std::size_t j = 0; j < relation.sources.size(); ++j) {
      backgrounds(relation.sources[j], relation.sink) = parts.sinks[fit].solutions[i].sources[j].background;
    }
    pairs.push_back(sink_json(parts, fit, i));
  }
  return Json{{"background_percentile", settings.background_percentile},
              {"global_max", parts.sinks[fit].shared_maximum},
              {"background_values", parts.sinks[fit].backgrounds},
              {"mi_bins", settings.mi_bins},
              {"alpha_max", settings.alpha_max},
              {"max_background", settings.source_sink_max_background},
              {"optimize_background", settings.source_sink_optimize_background},
              {"joint_optimization", settings.source_sink_joint_optimization},
              {"n_restarts", settings.source_sink_n_restarts},
              {"max_iter", settings.max_iter},
              {"tolerance", settings.tolerance},
              {"max_alpha_voxels", or_null(settings.max_alpha_voxels)},
              {"random_state", settings.random_state},
              {"source_sink_matrix", picasso::matrix_of_relations(parts.plan.relations, parts.plan.channels.size())},
              {"alpha_parameters", rows_of(alpha_parameters(parts, fit))},
              {"background_parameters", rows_of(backgrounds)},
              {"pairwise_alpha_details", std::move(pairs)},
              {"destroys_signal", destroyed(parts, loss_of(parts, fit))}};
}

/// What depends on whether one time point was fitted or all.
struct ByMode {
  Json matrix;
  Json matrix_by_t;
  Json iterations;
  Json iterations_by_t;
  Json converged;
  Json converged_by_t;
  Json estimation;
  Json estimation_by_t;
};

ByMode by_mode(const PicassoReportParts& parts) {
  const bool matrices = parts.settings.by_matrices();
  const bool per_t = parts.plan.mode == AlphaMode::per_t;
  ByMode all;
  if (per_t) {
    all.matrix_by_t = all.estimation_by_t = Json::array();
    if (matrices) all.iterations_by_t = Json::array();
    if (matrices && parts.settings.stop_tolerance) all.converged_by_t = Json::array();
  }
  for (std::size_t fit = 0; fit < parts.plan.fit_times.size(); ++fit) {
    Json matrix = rows_of(matrices ? parts.matrices[fit].cumulative : alpha_parameters(parts, fit));
    Json estimation = matrices ? matrix_estimation(parts, fit) : sink_estimation(parts, fit);
    const Json iterations = matrices ? Json(parts.matrices[fit].records.size()) : Json();
    const bool settled = matrices && parts.matrices[fit].stop_reason == picasso::StopReason::settled;
    const Json converged = matrices && parts.settings.stop_tolerance ? Json(settled) : Json();
    if (!per_t) {
      estimation["application_details_by_t"] = application_details(parts);
      all.matrix = std::move(matrix);
      all.iterations = iterations;
      all.converged = converged;
      all.estimation = std::move(estimation);
      continue;
    }
    Json with_t{{"t", parts.plan.fit_times[fit]}};
    with_t.update(estimation);
    all.matrix_by_t.push_back(std::move(matrix));
    all.estimation_by_t.push_back(std::move(with_t));
    if (matrices) all.iterations_by_t.push_back(iterations);
    if (!converged.is_null()) all.converged_by_t.push_back(converged);
  }
  return all;
}

std::string times_text(const std::vector<std::int64_t>& times, std::int64_t of) {
  if (of == 1) return "";
  constexpr std::size_t named = 5;
  std::string text = times.size() == 1 ? " at time point " : " at time points ";
  for (std::size_t i = 0; i < std::min(times.size(), named); ++i) text += (i == 0 ? "" : ", ") + std::to_string(times[i]);
  if (times.size() > named) text += " and " + std::to_string(times.size() - named) + " more";
  return text + " (counted from 0)";
}

void warn_of_loss(const PicassoReportParts& parts, std::vector<std::string>& warnings) {
  for (std::size_t c = 0; c < parts.plan.channels.size(); ++c) {
    double worst = 0;
    std::vector<std::int64_t> times;
    for (std::size_t fit = 0; fit < parts.plan.fit_times.size(); ++fit) {
      const double loss = loss_of(parts, fit)[c];
      worst = std::max(worst, loss);
      if (loss > picasso::signal_loss_limit) times.push_back(parts.plan.fit_times[fit]);
    }
    if (parts.output != nullptr) {
      for (const std::int64_t t : parts.output->times_of_loss(c)) {
        if (std::find(times.begin(), times.end(), t) == times.end()) times.push_back(t);
      }
    }
    if (times.empty()) continue;
    std::sort(times.begin(), times.end());
    std::string warning = "channel " + std::to_string(parts.plan.channels[c]) + " loses more than " +
                          percent_text(picasso::signal_loss_limit, 0) + " of its signal below its background" +
                          times_text(times, parts.plan.stack.shape.t);
    if (worst > picasso::signal_loss_limit) warning += " (" + percent_text(worst, 0) + " where the coefficients were found)";
    warning += ": the result destroys signal rather than correcting bleed-through. ";
    if (parts.settings.by_matrices()) {
      warning += "Try fewer iterations, stop_on_oversubtraction, or source_sink_n with only the relations that are real";
    } else if (parts.settings.objective == picasso::Objective::clipped) {
      warning += parts.settings.source_sink_joint_optimization
                     ? "Set objective to penalised"
                     : "Set source_sink_joint_optimization to true and objective to penalised";
    } else {
      warning += "Check the relations, and whether the channels hold the same structures";
    }
    warnings.push_back(std::move(warning));
  }
}

void warn_of_searches(const PicassoReportParts& parts, std::vector<std::string>& warnings) {
  for (std::size_t i = 0; i < parts.plan.relations.size(); ++i) {
    const picasso::Relation& relation = parts.plan.relations[i];
    const std::string sink = "channel " + std::to_string(parts.plan.channels[relation.sink]);
    std::vector<std::int64_t> unconverged;
    std::vector<std::int64_t> at_bound;
    for (std::size_t fit = 0; fit < parts.sinks.size(); ++fit) {
      const auto& sources = parts.sinks[fit].solutions[i].sources;
      const auto limit = 0.999 * parts.settings.alpha_max;
      if (std::any_of(sources.begin(), sources.end(), [](const auto& s) { return !s.converged; })) {
        unconverged.push_back(parts.plan.fit_times[fit]);
      }
      if (std::any_of(sources.begin(), sources.end(), [limit](const auto& s) { return s.alpha > limit; })) {
        at_bound.push_back(parts.plan.fit_times[fit]);
      }
    }
    const std::int64_t times = parts.plan.stack.shape.t;
    if (!unconverged.empty()) {
      warnings.push_back("the search for what bleeds into " + sink + " stopped after max_iter " +
                         std::to_string(parts.settings.max_iter) + " iterations" + times_text(unconverged, times));
    }
    if (!at_bound.empty()) {
      warnings.push_back("a coefficient of " + sink + " lies at its upper bound alpha_max " +
                         number_text(parts.settings.alpha_max) + times_text(at_bound, times) +
                         ": the best value may be larger, or the channels hold the same structures");
    }
  }
}

void warn_of_empty_channels(const PicassoReportParts& parts, std::vector<std::string>& warnings) {
  const std::int64_t times = parts.plan.stack.shape.t;
  for (std::size_t c = 0; c < parts.plan.channels.size(); ++c) {
    std::vector<std::int64_t> dark;
    std::vector<std::int64_t> constant;
    for (std::int64_t t = 0; t < times; ++t) {
      const VolumeLevels& levels = parts.volumes.at(t, c);
      if (!(levels.maximum > 0)) {
        dark.push_back(t);
      } else if (!(levels.below < levels.maximum)) {
        constant.push_back(t);
      }
    }
    const std::string channel = "channel " + std::to_string(parts.plan.channels[c]);
    if (!dark.empty())
      warnings.push_back(channel + " has no value above 0" + times_text(dark, times) + ": it counts as empty there");
    if (!constant.empty()) {
      warnings.push_back(channel + " holds nothing above its background" + times_text(constant, times) +
                         ": no structure can be unmixed there, and it comes out as 0. Leave it out of channels");
    }
  }
}

/// Two dyes never look so alike; one channel that was stored twice does, and each copy would be taken from the other.
void warn_of_equal_channels(const PicassoReportParts& parts, std::vector<std::string>& warnings) {
  constexpr double alike = 0.9999;
  if (parts.matrices.empty() || parts.matrices.front().records.empty()) return;
  for (const picasso::PairCoefficient& pair : parts.matrices.front().records.front().pairs) {
    if (pair.sink > pair.source || pair.similarity < alike) continue;
    warnings.push_back("channel " + std::to_string(parts.plan.channels[pair.sink]) + " and channel " +
                       std::to_string(parts.plan.channels[pair.source]) +
                       " hold the same picture, so that each takes the other away. Leave one of them out of channels");
  }
}

void warn_of_iterations(const PicassoReportParts& parts, std::vector<std::string>& warnings) {
  const std::int64_t times = parts.plan.stack.shape.t;
  std::vector<std::int64_t> unsettled;
  std::size_t left_out = 0;
  for (std::size_t fit = 0; fit < parts.matrices.size(); ++fit) {
    if (parts.matrices[fit].stop_reason == picasso::StopReason::iteration_limit) unsettled.push_back(parts.plan.fit_times[fit]);
    left_out += parts.matrices[fit].pairs_left_out ? 1U : 0U;
  }
  if (parts.settings.stop_tolerance && !unsettled.empty()) {
    warnings.push_back("the coefficients had not settled below stop_tolerance " + number_text(*parts.settings.stop_tolerance) +
                       " after max_iter " + std::to_string(parts.settings.max_iter) + " iterations" +
                       times_text(unsettled, times));
  }
  if (left_out > 0) {
    warnings.push_back("the report leaves out the pair coefficients of " + std::to_string(left_out) +
                       " time points, which would make it too long; their matrices are all there");
  }
  warn_of_empty_channels(parts, warnings);
  warn_of_equal_channels(parts, warnings);
}

}  // namespace

Json picasso_details(const PicassoReportParts& parts) {
  const PicassoSettings& settings = parts.settings;
  const StackShape& shape = parts.plan.stack.shape;
  ByMode found = by_mode(parts);
  Json relations;
  if (!settings.by_matrices()) relations = picasso::matrix_of_relations(parts.plan.relations, parts.plan.channels.size());
  const bool rounds = settings.quantisation == picasso::Quantisation::round;
  const bool penalised = settings.objective == picasso::Objective::penalised;
  return Json{{"method", "picasso"},
              {"implementation", picasso_implementation_name(settings.implementation)},
              {"alpha_mode", alpha_mode_name(settings.alpha_mode)},
              {"alpha_reference_t", settings.alpha_reference_t},
              {"channels", parts.plan.channels},
              {"source_sink_matrix", std::move(relations)},
              {"sink_channels", or_null(settings.sink_channels)},
              {"neutral_channels", or_null(settings.neutral_channels)},
              {"background_percentile", settings.background_percentile},
              {"preprocess_alpha_inputs", settings.preprocess_alpha_inputs},
              {"alpha_max", settings.alpha_max},
              {"mi_bins", settings.mi_bins},
              {"max_iter", settings.max_iter},
              {"tolerance", settings.tolerance},
              {"max_alpha_voxels", or_null(settings.max_alpha_voxels)},
              {"random_state", settings.random_state},
              {"step_size", settings.step_size},
              {"qN", settings.qn},
              {"pixel_bin_size", settings.pixel_bin_size},
              {"alpha_clip", settings.alpha_clip},
              {"negativity_threshold", settings.negativity_threshold},
              {"clip_every_n_iterations", settings.clip_every_n_iterations},
              {"source_sink_optimize_background", settings.source_sink_optimize_background},
              {"source_sink_max_background", settings.source_sink_max_background},
              {"source_sink_n_restarts", settings.source_sink_n_restarts},
              {"source_sink_joint_optimization", settings.source_sink_joint_optimization},
              {"clip_negative", settings.clip_negative},
              {"quantisation", rounds ? "round" : "truncate"},
              {"output_units", settings.output_units == PicassoUnits::input ? "input" : "normalised"},
              {"stop_tolerance", or_null(settings.stop_tolerance)},
              {"stop_on_oversubtraction", settings.stop_on_oversubtraction},
              {"objective", penalised ? "penalised" : "clipped"},
              {"unmixing_matrix", std::move(found.matrix)},
              {"unmixing_matrix_by_t", std::move(found.matrix_by_t)},
              {"iterations_run", std::move(found.iterations)},
              {"iterations_run_by_t", std::move(found.iterations_by_t)},
              {"converged", std::move(found.converged)},
              {"converged_by_t", std::move(found.converged_by_t)},
              {"picasso_estimation", std::move(found.estimation)},
              {"picasso_estimation_by_t", std::move(found.estimation_by_t)},
              {"input_shape", Json{shape.t, shape.z, shape.c, shape.y, shape.x}},
              {"axis_order", "TZCYX"},
              {"size_t", shape.t},
              {"size_z", shape.z},
              {"output_dtype", sample_type_name(parts.plan.output_type)}};
}

std::vector<std::string> picasso_warnings(const PicassoReportParts& parts) {
  std::vector<std::string> warnings;
  warn_of_loss(parts, warnings);
  if (parts.settings.by_matrices()) {
    warn_of_iterations(parts, warnings);
  } else {
    warn_of_searches(parts, warnings);
  }
  return warnings;
}

}  // namespace webunmix
