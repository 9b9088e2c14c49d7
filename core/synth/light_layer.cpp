#include "synth/light_layer.hpp"

#include <cmath>

#include "synth/elementary.hpp"

namespace webunmix::synth {

LightLayer::LightLayer(const Window& window, double sigma, std::int64_t scale)
    : window_(window), scale_(scale), offset_(0.5 * static_cast<double>(scale - 1)) {
  const double grid_sigma = sigma / static_cast<double>(scale);
  radius_ = static_cast<std::int64_t>(std::ceil(3.2 * grid_sigma));
  double sum = 0;
  std::vector<double> weights;
  for (std::int64_t i = 0; i <= radius_; ++i) {
    const double distance = static_cast<double>(i) / grid_sigma;
    weights.push_back(exponential(-0.5 * distance * distance));
    sum += i == 0 ? weights.back() : 2 * weights.back();
  }
  // Light per grid point becomes light per pixel: along each axis a grid point holds `scale` pixels.
  for (const double weight : weights) kernel_.push_back(static_cast<float>(weight / (sum * static_cast<double>(scale))));

  // One more point on each side for drawing the grid onto pixels between its points.
  const std::int64_t margin = radius_ + 1;
  x_begin_ = window.x / scale - margin;
  y_begin_ = window.y / scale - margin;
  columns_ = (window.width + scale - 1) / scale + 2 * margin;
  rows_ = (window.height + scale - 1) / scale + 2 * margin;
  grid_.assign(static_cast<std::size_t>(columns_ * rows_), 0.0F);
}

void LightLayer::add(double x, double y, float light) {
  const double u = (x - offset_) / static_cast<double>(scale_);
  const double v = (y - offset_) / static_cast<double>(scale_);
  const double u_floor = std::floor(u);
  const double v_floor = std::floor(v);
  const std::int64_t column = static_cast<std::int64_t>(u_floor) - x_begin_;
  const std::int64_t row = static_cast<std::int64_t>(v_floor) - y_begin_;
  if (column < -1 || row < -1 || column >= columns_ || row >= rows_) return;
  const auto fu = static_cast<float>(u - u_floor);
  const auto fv = static_cast<float>(v - v_floor);
  const auto put = [&](std::int64_t i, std::int64_t j, float share) {
    if (i >= 0 && j >= 0 && i < columns_ && j < rows_) grid_[static_cast<std::size_t>(j * columns_ + i)] += light * share;
  };
  put(column, row, (1 - fu) * (1 - fv));
  put(column + 1, row, fu * (1 - fv));
  put(column, row + 1, (1 - fu) * fv);
  put(column + 1, row + 1, fu * fv);
}

void LightLayer::blur_onto(std::vector<float>& image) {
  // Along x: margins of `radius_` columns are used up, those of one column remain.
  const std::int64_t inner_columns = columns_ - 2 * radius_;
  std::vector<float> along_x(static_cast<std::size_t>(inner_columns * rows_));
  for (std::int64_t j = 0; j < rows_; ++j) {
    const float* from = grid_.data() + j * columns_ + radius_;
    float* to = along_x.data() + j * inner_columns;
    for (std::int64_t i = 0; i < inner_columns; ++i) to[i] = kernel_[0] * from[i];
    for (std::int64_t k = 1; k <= radius_; ++k) {
      const float weight = kernel_[static_cast<std::size_t>(k)];
      for (std::int64_t i = 0; i < inner_columns; ++i) to[i] += weight * (from[i - k] + from[i + k]);
    }
  }
  const std::int64_t inner_rows = rows_ - 2 * radius_;
  std::vector<float>& blurred = grid_;  // its light is spent
  for (std::int64_t j = 0; j < inner_rows; ++j) {
    const float* from = along_x.data() + (j + radius_) * inner_columns;
    float* to = blurred.data() + j * inner_columns;
    for (std::int64_t i = 0; i < inner_columns; ++i) to[i] = kernel_[0] * from[i];
    for (std::int64_t k = 1; k <= radius_; ++k) {
      const float weight = kernel_[static_cast<std::size_t>(k)];
      const float* above = from - k * inner_columns;
      const float* below = from + k * inner_columns;
      for (std::int64_t i = 0; i < inner_columns; ++i) to[i] += weight * (above[i] + below[i]);
    }
  }
  // The blurred grid begins one point before the window.
  for (std::int64_t y = 0; y < window_.height; ++y) {
    float* to = image.data() + y * window_.width;
    if (scale_ == 1) {
      const float* from = blurred.data() + (y + 1) * inner_columns + 1;
      for (std::int64_t x = 0; x < window_.width; ++x) to[x] += from[x];
      continue;
    }
    const double v = (static_cast<double>(y) - offset_) / static_cast<double>(scale_);
    const double v_floor = std::floor(v);
    const auto fv = static_cast<float>(v - v_floor);
    const float* above = blurred.data() + (static_cast<std::int64_t>(v_floor) + 1) * inner_columns;
    const float* below = above + inner_columns;
    for (std::int64_t x = 0; x < window_.width; ++x) {
      const double u = (static_cast<double>(x) - offset_) / static_cast<double>(scale_);
      const double u_floor = std::floor(u);
      const auto fu = static_cast<float>(u - u_floor);
      const std::int64_t i = static_cast<std::int64_t>(u_floor) + 1;
      const float upper = above[i] + fu * (above[i + 1] - above[i]);
      const float lower = below[i] + fu * (below[i + 1] - below[i]);
      to[x] += upper + fv * (lower - upper);
    }
  }
}

}  // namespace webunmix::synth
