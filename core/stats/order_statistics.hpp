// Exact order statistics of values that are never held: one pass of counting, or two for types whose keys have two digits.
//
// First pass: workers count upper digits, the lead merges. Types of one digit are done. For the others the lead says which ranks it
// will ask for; a second pass counts the lower digits of the few upper digits those ranks fall into.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "image/sample_type.hpp"
#include "stats/digit_histogram.hpp"
#include "stats/percentile.hpp"

namespace webunmix {

class OrderStatistics {
 public:
  explicit OrderStatistics(SampleType type);

  void merge_upper(ByteReader& reader) { upper_.merge(reader); }

  [[nodiscard]] std::uint64_t count() const { return upper_.total(); }
  /// How many values were NaN or infinite. Unless it is 0, ranks mean nothing.
  [[nodiscard]] std::uint64_t not_finite() const;
  [[nodiscard]] const DigitHistogram& upper() const { return upper_; }
  [[nodiscard]] const DigitScale& scale() const { return scale_; }

  /// The upper digits to count lower digits of, so that percentile() is exact for these ranks. Empty for types of one digit.
  void need(const PercentileRanks& ranks);
  void need_digit(std::uint32_t digit);
  [[nodiscard]] std::span<const std::uint16_t> needed_digits() const { return needed_; }
  /// Adds what a LowerDigitCounter of needed_digits() wrote.
  void merge_lower(ByteReader& reader);

  /// The value of a rank. Its digit must have been needed and counted.
  [[nodiscard]] float value_at(std::uint64_t rank) const;

  /// How many values are at or above `bound`; nothing when that takes lower digits which were not counted.
  [[nodiscard]] std::optional<std::uint64_t> at_or_above(float bound) const;

  /// The lower digits of the values with this upper digit, when they were counted.
  [[nodiscard]] const DigitHistogram* lower_of(std::uint32_t digit) const;

 private:
  DigitScale scale_;
  DigitHistogram upper_;
  std::vector<std::uint16_t> needed_;
  std::vector<DigitHistogram> lower_;
};

}  // namespace webunmix
