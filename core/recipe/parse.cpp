#include "recipe/parse.hpp"

#include "recipe/json_text.hpp"
#include "recipe/sidecar.hpp"
#include "recipe/string_form.hpp"

namespace webunmix {
namespace {

Result<ParsedRecipe> from_json(const Json& json, const StepKinds& kinds) {
  if (const auto recipe = json.find("recipe"); recipe != json.end()) {
    if (recipe->is_string()) {
      WEBUNMIX_ASSIGN(Recipe read, recipe_from_string(recipe->text(), kinds));
      return ParsedRecipe{std::move(read), {}};
    }
    WEBUNMIX_ASSIGN(Recipe read, recipe_from_json(*recipe, kinds));
    return ParsedRecipe{std::move(read), {}};
  }
  if (is_sidecar(json)) {
    WEBUNMIX_ASSIGN(RestoredSettings restored, settings_from_sidecar(json, kinds));
    ParsedRecipe parsed;
    parsed.notes = std::move(restored.notes);
    WEBUNMIX_ASSIGN(RecipeStep step, make_recipe_step(kinds, 1, restored.step, restored.settings, true));
    parsed.recipe.steps.push_back(std::move(step));
    return parsed;
  }
  if (!json.contains("steps")) {
    return Error{
        Errc::bad_recipe,
        "This JSON is neither a recipe (it has no `steps`), nor a report (no `recipe`), nor a report of the Python package "
        "(no `alpha_mode`)."};
  }
  WEBUNMIX_ASSIGN(Recipe read, recipe_from_json(json, kinds));
  return ParsedRecipe{std::move(read), {}};
}

}  // namespace

Result<ParsedRecipe> parse_recipe(std::string_view text, const StepKinds& kinds) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  // What begins a list or a text in JSON begins no name of a step: it is JSON, if not a recipe.
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && std::string_view("{[\"").find(text[first]) != std::string_view::npos) {
    WEBUNMIX_ASSIGN(const Json json, parse_json(text, "The recipe"));
    return from_json(json, kinds);
  }
  WEBUNMIX_ASSIGN(Recipe read, recipe_from_string(text, kinds));
  return ParsedRecipe{std::move(read), {}};
}

Json to_json(const ParsedRecipe& parsed) {
  Json json = to_json(parsed.recipe);
  if (!parsed.notes.empty()) json["notes"] = parsed.notes;
  return json;
}

}  // namespace webunmix
