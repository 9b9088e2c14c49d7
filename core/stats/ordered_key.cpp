#include "stats/ordered_key.hpp"

#include <algorithm>
#include <cmath>

namespace webunmix {

bool has_one_digit(SampleType type) {
  return visit_sample_type(type, []<class T>() { return webunmix::one_digit<T>; });
}

DigitScale::DigitScale(SampleType type) : one_digit_(has_one_digit(type)) {
  if (one_digit_) {
    const SampleRange range = sample_range(type);
    smallest_ = static_cast<std::int32_t>(range.lowest);
    last_ = static_cast<std::uint32_t>(range.highest - range.lowest);
  } else {
    first_ = ordered_key(std::numeric_limits<float>::lowest()) >> 16U;
    last_ = ordered_key(std::numeric_limits<float>::max()) >> 16U;
  }
}

float DigitScale::lowest(std::uint32_t digit) const {
  return one_digit_ ? static_cast<float>(smallest_ + static_cast<std::int32_t>(digit)) : value_of_key(digit << 16U);
}

float DigitScale::highest(std::uint32_t digit) const {
  return one_digit_ ? lowest(digit) : value_of_key((digit << 16U) | 0xffffU);
}

std::uint32_t DigitScale::digit_of(float value) const {
  if (!one_digit_) return ordered_key(value) >> 16U;
  const float digit = std::floor(value) - static_cast<float>(smallest_);
  return static_cast<std::uint32_t>(std::clamp(digit, 0.0F, static_cast<float>(last_)));
}

}  // namespace webunmix
