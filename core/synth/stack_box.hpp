// What every scene does with shapes and boxes.
#pragma once

#include <cstdint>
#include <vector>

#include "image/box.hpp"
#include "image/result.hpp"
#include "image/stack_info.hpp"

namespace webunmix::synth {

/// `shape` as [t, z, c, y, x] of a scene with `channels` channels. Errors: bad_setting.
[[nodiscard]] Result<StackShape> shape_from_list(const std::vector<std::int64_t>& shape, std::int64_t channels);

/// Fails unless the box lies in the stack and fits into a block (64 MiB) of `type`.
[[nodiscard]] Result<void> check_box(const StackInfo& stack, const Box& box, SampleType type);

}  // namespace webunmix::synth
