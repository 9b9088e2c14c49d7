#include "recipe/recipe.hpp"

#include <cmath>
#include <utility>

#include "image/number_text.hpp"
#include "settings/nearest.hpp"

namespace webunmix {
namespace {

/// Misspelt keys must not be ignored: `setings` would silently run with defaults.
Result<void> check_keys(const Json& object, const std::vector<std::string>& known, const std::string& where) {
  for (const auto& [key, value] : object.items()) {
    bool found = false;
    for (const auto& name : known) found = found || name == key;
    if (found) continue;
    std::string message = where;
    message += " has an unknown key `" + key + "`" + suggestion(key, known);
    return Error{Errc::bad_recipe, std::move(message)};
  }
  return {};
}

}  // namespace

Result<void> check_recipe_version(double version) {
  if (version >= 1 && version <= recipe_version && std::trunc(version) == version) return {};
  const std::string newest = std::to_string(recipe_version);
  if (version > recipe_version) {
    return Error{Errc::bad_recipe, "The recipe has version " + number_text(version) + "; this program reads versions up to " +
                                       newest + ". Use a newer program."};
  }
  return Error{Errc::bad_recipe,
               "The recipe's version is " + number_text(version) + ", but must be a whole number from 1 to " + newest + "."};
}

Result<RecipeStep> make_recipe_step(const StepKinds& kinds, std::size_t number, const std::string& name, const Json& settings,
                                    bool enabled) {
  const std::string where = "Step " + std::to_string(number);
  const auto kind = find_kind(kinds, name);
  if (!kind.ok()) return Error{kind.error().code, where + ": " + kind.error().message};
  auto complete = (*kind)->normalise(settings);
  if (!complete.ok()) return Error{complete.error().code, where + ", " + name + ": " + complete.error().message};
  return RecipeStep{name, std::move(*complete), enabled};
}

Result<Recipe> recipe_from_json(const Json& json, const StepKinds& kinds) {
  if (!json.is_object()) return Error{Errc::bad_recipe, "A recipe must be a JSON object with the key `steps`."};
  // Notes say what could not be restored when the recipe was read from another program's report; they are for people.
  WEBUNMIX_TRY(check_keys(json, {"version", "steps", "notes"}, "The recipe"));
  Recipe recipe;
  if (const auto version = json.find("version"); version != json.end()) {
    if (!version->is_number()) {
      return Error{Errc::bad_recipe,
                   "The recipe's `version` must be a whole number, such as " + std::to_string(recipe_version) + "."};
    }
    WEBUNMIX_TRY(check_recipe_version(version->get<double>()));
    recipe.version = static_cast<int>(version->get<double>());
  }
  const auto steps = json.find("steps");
  if (steps == json.end() || !steps->is_array()) {
    return Error{Errc::bad_recipe, "A recipe must have `steps`, a list of {\"step\", \"settings\", \"enabled\"}."};
  }
  for (const auto& step : *steps) {
    const std::size_t number = recipe.steps.size() + 1;
    const std::string where = "Step " + std::to_string(number);
    if (!step.is_object()) return Error{Errc::bad_recipe, where + " of the recipe must be an object with the key `step`."};
    WEBUNMIX_TRY(check_keys(step, {"step", "settings", "enabled"}, where));
    const auto name = step.find("step");
    if (name == step.end() || !name->is_string()) {
      return Error{Errc::bad_recipe, where + " of the recipe must say which step it is: {\"step\": \"unmix\", ...}."};
    }
    const auto settings = step.find("settings");
    const auto enabled = step.find("enabled");
    if (enabled != step.end() && !enabled->is_boolean()) {
      return Error{Errc::bad_recipe, where + ": `enabled` must be true or false."};
    }
    WEBUNMIX_ASSIGN(RecipeStep checked, make_recipe_step(kinds, number, name->get<std::string>(),
                                                         settings == step.end() ? Json::object() : *settings,
                                                         enabled == step.end() || enabled->get<bool>()));
    recipe.steps.push_back(std::move(checked));
  }
  return recipe;
}

Json to_json(const Recipe& recipe) {
  Json steps = Json::array();
  for (const auto& step : recipe.steps) {
    steps.push_back(Json{{"step", step.step}, {"settings", step.settings}, {"enabled", step.enabled}});
  }
  return Json{{"version", recipe.version}, {"steps", std::move(steps)}};
}

}  // namespace webunmix
