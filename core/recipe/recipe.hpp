// A recipe: which steps, with which settings, in which order. As JSON:
//
//   {"version": 1, "steps": [{"step": "unmix", "settings": {"method": "mi_min"}, "enabled": true}]}
//
// In a Recipe the settings are complete: every setting of the step's table, in table order. Read from JSON, settings may be left out
// (their defaults hold), so may `enabled` (true) and `version` (the current one). Within a version no default ever changes.
#pragma once

#include <string>
#include <vector>

#include "recipe/registry.hpp"

namespace webunmix {

inline constexpr int recipe_version = 1;

struct RecipeStep {
  std::string step;
  Json settings;        ///< complete, in table order
  bool enabled = true;  ///< false: kept in the recipe, but not run

  friend bool operator==(const RecipeStep&, const RecipeStep&) = default;
};

struct Recipe {
  int version = recipe_version;
  std::vector<RecipeStep> steps;

  friend bool operator==(const Recipe&, const Recipe&) = default;
};

/// Reads and checks. Errors: bad_recipe (not a recipe, unknown step, a newer version), bad_setting; they name the step by its number,
/// counted from 1, and its name.
[[nodiscard]] Result<Recipe> recipe_from_json(const Json& json, const StepKinds& kinds = step_kinds());

[[nodiscard]] Json to_json(const Recipe& recipe);

/// Fails unless `version` is one that this program reads.
[[nodiscard]] Result<void> check_recipe_version(double version);

/// A checked step with complete settings. `number` counts from 1, for messages.
[[nodiscard]] Result<RecipeStep> make_recipe_step(const StepKinds& kinds, std::size_t number, const std::string& name,
                                                  const Json& settings, bool enabled);

}  // namespace webunmix
