#include "steps/unmix_picasso_settings.hpp"

#include "stats/mutual_information.hpp"
#include "steps/output_type.hpp"

namespace webunmix {
namespace {

using P = PicassoSettings;
using Implementation = PicassoImplementation;

constexpr double largest_setting = 1e9;
constexpr double most_iterations = 100000;

Setting<P> of_matrices(Setting<P> setting) {
  return std::move(setting).applies_unless("implementation", {"source_sink_n"}, "only used by matlab_3c and matlab_n");
}
Setting<P> of_source_sink(Setting<P> setting) {
  return std::move(setting).applies_when("implementation", {"source_sink_n"}, "only used by source_sink_n");
}
Setting<P> of_joint_search(Setting<P> setting) {
  return of_source_sink(std::move(setting))
      .applies_when("source_sink_joint_optimization", {true}, "only used when all sources are found together");
}

}  // namespace

std::string_view picasso_implementation_name(PicassoImplementation implementation) {
  switch (implementation) {
    case Implementation::matlab_3c: return "matlab_3c";
    case Implementation::matlab_n: return "matlab_n";
    case Implementation::source_sink_n: return "source_sink_n";
  }
  return "matlab_3c";
}

const SettingsTable<PicassoSettings>& picasso_table() {
  static const SettingsTable<PicassoSettings> table({
      integer_list("channels", &P::channels)
          .at_least(0)
          .role("channels")
          .label("Channels")
          .null_means("all channels")
          .means("Channels that are unmixed, counted from 0. All others pass through unchanged."),
      choice("implementation", &P::implementation,
             {{Implementation::matlab_3c, "matlab_3c"},
              {Implementation::matlab_n, "matlab_n"},
              {Implementation::source_sink_n, "source_sink_n"}})
          .choice_labels({"Blind, three channels", "Blind, any number", "Sources and sinks"})
          .label("Implementation")
          .means("Blind: any channel may bleed into any other, small steps on binned images (Seo et al. 2022). Sources and "
                 "sinks: you say "
                 "which channels bleed into which."),
      choice("alpha_mode", &P::alpha_mode, {{AlphaMode::reference_t, "reference_t"}, {AlphaMode::per_t, "per_t"}})
          .choice_labels({"One time point", "Each time point"})
          .label("Over time")
          .means("Whether the unmixing is found once and applied to every time point, or found anew at each."),
      integer("alpha_reference_t", &P::alpha_reference_t)
          .at_least(0)
          .role("time_point")
          .label("Time point")
          .means("The time point whose pixels decide, counted from 0.")
          .applies_when("alpha_mode", {"reference_t"}, "only used when one time point decides"),
      number("background_percentile", &P::background_percentile)
          .range(0, 100)
          .unit("%")
          .label("Background")
          .means("This percentile of a channel's volume is its background."),
      of_matrices(choice("quantisation", &P::quantisation,
                         {{picasso::Quantisation::truncate, "truncate"}, {picasso::Quantisation::round, "round"}})
                      .choice_labels({"Truncate", "Round"})
                      .label("Quantisation")
                      .means("How pixels become grey levels for the mutual information. truncate: as the Python package, whose "
                             "levels lean toward 0. round: as the authors' MATLAB code; less crosstalk is left.")),
      of_matrices(
          choice("output_units", &P::output_units, {{PicassoUnits::normalised, "normalised"}, {PicassoUnits::input, "input"}})
              .choice_labels({"0 to 1", "As the input"})
              .label("Units")
              .means("normalised: each channel divided by its largest value at that time point, as computed; integer samples "
                     "then hold nothing but 0 and 1. input: counts, so that time courses survive.")),
      integer("max_iter", &P::max_iter)
          .range(1, most_iterations)
          .label("Iterations")
          .means("Most iterations. With sources and sinks: of the minimiser, for each sink and start."),
      of_matrices(number("step_size", &P::step_size)
                      .above(0)
                      .at_most(largest_setting)
                      .label("Step size")
                      .means("Share of each coefficient that one iteration applies.")),
      of_matrices(integer("qn", &P::qn)
                      .range(1, picasso::max_quantisation_levels)
                      .label("Grey levels")
                      .means("Grey levels that pixels are quantised to; with quantisation truncate at most 127.")),
      of_matrices(integer("pixel_bin_size", &P::pixel_bin_size)
                      .at_least(1)
                      .unit("px")
                      .label("Bin size")
                      .means("Side of the square blocks whose sums the iterations work on. Below about 1000 blocks choose a "
                             "smaller bin.")),
      of_matrices(number("alpha_clip", &P::alpha_clip)
                      .range(0, largest_setting)
                      .label("Largest coefficient")
                      .means("Coefficients of one iteration stay within plus and minus this.")
                      .rare()),
      of_matrices(number("negativity_threshold", &P::negativity_threshold)
                      .range(0, largest_setting)
                      .label("Negativity")
                      .means("A coefficient that would turn more than this share of a channel negative is divided by ten.")
                      .rare()),
      of_matrices(
          integer("clip_every_n_iterations", &P::clip_every_n_iterations)
              .range(1, largest_setting)
              .label("Clip every")
              .means("Images are clipped at 0 after iterations 1, 1 + n, 1 + 2 n and so on; 1 clips only at the end. Each clip "
                     "reads the images once.")
              .rare()),
      of_matrices(number("stop_tolerance", &P::stop_tolerance)
                      .above(0)
                      .at_most(largest_setting)
                      .label("Stop when settled")
                      .null_means("run all iterations")
                      .means("Stop when the largest coefficient stays below this for 5 iterations; 0.005 is a good value.")),
      of_matrices(
          boolean("stop_on_oversubtraction", &P::stop_on_oversubtraction)
              .label("Stop on over-subtraction")
              .means("Stop when a channel has lost more than 1 % below zero: where channels share structures, longer runs take "
                     "shared signal away.")),
      of_source_sink(
          matrix("source_sink_matrix", &P::source_sink_matrix)
              .role("source_sink_matrix")
              .label("Relations")
              .null_means("as the lists of sinks and neutral channels say")
              .means("Rows are sources, columns sinks, over the selected channels: 1 on the diagonal, -1 where the row's "
                     "channel may bleed into the column's, 0 elsewhere.")),
      of_source_sink(
          integer_list("sink_channels", &P::sink_channels)
              .at_least(0)
              .role("channels")
              .label("Sinks")
              .null_means("as the matrix says")
              .means("Channels that are corrected: every selected channel that is not neutral may bleed into each.")),
      of_source_sink(integer_list("neutral_channels", &P::neutral_channels)
                         .at_least(0)
                         .role("channels")
                         .label("Neutral")
                         .null_means("none")
                         .means("Selected channels that bleed into no other.")),
      of_source_sink(
          choice("objective", &P::objective,
                 {{picasso::Objective::clipped, "clipped"}, {picasso::Objective::penalised, "penalised"}})
              .choice_labels({"Clipped", "Penalised"})
              .label("Objective")
              .means("What the search minimises. clipped: as the Python package; it can reward blacking a channel out. "
                     "penalised: without clipping, and signal that is destroyed costs.")),
      of_source_sink(boolean("source_sink_joint_optimization", &P::source_sink_joint_optimization)
                         .label("All sources together")
                         .means("Find the coefficients of all sources of a sink together, or one source after another.")),
      of_joint_search(boolean("source_sink_optimize_background", &P::source_sink_optimize_background)
                          .label("Fit backgrounds")
                          .means("Find the background of each source too, instead of taking the measured one.")),
      of_joint_search(
          number("source_sink_max_background", &P::source_sink_max_background)
              .range(0, largest_setting)
              .label("Largest background")
              .means("Upper bound of a fitted background, as a share of the largest value of all selected channels.")
              .rare()),
      of_joint_search(integer("source_sink_n_restarts", &P::source_sink_n_restarts)
                          .range(1, 10000)
                          .label("Starts")
                          .means("From how many places the search begins; the penalised objective takes at least 12.")
                          .rare()),
      of_source_sink(number("alpha_max", &P::alpha_max)
                         .above(0)
                         .at_most(largest_setting)
                         .label("Largest alpha")
                         .means("Upper bound of a coefficient.")
                         .rare()),
      of_source_sink(integer("mi_bins", &P::mi_bins)
                         .range(2, most_information_bins)
                         .label("MI bins")
                         .means("Bins per axis of the histogram that mutual information is measured on.")
                         .rare()),
      of_source_sink(number("tolerance", &P::tolerance)
                         .above(0)
                         .at_most(largest_setting)
                         .label("Tolerance")
                         .means("When the minimiser is done, in coefficients and in its objective.")
                         .rare()),
      of_source_sink(integer("max_alpha_voxels", &P::max_alpha_voxels)
                         .at_least(1)
                         .label("Voxels used")
                         .null_means("all voxels of the time point")
                         .means("At most so many voxels enter the estimate; of more, a random sample is drawn.")
                         .rare()),
      of_source_sink(integer("random_state", &P::random_state)
                         .at_least(0)
                         .label("Seed")
                         .means("Seed of that sample and of the random starts, as numpy draws them.")
                         .rare()),
      boolean("clip_negative", &P::clip_negative)
          .label("Clip below 0")
          .means("Negative results become 0. The clips between iterations are part of the method and stay."),
      output_type_setting(&P::output_dtype),
      choice("method", &P::method, {{PicassoMethod::picasso, "picasso"}})
          .label("Method")
          .means("Name under which the Python package knows the method; nothing to choose.")
          .rare(),
      boolean("preprocess_alpha_inputs", &P::preprocess_alpha_inputs)
          .label("Preprocess")
          .means("Taken and recorded for the Python package's sake; the method always subtracts backgrounds.")
          .rare(),
  });
  return table;
}

}  // namespace webunmix
