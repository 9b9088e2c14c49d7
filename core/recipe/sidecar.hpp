// Settings from the reports of the Python package `spectral-unmixing`: a flat JSON object that holds what was asked for among what
// came out. What is restored is what was asked for, so that running it again does the same and not merely something similar.
#pragma once

#include <string>
#include <vector>

#include "recipe/recipe.hpp"

namespace webunmix {

struct RestoredSettings {
  std::string step;
  Json settings;
  std::vector<std::string> notes;  ///< what the report does not say and so could not be restored
};

/// Whether the object is such a report.
[[nodiscard]] bool is_sidecar(const Json& json);

/// The settings of the one step it tells of. Errors: bad_recipe when it is of no known method.
[[nodiscard]] Result<RestoredSettings> settings_from_sidecar(const Json& sidecar, const StepKinds& kinds);

}  // namespace webunmix
