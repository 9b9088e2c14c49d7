#include "picasso/level_information.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "picasso/pairwise_sum.hpp"
#include "picasso/whole_number.hpp"

namespace webunmix::picasso {
namespace {

constexpr std::size_t cells_per_mark = 8;
constexpr std::size_t marks_per_word = 8;  // looked at together
constexpr std::size_t cells_per_word = cells_per_mark * marks_per_word;
constexpr std::size_t peak_lanes = 8;
constexpr std::size_t cells_at_once = 512;           // pixels whose cells are found before they are counted: fits the L1 cache
constexpr std::size_t largest_tabled_count = 65536;  // larger counts are rare and computed

double larger(double a, double b) { return a < b ? b : a; }

// max |value(i)|. Lanes are independent, so that the loop is not one long chain of comparisons.
template <class Value>
double largest_magnitude(std::size_t n, Value value) {
  std::array<double, peak_lanes> largest{};
  const std::size_t whole = n - n % peak_lanes;
  for (std::size_t i = 0; i < whole; i += peak_lanes) {
    for (std::size_t lane = 0; lane < peak_lanes; ++lane) {
      largest[lane] = larger(largest[lane], std::abs(value(i + lane)));
    }
  }
  for (std::size_t i = whole; i < n; ++i) largest[0] = larger(largest[0], std::abs(value(i)));
  return *std::max_element(largest.begin(), largest.end());
}

template <Quantisation mode>
double whole_level(double scaled) {
  // Not copysign(), which wasm has for single numbers only.
  if constexpr (mode == Quantisation::round) return std::trunc(scaled + (scaled < 0 ? -0.5 : 0.5));
  return std::trunc(scaled);
}

double term(std::size_t count, std::size_t samples) {
  const double p = static_cast<double>(count) / static_cast<double>(samples);
  return p * std::log2(p);
}

}  // namespace

LevelInformation::LevelInformation(int levels, Quantisation quantisation, std::size_t samples)
    : levels_(levels), quantisation_(quantisation), samples_(samples) {
  const std::size_t side = 2 * static_cast<std::size_t>(levels) + 1;
  row_cells_ = (side + cells_per_word - 1) / cells_per_word * cells_per_word;
  counts_.resize(side * row_cells_);
  occupied_.resize(counts_.size() / cells_per_mark);
  cell_terms_.resize(std::min(samples, side * side));
  row_terms_.resize(side);
  tabled_terms_.resize(std::min(samples, largest_tabled_count) + 1);
  for (std::size_t count = 1; count < tabled_terms_.size(); ++count) tabled_terms_[count] = term(count, samples);
}

void LevelInformation::quantise(std::span<const double> v, Levels& into) {
  into.level.resize(v.size());
  const double largest = largest_magnitude(v.size(), [&](std::size_t i) { return v[i]; });
  if (largest == 0) {
    std::fill(into.level.begin(), into.level.end(), 0.0);
  } else if (quantisation_ == Quantisation::round) {
    for (std::size_t i = 0; i < v.size(); ++i) into.level[i] = whole_level<Quantisation::round>((v[i] * levels_) / largest);
  } else {
    for (std::size_t i = 0; i < v.size(); ++i) into.level[i] = whole_level<Quantisation::truncate>((v[i] * levels_) / largest);
  }
  // The table's first column serves as the histogram of one vector: every entry is its row's only one.
  const auto row = static_cast<double>(row_cells_);
  std::array<double, cells_at_once> cells;
  for (std::size_t begin = 0; begin < v.size(); begin += cells_at_once) {
    const std::size_t size = std::min(cells_at_once, v.size() - begin);
    for (std::size_t i = 0; i < size; ++i) cells[i] = (into.level[begin + i] + levels_) * row + whole_number_shift;
    count({cells.data(), size});
  }
  into.entropy_bits = take_entropies().both;
}

double LevelInformation::mutual_information(std::span<const double> sink, std::span<const double> source,
                                            const Levels& source_levels, double coefficient) {
  const double largest = largest_magnitude(sink.size(), [&](std::size_t i) { return sink[i] - coefficient * source[i]; });
  // A vector of zeros has one level, and tells nothing of the other.
  if (largest == 0) return 0;
  if (quantisation_ == Quantisation::round) {
    count_pairs<Quantisation::round>(sink, source, source_levels, coefficient, largest);
  } else {
    count_pairs<Quantisation::truncate>(sink, source, source_levels, coefficient, largest);
  }
  const Entropies entropies = take_entropies();
  return entropies.sink + source_levels.entropy_bits - entropies.both;
}

template <Quantisation mode>
void LevelInformation::count_pairs(std::span<const double> sink, std::span<const double> source, const Levels& source_levels,
                                   double coefficient, double largest) {
  const auto row = static_cast<double>(row_cells_);
  const double n = levels_;
  const double first_cell = n * row + n + whole_number_shift;
  std::array<double, cells_at_once> cells;
  for (std::size_t begin = 0; begin < sink.size(); begin += cells_at_once) {
    const std::size_t size = std::min(cells_at_once, sink.size() - begin);
    const double* const u = sink.data() + begin;
    const double* const v = source.data() + begin;
    const double* const v_level = source_levels.level.data() + begin;
    for (std::size_t i = 0; i < size; ++i) {
      const double level = whole_level<mode>(((u[i] - coefficient * v[i]) * n) / largest);
      cells[i] = level * row + (v_level[i] + first_cell);
    }
    count({cells.data(), size});
  }
}

void LevelInformation::count(std::span<const double> cells) {
  for (const double shifted : cells) {
    const std::uint32_t cell = whole_number(shifted);
    ++counts_[cell];
    occupied_[cell / cells_per_mark] = 1;
  }
}

// Entropies of the rows and of the cells; leaves the table empty.
LevelInformation::Entropies LevelInformation::take_entropies() {
  std::size_t cells = 0;
  std::size_t rows = 0;
  const std::size_t row_marks = row_cells_ / cells_per_mark;
  for (std::size_t first = 0; first < occupied_.size(); first += row_marks) {
    std::uint32_t row_count = 0;
    for (std::size_t word = first; word < first + row_marks; word += marks_per_word) {
      std::uint64_t marks = 0;
      std::memcpy(&marks, &occupied_[word], sizeof(marks));
      if (marks == 0) continue;
      for (std::size_t mark = word; mark < word + marks_per_word; ++mark) {
        if (occupied_[mark] == 0) continue;
        occupied_[mark] = 0;
        for (std::size_t cell = mark * cells_per_mark; cell < (mark + 1) * cells_per_mark; ++cell) {
          const std::uint32_t count = counts_[cell];
          if (count == 0) continue;
          row_count += count;
          cell_terms_[cells++] = p_log2_p(count);
          counts_[cell] = 0;
        }
      }
    }
    if (row_count != 0) row_terms_[rows++] = p_log2_p(row_count);
  }
  return {-pairwise_sum(row_terms_.data(), rows), -pairwise_sum(cell_terms_.data(), cells)};
}

double LevelInformation::p_log2_p(std::uint32_t count) const {
  return count < tabled_terms_.size() ? tabled_terms_[count] : term(count, samples_);
}

}  // namespace webunmix::picasso
