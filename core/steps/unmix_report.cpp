#include "steps/unmix_report.hpp"

#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "image/number_text.hpp"
#include "image/sample_type.hpp"
#include "settings/value.hpp"

namespace webunmix {
namespace {

using unmix::Method;

Json method_details(const unmix::Estimate& estimate) {
  return std::visit(
      []<class E>(const E& found) {
        if constexpr (std::is_same_v<E, unmix::MeanRatio>) {
          return Json{{"numerator_mean", found.numerator_mean}, {"denominator_mean", found.denominator_mean}};
        } else if constexpr (std::is_same_v<E, unmix::LinearFit>) {
          return Json{{"numerator_sum_xy", found.numerator_sum_xy}, {"denominator_sum_x2", found.denominator_sum_x2}};
        } else if constexpr (std::is_same_v<E, unmix::CorrelationMinimum>) {
          // Found by a formula: nothing was evaluated.
          return Json{{"optimization_success", true},
                      {"optimization_nfev", 0},
                      {"objective_value", found.post_correlation * found.post_correlation},
                      {"post_correlation", found.post_correlation}};
        } else {
          return Json{{"optimization_success", found.converged},
                      {"optimization_nfev", found.evaluations},
                      {"objective_value", found.post_mutual_information},
                      {"post_mutual_information", found.post_mutual_information}};
        }
      },
      estimate);
}

/// One entry of alpha_estimation.
Json estimation(const UnmixReportParts& parts, const UnmixDirection& direction, const DirectionFindings& found,
                std::optional<std::int64_t> t) {
  const Json low = or_null(direction.target_low_percentile);
  const auto& settings = parts.settings;
  Json json = Json::object();
  if (t) json["t"] = *t;
  json["method"] = unmix::method_name(direction.method);
  json["alpha"] = found.alpha();
  json["signal_percentile"] = direction.signal_percentile;
  json["target_low_percentile"] = low;
  json["background_percentile"] = direction.background_percentile;
  json["preprocess_alpha_inputs"] = settings.preprocess_alpha_inputs;
  json["source_background"] = found.source_background;
  json["target_background"] = found.target_background;
  json["alpha_max"] = direction.alpha_max;
  json["mi_bins"] = direction.mi_bins;
  json["mask_voxel_count"] = found.mask_voxels;
  json["mask_details"] = Json{{"signal_percentile", direction.signal_percentile},
                              {"target_low_percentile", low},
                              {"source_threshold", found.source_threshold},
                              {"target_threshold", or_null(found.target_threshold)},
                              {"mask_strategy", found.low_target_mask ? "source_and_low_target" : "source_only"},
                              {"mask_fallback_used", found.fallback},
                              {"mask_voxel_count", found.mask_voxels},
                              {"source_only_mask_voxel_count", found.source_only_voxels},
                              {"min_mask_voxels", settings.min_mask_voxels}};
  json["subsampling_details"] = Json{{"subsampled", found.estimation_voxels < found.mask_voxels},
                                     {"voxel_count_before_subsampling", found.mask_voxels},
                                     {"voxel_count_after_subsampling", found.estimation_voxels},
                                     {"max_alpha_voxels", or_null(settings.max_alpha_voxels)},
                                     {"random_state", found.seed}};
  json["estimation_voxel_count"] = found.estimation_voxels;
  json["method_details"] = method_details(*found.estimate);
  return json;
}

Json comparison(const DirectionComparison& compared, const DirectionFindings& found) {
  Json methods = Json::array();
  for (const unmix::ComparedMethod& method : compared.methods) {
    methods.push_back(Json{{"method", unmix::method_name(method.method)},
                           {"alpha", or_null(method.alpha)},
                           {"interval", method.interval ? Json{method.interval->low, method.interval->high} : Json()},
                           {"residual_r", or_null(method.residual_r)},
                           {"residual_mi", or_null(method.residual_information)},
                           {"mask_voxel_count", found.mask_voxels},
                           {"voxels", found.estimation_voxels},
                           {"error", method.failure.empty() ? Json() : Json(method.failure)}});
  }
  return Json{{"methods", std::move(methods)},
              {"resamples", compared.resamples},
              {"seed", compared.seed},
              {"tiles", compared.tiles},
              {"source_background", found.source_background},
              {"target_background", found.target_background},
              {"source_threshold_counts", found.source_threshold + found.source_background}};
}

Json curves(const unmix::ComparisonCurves& compared) {
  Json correlation = Json::array();
  for (const auto& r : compared.r) correlation.push_back(or_null(r));
  return Json{{"alpha", compared.alpha}, {"correlation", std::move(correlation)}, {"mutual_information", compared.information}};
}

/// The values of one direction, by mode, as top-level keys want them.
struct Values {
  Json alpha;  // a number, or null with per_t
  Json by_t;   // a list with per_t, else null
  Json mask;   // number of masked voxels, where one pool was estimated
  Json mask_by_t;
  Json estimation;
  Json estimation_by_t;
};

Values values_of(const UnmixReportParts& parts, std::size_t direction) {
  const auto coefficient = [&](std::size_t pool) {
    const unmix::Coefficients& pair = parts.coefficients[pool];
    return direction == 0 ? pair.forward : pair.reverse;
  };
  Values values;
  const bool per_t = parts.plan.mode == AlphaMode::per_t;
  if (!per_t) {
    values.alpha = coefficient(0);
  } else {
    values.by_t = Json::array();
    for (const std::size_t pool : parts.plan.pool_of_t) values.by_t.push_back(coefficient(pool));
  }
  if (parts.plan.mode == AlphaMode::fixed) return values;
  if (per_t) values.mask_by_t = values.estimation_by_t = Json::array();
  for (std::size_t pool = 0; pool < parts.plan.pools.size(); ++pool) {
    if (direction >= parts.findings[pool]->size()) continue;
    const DirectionFindings& found = (*parts.findings[pool])[direction];
    const UnmixDirection& settings = parts.plan.directions[direction];
    if (per_t) {
      values.mask_by_t.push_back(found.mask_voxels);
      values.estimation_by_t.push_back(estimation(parts, settings, found, parts.plan.pools[pool].first));
    } else {
      values.mask = found.mask_voxels;
      values.estimation = estimation(parts, settings, found, std::nullopt);
    }
  }
  return values;
}

void add_comparisons(const UnmixReportParts& parts, std::size_t direction, const std::string& suffix, Json& details) {
  Json by_t = Json::array();
  for (std::size_t pool = 0; pool < parts.plan.pools.size(); ++pool) {
    if (direction >= parts.comparisons[pool]->size()) continue;
    const DirectionComparison& compared = (*parts.comparisons[pool])[direction];
    Json json = comparison(compared, (*parts.findings[pool])[direction]);
    if (parts.plan.mode == AlphaMode::per_t) {
      Json with_t{{"t", parts.plan.pools[pool].first}};
      with_t.update(json);
      with_t["curves"] = curves(compared.curves);
      by_t.push_back(std::move(with_t));
    } else {
      details["comparison" + suffix] = std::move(json);
      details["curves" + suffix] = curves(compared.curves);
    }
  }
  if (!by_t.empty()) details["comparison" + suffix + "_by_t"] = std::move(by_t);
}

}  // namespace

Json unmix_details(const UnmixReportParts& parts) {
  const UnmixSettings& settings = parts.settings;
  const UnmixPlan& plan = parts.plan;
  const bool both = plan.bidirectional();
  const bool fixed = plan.mode == AlphaMode::fixed;
  const UnmixDirection& forward = plan.directions.front();
  const UnmixDirection& reverse = plan.directions.back();
  const auto if_both = [both](auto value) { return both ? Json(std::move(value)) : Json(); };
  const auto effective = [fixed](Method method) { return unmix::method_name(fixed ? Method::manual : method); };
  const char* origin = fixed ? "user_provided" : "estimated";
  const Values ahead = values_of(parts, 0);
  const Values back = both ? values_of(parts, 1) : Values{};

  // A list only where there are several: with one time point per_t too gives a number, as in the package.
  Json determinant;
  Json determinant_by_t;
  if (both && (plan.mode != AlphaMode::per_t || plan.pool_of_t.size() == 1)) {
    determinant = unmix::determinant(parts.coefficients.front());
  } else if (both) {
    determinant_by_t = Json::array();
    for (const std::size_t pool : plan.pool_of_t) determinant_by_t.push_back(unmix::determinant(parts.coefficients[pool]));
  }

  const StackShape& shape = plan.stack.shape;
  Json details{{"alpha_mode", alpha_mode_name(plan.mode)},
               {"alpha_mode_requested", settings.alpha_mode ? Json(alpha_mode_name(*settings.alpha_mode)) : Json()},
               {"alpha_mode_was_defaulted", !settings.alpha_mode.has_value()},
               {"method", unmix::method_name(settings.method)},
               {"method_effective", effective(forward.method)},
               {"alpha_source", origin},
               {"alpha", ahead.alpha},
               {"alpha_values", ahead.by_t},
               {"alpha_by_t", ahead.by_t},
               {"bidirectional", both},
               {"alpha_reverse", back.alpha},
               {"alpha_reverse_values", back.by_t},
               {"alpha_reverse_by_t", back.by_t},
               {"alpha_reverse_inherited_from_forward", both && !settings.alpha_reverse},
               {"method_reverse", if_both(unmix::method_name(reverse.method))},
               {"method_reverse_effective", if_both(effective(reverse.method))},
               {"alpha_reverse_source", if_both(origin)},
               {"source_channel", settings.source_channel},
               {"target_channel", settings.target_channel},
               {"signal_percentile", forward.signal_percentile},
               {"target_low_percentile", or_null(forward.target_low_percentile)},
               {"background_percentile", forward.background_percentile},
               {"signal_percentile_reverse", if_both(reverse.signal_percentile)},
               {"target_low_percentile_reverse", both ? or_null(reverse.target_low_percentile) : Json()},
               {"background_percentile_reverse", if_both(reverse.background_percentile)},
               {"preprocess_alpha_inputs", settings.preprocess_alpha_inputs},
               {"alpha_max", forward.alpha_max},
               {"alpha_max_reverse", if_both(reverse.alpha_max)},
               {"mi_bins", forward.mi_bins},
               {"mi_bins_reverse", if_both(reverse.mi_bins)},
               {"max_alpha_voxels", or_null(settings.max_alpha_voxels)},
               {"random_state", settings.random_state},
               {"min_mask_voxels", settings.min_mask_voxels},
               {"mask_voxel_count", ahead.mask},
               {"mask_voxel_count_reverse", back.mask},
               {"mask_voxel_count_by_t", ahead.mask_by_t},
               {"mask_voxel_count_reverse_by_t", back.mask_by_t},
               {"alpha_estimation", ahead.estimation},
               {"alpha_estimation_by_t", ahead.estimation_by_t},
               {"alpha_estimation_reverse", back.estimation},
               {"alpha_estimation_reverse_by_t", back.estimation_by_t},
               {"bidirectional_mixing_matrix_determinant", determinant},
               {"bidirectional_mixing_matrix_determinant_by_t", determinant_by_t},
               {"input_shape", Json{shape.t, shape.z, shape.c, shape.y, shape.x}},
               {"axis_order", "TZCYX"},
               {"size_t", shape.t},
               {"size_z", shape.z},
               {"has_multiple_t", shape.t > 1},
               {"has_multiple_z", shape.z > 1},
               {"clip_negative", settings.clip_negative},
               {"output_dtype", sample_type_name(plan.output_type)},
               {"source_offset", or_null(parts.offsets.source)},
               {"target_offset", or_null(parts.offsets.target)}};
  add_comparisons(parts, 0, "", details);
  if (both) add_comparisons(parts, 1, "_reverse", details);
  return details;
}

std::vector<std::string> unmix_warnings(const UnmixReportParts& parts) {
  std::vector<std::string> warnings;
  for (std::size_t d = 0; d < parts.plan.directions.size(); ++d) {
    const UnmixDirection& direction = parts.plan.directions[d];
    std::size_t fallbacks = 0;
    std::size_t at_bound = 0;
    std::size_t unconverged = 0;
    std::size_t estimated = 0;
    for (const auto* pool : parts.findings) {
      if (d >= pool->size() || !(*pool)[d].estimate) continue;
      const DirectionFindings& found = (*pool)[d];
      ++estimated;
      fallbacks += found.fallback ? 1U : 0U;
      const bool bounded = direction.method == Method::corr_min || direction.method == Method::mi_min;
      at_bound += bounded && found.alpha() > direction.alpha_max * 0.999 ? 1U : 0U;
      const auto* search = std::get_if<unmix::InformationMinimum>(&*found.estimate);
      unconverged += search != nullptr && !search->converged ? 1U : 0U;
    }
    const std::string suffix = direction.reverse ? "_reverse" : "";
    const auto where = [&](std::size_t count) {
      return parts.plan.mode == AlphaMode::per_t
                 ? " at " + std::to_string(count) + " of " + std::to_string(estimated) + " time points"
                 : std::string();
    };
    if (fallbacks > 0) {
      warnings.push_back("target_low_percentile" + suffix + " left fewer than min_mask_voxels " +
                         std::to_string(parts.settings.min_mask_voxels) + " voxels" + where(fallbacks) +
                         ": the mask was made from the source alone");
    }
    if (at_bound > 0) {
      std::string warning = "alpha" + suffix;
      warning.append(" lies at its upper bound alpha_max").append(suffix).append(" ").append(number_text(direction.alpha_max));
      warning.append(where(at_bound)).append(": the best value may be larger, or the channels hold the same structures");
      warnings.push_back(std::move(warning));
    }
    if (unconverged > 0) {
      warnings.push_back("the search for alpha" + suffix + " stopped after 500 evaluations" + where(unconverged));
    }
  }
  return warnings;
}

}  // namespace webunmix
