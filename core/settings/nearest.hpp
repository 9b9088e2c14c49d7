// "Did you mean ...?": the known name that a mistyped one is nearest to.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace webunmix {

/// How many insertions, deletions, substitutions and swaps of neighbours turn one text into the other, without regard to case.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate with the smallest distance; the first of several. Nothing when none is near enough to be what was meant
/// (more than two of five letters differ, and neither begins with the other).
[[nodiscard]] std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates);

/// "; did you mean `alpha_mode`?", or when nothing is near "; there are `a`, `b`, `c`": the end of a message.
[[nodiscard]] std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

/// "a, b, c"
[[nodiscard]] std::string joined(const std::vector<std::string>& texts);

}  // namespace webunmix
