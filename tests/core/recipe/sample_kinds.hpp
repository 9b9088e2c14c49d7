// Two kinds of steps that have every kind of setting, for tests of recipes as such: `blend` and `sharpen_edges`.
#pragma once

#include <random>

#include "recipe/recipe.hpp"

namespace webunmix::test {

const StepKinds& sample_kinds();

/// A value that the setting accepts, often an awkward one: empty lists, reserved characters, tiny and huge numbers, null.
Json random_value(const SettingInfo& info, std::mt19937_64& random);

/// One to four steps of sample_kinds() with about half of their settings changed, some switched off.
Recipe random_recipe(std::mt19937_64& random);

}  // namespace webunmix::test
