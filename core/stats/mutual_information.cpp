#include "stats/mutual_information.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>

namespace webunmix {
namespace {

constexpr std::size_t columns_at_once = 512;

std::uint64_t bits_of(double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

/// One axis of the histogram.
struct Axis {
  double lowest;
  double width;
  double bins;
  double in_last_bin;

  Axis(double least, double most, std::size_t count)
      : lowest(least == most ? least - 0.5 : least),
        width(least == most ? 1.0 : most - least),
        bins(static_cast<double>(count)),
        in_last_bin(bins - 0.5) {}

  /// The index of a value, in the lower 32 bits. Written without a conversion to an integer, a branch or a call, none of which
  /// every compiler turns into SIMD: adding 2^52 rounds to a whole number, which then stands in the low bits of the sum; where that
  /// rounded up, the sign of what was cut off takes one away.
  [[nodiscard]] std::uint64_t index(double value) const {
    constexpr double no_fraction = 0x1p52;
    const double place = (value - lowest) * bins / width;
    const double inside = place < in_last_bin ? place : in_last_bin;
    const double nearest = inside + no_fraction;
    return bits_of(nearest) - (bits_of(inside - (nearest - no_fraction)) >> 63U);
  }
};

}  // namespace

ResidualInformation::ResidualInformation(std::span<const float> x, std::span<const float> y, int bins)
    : x_(x), y_(y), bins_(static_cast<std::size_t>(bins)), rows_(x.size()), counts_(2 * bins_ * bins_), column_share_(bins_) {
  const auto [least, most] = std::minmax_element(x.begin(), x.end());
  const Axis axis(static_cast<double>(*least), static_cast<double>(*most), bins_);
  for (std::size_t i = 0; i < x.size(); ++i) {
    rows_[i] = static_cast<std::uint32_t>(axis.index(static_cast<double>(x[i]))) * static_cast<std::uint32_t>(bins_);
  }
}

double ResidualInformation::at(double a) {
  count(a);
  return from_counts();
}

void ResidualInformation::count(double a) {
  const auto residual = [this, a](std::size_t i) { return static_cast<double>(y_[i]) - a * static_cast<double>(x_[i]); };

  constexpr std::size_t lanes = 4;
  std::array<double, lanes> least;
  std::array<double, lanes> most;
  least.fill(std::numeric_limits<double>::infinity());
  most.fill(-std::numeric_limits<double>::infinity());
  std::size_t i = 0;
  for (; i + lanes <= x_.size(); i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const double value = residual(i + lane);
      least[lane] = value < least[lane] ? value : least[lane];
      most[lane] = value > most[lane] ? value : most[lane];
    }
  }
  for (; i < x_.size(); ++i) {
    least[0] = std::min(least[0], residual(i));
    most[0] = std::max(most[0], residual(i));
  }
  const Axis axis(*std::min_element(least.begin(), least.end()), *std::max_element(most.begin(), most.end()), bins_);

  std::fill(counts_.begin(), counts_.end(), 0U);
  std::uint32_t* const even = counts_.data();
  std::uint32_t* const odd = counts_.data() + bins_ * bins_;
  std::array<std::uint64_t, columns_at_once> columns;
  for (std::size_t begin = 0; begin < x_.size(); begin += columns_at_once) {
    const std::size_t size = std::min(columns_at_once, x_.size() - begin);
    for (std::size_t j = 0; j < size; ++j) columns[j] = axis.index(residual(begin + j));
    const std::uint32_t* const rows = rows_.data() + begin;
    std::size_t j = 0;
    for (; j + 2 <= size; j += 2) {
      ++even[rows[j] + static_cast<std::uint32_t>(columns[j])];
      ++odd[rows[j + 1] + static_cast<std::uint32_t>(columns[j + 1])];
    }
    if (j < size) ++even[rows[j] + static_cast<std::uint32_t>(columns[j])];
  }
}

double ResidualInformation::from_counts() {
  const auto n = static_cast<double>(x_.size());
  const auto cell = [this](std::size_t row, std::size_t column) {
    return counts_[row * bins_ + column] + counts_[(bins_ + row) * bins_ + column];
  };
  for (std::size_t column = 0; column < bins_; ++column) {
    std::uint64_t sum = 0;
    for (std::size_t row = 0; row < bins_; ++row) sum += cell(row, column);
    column_share_[column] = static_cast<double>(sum) / n;
  }
  double information = 0;
  for (std::size_t row = 0; row < bins_; ++row) {
    std::uint64_t sum = 0;
    for (std::size_t column = 0; column < bins_; ++column) sum += cell(row, column);
    if (sum == 0) continue;
    const double row_share = static_cast<double>(sum) / n;
    for (std::size_t column = 0; column < bins_; ++column) {
      const std::uint32_t count = cell(row, column);
      if (count == 0) continue;
      const double share = static_cast<double>(count) / n;
      information += share * std::log(share / (row_share * column_share_[column]));
    }
  }
  return information;
}

double mutual_information(std::span<const float> x, std::span<const float> y, int bins) {
  return ResidualInformation(x, y, bins).at(0);
}

}  // namespace webunmix
