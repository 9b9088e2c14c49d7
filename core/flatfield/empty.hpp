// A flat-field from empty regions: tiles or z levels that hold no cells, so that what they show is the light itself.
//
// Tiles are numbered from 1 in the "inverted N" order of a stage scan: down the first column, then down the next column to its right;
// tile = column * rows + row + 1.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "flatfield/plane.hpp"
#include "image/result.hpp"

namespace webunmix {

struct TileGrid {
  std::int64_t rows = 1;
  std::int64_t columns = 1;
};

/// z levels that hold cells; the planes strictly below and strictly above are empty.
struct ZLevels {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

struct EmptyRegionChoice {
  std::vector<std::int64_t> tiles;  ///< numbered from 1; empty: the four corners when z levels are given
  std::optional<ZLevels> z_levels;
  std::optional<TileGrid> grid;  ///< none: one row of all tiles
  std::int64_t n_zplanes = 200;  ///< at most so many planes are used
};

struct PlaneIndex {
  std::int64_t tile = 0;  ///< from 0, in the order above
  std::int64_t t = 0;
  std::int64_t z = 0;
  friend bool operator==(const PlaneIndex&, const PlaneIndex&) = default;
};

/// Which planes to use: evenly spaced within each tile, taken in turn from the tiles, always the same. Errors: bad_setting for a tile
/// or z level outside, for levels in the wrong order, and when no plane is left.
[[nodiscard]] Result<std::vector<PlaneIndex>> choose_empty_planes(const EmptyRegionChoice& choice, std::int64_t tiles,
                                                                  std::int64_t t, std::int64_t z);

/// The median of each pixel over planes of one size (an even count: the mean of the two middle values). `planes` lie one after another.
[[nodiscard]] std::vector<float> median_over_planes(const std::vector<float>& planes, std::size_t pixels);

/// Gaussian of standard deviation `sigma` (px), truncated at 4 sigma, borders reflected with the edge sample repeated.
void smooth_gaussian(Plane& plane, double sigma);

}  // namespace webunmix
