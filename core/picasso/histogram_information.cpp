#include "picasso/histogram_information.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "picasso/pairwise_sum.hpp"
#include "picasso/whole_number.hpp"

namespace webunmix::picasso {
namespace {

constexpr std::size_t range_lanes = 4;
constexpr std::size_t bins_at_once = 512;

// The bins of n values, handed over one by one as whole numbers. Values outside the range go to the end bins.
template <class Value, class Take>
void find_bins(std::size_t n, Value value, ValueRange range, std::size_t bins, Take take) {
  const double lowest = range.lowest == range.highest ? range.lowest - 0.5 : range.lowest;
  const double width = range.lowest == range.highest ? 1.0 : range.highest - range.lowest;
  const auto count = static_cast<double>(bins);
  const double last = count - 1;
  std::array<double, bins_at_once> found;
  for (std::size_t begin = 0; begin < n; begin += bins_at_once) {
    const std::size_t size = std::min(bins_at_once, n - begin);
    for (std::size_t i = 0; i < size; ++i) {
      const double bin = std::floor((value(begin + i) - lowest) * count / width);
      const double not_above = bin < last ? bin : last;
      found[i] = (not_above > 0 ? not_above : 0) + whole_number_shift;
    }
    for (std::size_t i = 0; i < size; ++i) take(begin + i, whole_number(found[i]));
  }
}

template <class Value>
ValueRange find_range(std::size_t n, Value value) {
  std::array<double, range_lanes> lowest;
  std::array<double, range_lanes> highest;
  lowest.fill(std::numeric_limits<double>::infinity());
  highest.fill(-std::numeric_limits<double>::infinity());
  const std::size_t whole = n - n % range_lanes;
  for (std::size_t i = 0; i < whole; i += range_lanes) {
    for (std::size_t lane = 0; lane < range_lanes; ++lane) {
      const double v = value(i + lane);
      lowest[lane] = v < lowest[lane] ? v : lowest[lane];
      highest[lane] = v > highest[lane] ? v : highest[lane];
    }
  }
  for (std::size_t i = whole; i < n; ++i) {
    lowest[0] = std::min(lowest[0], value(i));
    highest[0] = std::max(highest[0], value(i));
  }
  return {*std::min_element(lowest.begin(), lowest.end()), *std::max_element(highest.begin(), highest.end())};
}

}  // namespace

ValueRange range_of(std::span<const double> v) {
  return find_range(v.size(), [&](std::size_t i) { return v[i]; });
}

HistogramInformation::HistogramInformation(std::vector<std::span<const float>> sources, int bins)
    : bins_(static_cast<std::size_t>(bins)),
      columns_(sources.empty() ? 0 : sources.front().size()),
      counts_(bins_ * bins_),
      cells_(bins_ * bins_),
      row_shares_(bins_),
      column_shares_(bins_),
      terms_(bins_ * bins_) {
  for (const std::span<const float> source : sources) {
    const auto value = [&](std::size_t i) { return static_cast<double>(source[i]); };
    std::vector<std::uint32_t> rows(source.size());
    find_bins(source.size(), value, find_range(source.size(), value), bins_,
              [&](std::size_t i, std::uint32_t bin) { rows[i] = bin * static_cast<std::uint32_t>(bins_); });
    source_rows_.push_back(std::move(rows));
  }
}

double HistogramInformation::sum_with(std::span<const double> v, ValueRange range) {
  find_bins(
      v.size(), [&](std::size_t i) { return v[i]; }, range, bins_,
      [&](std::size_t i, std::uint32_t bin) { columns_[i] = bin; });
  double sum = 0;
  for (const std::vector<std::uint32_t>& rows : source_rows_) {
    std::fill(counts_.begin(), counts_.end(), 0U);
    for (std::size_t i = 0; i < v.size(); ++i) ++counts_[rows[i] + columns_[i]];
    sum += information(v.size());
  }
  return sum;
}

double HistogramInformation::information(std::size_t samples) {
  const auto n = static_cast<double>(samples);
  for (std::size_t i = 0; i < counts_.size(); ++i) cells_[i] = static_cast<double>(counts_[i]) / n;
  std::fill(column_shares_.begin(), column_shares_.end(), 0.0);
  for (std::size_t row = 0; row < bins_; ++row) {
    const double* const cells = cells_.data() + row * bins_;
    row_shares_[row] = pairwise_sum(cells, bins_);
    for (std::size_t column = 0; column < bins_; ++column) column_shares_[column] += cells[column];
  }
  std::size_t terms = 0;
  for (std::size_t row = 0; row < bins_; ++row) {
    for (std::size_t column = 0; column < bins_; ++column) {
      const double p = cells_[row * bins_ + column];
      if (p > 0) terms_[terms++] = p * std::log(p / (row_shares_[row] * column_shares_[column]));
    }
  }
  return pairwise_sum(terms_.data(), terms);
}

}  // namespace webunmix::picasso
