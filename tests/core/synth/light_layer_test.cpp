// Blurred points of light: where they are put, how much light they keep, and that windows do not show.
#include "synth/light_layer.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "synth/noise.hpp"

using namespace webunmix::synth;

namespace {

std::vector<float> blurred(const Window& window, double sigma, std::int64_t scale,
                           const std::vector<std::array<double, 3>>& points) {
  LightLayer layer(window, sigma, scale);
  for (const auto& [x, y, light] : points) layer.add(x, y, static_cast<float>(light));
  std::vector<float> image(static_cast<std::size_t>(window.width * window.height), 0.0F);
  layer.blur_onto(image);
  return image;
}

}  // namespace

TEST_CASE("a point keeps its light and its place, at every scale", "[light_layer]") {
  for (const std::int64_t scale : {1, 2, 4}) {
    INFO("scale " << scale);
    const Window window{0, 0, 128, 96};
    const double sigma = 1.5 * static_cast<double>(scale);
    const auto image = blurred(window, sigma, scale, {{60.3, 41.8, 5.0}});
    double sum = 0;
    double x_mean = 0;
    double y_mean = 0;
    double spread = 0;
    for (std::int64_t y = 0; y < window.height; ++y) {
      for (std::int64_t x = 0; x < window.width; ++x) {
        const auto value = static_cast<double>(image[static_cast<std::size_t>(y * window.width + x)]);
        sum += value;
        x_mean += value * static_cast<double>(x);
        y_mean += value * static_cast<double>(y);
        spread += value * std::pow(static_cast<double>(x) - 60.3, 2);
      }
    }
    CHECK(sum == Approx(5.0).epsilon(1e-4));
    CHECK(x_mean / sum == Approx(60.3).margin(1e-3));
    CHECK(y_mean / sum == Approx(41.8).margin(1e-3));
    // The grid widens it by at most its own spacing.
    CHECK(std::sqrt(spread / sum) == Approx(sigma).epsilon(0.2));
  }
}

TEST_CASE("a window shows what the whole image shows there", "[light_layer]") {
  Deviates random(5);
  std::vector<std::array<double, 3>> points;
  for (int i = 0; i < 300; ++i) points.push_back({random.uniform(-20, 120), random.uniform(-20, 120), random.uniform()});
  for (const std::int64_t scale : {1, 2, 4}) {
    const double sigma = 1.4 * static_cast<double>(scale);
    const auto whole = blurred({0, 0, 99, 97}, sigma, scale, points);
    const Window part{28, 12, 37, 41};
    const auto seen = blurred(part, sigma, scale, points);
    std::size_t different = 0;
    for (std::int64_t y = 0; y < part.height; ++y) {
      for (std::int64_t x = 0; x < part.width; ++x) {
        different += seen[static_cast<std::size_t>(y * part.width + x)] !=
                     whole[static_cast<std::size_t>((y + part.y) * 99 + x + part.x)];
      }
    }
    CHECK(different == 0);
  }
}
