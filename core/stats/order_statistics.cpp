#include "stats/order_statistics.hpp"

#include <algorithm>

namespace webunmix {

OrderStatistics::OrderStatistics(SampleType type) : scale_(type) {}

std::uint64_t OrderStatistics::not_finite() const {
  const std::uint64_t above = scale_.last() + 1 < digit_values ? upper_.at_or_above(scale_.last() + 1) : 0;
  return upper_.below(scale_.first()) + above;
}

void OrderStatistics::need(const PercentileRanks& ranks) {
  for (const std::uint64_t rank : {ranks.lower, ranks.upper}) need_digit(upper_.find(rank).digit);
}

void OrderStatistics::need_digit(std::uint32_t digit) {
  if (scale_.one_digit() || std::find(needed_.begin(), needed_.end(), digit) != needed_.end()) return;
  needed_.push_back(static_cast<std::uint16_t>(digit));
}

void OrderStatistics::merge_lower(ByteReader& reader) {
  lower_.resize(needed_.size());
  for (DigitHistogram& histogram : lower_) histogram.merge(reader);
}

const DigitHistogram* OrderStatistics::lower_of(std::uint32_t digit) const {
  const auto found = std::find(needed_.begin(), needed_.end(), digit);
  const auto i = static_cast<std::size_t>(found - needed_.begin());
  return i < lower_.size() ? &lower_[i] : nullptr;
}

float OrderStatistics::value_at(std::uint64_t rank) const {
  const auto [digit, rank_within] = upper_.find(rank);
  if (scale_.one_digit()) return scale_.lowest(digit);
  const DigitHistogram* lower = lower_of(digit);
  return value_of_key((digit << 16U) | (lower == nullptr ? 0U : lower->find(rank_within).digit));
}

std::optional<std::uint64_t> OrderStatistics::at_or_above(float bound) const {
  if (scale_.one_digit()) {
    if (bound > scale_.highest(scale_.last())) return 0;
    const std::uint32_t digit = scale_.digit_of(bound);
    return upper_.at_or_above(scale_.lowest(digit) < bound ? digit + 1 : digit);
  }
  const std::uint32_t key = ordered_key(bound);
  const std::uint32_t digit = key >> 16U;
  const std::uint64_t from_digit = upper_.at_or_above(digit);
  if (upper_.at(digit) == 0 || (key & 0xffffU) == 0) return from_digit;
  const DigitHistogram* lower = lower_of(digit);
  if (lower == nullptr) return std::nullopt;
  return from_digit - lower->below(key & 0xffffU);
}

}  // namespace webunmix
