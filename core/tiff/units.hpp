// Units of length and time: the symbols of the OME schema (UnitsLength, UnitsTime), and how other programs spell them.
#pragma once

#include <optional>
#include <string_view>

namespace webunmix::tiff {

/// The OME symbol of a length ("µm"), or nothing when the schema has none for it.
[[nodiscard]] std::optional<std::string_view> ome_length_unit(std::string_view unit);
/// The OME symbol of a time ("s").
[[nodiscard]] std::optional<std::string_view> ome_time_unit(std::string_view unit);

/// Nanometres in one of a metric length; nothing for lengths without a fixed size ("pixel", "reference frame").
[[nodiscard]] std::optional<double> nanometres_in(std::string_view unit);

}  // namespace webunmix::tiff
