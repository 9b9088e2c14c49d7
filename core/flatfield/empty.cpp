#include "flatfield/empty.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace webunmix {
namespace {

/// `count` of `from` indices, evenly spaced from the first to the last.
std::vector<std::int64_t> evenly_spaced(std::int64_t from, std::int64_t count) {
  std::vector<std::int64_t> chosen;
  for (std::int64_t i = 0; i < count; ++i) chosen.push_back(count == 1 ? from / 2 : i * (from - 1) / (count - 1));
  return chosen;
}

std::int64_t reflected(std::int64_t i, std::int64_t n) {
  const std::int64_t period = 2 * n;
  i = ((i % period) + period) % period;
  return i < n ? i : period - 1 - i;
}

}  // namespace

Result<std::vector<PlaneIndex>> choose_empty_planes(const EmptyRegionChoice& choice, std::int64_t tiles, std::int64_t t,
                                                    std::int64_t z) {
  const TileGrid grid = choice.grid.value_or(TileGrid{1, tiles});
  if (grid.rows * grid.columns != tiles) {
    return Error{Errc::bad_setting, "grid is " + std::to_string(grid.rows) + " rows x " + std::to_string(grid.columns) +
                                        " columns, but " + std::to_string(tiles) +
                                        " tiles are open: rows times columns must equal the number of tiles."};
  }
  std::vector<std::int64_t> chosen_tiles = choice.tiles;
  for (const std::int64_t tile : chosen_tiles) {
    if (tile < 1 || tile > tiles) {
      return Error{Errc::bad_setting, "fov_list names tile " + std::to_string(tile) + "; tiles are numbered from 1 to " +
                                          std::to_string(tiles) + "."};
    }
  }
  if (chosen_tiles.empty()) {
    chosen_tiles = {1, grid.rows, (grid.columns - 1) * grid.rows + 1, grid.columns * grid.rows};
  }
  std::sort(chosen_tiles.begin(), chosen_tiles.end());
  chosen_tiles.erase(std::unique(chosen_tiles.begin(), chosen_tiles.end()), chosen_tiles.end());

  std::vector<std::int64_t> levels;
  if (choice.z_levels) {
    const auto [low, high] = *choice.z_levels;
    if (low < 0 || high >= z || low > high) {
      return Error{Errc::bad_setting, "z_levels is " + std::to_string(low) + "," + std::to_string(high) +
                                          ": the lower level comes first and both lie in 0.." + std::to_string(z - 1) + "."};
    }
    for (std::int64_t level = 0; level < z; ++level) {
      if (level < low || level > high) levels.push_back(level);
    }
    if (levels.empty()) {
      return Error{Errc::bad_setting,
                   "z_levels " + std::to_string(low) + "," + std::to_string(high) + " leaves no plane: of the planes 0.." +
                       std::to_string(z - 1) +
                       " none lies below the lower or above the upper level. Give a narrower range, or empty tiles."};
    }
  } else {
    for (std::int64_t level = 0; level < z; ++level) levels.push_back(level);
  }

  // In turn from the tiles: the first n % tiles of them give one plane more.
  const auto count = static_cast<std::int64_t>(chosen_tiles.size());
  const std::int64_t per_tile = t * static_cast<std::int64_t>(levels.size());
  const std::int64_t wanted = std::min(choice.n_zplanes, count * per_tile);
  std::vector<PlaneIndex> planes;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t share = wanted / count + (i < wanted % count ? 1 : 0);
    for (const std::int64_t k : evenly_spaced(per_tile, share)) {
      const auto levels_count = static_cast<std::int64_t>(levels.size());
      planes.push_back({chosen_tiles[static_cast<std::size_t>(i)] - 1, k / levels_count,
                        levels[static_cast<std::size_t>(k % levels_count)]});
    }
  }
  return planes;
}

std::vector<float> median_over_planes(const std::vector<float>& planes, std::size_t pixels) {
  const std::size_t count = planes.size() / pixels;
  std::vector<float> course(count);
  std::vector<float> medians(pixels);
  for (std::size_t p = 0; p < pixels; ++p) {
    for (std::size_t i = 0; i < count; ++i) course[i] = planes[i * pixels + p];
    const auto middle = course.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(course.begin(), middle, course.end());
    medians[p] = count % 2 == 1 ? *middle : (*std::max_element(course.begin(), middle) + *middle) / 2.0F;
  }
  return medians;
}

void smooth_gaussian(Plane& plane, double sigma) {
  if (sigma <= 0.0) return;
  const auto radius = static_cast<std::int64_t>(std::floor(4.0 * sigma + 0.5));
  std::vector<double> kernel;
  double total = 0.0;
  for (std::int64_t i = -radius; i <= radius; ++i) {
    kernel.push_back(std::exp(-0.5 * static_cast<double>(i * i) / (sigma * sigma)));
    total += kernel.back();
  }
  for (double& weight : kernel) weight /= total;
  const auto blurred = [&](std::int64_t n, auto&& sample) {
    std::vector<double> line(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; ++i) {
      double sum = 0.0;
      for (std::int64_t k = -radius; k <= radius; ++k) {
        sum += kernel[static_cast<std::size_t>(k + radius)] * static_cast<double>(sample(reflected(i + k, n)));
      }
      line[static_cast<std::size_t>(i)] = sum;
    }
    return line;
  };
  for (std::int64_t y = 0; y < plane.height; ++y) {
    const std::vector<double> line = blurred(plane.width, [&](std::int64_t x) { return plane.at(y, x); });
    for (std::int64_t x = 0; x < plane.width; ++x) plane.at(y, x) = static_cast<float>(line[static_cast<std::size_t>(x)]);
  }
  for (std::int64_t x = 0; x < plane.width; ++x) {
    const std::vector<double> line = blurred(plane.height, [&](std::int64_t y) { return plane.at(y, x); });
    for (std::int64_t y = 0; y < plane.height; ++y) plane.at(y, x) = static_cast<float>(line[static_cast<std::size_t>(y)]);
  }
}

}  // namespace webunmix
