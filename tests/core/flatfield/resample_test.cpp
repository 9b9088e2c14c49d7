#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "flatfield/cosine_transform.hpp"
#include "flatfield/resample.hpp"

using namespace webunmix;

namespace {

Plane ramp(std::int64_t height, std::int64_t width, double by_y, double by_x) {
  // A value at a pixel's centre, with positions in units of the image: the same picture at every size.
  Plane plane(height, width);
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      plane.at(y, x) = static_cast<float>(10.0 + by_y * (static_cast<double>(y) + 0.5) / static_cast<double>(height) +
                                          by_x * (static_cast<double>(x) + 0.5) / static_cast<double>(width));
    }
  }
  return plane;
}

Plane downsampled(const Plane& plane, std::int64_t height, std::int64_t width, std::int64_t band) {
  AreaDownsampler sampler(plane.height, plane.width, height, width);
  for (std::int64_t y = 0; y < plane.height; y += band) {
    const std::int64_t rows = std::min(band, plane.height - y);
    sampler.add_rows(y, std::span<const float>(plane.values)
                            .subspan(static_cast<std::size_t>(y * plane.width), static_cast<std::size_t>(rows * plane.width)));
  }
  return sampler.finish();
}

}  // namespace

TEST_CASE("area downsampling keeps a linear picture exactly where the ratio divides", "[resample]") {
  using Size = std::pair<std::int64_t, std::int64_t>;
  const auto [height, width] = GENERATE(Size{48, 50}, Size{6, 5}, Size{16, 25}, Size{1, 1});
  const Plane small = downsampled(ramp(48, 50, 3.0, -2.0), height, width, 48);
  const Plane expected = ramp(height, width, 3.0, -2.0);
  for (std::size_t i = 0; i < small.values.size(); ++i) CHECK(small.values[i] == Approx(expected.values[i]).epsilon(1e-5));
}

TEST_CASE("area downsampling keeps the mean, and shifts nothing by a quarter of a pixel, at ratios that do not divide",
          "[resample]") {
  using Size = std::pair<std::int64_t, std::int64_t>;
  const auto [height, width] = GENERATE(Size{5, 7}, Size{31, 33}, Size{47, 49});
  const Plane large = ramp(48, 50, 3.0, -2.0);
  const Plane small = downsampled(large, height, width, 48);
  CHECK(mean_of(small) == Approx(mean_of(large)).epsilon(1e-6));
  const Plane expected = ramp(height, width, 3.0, -2.0);
  const double quarter_pixel = 0.25 * (3.0 / 48.0 + 2.0 / 50.0);
  for (std::size_t i = 0; i < small.values.size(); ++i) {
    CHECK(std::abs(static_cast<double>(small.values[i]) - static_cast<double>(expected.values[i])) < quarter_pixel);
  }
}

TEST_CASE("area downsampling does not depend on the bands the rows come in", "[resample]") {
  Plane plane(33, 21);
  for (std::size_t i = 0; i < plane.values.size(); ++i) plane.values[i] = static_cast<float>((i * 7919) % 1009);
  const Plane whole = downsampled(plane, 8, 8, 33);
  CHECK(downsampled(plane, 8, 8, 1).values == whole.values);
  CHECK(downsampled(plane, 8, 8, 5).values == whole.values);
}

TEST_CASE("bilinear resizing has half-pixel centres and extrapolates linearly: a linear picture stays exact", "[resample]") {
  const auto [height, width] =
      GENERATE(std::pair<std::int64_t, std::int64_t>{64, 100}, std::pair<std::int64_t, std::int64_t>{7, 9});
  const Plane resized = resize_bilinear(ramp(8, 11, -4.0, 6.0), height, width);
  const Plane expected = ramp(height, width, -4.0, 6.0);
  for (std::size_t i = 0; i < resized.values.size(); ++i) CHECK(resized.values[i] == Approx(expected.values[i]).epsilon(1e-5));
}

TEST_CASE("a plane of one pixel resizes to a constant", "[resample]") {
  const Plane resized = resize_bilinear(Plane(1, 1, 3.0F), 4, 5);
  for (const float value : resized.values) CHECK(value == 3.0F);
}

TEST_CASE("the cosine transform is orthonormal and its own inverse transposed", "[cosine]") {
  constexpr std::int64_t height = 12;
  constexpr std::int64_t width = 17;
  std::vector<float> plane(height * width);
  for (std::size_t i = 0; i < plane.size(); ++i) plane[i] = static_cast<float>((i * 31) % 101) - 50.0F;
  std::vector<float> coefficients(plane.size());
  std::vector<float> back(plane.size());
  CosineTransform transform(height, width);
  transform.forward(plane, coefficients);
  transform.inverse(coefficients, back);
  double energy = 0.0;
  double transformed = 0.0;
  for (std::size_t i = 0; i < plane.size(); ++i) {
    CHECK(std::abs(back[i] - plane[i]) < 1e-4F);
    energy += static_cast<double>(plane[i]) * static_cast<double>(plane[i]);
    transformed += static_cast<double>(coefficients[i]) * static_cast<double>(coefficients[i]);
  }
  CHECK(transformed == Approx(energy).epsilon(1e-5));
  const double sum = std::accumulate(plane.begin(), plane.end(), 0.0);
  CHECK(static_cast<double>(coefficients[0]) == Approx(sum / std::sqrt(static_cast<double>(height * width))).epsilon(1e-5));
}
