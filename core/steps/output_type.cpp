#include "steps/output_type.hpp"

namespace webunmix {

SampleType sample_type_of(OutputType type, SampleType input) {
  switch (type) {
    case OutputType::as_input: return input;
    case OutputType::uint8: return SampleType::uint8;
    case OutputType::int8: return SampleType::int8;
    case OutputType::uint16: return SampleType::uint16;
    case OutputType::int16: return SampleType::int16;
    case OutputType::uint32: return SampleType::uint32;
    case OutputType::int32: return SampleType::int32;
    case OutputType::float64: return SampleType::float64;
    case OutputType::float32: break;
  }
  return SampleType::float32;
}

}  // namespace webunmix
