#include "steps/unmix_settings.hpp"

#include "stats/mutual_information.hpp"
#include "steps/output_type.hpp"

namespace webunmix {
namespace {

using U = UnmixSettings;
using unmix::Method;

constexpr const char* fixed_only = "only used with a fixed coefficient";
constexpr const char* estimated_only = "only used when the coefficient is estimated";
constexpr const char* one_t_only = "only used when one time point is estimated";
constexpr const char* bidirectional_only = "only used with bidirectional";
constexpr const char* bounded_only = "only used by corr_min and mi_min";
constexpr const char* information_only = "only used by mi_min";

/// Beyond this a coefficient or offset would leave float32.
constexpr double largest_number = 1e30;

const Names<Method>& method_names() {
  static const Names<Method> names{{Method::manual, "manual"},
                                   {Method::mean_ratio, "mean_ratio"},
                                   {Method::linear_fit, "linear_fit"},
                                   {Method::corr_min, "corr_min"},
                                   {Method::mi_min, "mi_min"}};
  return names;
}

const std::vector<std::string>& method_labels() {
  static const std::vector<std::string> labels{"By hand", "Mean ratio", "Linear fit", "Correlation", "Mutual information"};
  return labels;
}

const Names<AlphaMode>& alpha_mode_names() {
  static const Names<AlphaMode> names{
      {AlphaMode::fixed, "fixed"}, {AlphaMode::reference_t, "reference_t"}, {AlphaMode::per_t, "per_t"}};
  return names;
}

Setting<U> of_estimation(Setting<U> setting) {
  return std::move(setting).applies_unless("alpha_mode", {"fixed"}, estimated_only);
}

Setting<U> of_reverse(Setting<U> setting) {
  return of_estimation(std::move(setting).applies_when("bidirectional", {true}, bidirectional_only).rare());
}

Setting<U> of_bounded_methods(Setting<U> setting) {
  return of_estimation(std::move(setting)
                           .applies_when("method", {"corr_min", "mi_min"}, bounded_only)
                           .applies_when("method_reverse", {"corr_min", "mi_min"}, bounded_only));
}

Setting<U> of_information(Setting<U> setting) {
  return of_estimation(std::move(setting)
                           .applies_when("method", {"mi_min"}, information_only)
                           .applies_when("method_reverse", {"mi_min"}, information_only));
}

}  // namespace

std::string_view alpha_mode_name(AlphaMode mode) {
  switch (mode) {
    case AlphaMode::fixed: return "fixed";
    case AlphaMode::reference_t: return "reference_t";
    case AlphaMode::per_t: return "per_t";
  }
  return "fixed";
}

const SettingsTable<UnmixSettings>& unmix_table() {
  static const SettingsTable<UnmixSettings> table({
      integer("source_channel", &U::source_channel)
          .at_least(0)
          .role("source_channel")
          .label("Bleeds from")
          .means("Channel whose dye bleeds into the other one, counted from 0."),
      integer("target_channel", &U::target_channel)
          .at_least(0)
          .role("target_channel")
          .label("Into")
          .means("Channel that is corrected, counted from 0."),
      choice("method", &U::method, method_names())
          .choice_labels(method_labels())
          .label("Method")
          .means("How alpha, the share of the source found in the target, is found in the bright source voxels."),
      number("alpha", &U::alpha)
          .range(0, largest_number)
          .label("Alpha")
          .null_means("estimated")
          .means("The share of the source found in the target, set by hand.")
          .applies_unless("alpha_mode", {"reference_t", "per_t"}, fixed_only),
      choice("alpha_mode", &U::alpha_mode, alpha_mode_names())
          .choice_labels({"Fixed", "One time point", "Each time point"})
          .label("Alpha over time")
          .null_means("fixed when alpha is given, else one time point")
          .means("Whether alpha is set by hand, estimated once, or estimated anew at every time point."),
      integer("alpha_reference_t", &U::alpha_reference_t)
          .at_least(0)
          .role("time_point")
          .label("Time point")
          .means("The time point whose voxels decide, counted from 0.")
          .applies_unless("alpha_mode", {"fixed", "per_t"}, one_t_only),
      of_estimation(number("signal_percentile", &U::signal_percentile)
                        .range(0, 100)
                        .unit("%")
                        .label("Bright source")
                        .means("Only voxels whose source lies at or above this percentile decide.")),
      of_estimation(number("background_percentile", &U::background_percentile)
                        .range(0, 100)
                        .unit("%")
                        .label("Background")
                        .means("This percentile of each channel is taken for its background while alpha is estimated. On noisy "
                               "cameras 50 is nearer the truth than 1.")),
      of_estimation(number("target_low_percentile", &U::target_low_percentile)
                        .range(0, 100)
                        .unit("%")
                        .label("Dim target")
                        .null_means("any target")
                        .means("Only voxels whose target lies at or below this percentile of all voxels decide.")
                        .rare()),
      of_estimation(boolean("preprocess_alpha_inputs", &U::preprocess_alpha_inputs)
                        .label("Subtract background")
                        .means("Subtract the background and clip at 0, for the estimate only.")
                        .rare()),
      of_bounded_methods(number("alpha_max", &U::alpha_max)
                             .above(0)
                             .at_most(largest_number)
                             .label("Largest alpha")
                             .means("Upper bound of the search of corr_min and mi_min.")
                             .rare()),
      of_information(integer("mi_bins", &U::mi_bins)
                         .range(2, most_information_bins)
                         .label("MI bins")
                         .means("Bins per axis of the histogram that mutual information is measured on.")
                         .rare()),
      of_estimation(integer("max_alpha_voxels", &U::max_alpha_voxels)
                        .at_least(1)
                        .label("Voxels used")
                        .null_means("all voxels of the mask")
                        .means("At most so many voxels of the mask enter the estimate; of more, a random sample is drawn.")
                        .rare()),
      of_estimation(integer("random_state", &U::random_state)
                        .at_least(0)
                        .label("Seed")
                        .means("Seed of that sample, as numpy draws it.")
                        .rare()),
      of_estimation(integer("min_mask_voxels", &U::min_mask_voxels)
                        .at_least(1)
                        .label("Fewest voxels")
                        .means("A mask of fewer voxels is not trusted.")
                        .rare()),
      boolean("bidirectional", &U::bidirectional)
          .label("Both directions")
          .means("The target bleeds into the source too: both channels are corrected together."),
      number("alpha_reverse", &U::alpha_reverse)
          .range(0, largest_number)
          .label("Alpha back")
          .null_means("alpha when that is fixed, else estimated in the same mode")
          .means("The share of the target found in the source, set by hand.")
          .applies_when("bidirectional", {true}, bidirectional_only)
          .applies_unless("alpha_mode", {"reference_t", "per_t"}, fixed_only),
      of_reverse(choice("method_reverse", &U::method_reverse, method_names())
                     .choice_labels(method_labels())
                     .label("Method back")
                     .null_means("as method")
                     .means("How alpha of the other direction is found.")),
      of_reverse(number("signal_percentile_reverse", &U::signal_percentile_reverse)
                     .range(0, 100)
                     .unit("%")
                     .label("Bright target")
                     .null_means("as signal_percentile")
                     .means("signal_percentile of the other direction.")),
      of_reverse(number("background_percentile_reverse", &U::background_percentile_reverse)
                     .range(0, 100)
                     .unit("%")
                     .label("Background back")
                     .null_means("as background_percentile")
                     .means("background_percentile of the other direction.")),
      of_reverse(number("target_low_percentile_reverse", &U::target_low_percentile_reverse)
                     .range(0, 100)
                     .unit("%")
                     .label("Dim source")
                     .null_means("as target_low_percentile")
                     .means("target_low_percentile of the other direction.")),
      of_reverse(number("alpha_max_reverse", &U::alpha_max_reverse)
                     .above(0)
                     .at_most(largest_number)
                     .label("Largest alpha back")
                     .null_means("as alpha_max")
                     .means("alpha_max of the other direction.")),
      of_reverse(integer("mi_bins_reverse", &U::mi_bins_reverse)
                     .range(2, most_information_bins)
                     .label("MI bins back")
                     .null_means("as mi_bins")
                     .means("mi_bins of the other direction.")),
      any("source_offset", &U::source_offset, {{Automatic::histogram_mode, "auto"}})
          .range(-largest_number, largest_number)
          .unit("counts")
          .label("Source offset")
          .null_means("what an earlier step measured, else none")
          .means(
              "Camera offset of the source, kept out of the correction and taken for its background in the estimate. auto: the "
              "histogram mode of the reference time point. Without offsets the target's background falls by alpha times the "
              "source's."),
      any("target_offset", &U::target_offset, {{Automatic::histogram_mode, "auto"}})
          .range(-largest_number, largest_number)
          .unit("counts")
          .label("Target offset")
          .null_means("what an earlier step measured, else none")
          .means(
              "Camera offset of the target, taken for its background in the estimate and put back after the correction. auto: "
              "the histogram mode of the reference time point."),
      of_estimation(matrix("region", &U::region)
                        .role("region")
                        .label("Region")
                        .null_means("the whole plane")
                        .means("Polygon that limits the estimate: vertices x,y in pixels from the upper left corner.")
                        .rare()),
      of_estimation(
          integer_list("region_t", &U::region_t)
              .at_least(0)
              .length(2, 2)
              .label("Region in time")
              .null_means("the reference time point, or every one in turn")
              .means("First and last time point of the estimate, counted from 0. One estimate is then made from all of "
                     "them together; with per_t, time points outside take the alpha of the nearest one inside.")
              .rare()),
      of_estimation(integer_list("region_z", &U::region_z)
                        .at_least(0)
                        .length(2, 2)
                        .label("Region in depth")
                        .null_means("all planes")
                        .means("First and last plane of the estimate, counted from 0.")
                        .rare()),
      boolean("clip_negative", &U::clip_negative)
          .label("Clip below 0")
          .means("Negative results become 0. Switch it off to measure background: clipped noise has a positive mean."),
      output_type_setting(&U::output_dtype),
  });
  return table;
}

}  // namespace webunmix
