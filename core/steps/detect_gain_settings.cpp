#include "steps/detect_gain_settings.hpp"

namespace webunmix {

const SettingsTable<DetectGainSettings>& detect_gain_table() {
  using S = DetectGainSettings;
  using M = GainMethod;
  static const SettingsTable<S> table({
      choice("method", &S::method,
             {{M::frame_difference, "frame_difference"},
              {M::median_mad, "median_mad"},
              {M::quantile_low, "quantile_low"},
              {M::calibration, "calibration"},
              {M::emva, "emva"}})
          .choice_labels({"Frame differences", "Median and MAD", "Low quantile", "Calibration maps", "EMVA 1288 pairs"})
          .means("How the noise is measured. frame_difference withstands bleaching, flicker, saturation and wild pixels; "
                 "quantile_low also "
                 "blinking; median_mad repeats earlier analyses; calibration and emva need dark frames and light levels."),
      choice("axis", &S::axis,
             {{FrameAxis::t, "T"}, {FrameAxis::z, "Z"}, {FrameAxis::c, "C"}, {FrameAxis::y, "Y"}, {FrameAxis::x, "X"}})
          .choice_labels({"time", "depth", "channels", "lines (Y)", "columns (X)"})
          .label("Frames along")
          .means("The axis along which the scene stays the same and only noise changes. Along Y or X, as in line scans, every "
                 "row or "
                 "column is a frame; along C all channels are frames of one.")
          .applies_unless("method", {"calibration", "emva"}, "calibration sets use all their planes"),
      integer("nbins", &S::nbins)
          .range(3, 100000)
          .label("Bins")
          .means("Equal-width bins of the mean map.")
          .applies_when("method", {"median_mad"}, "only used with median_mad")
          .rare(),
      number("saturation", &S::saturation)
          .above(0)
          .unit("counts")
          .null_means("the largest value of an integer sample type; of floats none")
          .means("Where the camera saturates; light levels above 70 % of it are left out.")
          .applies_when("method", {"emva"}, "only used with emva")
          .rare(),
  });
  return table;
}

const SettingsTable<ElectronsSettings>& electrons_table() {
  using S = ElectronsSettings;
  static const SettingsTable<S> table({
      number_list("gain", &S::gain)
          .above(0)
          .unit("e-/ADU")
          .null_means("what an earlier step measured")
          .means("Electrons per grey level: one number for all channels, or one per channel."),
      number_list("offset", &S::offset)
          .unit("counts")
          .null_means("what an earlier step measured")
          .means("What the camera adds to every pixel without light: one number for all channels, or one per channel."),
  });
  return table;
}

}  // namespace webunmix
