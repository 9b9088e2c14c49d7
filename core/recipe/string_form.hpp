// A recipe as one line of text: what links, file annotations and the command line carry.
//
//   /1/flatfield?source=basic/unmix?method=mi_min&bidirectional=true
//
// First the version (without one: the current), then the steps in order, each with the settings that differ from their defaults. `!`
// before a step switches it off. How values are written: setting_text.hpp.
#pragma once

#include <string>
#include <string_view>

#include "recipe/recipe.hpp"

namespace webunmix {

/// "/1/unmix?method=mi_min"; a recipe without steps is "/1". Settings about the machine (SettingInfo::in_link) are left out.
[[nodiscard]] std::string format_recipe(const Recipe& recipe, const StepKinds& kinds = step_kinds());

/// Reads the string form, with or without a leading `#` or `/`, or a page's whole address. Errors as recipe_from_json().
[[nodiscard]] Result<Recipe> recipe_from_string(std::string_view text, const StepKinds& kinds = step_kinds());

}  // namespace webunmix
