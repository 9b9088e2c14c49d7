// The one list of step kinds. A new kind of step is one more line in registry.cpp.
#pragma once

#include <string_view>

#include "steps/step_kind.hpp"

namespace webunmix {

/// All kinds, in the order in which the page offers them.
[[nodiscard]] const StepKinds& step_kinds();

/// The kind of that name, or bad_recipe naming the nearest right one. Valid as long as `kinds`.
[[nodiscard]] Result<const StepKind*> find_kind(const StepKinds& kinds, std::string_view name);

/// StepKind[] of workers/api.ts: what forms are made from.
[[nodiscard]] Json step_kinds_json(const StepKinds& kinds);

}  // namespace webunmix
