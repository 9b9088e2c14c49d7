// The settings of the step `flatfield`: names, defaults, ranges and meanings.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "flatfield/apply.hpp"
#include "settings/table.hpp"
#include "steps/output_type.hpp"

namespace webunmix {

enum class FlatfieldSource { automatic, measured, empty, basic };
/// As recipes and reports write it.
[[nodiscard]] constexpr const char* source_name(FlatfieldSource source) {
  constexpr std::array<const char*, 4> names{"auto", "measured", "empty", "basic"};
  return names[static_cast<std::size_t>(source)];
}
enum class FittingMode { approximate };

struct FlatfieldSettings {
  FlatfieldSource source = FlatfieldSource::automatic;
  std::optional<std::vector<std::int64_t>> fov_list;
  std::optional<std::vector<std::int64_t>> z_levels;
  std::optional<std::vector<std::int64_t>> grid;
  std::int64_t n_zplanes = 200;
  double sigma = 1.0;
  std::optional<double> offset;
  bool baseline_subtract = false;
  ShadingForm form = ShadingForm::ratio;
  std::int64_t max_frames = 1000;

  bool get_darkfield = false;
  std::optional<double> smoothness_flatfield;
  std::optional<double> smoothness_darkfield;
  double epsilon = 0.1;
  bool sort_intensity = false;
  Json working_size = 128;  ///< a number, a pair or null: see working_size_of()
  std::int64_t max_iterations = 500;
  double optimization_tol = 1e-3;
  std::int64_t max_reweight_iterations = 10;
  double reweighting_tol = 1e-2;
  bool autosegment = false;
  std::int64_t autosegment_margin = 10;
  FittingMode fitting_mode = FittingMode::approximate;
  bool constant_darkfield = false;
  std::optional<std::int64_t> max_workers;
  OutputType output_dtype = OutputType::float32;
};

/// The largest height and width that frames are fitted at, px; none: their own.
struct WorkingSize {
  std::int64_t height = 0;
  std::int64_t width = 0;
};
[[nodiscard]] std::optional<WorkingSize> working_size_of(const FlatfieldSettings& settings);

[[nodiscard]] const SettingsTable<FlatfieldSettings>& flatfield_table();

}  // namespace webunmix
