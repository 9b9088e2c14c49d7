// A recipe from whatever carries one: its string form, a link, its JSON, a report, or a report of the Python package.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "recipe/recipe.hpp"

namespace webunmix {

struct ParsedRecipe {
  Recipe recipe;
  std::vector<std::string> notes;  ///< what the text did not say and so could not be restored; for the user to read
};

/// Text that begins with `{` is JSON: a report (its "recipe" is read), a recipe, or a sidecar. Anything else is the string form.
/// Errors: bad_recipe, bad_setting.
[[nodiscard]] Result<ParsedRecipe> parse_recipe(std::string_view text, const StepKinds& kinds = step_kinds());

/// As to_json(recipe), with the key `notes` when there are any.
[[nodiscard]] Json to_json(const ParsedRecipe& parsed);

}  // namespace webunmix
