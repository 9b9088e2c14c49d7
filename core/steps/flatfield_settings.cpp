#include "steps/flatfield_settings.hpp"

namespace webunmix {
namespace {

using F = FlatfieldSettings;
using Source = FlatfieldSource;

constexpr const char* empty_only = "only used with empty tiles or planes";
constexpr const char* basic_only = "only used when BaSiC fits the profile";
constexpr const char* dark_only = "only used when a dark-field is fitted";

Setting<F> of_basic(Setting<F> setting) {
  return std::move(setting).applies_unless("source", {"measured", "empty"}, basic_only).rare();
}

}  // namespace

std::optional<WorkingSize> working_size_of(const FlatfieldSettings& settings) {
  const Json& size = settings.working_size;
  if (size.is_null()) return std::nullopt;
  if (size.is_array()) return WorkingSize{size.front().get<std::int64_t>(), size.back().get<std::int64_t>()};
  return WorkingSize{size.get<std::int64_t>(), size.get<std::int64_t>()};
}

const SettingsTable<FlatfieldSettings>& flatfield_table() {
  static const SettingsTable<FlatfieldSettings> table({
      choice("source", &F::source,
             {{Source::automatic, source_name(Source::automatic)},
              {Source::measured, source_name(Source::measured)},
              {Source::empty, source_name(Source::empty)},
              {Source::basic, source_name(Source::basic)}})
          .choice_labels({"Best there is", "Measured profile", "Empty regions", "BaSiC, from the frames"})
          .means("Where the flat-field comes from. auto takes a measured profile when one is given, else empty tiles or planes "
                 "when they "
                 "are named, else fits it to the frames (BaSiC)."),
      integer_list("fov_list", &F::fov_list)
          .at_least(1)
          .label("Empty tiles")
          .null_means("the corner tiles when z levels are given")
          .means(
              "Numbers of tiles without cells, counted from 1 down the first column, then down the next column to its right.")
          .applies_unless("source", {"measured", "basic"}, empty_only),
      integer_list("z_levels", &F::z_levels)
          .at_least(0)
          .length(2, 2)
          .label("Planes with cells")
          .null_means("all planes of the empty tiles")
          .means("Lowest and highest plane that hold cells, counted from 0: planes below the first and above the second are "
                 "empty.")
          .applies_unless("source", {"measured", "basic"}, empty_only),
      integer_list("grid", &F::grid)
          .at_least(1)
          .length(2, 2)
          .label("Tile grid")
          .null_means("the tiles stand in one row")
          .means("Rows and columns in which the tiles lie.")
          .applies_unless("source", {"measured", "basic"}, empty_only),
      integer("n_zplanes", &F::n_zplanes)
          .range(1, 10000)
          .label("Planes used")
          .means("At most so many empty planes are used, evenly spaced and taken in turn from the tiles.")
          .applies_unless("source", {"measured", "basic"}, empty_only)
          .rare(),
      number("sigma", &F::sigma)
          .range(0, 1000)
          .unit("px")
          .label("Smoothing")
          .means("Standard deviation of the Gaussian that smooths the median of the empty planes.")
          .applies_unless("source", {"measured", "basic"}, empty_only)
          .rare(),
      number("offset", &F::offset)
          .unit("counts")
          .label("Camera offset")
          .null_means("what an earlier step measured, else none")
          .means("What the camera adds to every pixel without light. It is removed before shading is estimated and corrected."),
      boolean("baseline_subtract", &F::baseline_subtract)
          .label("Subtract baseline")
          .means("Also subtract each frame's background level as the fit found it."),
      choice("form", &F::form, {{ShadingForm::ratio, "ratio"}, {ShadingForm::range, "range"}})
          .choice_labels({"(I − D) / S", "keep the range"})
          .label("Correction")
          .means("ratio: (I − D) / S. range: (I − D) / S × mean(S) + mean(D), which keeps the level of the raw image."),
      integer("max_frames", &F::max_frames)
          .range(1, 1000000)
          .label("Frames fitted")
          .means("At most so many frames enter the fit; of more, evenly spaced ones are taken and the report says so.")
          .applies_unless("source", {"measured", "empty"}, basic_only)
          .rare(),
      boolean("get_darkfield", &F::get_darkfield)
          .label("Fit dark-field")
          .means("Also estimate D, the light-independent part. Needs frames whose brightness varies by 5 % or more.")
          .applies_unless("source", {"measured", "empty"}, basic_only),
      boolean("constant_darkfield", &F::constant_darkfield)
          .label("Constant dark-field")
          .means("D is the camera's offset: hold it as smooth as S and find it from all frames, not only from dim ones. "
                 "Better when D is constant, worse when it has structure.")
          .applies_unless("source", {"measured", "empty"}, basic_only)
          .applies_when("get_darkfield", {true}, dark_only),
      of_basic(number("smoothness_flatfield", &F::smoothness_flatfield)
                   .above(0)
                   .null_means("from the data: sum |DCT of the mean frame| / 800")
                   .means("Weight of the smoothness of S: larger is smoother.")),
      of_basic(number("smoothness_darkfield", &F::smoothness_darkfield)
                   .above(0)
                   .null_means("a tenth of smoothness_flatfield; as much with constant_darkfield")
                   .means("Weight of the smoothness of D.")
                   .applies_when("get_darkfield", {true}, dark_only)),
      of_basic(number("epsilon", &F::epsilon)
                   .above(0)
                   .means("How much pixels far from the model still count when weights are renewed.")),
      of_basic(boolean("sort_intensity", &F::sort_intensity)
                   .means("Sort each pixel's values over the frames first: for moving cells on a steady background.")),
      of_basic(any("working_size", &F::working_size, {SettingKind::integer, SettingKind::integer_list})
                   .at_least(1)
                   .length(1, 2)
                   .unit("px")
                   .null_means("full size")
                   .means("Height and width the frames are reduced to for the fit (one number: both); never enlarged.")),
      of_basic(integer("max_iterations", &F::max_iterations).range(1, 100000).means("Limit of the inner loop.")),
      of_basic(number("optimization_tol", &F::optimization_tol).above(0).means("Relative error at which the inner loop ends.")),
      of_basic(integer("max_reweight_iterations", &F::max_reweight_iterations)
                   .range(1, 1000)
                   .means("How often weights are renewed at most.")),
      of_basic(number("reweighting_tol", &F::reweighting_tol).above(0).means("Relative change of S at which renewing ends.")),
      of_basic(boolean("autosegment", &F::autosegment)
                   .means("Leave bright objects out: pixels above Otsu's threshold of the frames hardly count. A mask that is "
                          "given wins.")),
      of_basic(integer("autosegment_margin", &F::autosegment_margin)
                   .range(0, 10000)
                   .unit("px")
                   .means("How far around bright objects pixels are left out too, at the working size.")
                   .applies_when("autosegment", {true}, "only used with autosegment")),
      of_basic(choice("fitting_mode", &F::fitting_mode, {{FittingMode::approximate, "approximate"}})
                   .means("How BaSiC is solved: by the linearised alternating direction method of the paper.")),
      of_basic(integer("max_workers", &F::max_workers)
                   .at_least(1)
                   .null_means("as many as there are")
                   .means("Taken for compatibility; how many workers run is decided outside the recipe.")
                   .not_in_link()),
      output_type_setting(&F::output_dtype),
  });
  return table;
}

}  // namespace webunmix
