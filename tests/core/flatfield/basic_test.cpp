// BaSiC on frames made from its own model, where the right answer is known.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "flatfield/basic.hpp"

using namespace webunmix;

namespace {

struct Scene {
  std::int64_t size = 32;
  std::vector<float> frames;
  Plane truth;
};

/// Smooth shading, a brightness per frame, sparse bright squares that move, and an offset. No noise.
Scene shaded_frames(int count, double offset, double scale) {
  Scene scene;
  scene.truth = Plane(scene.size, scene.size);
  for (std::int64_t y = 0; y < scene.size; ++y) {
    for (std::int64_t x = 0; x < scene.size; ++x) {
      const double u = (static_cast<double>(x) - 18.0) / 32.0;
      const double v = (static_cast<double>(y) - 14.0) / 32.0;
      scene.truth.at(y, x) = static_cast<float>(std::exp(-(u * u / 0.5 + v * v / 0.6)));
    }
  }
  REQUIRE(normalise_to_mean_one(scene.truth));
  for (int t = 0; t < count; ++t) {
    const double brightness = 150.0 + 250.0 * std::fmod(0.618 * (t + 1), 1.0);
    for (std::int64_t y = 0; y < scene.size; ++y) {
      for (std::int64_t x = 0; x < scene.size; ++x) {
        const bool cell = (x + 5 * t) % 32 < 5 && (y + 11 * t) % 32 < 5;
        const double light = (brightness + (cell ? 600.0 : 0.0)) * static_cast<double>(scene.truth.at(y, x));
        scene.frames.push_back(static_cast<float>(scale * (light + offset)));
      }
    }
  }
  return scene;
}

BasicResult fitted(const Scene& scene, const BasicOptions& options) {
  auto fit = BasicFit::begin(scene.size, scene.size, scene.frames, {}, options);
  REQUIRE(fit.ok());
  while ((*fit)->advance(1'000'000)) {
  }
  auto result = (*fit)->result();
  REQUIRE(result.ok());
  return *result;
}

double rms_difference(const Plane& a, const Plane& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const double difference = static_cast<double>(a.values[i]) - static_cast<double>(b.values[i]);
    sum += difference * difference;
  }
  return std::sqrt(sum / static_cast<double>(a.values.size()));
}

}  // namespace

TEST_CASE("BaSiC finds the shading of frames that follow its model", "[basic]") {
  const Scene scene = shaded_frames(30, 0.0, 1.0);
  const BasicResult result = fitted(scene, {});
  CHECK(rms_difference(result.flatfield, scene.truth) < 0.01);
  CHECK(mean_of(result.flatfield) == Approx(1.0).epsilon(1e-6));
  CHECK(result.converged);
}

TEST_CASE("BaSiC finds the baseline of every frame", "[basic]") {
  const Scene scene = shaded_frames(30, 0.0, 1.0);
  const BasicResult result = fitted(scene, {});
  for (int t = 0; t < 30; ++t) {
    CHECK(result.baseline[static_cast<std::size_t>(t)] ==
          Approx(150.0 + 250.0 * std::fmod(0.618 * (t + 1), 1.0)).epsilon(0.05));
  }
}

TEST_CASE("BaSiC finds a constant dark-field when asked to", "[basic]") {
  const Scene scene = shaded_frames(40, 100.0, 1.0);
  BasicOptions options;
  options.get_darkfield = true;
  options.constant_darkfield = true;
  const BasicResult result = fitted(scene, options);
  CHECK(std::abs(mean_of(result.darkfield) - 100.0) < 3.0);
  // The baseline is the light alone, though the offset shines in every frame: subtracted, it leaves no flicker.
  for (int t = 0; t < 40; ++t) {
    CHECK(result.baseline[static_cast<std::size_t>(t)] ==
          Approx(150.0 + 250.0 * std::fmod(0.618 * (t + 1), 1.0)).margin(3.0).epsilon(0.05));
  }
  const BasicResult without = fitted(scene, {});
  CHECK(rms_difference(result.flatfield, scene.truth) < 0.25 * rms_difference(without.flatfield, scene.truth));
}

TEST_CASE("BaSiC does not depend on the scale of the data", "[basic]") {
  const BasicResult once = fitted(shaded_frames(20, 50.0, 1.0), {});
  const BasicResult hundredfold = fitted(shaded_frames(20, 50.0, 100.0), {});
  CHECK(rms_difference(once.flatfield, hundredfold.flatfield) < 1e-3);
}

TEST_CASE("BaSiC gives the same result whatever the size of the slices", "[basic]") {
  const Scene scene = shaded_frames(12, 20.0, 1.0);
  const BasicResult coarse = fitted(scene, {});
  auto fit = BasicFit::begin(scene.size, scene.size, scene.frames, {}, {});
  REQUIRE(fit.ok());
  int slices = 1;
  while ((*fit)->advance(1)) ++slices;
  CHECK(slices >= coarse.iterations);
  CHECK((*fit)->result()->flatfield.values == coarse.flatfield.values);
  CHECK((*fit)->fraction() == 1.0);
}

TEST_CASE("BaSiC gives little weight to excluded pixels", "[basic]") {
  Scene scene = shaded_frames(20, 0.0, 1.0);
  std::vector<std::uint8_t> excluded(scene.frames.size(), 0);
  const auto pixels = static_cast<std::size_t>(scene.size * scene.size);
  for (std::size_t t = 0; t < 20; ++t) {
    for (std::size_t x = 4; x < 12; ++x) {
      scene.frames[t * pixels + 10 * 32 + x] += 2000.0F;  // debris that never moves
      excluded[t * pixels + 10 * 32 + x] = 1;
    }
  }
  const BasicResult disturbed = fitted(scene, {});
  auto fit = BasicFit::begin(scene.size, scene.size, scene.frames, excluded, {});
  REQUIRE(fit.ok());
  while ((*fit)->advance(1'000'000)) {
  }
  CHECK(rms_difference((*fit)->result()->flatfield, scene.truth) < rms_difference(disturbed.flatfield, scene.truth));
}

TEST_CASE("BaSiC refuses frames that hold nothing", "[basic]") {
  const auto fit = BasicFit::begin(8, 8, std::vector<float>(8 * 8 * 3, 0.0F), {}, {});
  REQUIRE_FALSE(fit.ok());
  CHECK(fit.error().code == Errc::not_enough_data);
}

TEST_CASE("BaSiC says so when the smoothness leaves no flat-field", "[basic]") {
  BasicOptions options;
  options.smoothness_flatfield = 1e9;
  const Scene scene = shaded_frames(6, 0.0, 1.0);
  auto fit = BasicFit::begin(scene.size, scene.size, scene.frames, {}, options);
  REQUIRE(fit.ok());
  while ((*fit)->advance(1'000'000)) {
  }
  const auto result = (*fit)->result();
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().message.find("smoothness_flatfield") != std::string::npos);
}
