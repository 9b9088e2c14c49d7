#include "stats/histogram_mode.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace webunmix {
namespace {

/// Halving stops at this share of all values, or at so few that their density would be noise.
constexpr std::uint64_t final_share = 32;
constexpr std::uint64_t fewest_values = 200;

constexpr double bins_per_interval = 4;     // width of a bin against the interval of step 1
constexpr std::size_t bins_each_side = 64;  // 16 intervals: more than a standard deviation, whatever the share of background
constexpr double fitted_height = 0.6;       // about one standard deviation of a Gaussian
constexpr int fits = 3;

/// Upper digits around the peak are split when they are so few that one of them may be wider than the peak.
constexpr std::uint32_t digits_to_split = 16;

/// Values that have been counted together.
struct Digit {
  double left;
  double right;
  std::uint64_t count;

  [[nodiscard]] double centre() const { return 0.5 * (left + right); }
};

/// All that is known of the values, in ascending order.
std::vector<Digit> occupied_digits(const OrderStatistics& values) {
  const DigitScale& scale = values.scale();
  std::vector<Digit> digits;
  for (std::uint32_t digit = scale.first(); digit <= scale.last(); ++digit) {
    const std::uint64_t count = values.upper().at(digit);
    if (count == 0) continue;
    const double low = static_cast<double>(scale.lowest(digit));
    const double high = static_cast<double>(scale.highest(digit));
    const DigitHistogram* lower = values.lower_of(digit);
    if (scale.one_digit()) {
      digits.push_back({low - 0.5, high + 0.5, count});
    } else if (lower == nullptr) {
      digits.push_back({low, high, count});
    } else {
      for (std::uint32_t i = 0; i < digit_values; ++i) {
        const double value = static_cast<double>(value_of_key((digit << 16U) | i));
        if (lower->at(i) > 0) digits.push_back({value, value, lower->at(i)});
      }
    }
  }
  return digits;
}

struct Window {
  std::size_t first;
  std::size_t last;
  std::uint64_t count;
};

/// The run of digits within `outer` that holds half of its values in the shortest interval. An interval begins with a digit and may
/// end within one, so that wide digits do not weigh against narrow ones.
Window shortest_half(const std::vector<Digit>& digits, const Window& outer) {
  const std::uint64_t half = (outer.count + 1) / 2;
  Window best = outer;
  double shortest = std::numeric_limits<double>::infinity();
  std::size_t end = outer.first;
  std::uint64_t held = 0;  // by first .. end - 1
  for (std::size_t first = outer.first; first <= outer.last; ++first) {
    while (held < half && end <= outer.last) held += digits[end++].count;
    if (held < half) break;
    const Digit& last = digits[end - 1];
    const double unused = static_cast<double>(held - half) / static_cast<double>(last.count);
    const double length = last.right - unused * (last.right - last.left) - digits[first].left;
    if (length < shortest) {
      best = {first, end - 1, held};
      shortest = length;
    }
    held -= digits[first].count;
  }
  return best;
}

/// Step 1.
Window find_peak(const std::vector<Digit>& digits, std::uint64_t total) {
  Window window{0, digits.size() - 1, total};
  const std::uint64_t enough = std::max(total / final_share, fewest_values);
  while (window.first < window.last && window.count > enough) {
    const Window half = shortest_half(digits, window);
    if (half.first == window.first && half.last == window.last) break;
    window = half;
  }
  return window;
}

/// A bin of step 2 that holds something.
struct Bar {
  double at;
  double count;
  double smooth;
};

/// Equal-width bins around the interval [left, right]; of whole values when the digits are.
std::vector<Bar> bars_around(const std::vector<Digit>& digits, double left, double right, bool whole) {
  const double middle = 0.5 * (left + right);
  double width = (right - left) / bins_per_interval;
  double first_centre = middle;
  if (whole) {
    width = std::max(1.0, std::round(width));
    first_centre = std::floor(middle) + (width - 1) / 2;  // edges lie between whole values
  } else if (!(width > 0)) {
    width = std::max(std::abs(middle), 1.0) * 1e-6;
  }
  constexpr std::size_t bins = 2 * bins_each_side + 1;
  const double lowest = first_centre - 0.5 * static_cast<double>(bins) * width;
  std::vector<double> counts(bins, 0);
  for (const Digit& digit : digits) {
    // A digit's values are spread evenly over what it stands for; whole values lie in one bin.
    const double from = whole ? digit.centre() : digit.left;
    const double to = whole ? from : digit.right;
    const double first = std::floor((from - lowest) / width);
    const double last = std::floor((to - lowest) / width);
    for (double bin = std::max(first, 0.0); bin <= std::min(last, static_cast<double>(bins - 1)); ++bin) {
      const double begin = std::max(from, lowest + bin * width);
      const double end = std::min(to, lowest + (bin + 1) * width);
      const double share = to > from ? std::max(end - begin, 0.0) / (to - from) : 1.0;
      counts[static_cast<std::size_t>(bin)] += share * static_cast<double>(digit.count);
    }
  }
  std::vector<Bar> bars;
  for (std::size_t i = 0; i < bins; ++i) {
    if (counts[i] > 0) bars.push_back({lowest + (static_cast<double>(i) + 0.5) * width, counts[i], 0});
  }
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double before = i > 0 ? bars[i - 1].count : 0;
    const double after = i + 1 < bars.size() ? bars[i + 1].count : 0;
    bars[i].smooth = before + 2 * bars[i].count + after;
  }
  return bars;
}

/// The vertex of the weighted least-squares parabola through (at, ln count) of the bars within `reach` of `centre`.
std::optional<double> vertex(const std::vector<Bar>& bars, double centre, double reach) {
  std::array<double, 5> powers{};  // sums of weight * u^k, u the distance from the centre in reaches
  std::array<double, 3> right{};
  int used = 0;
  for (const Bar& bar : bars) {
    const double u = (bar.at - centre) / reach;
    if (std::abs(u) > 1) continue;
    ++used;
    double weighted = bar.count;
    for (std::size_t k = 0; k < powers.size(); ++k, weighted *= u) {
      powers[k] += weighted;
      if (k < right.size()) right[k] += weighted * std::log(bar.count);
    }
  }
  if (used < 3) return std::nullopt;
  // Cramer's rule for the two coefficients that the vertex needs.
  const auto [s0, s1, s2, s3, s4] = powers;
  const auto [r0, r1, r2] = right;
  const double slope = s0 * (r1 * s4 - r2 * s3) - r0 * (s1 * s4 - s2 * s3) + s2 * (s1 * r2 - s2 * r1);
  const double curvature = s0 * (s2 * r2 - s3 * r1) - s1 * (s1 * r2 - s2 * r1) + r0 * (s1 * s3 - s2 * s2);
  const double determinant = s0 * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s2 * s3) + s2 * (s1 * s3 - s2 * s2);
  if (!(determinant > 0) || !(curvature < 0)) return std::nullopt;
  return centre + std::clamp(-slope / (2 * curvature), -1.0, 1.0) * reach;
}

/// Step 2.
double peak_position(const std::vector<Bar>& bars, double left, double right) {
  std::optional<std::size_t> top;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    if (bars[i].at < left || bars[i].at > right) continue;
    if (!top || bars[i].smooth > bars[*top].smooth) top = i;
  }
  if (!top) return 0.5 * (left + right);

  const double enough = fitted_height * bars[*top].smooth;
  std::size_t first = *top;
  while (first > 0 && bars[first].smooth >= enough) --first;
  std::size_t last = *top;
  while (last + 1 < bars.size() && bars[last].smooth >= enough) ++last;
  double centre = bars[*top].at;
  const double reach = std::min(centre - bars[first].at, bars[last].at - centre);
  if (!(reach > 0)) return centre;  // nothing on one side: the values are clipped there
  for (int fit = 0; fit < fits; ++fit) {
    const auto better = vertex(bars, centre, reach);
    if (!better) break;
    centre = *better;
  }
  return centre;
}

template <class T>
void count_upper(std::span<const T> values, OrderStatistics& statistics) {
  DigitCounter counter;
  counter.add(values);
  ByteWriter writer;
  counter.write(writer);
  const auto bytes = std::move(writer).take();
  ByteReader reader(bytes);
  statistics.merge_upper(reader);
}

void count_lower(std::span<const float> values, OrderStatistics& statistics) {
  LowerDigitCounter counter(statistics.needed_digits());
  counter.add(values);
  ByteWriter writer;
  counter.write(writer);
  const auto bytes = std::move(writer).take();
  ByteReader reader(bytes);
  statistics.merge_lower(reader);
}

}  // namespace

void need_peak(OrderStatistics& values) {
  if (values.scale().one_digit()) return;
  const std::vector<Digit> digits = occupied_digits(values);
  const Window peak = find_peak(digits, values.count());
  const std::uint32_t first = values.scale().digit_of(static_cast<float>(digits[peak.first].left));
  const std::uint32_t last = values.scale().digit_of(static_cast<float>(digits[peak.last].left));
  if (last - first >= digits_to_split) return;
  for (std::uint32_t digit = std::max(first, values.scale().first() + 1) - 1;
       digit <= std::min(last + 1, values.scale().last()); ++digit) {
    values.need_digit(digit);
  }
}

double histogram_mode(const OrderStatistics& values) {
  const std::vector<Digit> digits = occupied_digits(values);
  const Window peak = find_peak(digits, values.count());
  const double left = digits[peak.first].left;
  const double right = digits[peak.last].right;
  return peak_position(bars_around(digits, left, right, values.scale().one_digit()), left, right);
}

double histogram_mode(std::span<const float> values, SampleType type) {
  OrderStatistics statistics(type);
  visit_sample_type(type, [&]<class T>() {
    if constexpr (one_digit<T>) {
      std::vector<T> whole(values.size());
      std::transform(values.begin(), values.end(), whole.begin(), [](float value) { return static_cast<T>(value); });
      count_upper(std::span<const T>(whole), statistics);
    } else {
      count_upper(values, statistics);
      need_peak(statistics);
      count_lower(values, statistics);
    }
  });
  return histogram_mode(statistics);
}

}  // namespace webunmix
