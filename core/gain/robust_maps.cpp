#include "gain/robust_maps.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "gain/photon_transfer.hpp"

namespace webunmix {
namespace {

constexpr std::size_t lanes = 16;
constexpr std::size_t most_network_frames = 512;  // beyond, selecting pixel by pixel is faster and the rows leave the cache

using Row = std::array<float, lanes>;
using Comparisons = std::vector<std::pair<std::size_t, std::size_t>>;

Comparisons merge_exchange(std::size_t count) {
  Comparisons comparisons;
  if (count < 2) return comparisons;
  const std::size_t top = std::bit_ceil(count) / 2;
  for (std::size_t p = top; p > 0; p /= 2) {
    std::size_t r = 0;
    std::size_t d = p;
    for (std::size_t q = top;; q /= 2) {
      for (std::size_t i = 0; i + d < count; ++i) {
        if ((i & p) == r) comparisons.emplace_back(i, i + d);
      }
      if (q == p) break;
      d = q - p;
      r = p;
    }
  }
  return comparisons;
}

void sort_rows(std::vector<Row>& rows, const Comparisons& comparisons) {
  for (const auto& [i, j] : comparisons) {
    Row& low = rows[i];
    Row& high = rows[j];
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const float a = low[lane];
      const float b = high[lane];
      low[lane] = b < a ? b : a;
      high[lane] = b < a ? a : b;
    }
  }
}

/// Of one lane of sorted rows. Deviations from the median grow from the middle outwards on both sides, so the smaller half of them is
/// found by walking outwards.
MedianAndVariance of_sorted(const std::vector<Row>& rows, std::size_t lane) {
  const std::size_t count = rows.size();
  const auto at = [&](std::size_t i) { return static_cast<double>(rows[i][lane]); };
  const std::size_t middle = count / 2;
  const bool even = count % 2 == 0;
  const double median = even ? (at(middle - 1) + at(middle)) / 2.0 : at(middle);
  std::size_t below = middle;  // values still to be taken below: rows [0, below)
  std::size_t above = middle;  // and above: rows [above, count)
  double last = 0.0;
  double before = 0.0;
  for (std::size_t taken = 0; taken <= middle; ++taken) {
    constexpr double none = std::numeric_limits<double>::infinity();
    const double down = below > 0 ? median - at(below - 1) : none;
    const double up = above < count ? at(above) - median : none;
    before = last;
    if (down < up) {
      last = down;
      --below;
    } else {
      last = up;
      ++above;
    }
  }
  return {median, scaled_mad_variance(even ? (before + last) / 2.0 : last)};
}

}  // namespace

MediansAndVariances robust_maps(std::span<const float> samples, std::size_t pixels) {
  const std::size_t frames = samples.size() / pixels;
  MediansAndVariances maps{std::vector<double>(pixels), std::vector<double>(pixels)};
  const auto keep = [&](std::size_t pixel, const MedianAndVariance& found) {
    maps.median[pixel] = found.median;
    maps.variance[pixel] = found.variance;
  };
  if (frames > most_network_frames) {
    std::vector<double> series(frames);
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      for (std::size_t t = 0; t < frames; ++t) series[t] = static_cast<double>(samples[t * pixels + pixel]);
      keep(pixel, median_mad(series));
    }
    return maps;
  }
  const Comparisons comparisons = merge_exchange(frames);
  std::vector<Row> rows(frames, Row{});
  for (std::size_t first = 0; first < pixels; first += lanes) {
    const std::size_t used = std::min(lanes, pixels - first);
    for (std::size_t t = 0; t < frames; ++t) std::copy_n(samples.data() + t * pixels + first, used, rows[t].data());
    sort_rows(rows, comparisons);
    for (std::size_t lane = 0; lane < used; ++lane) keep(first + lane, of_sorted(rows, lane));
  }
  return maps;
}

}  // namespace webunmix
