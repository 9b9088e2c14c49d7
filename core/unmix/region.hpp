// A polygon drawn on a plane, as runs of pixels in each row: where estimation looks.
//
// Coordinates are pixels from the upper left corner of the image; pixel (x, y) covers x .. x + 1, y .. y + 1. A pixel is inside when
// its centre is, by the even-odd rule, so that polygons sharing an edge share no pixel.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "image/result.hpp"

namespace webunmix::unmix {

struct Run {
  std::int64_t begin = 0;
  std::int64_t end = 0;  ///< one past the last pixel

  friend bool operator==(const Run&, const Run&) = default;
};

class Region {
 public:
  /// Every pixel of a plane.
  Region(std::int64_t width, std::int64_t height);

  /// `polygon`: at least 3 vertices {x, y}; the last is joined to the first. Errors (bad_setting): too few vertices, a vertex that is
  /// not two finite numbers, no pixel inside.
  [[nodiscard]] static Result<Region> from_polygon(const std::vector<std::vector<double>>& polygon, std::int64_t width,
                                                   std::int64_t height);

  /// The runs of one row, from the left.
  [[nodiscard]] std::span<const Run> row(std::int64_t y) const;
  [[nodiscard]] std::int64_t pixels() const { return pixels_; }
  /// True when every pixel is inside: rows then need not be looked at one by one.
  [[nodiscard]] bool whole() const { return whole_; }

 private:
  std::vector<Run> runs_;
  std::vector<std::size_t> first_of_row_;  // height + 1 entries
  std::int64_t pixels_ = 0;
  bool whole_ = true;
};

}  // namespace webunmix::unmix
