// Histograms of 16-bit digits (stats/ordered_key.hpp): counted fast on a worker, sent compactly, merged exactly.
//
// Counts are whole numbers, so partial histograms merge to the same result in any grouping.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "image/bytes_io.hpp"
#include "stats/ordered_key.hpp"

namespace webunmix {

/// Counts digits on a worker: at most 2^32 - 1 in all (64 blocks of the largest size).
class DigitCounter {
 public:
  DigitCounter();

  /// The upper digit of each value.
  template <class T>
  void add(std::span<const T> values);

  /// Writes the counts, densely or sparsely, whichever is shorter; DigitHistogram::merge() reads them.
  void write(ByteWriter& writer) const;

 private:
  friend class LowerDigitCounter;
  void count(std::span<const std::uint16_t> digits);

  // Two tables, so that equal neighbours, which are common in dark images, need not wait for each other's increment.
  std::vector<std::uint32_t> even_;
  std::vector<std::uint32_t> odd_;
};

/// Counts the lower digits of the values that have certain upper digits: the second look at a type of two digits.
class LowerDigitCounter {
 public:
  /// `uppers`: at most 255 different digits.
  explicit LowerDigitCounter(std::span<const std::uint16_t> uppers);

  /// Values of one digit have no lower one: for them `uppers` must be empty.
  template <class T>
  void add(std::span<const T> values);

  /// One histogram for each of `uppers`, in their order.
  void write(ByteWriter& writer) const;

 private:
  std::vector<std::uint8_t> slot_of_digit_;  // 0: not asked for
  std::vector<DigitCounter> counters_;
};

class DigitHistogram {
 public:
  DigitHistogram() : counts_(digit_values, 0) {}

  /// Adds what a DigitCounter wrote.
  void merge(ByteReader& reader);

  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] std::uint64_t at(std::uint32_t digit) const { return counts_[digit]; }
  [[nodiscard]] std::uint64_t below(std::uint32_t digit) const;
  [[nodiscard]] std::uint64_t at_or_above(std::uint32_t digit) const { return total_ - below(digit); }

  /// The digit that the value of a rank (from 0, in ascending order) has, and the rank within that digit. `rank` < total().
  struct Place {
    std::uint32_t digit = 0;
    std::uint64_t rank = 0;
  };
  [[nodiscard]] Place find(std::uint64_t rank) const;

 private:
  std::vector<std::uint64_t> counts_;
  std::uint64_t total_ = 0;
};

}  // namespace webunmix
