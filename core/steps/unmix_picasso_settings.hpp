// The settings of the step `unmix_picasso`: names, defaults, ranges and meanings. Names and defaults up to `preprocess_alpha_inputs` are
// those of the Python package `spectral-unmixing`; the rest is ours, with defaults that change nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "picasso/level_information.hpp"
#include "picasso/sink_search.hpp"
#include "settings/table.hpp"
#include "steps/unmix_settings.hpp"

namespace webunmix {

enum class PicassoImplementation : std::uint8_t { matlab_3c, matlab_n, source_sink_n };
[[nodiscard]] std::string_view picasso_implementation_name(PicassoImplementation implementation);

enum class PicassoMethod : std::uint8_t { picasso };

/// Of the matrix implementations: 0..1 as they are computed, or in counts of the input.
enum class PicassoUnits : std::uint8_t { normalised, input };

/// Most levels per sign that the Python package can hold: its levels are 8-bit integers.
inline constexpr int most_truncated_levels = 127;

struct PicassoSettings {
  std::optional<std::vector<std::int64_t>> channels;
  PicassoImplementation implementation = PicassoImplementation::matlab_3c;
  AlphaMode alpha_mode = AlphaMode::reference_t;
  std::int64_t alpha_reference_t = 0;
  double background_percentile = 1.0;
  int max_iter = 200;
  double step_size = 0.2;
  int qn = 100;
  std::int64_t pixel_bin_size = 16;
  double alpha_clip = 0.5;
  double negativity_threshold = 0.0009;
  int clip_every_n_iterations = 50;
  int mi_bins = 64;
  double alpha_max = 1.0;
  double tolerance = 1e-4;
  std::optional<std::int64_t> max_alpha_voxels = 500000;
  std::int64_t random_state = 0;
  std::optional<std::vector<std::vector<double>>> source_sink_matrix;
  std::optional<std::vector<std::int64_t>> sink_channels;
  std::optional<std::vector<std::int64_t>> neutral_channels;
  bool source_sink_optimize_background = true;
  double source_sink_max_background = 0.2;
  int source_sink_n_restarts = 4;
  bool source_sink_joint_optimization = true;
  bool clip_negative = true;
  OutputType output_dtype = OutputType::float32;
  PicassoMethod method = PicassoMethod::picasso;
  bool preprocess_alpha_inputs = true;

  picasso::Quantisation quantisation = picasso::Quantisation::truncate;
  PicassoUnits output_units = PicassoUnits::normalised;
  std::optional<double> stop_tolerance;
  bool stop_on_oversubtraction = false;
  picasso::Objective objective = picasso::Objective::clipped;

  [[nodiscard]] bool by_matrices() const { return implementation != PicassoImplementation::source_sink_n; }
};

[[nodiscard]] const SettingsTable<PicassoSettings>& picasso_table();

}  // namespace webunmix
