// A kind of step as recipes, forms and docs know it: a name, what it does, its settings table, and how to make one.
//
// Each step's file ends with one function that returns its kind; core/recipe/registry lists them:
//
//   StepKind unmix_kind() {
//     return make_step_kind<UnmixSettings, UnmixStep>("unmix", "Unmix", "Subtracts what one channel ...", unmix_table());
//   }
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "image/result.hpp"
#include "run/step.hpp"
#include "settings/table.hpp"

namespace webunmix {

struct StepKind {
  std::string name;     ///< in recipes: "unmix_picasso"
  std::string title;    ///< on the page: "Unmix, N channels"
  std::string meaning;  ///< one or two sentences
  SettingInfos infos;
  std::vector<Role> inputs;  ///< roles of the inputs it can use besides `main`

  /// A step with these settings; those that are missing take their defaults. Errors: bad_setting, naming the setting.
  std::function<Result<std::unique_ptr<Step>>(const Json& settings)> make;
  /// The same settings, complete and in table order. Errors as make().
  std::function<Result<Json>(const Json& settings)> normalise;

  std::string
      planes_option{};  ///< of the command line, under which the planes it learns are written ("maps"); empty: it learns none
};

using StepKinds = std::vector<StepKind>;

/// A kind whose step is made from its settings struct: `StepT(S)`. The table must live as long as the program.
template <class S, class StepT>
StepKind make_step_kind(std::string name, std::string title, std::string meaning, const SettingsTable<S>& table,
                        std::vector<Role> inputs = {}) {
  StepKind kind{std::move(name), std::move(title), std::move(meaning), table.infos(), std::move(inputs), {}, {}, {}};
  kind.make = [&table](const Json& settings) -> Result<std::unique_ptr<Step>> {
    WEBUNMIX_ASSIGN(S read, table.from_json(settings));
    return std::unique_ptr<Step>(std::make_unique<StepT>(std::move(read)));
  };
  kind.normalise = [&table](const Json& settings) -> Result<Json> {
    WEBUNMIX_ASSIGN(const S read, table.from_json(settings));
    return table.to_json(read);
  };
  return kind;
}

}  // namespace webunmix
