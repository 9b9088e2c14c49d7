// The sample type that a step's `output_dtype` asks for.
#pragma once

#include "image/sample_type.hpp"
#include "steps/unmix_settings.hpp"

namespace webunmix {

/// `input`: the type of the file, which OutputType::as_input stands for.
[[nodiscard]] SampleType sample_type_of(OutputType type, SampleType input);

}  // namespace webunmix
