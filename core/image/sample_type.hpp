// The sample types a stack can have, by the names numpy and OME users know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace webunmix {

enum class SampleType : std::uint8_t { uint8, int8, uint16, int16, uint32, int32, float32, float64 };

[[nodiscard]] std::string_view sample_type_name(SampleType type);  ///< "uint16"
[[nodiscard]] std::optional<SampleType> sample_type_from_name(std::string_view name);
[[nodiscard]] std::size_t bytes_per_sample(SampleType type);
[[nodiscard]] bool is_integer(SampleType type);

/// Smallest and largest value an integer type holds; for the float types the finite range.
struct SampleRange {
  double lowest;
  double highest;
};
[[nodiscard]] SampleRange sample_range(SampleType type);

/// Calls `f.template operator()<T>()` with the C++ type that stands for `type`.
template <class F>
decltype(auto) visit_sample_type(SampleType type, F&& f) {
  switch (type) {
    case SampleType::uint8: return std::forward<F>(f).template operator()<std::uint8_t>();
    case SampleType::int8: return std::forward<F>(f).template operator()<std::int8_t>();
    case SampleType::uint16: return std::forward<F>(f).template operator()<std::uint16_t>();
    case SampleType::int16: return std::forward<F>(f).template operator()<std::int16_t>();
    case SampleType::uint32: return std::forward<F>(f).template operator()<std::uint32_t>();
    case SampleType::int32: return std::forward<F>(f).template operator()<std::int32_t>();
    case SampleType::float64: return std::forward<F>(f).template operator()<double>();
    case SampleType::float32: break;
  }
  return std::forward<F>(f).template operator()<float>();
}

}  // namespace webunmix
