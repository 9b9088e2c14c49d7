// The cosine transform against its definition, for even and odd sizes, and there and back.
#include "flatfield/cosine_transform.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <random>

using namespace webunmix;

TEST_CASE("the cosine transform is what its definition says, for any size", "[cosine]") {
  using Size = std::pair<std::size_t, std::size_t>;
  const auto [height, width] = GENERATE(Size{1, 1}, Size{1, 6}, Size{5, 1}, Size{2, 3}, Size{8, 12}, Size{7, 9}, Size{16, 5});
  CAPTURE(height, width);
  std::mt19937 generator(7);
  std::vector<float> plane(height * width);
  for (float& value : plane) value = static_cast<float>(generator() % 1000) / 100.0F;
  const auto cosine = [](std::size_t n, std::size_t k, std::size_t i) {
    const auto count = static_cast<double>(n);
    return std::sqrt((k == 0 ? 1.0 : 2.0) / count) *
           std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) * static_cast<double>(k) / count);
  };
  CosineTransform transform(static_cast<std::int64_t>(height), static_cast<std::int64_t>(width));
  std::vector<float> coefficients(plane.size());
  transform.forward(plane, coefficients);
  for (std::size_t k = 0; k < height; ++k) {
    for (std::size_t l = 0; l < width; ++l) {
      double expected = 0;
      for (std::size_t y = 0; y < height; ++y) {
        for (std::size_t x = 0; x < width; ++x)
          expected += cosine(height, k, y) * cosine(width, l, x) * static_cast<double>(plane[y * width + x]);
      }
      CHECK(static_cast<double>(coefficients[k * width + l]) == Approx(expected).margin(1e-4));
    }
  }
  std::vector<float> back(plane.size());
  transform.inverse(coefficients, back);
  for (std::size_t i = 0; i < plane.size(); ++i) CHECK(back[i] == Approx(plane[i]).margin(1e-4));
}
