// Values that earlier steps of a recipe have learnt, for settings that were left null.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "run/step.hpp"

namespace webunmix {

/// The nearest earlier value of a name; nullptr when no step has learnt one. `earlier`: nearest first.
[[nodiscard]] inline const EarlierValue* nearest(const std::vector<EarlierValue>& earlier, std::string_view name) {
  const auto found =
      std::find_if(earlier.begin(), earlier.end(), [&](const EarlierValue& value) { return value.value.name == name; });
  return found == earlier.end() ? nullptr : &*found;
}

/// What to say when `zero_variance_adu` of detect_gain stands in for an offset.
inline constexpr const char* offset_from_zero_variance =
    "The offset was taken from where the variance reaches zero, which lies below the true offset by read variance times gain. "
    "Dark "
    "frames give the offset itself.";

}  // namespace webunmix
