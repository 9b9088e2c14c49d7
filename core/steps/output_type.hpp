// The setting `output_dtype` of the steps that have it, and the sample type it asks for.
#pragma once

#include "image/sample_type.hpp"
#include "settings/table.hpp"
#include "steps/unmix_settings.hpp"

namespace webunmix {

/// `input`: the type of the file, which OutputType::as_input stands for.
[[nodiscard]] SampleType sample_type_of(OutputType type, SampleType input);

/// The row of a settings table.
template <class S>
[[nodiscard]] Setting<S> output_type_setting(OutputType S::*member) {
  return choice("output_dtype", member,
                {{OutputType::as_input, "input"},
                 {OutputType::uint8, "uint8"},
                 {OutputType::int8, "int8"},
                 {OutputType::uint16, "uint16"},
                 {OutputType::int16, "int16"},
                 {OutputType::uint32, "uint32"},
                 {OutputType::int32, "int32"},
                 {OutputType::float32, "float32"},
                 {OutputType::float64, "float64"}})
      .label("Sample type")
      .means("Type of the samples written. Integers are rounded to nearest and saturated; input keeps the type of the file.");
}

}  // namespace webunmix
