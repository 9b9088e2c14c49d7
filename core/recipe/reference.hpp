// The settings reference of docs/recipe.md, made from the settings tables.
#pragma once

#include <string>

#include "recipe/registry.hpp"

namespace webunmix {

/// Markdown: per kind a heading, its meaning and a table of its settings.
[[nodiscard]] std::string settings_reference(const StepKinds& kinds = step_kinds());

}  // namespace webunmix
