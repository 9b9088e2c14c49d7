// Every kind of step there is. Each function is at the end of its step's own file.
#pragma once

#include "steps/step_kind.hpp"

namespace webunmix {

[[nodiscard]] StepKind unmix_kind();
[[nodiscard]] StepKind unmix_picasso_kind();
[[nodiscard]] StepKind flatfield_kind();
[[nodiscard]] StepKind detect_gain_kind();
[[nodiscard]] StepKind electrons_kind();

}  // namespace webunmix
