#include "stats/digit_histogram.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace webunmix {
namespace {

constexpr std::size_t digits_at_once = 1024;

enum class Form : std::uint8_t { dense, sparse };

}  // namespace

DigitCounter::DigitCounter() : even_(digit_values, 0), odd_(digit_values, 0) {}

void DigitCounter::count(std::span<const std::uint16_t> digits) {
  std::uint32_t* const even = even_.data();
  std::uint32_t* const odd = odd_.data();
  std::size_t i = 0;
  for (; i + 4 <= digits.size(); i += 4) {
    ++even[digits[i]];
    ++odd[digits[i + 1]];
    ++even[digits[i + 2]];
    ++odd[digits[i + 3]];
  }
  for (; i < digits.size(); ++i) ++even[digits[i]];
}

template <class T>
void DigitCounter::add(std::span<const T> values) {
  if constexpr (std::is_same_v<T, std::uint16_t>) {
    count(values);
  } else {
    std::array<std::uint16_t, digits_at_once> digits;
    for (std::size_t begin = 0; begin < values.size(); begin += digits_at_once) {
      const auto part = values.subspan(begin, std::min(digits_at_once, values.size() - begin));
      for (std::size_t i = 0; i < part.size(); ++i) digits[i] = upper_digit(part[i]);
      count({digits.data(), part.size()});
    }
  }
}

void DigitCounter::write(ByteWriter& writer) const {
  std::vector<std::uint32_t> dense(digit_values);
  for (std::size_t i = 0; i < dense.size(); ++i) dense[i] = even_[i] + odd_[i];
  const auto occupied = [](std::uint32_t count) { return count != 0; };
  const auto first = std::find_if(dense.begin(), dense.end(), occupied);
  const auto last = std::find_if(dense.rbegin(), std::make_reverse_iterator(first), occupied).base();
  const auto used = static_cast<std::size_t>(std::count_if(first, last, occupied));
  const auto range = static_cast<std::size_t>(last - first);
  if (used * (sizeof(std::uint16_t) + sizeof(std::uint32_t)) >= range * sizeof(std::uint32_t)) {
    writer.u8(static_cast<std::uint8_t>(Form::dense)).u32(static_cast<std::uint32_t>(first - dense.begin()));
    writer.values(std::span<const std::uint32_t>(dense.data() + (first - dense.begin()), range));
    return;
  }
  std::vector<std::uint16_t> digits;
  std::vector<std::uint32_t> counts;
  digits.reserve(used);
  counts.reserve(used);
  for (auto at = first; at != last; ++at) {
    if (*at == 0) continue;
    digits.push_back(static_cast<std::uint16_t>(at - dense.begin()));
    counts.push_back(*at);
  }
  writer.u8(static_cast<std::uint8_t>(Form::sparse)).values(digits).values(counts);
}

LowerDigitCounter::LowerDigitCounter(std::span<const std::uint16_t> uppers)
    : slot_of_digit_(digit_values, 0), counters_(uppers.size()) {
  for (std::size_t i = 0; i < uppers.size(); ++i) slot_of_digit_[uppers[i]] = static_cast<std::uint8_t>(i + 1);
}

template <class T>
void LowerDigitCounter::add(std::span<const T> values) {
  if (counters_.empty()) return;
  std::array<std::uint32_t, digits_at_once> keys;
  for (std::size_t begin = 0; begin < values.size(); begin += digits_at_once) {
    const auto part = values.subspan(begin, std::min(digits_at_once, values.size() - begin));
    for (std::size_t i = 0; i < part.size(); ++i) keys[i] = ordered_key(static_cast<float>(part[i]));
    for (std::size_t i = 0; i < part.size(); ++i) {
      const std::uint8_t slot = slot_of_digit_[keys[i] >> 16U];
      if (slot != 0) ++counters_[slot - 1U].even_[keys[i] & 0xffffU];
    }
  }
}

void LowerDigitCounter::write(ByteWriter& writer) const {
  for (const DigitCounter& counter : counters_) counter.write(writer);
}

void DigitHistogram::merge(ByteReader& reader) {
  const Form form{reader.u8()};
  if (form == Form::dense) {
    const std::size_t first = reader.u32();
    const auto counts = reader.values<std::uint32_t>();
    for (std::size_t i = 0; i < counts.size() && first + i < counts_.size(); ++i) counts_[first + i] += counts[i];
    total_ = std::accumulate(counts.begin(), counts.end(), total_);
  } else {
    const auto digits = reader.values<std::uint16_t>();
    const auto counts = reader.values<std::uint32_t>();
    for (std::size_t i = 0; i < std::min(digits.size(), counts.size()); ++i) counts_[digits[i]] += counts[i];
    total_ = std::accumulate(counts.begin(), counts.end(), total_);
  }
}

std::uint64_t DigitHistogram::below(std::uint32_t digit) const {
  return std::accumulate(counts_.begin(), counts_.begin() + static_cast<std::ptrdiff_t>(digit), std::uint64_t{0});
}

DigitHistogram::Place DigitHistogram::find(std::uint64_t rank) const {
  std::uint32_t digit = 0;
  while (digit + 1 < digit_values && rank >= counts_[digit]) rank -= counts_[digit++];
  return {digit, rank};
}

template void DigitCounter::add(std::span<const std::uint8_t>);
template void DigitCounter::add(std::span<const std::int8_t>);
template void DigitCounter::add(std::span<const std::uint16_t>);
template void DigitCounter::add(std::span<const std::int16_t>);
template void DigitCounter::add(std::span<const std::uint32_t>);
template void DigitCounter::add(std::span<const std::int32_t>);
template void DigitCounter::add(std::span<const float>);
template void DigitCounter::add(std::span<const double>);
template void LowerDigitCounter::add(std::span<const std::uint8_t>);
template void LowerDigitCounter::add(std::span<const std::int8_t>);
template void LowerDigitCounter::add(std::span<const std::uint16_t>);
template void LowerDigitCounter::add(std::span<const std::int16_t>);
template void LowerDigitCounter::add(std::span<const std::uint32_t>);
template void LowerDigitCounter::add(std::span<const std::int32_t>);
template void LowerDigitCounter::add(std::span<const float>);
template void LowerDigitCounter::add(std::span<const double>);

}  // namespace webunmix
