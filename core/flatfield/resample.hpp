// Between full-size frames and the small ones a shading model is fitted on.
//
// Down: every small pixel is the area-weighted mean of the full-size pixels it covers, so noise averages out and nothing shifts.
// Up: bilinear with half-pixel centres (the centre of small pixel i lies at (i + 0.5) / n of the image), extrapolated linearly in the
// outer half cell. Taking corners for centres instead shifts the profile by half a small pixel, which at 512 -> 128 costs a factor of
// four in accuracy.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "flatfield/plane.hpp"

namespace webunmix {

/// Takes the rows of a frame as they come, in any bands, and leaves its area-weighted mean at a smaller size.
class AreaDownsampler {
 public:
  /// Sizes in pixels; `to` must not exceed `from` in either direction.
  AreaDownsampler(std::int64_t from_height, std::int64_t from_width, std::int64_t to_height, std::int64_t to_width);

  /// Adds whole rows from `y_begin` on; every row of the frame once. T: float, or an unsigned integer of 8 or 16 bits, which is faster
  /// and gives the same.
  template <class T>
  void add_rows(std::int64_t y_begin, std::span<const T> rows);

  [[nodiscard]] Plane finish() const;

 private:
  struct Share {
    std::int64_t cell = 0;  ///< first small pixel a full-size pixel falls into
    double first = 1.0;     ///< the share of its area there; the rest lies in cell + 1
  };
  static std::vector<Share> shares(std::int64_t from, std::int64_t to);
  template <class T>
  void add_row(std::span<const T> pixels, double weight);
  /// Adds what was summed up of rows that fall into the small row `cell`.
  void flush(std::int64_t cell);

  std::int64_t to_height_;
  std::int64_t to_width_;
  double pixels_per_cell_;
  std::vector<Share> rows_;
  std::vector<Share> columns_;
  std::vector<double> wide_;           ///< sum of full-size rows that fall into one small row
  std::vector<std::uint32_t> counts_;  ///< the same of whole rows of integers: exact, and far from full in 65 536 rows
  std::vector<double> sums_;
};

/// `plane` at another size, larger or smaller, by bilinear interpolation between pixel centres.
[[nodiscard]] Plane resize_bilinear(const Plane& plane, std::int64_t height, std::int64_t width);

}  // namespace webunmix
