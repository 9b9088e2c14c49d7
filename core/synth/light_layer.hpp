// A canvas that collects points of light and then blurs them with a Gaussian: one layer of a microscope's point spread function.
//
// A layer of scale 2 or 4 has that much coarser a grid, enough for wide blurs. Grids are fixed to the image, and light is added in the
// order of the calls, so that a window's pixels do not depend on where the window begins or ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace webunmix::synth {

/// A part of the image. `x` and `y` must be multiples of 4.
struct Window {
  std::int64_t x = 0;
  std::int64_t y = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
};

class LightLayer {
 public:
  /// `sigma` in pixels of the image; `scale` 1, 2 or 4.
  LightLayer(const Window& window, double sigma, std::int64_t scale);

  /// Adds `light` at a place in the image, spread over the four nearest grid points. What falls outside is lost.
  void add(double x, double y, float light);

  /// Blurs and adds to `image`, the window's pixels row by row. A layer is used once.
  void blur_onto(std::vector<float>& image);

 private:
  Window window_;
  std::int64_t scale_;
  double offset_;              ///< centre of grid point 0, pixels of the image
  std::vector<float> kernel_;  ///< from the middle outwards
  std::int64_t radius_;
  std::int64_t x_begin_, y_begin_;  ///< of the grid, margin included
  std::int64_t columns_, rows_;     ///< of the grid, margin included
  std::vector<float> grid_;
};

}  // namespace webunmix::synth
