#include "flatfield/resample.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

namespace webunmix {

std::vector<AreaDownsampler::Share> AreaDownsampler::shares(std::int64_t from, std::int64_t to) {
  // In units of 1 / (from * to) of the image all borders are whole numbers: no rounding decides where a pixel belongs.
  std::vector<Share> result(static_cast<std::size_t>(from));
  for (std::int64_t i = 0; i < from; ++i) {
    const std::int64_t begin = i * to;
    const std::int64_t cell = begin / from;
    const std::int64_t border = (cell + 1) * from;
    const std::int64_t inside = std::min(to, border - begin);
    result[static_cast<std::size_t>(i)] = {cell, static_cast<double>(inside) / static_cast<double>(to)};
  }
  return result;
}

AreaDownsampler::AreaDownsampler(std::int64_t from_height, std::int64_t from_width, std::int64_t to_height,
                                 std::int64_t to_width)
    : to_height_(to_height),
      to_width_(to_width),
      pixels_per_cell_(static_cast<double>(from_height) / static_cast<double>(to_height) * static_cast<double>(from_width) /
                       static_cast<double>(to_width)),
      rows_(shares(from_height, to_height)),
      columns_(shares(from_width, to_width)),
      wide_(static_cast<std::size_t>(from_width), 0.0),
      counts_(static_cast<std::size_t>(from_width), 0),
      sums_(static_cast<std::size_t>(to_height * to_width), 0.0) {}

template <class T>
void AreaDownsampler::add_row(std::span<const T> pixels, double weight) {
  if constexpr (std::is_integral_v<T>) {
    if (weight == 1.0) {
      std::uint32_t* const counts = counts_.data();
      for (std::size_t x = 0; x < pixels.size(); ++x) counts[x] += pixels[x];
      return;
    }
  }
  for (std::size_t x = 0; x < pixels.size(); ++x) wide_[x] += weight * static_cast<double>(pixels[x]);
}

template <class T>
void AreaDownsampler::add_rows(std::int64_t y_begin, std::span<const T> rows) {
  const std::size_t width = columns_.size();
  std::int64_t cell = rows_[static_cast<std::size_t>(y_begin)].cell;
  // Rows are added up at full width first: the division into small columns then comes once for several rows.
  for (std::size_t row = 0; row * width < rows.size(); ++row) {
    const Share& share = rows_[static_cast<std::size_t>(y_begin) + row];
    const std::span<const T> pixels = rows.subspan(row * width, width);
    if (share.cell != cell) flush(std::exchange(cell, share.cell));
    add_row(pixels, share.first);
    if (share.first < 1.0) {
      flush(cell++);
      add_row(pixels, 1.0 - share.first);
    }
  }
  flush(cell);
}

template void AreaDownsampler::add_rows(std::int64_t, std::span<const float>);
template void AreaDownsampler::add_rows(std::int64_t, std::span<const std::uint8_t>);
template void AreaDownsampler::add_rows(std::int64_t, std::span<const std::uint16_t>);

void AreaDownsampler::flush(std::int64_t cell) {
  double* const sums = sums_.data() + cell * to_width_;
  for (std::size_t x = 0; x < columns_.size(); ++x) {
    const Share& share = columns_[x];
    const double wide = wide_[x] + static_cast<double>(counts_[x]);
    sums[share.cell] += share.first * wide;
    if (share.first < 1.0) sums[share.cell + 1] += (1.0 - share.first) * wide;
  }
  std::fill(wide_.begin(), wide_.end(), 0.0);
  std::fill(counts_.begin(), counts_.end(), 0U);
}

Plane AreaDownsampler::finish() const {
  Plane plane(to_height_, to_width_);
  for (std::size_t i = 0; i < sums_.size(); ++i) plane.values[i] = static_cast<float>(sums_[i] / pixels_per_cell_);
  return plane;
}

namespace {

/// Between which two pixels a point lies, and how far from the first: outside 0..1 where it is extrapolated.
struct Between {
  std::int64_t first = 0;
  std::int64_t second = 0;
  double fraction = 0.0;
};

std::vector<Between> positions(std::int64_t from, std::int64_t to) {
  std::vector<Between> result(static_cast<std::size_t>(to));
  for (std::int64_t i = 0; i < to; ++i) {
    const double centre = (static_cast<double>(i) + 0.5) * static_cast<double>(from) / static_cast<double>(to) - 0.5;
    const auto below = static_cast<std::int64_t>(std::floor(centre));
    const std::int64_t first = std::clamp<std::int64_t>(below, 0, std::max<std::int64_t>(from - 2, 0));
    result[static_cast<std::size_t>(i)] = {first, std::min(first + 1, from - 1), centre - static_cast<double>(first)};
  }
  return result;
}

}  // namespace

Plane resize_bilinear(const Plane& plane, std::int64_t height, std::int64_t width) {
  const std::vector<Between> rows = positions(plane.height, height);
  const std::vector<Between> columns = positions(plane.width, width);
  const auto blend = [](double a, double b, double fraction) { return a + (b - a) * fraction; };
  Plane result(height, width);
  for (std::int64_t y = 0; y < height; ++y) {
    const Between& row = rows[static_cast<std::size_t>(y)];
    for (std::int64_t x = 0; x < width; ++x) {
      const Between& column = columns[static_cast<std::size_t>(x)];
      const double upper = blend(static_cast<double>(plane.at(row.first, column.first)),
                                 static_cast<double>(plane.at(row.first, column.second)), column.fraction);
      const double lower = blend(static_cast<double>(plane.at(row.second, column.first)),
                                 static_cast<double>(plane.at(row.second, column.second)), column.fraction);
      result.at(y, x) = static_cast<float>(blend(upper, lower, row.fraction));
    }
  }
  return result;
}

}  // namespace webunmix
