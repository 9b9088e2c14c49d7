// The settings of the step `unmix`: names, defaults, ranges and meanings. Names and defaults up to `output_dtype` are those of the
// Python package `spectral-unmixing`.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "settings/table.hpp"
#include "unmix/estimators.hpp"

namespace webunmix {

enum class AlphaMode : std::uint8_t { fixed, reference_t, per_t };
[[nodiscard]] std::string_view alpha_mode_name(AlphaMode mode);

enum class OutputType : std::uint8_t { as_input, uint8, int8, uint16, int16, uint32, int32, float32, float64 };

/// The pedestal is the histogram mode of the reference time point.
enum class Automatic : std::uint8_t { histogram_mode };
using OffsetSetting = std::optional<NumberOr<Automatic>>;

struct UnmixSettings {
  unmix::Method method = unmix::Method::mean_ratio;
  std::optional<double> alpha;
  std::optional<AlphaMode> alpha_mode;
  std::int64_t alpha_reference_t = 0;
  std::int32_t source_channel = 0;
  std::int32_t target_channel = 1;
  double signal_percentile = 99.0;
  std::optional<double> target_low_percentile;
  double background_percentile = 1.0;
  bool preprocess_alpha_inputs = true;
  double alpha_max = 1.0;
  std::int32_t mi_bins = 64;
  std::optional<std::int64_t> max_alpha_voxels = 500000;
  std::int64_t random_state = 0;
  std::int64_t min_mask_voxels = 16;
  bool bidirectional = false;
  std::optional<double> alpha_reverse;
  std::optional<unmix::Method> method_reverse;
  std::optional<double> signal_percentile_reverse;
  std::optional<double> background_percentile_reverse;
  std::optional<double> target_low_percentile_reverse;
  std::optional<double> alpha_max_reverse;
  std::optional<std::int32_t> mi_bins_reverse;
  bool clip_negative = true;
  OutputType output_dtype = OutputType::float32;
  OffsetSetting source_offset;
  OffsetSetting target_offset;
  std::optional<std::vector<std::vector<double>>> region;
  std::optional<std::vector<std::int64_t>> region_t;
  std::optional<std::vector<std::int64_t>> region_z;
};

[[nodiscard]] const SettingsTable<UnmixSettings>& unmix_table();

}  // namespace webunmix
