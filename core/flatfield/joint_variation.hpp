// How well objects stand out from their surroundings: what a good shading correction lowers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace webunmix {

/// Coefficient of joint variation of two classes of values: (s1 + s2) / |m1 - m2|, m mean and s standard deviation of each class.
/// No unit; the smaller the better apart. `bright` says which class each value belongs to. None when a class is empty or both means
/// are the same.
/// Source: B. Likar, J. B. A. Maintz, M. A. Viergever, F. Pernus, J. Microsc. 197 (2000) 285, eq. 13.
[[nodiscard]] std::optional<double> joint_variation(std::span<const float> values, std::span<const std::uint8_t> bright);

}  // namespace webunmix
