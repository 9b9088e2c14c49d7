#include "image/sample_type.hpp"

#include <array>
#include <limits>
#include <type_traits>

namespace webunmix {
namespace {

struct Named {
  SampleType type;
  std::string_view name;
};
constexpr std::array<Named, 8> names{{{SampleType::uint8, "uint8"},
                                      {SampleType::int8, "int8"},
                                      {SampleType::uint16, "uint16"},
                                      {SampleType::int16, "int16"},
                                      {SampleType::uint32, "uint32"},
                                      {SampleType::int32, "int32"},
                                      {SampleType::float32, "float32"},
                                      {SampleType::float64, "float64"}}};

}  // namespace

std::string_view sample_type_name(SampleType type) {
  for (const Named& named : names) {
    if (named.type == type) return named.name;
  }
  return "unknown";
}

std::optional<SampleType> sample_type_from_name(std::string_view name) {
  for (const Named& named : names) {
    if (named.name == name) return named.type;
  }
  return std::nullopt;
}

std::size_t bytes_per_sample(SampleType type) {
  return visit_sample_type(type, []<class T>() { return sizeof(T); });
}

bool is_integer(SampleType type) {
  return visit_sample_type(type, []<class T>() { return std::is_integral_v<T>; });
}

SampleRange sample_range(SampleType type) {
  return visit_sample_type(type, []<class T>() {
    return SampleRange{static_cast<double>(std::numeric_limits<T>::lowest()),
                       static_cast<double>(std::numeric_limits<T>::max())};
  });
}

}  // namespace webunmix
