// The JSON Schema (draft 2020-12) of a recipe, made from the settings tables.
//
// Besides the standard words each setting carries what forms need: `x-unit`, `x-null-means`, `x-role`, `x-choice-labels`, `x-rare` and
// `x-applies-when` (conditions as in SettingInfo; those that share a reason are alternatives).
#pragma once

#include "recipe/registry.hpp"

namespace webunmix {

[[nodiscard]] Json recipe_schema(const StepKinds& kinds = step_kinds());

/// The schema of one setting's values.
[[nodiscard]] Json setting_schema(const SettingInfo& info);

}  // namespace webunmix
