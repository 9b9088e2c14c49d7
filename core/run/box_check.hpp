// Boxes in words, and the check that a box lies in a stack.
#pragma once

#include <string>

#include "image/box.hpp"
#include "image/result.hpp"
#include "image/stack_info.hpp"

namespace webunmix {

/// "t 3, z 0, channels 0 1, rows 0 to 511"; for inputs after the first "input 2, t 3, ...". Counted from 0.
[[nodiscard]] std::string describe(const Box& box);

/// bad_setting, naming the coordinate and its range, unless the box has channels and rows and lies in the stack.
[[nodiscard]] Result<void> check_box(const StackInfo& stack, const Box& box);

}  // namespace webunmix
