// The report of a run: what went in, what was asked for, what was learnt, what came out. A JSON object that stands beside the output
// file and can be run again (its "recipe"). The keys are described in docs/recipe.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recipe/recipe.hpp"
#include "run/step.hpp"

namespace webunmix {

inline constexpr int report_version = 1;

/// A step that has run. Steps that are switched off stand in the recipe only.
struct ReportStep {
  std::string step;
  Json settings;  ///< complete
  std::vector<LearntValue> learnt;
  Step::Account account;
  Json
      known;  ///< the whole entry as an earlier report of the same fit had it, when this run has not fitted the step; else null
};

struct ReportParts {
  Json application;  ///< {"name", "version"}
  Recipe recipe;
  std::string link;  ///< address that opens the page with this recipe; empty: the recipe's string form
  Json inputs = Json::array();
  std::vector<ReportStep> steps;
  Json output;  ///< null for a recipe that only measures
  Json times = Json::object();
};

/// With exactly one step `unmix` or `unmix_picasso` its details stand at the top level too, under the keys of the Python package.
/// NaN and infinities become null, and "not_finite" says where and which.
[[nodiscard]] Json report(const ReportParts& parts, const StepKinds& kinds = step_kinds());

}  // namespace webunmix
