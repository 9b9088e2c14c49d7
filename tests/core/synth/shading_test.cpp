// Frames under uneven light have the light, the shading and the noise that they say they have.
#include "synth/shading.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

using namespace webunmix;

namespace {

std::unique_ptr<Scene> shading(Json options = Json::object()) {
  options["scene"] = "shading";
  auto made = make_scene(options);
  if (!made.ok()) FAIL(made.error().message);
  return std::move(*made);
}

Box shaded_plane(const Scene& scene, std::int32_t t, std::int32_t z = 0, std::int32_t c = 0) {
  return {0, t, z, {c}, 0, scene.info().shape.y};
}

}  // namespace

TEST_CASE("shading falls off from its centre as the formula says, with mean 1", "[synth][shading]") {
  const std::vector<double> s = synth::shading_of_scene(0, 512, 512);
  CHECK(std::accumulate(s.begin(), s.end(), 0.0) / static_cast<double>(s.size()) == Approx(1.0).epsilon(1e-12));
  const auto at = [&](double y, double x) {
    const double u = (x - 0.55 * 512) / 512;
    const double v = (y - 0.45 * 512) / 512;
    return std::exp(-(u * u / 0.35 + v * v / 0.45));
  };
  for (const auto& [y, x] : {std::pair{0, 0}, std::pair{230, 281}, std::pair{511, 17}}) {
    CHECK(s[static_cast<std::size_t>(y * 512 + x)] / s[100 * 512 + 100] == Approx(at(y, x) / at(100, 100)).epsilon(1e-12));
  }
  CHECK(synth::shading_of_scene(1, 64, 64)[63] != Approx(synth::shading_of_scene(0, 64, 64)[63]));
}

TEST_CASE("an empty frame is its brightness through the shading, with photon and read noise on an offset", "[synth][shading]") {
  const auto scene = shading({{"shape", {4, 1, 1, 200, 160}}, {"blobs", 0}, {"offset", 100}});
  const std::vector<double> s = synth::shading_of_scene(0, 200, 160);
  const Json brightness = scene->truth()["brightness"][0];
  REQUIRE(brightness.size() == 4);
  for (std::int32_t t = 0; t < 4; ++t) {
    const auto b = brightness[static_cast<std::size_t>(t)].get<double>();
    CHECK((b >= 150 && b < 400));
    const auto block = scene->read(shaded_plane(*scene, t));
    REQUIRE(block.ok());
    const auto pixels = block->channel<std::uint16_t>(0);
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      // Photon noise, read noise 2, and rounding: 1/12.
      const double expected = b * s[i];
      const double deviation = (static_cast<double>(pixels[i]) - 100 - expected) / std::sqrt(expected + 4 + 1.0 / 12);
      sum += deviation;
      squares += deviation * deviation;
    }
    const auto count = static_cast<double>(pixels.size());
    CHECK(std::abs(sum / count) < 4 / std::sqrt(count));
    CHECK(squares / count == Approx(1.0).margin(4 * std::sqrt(2 / count)));
  }
}

TEST_CASE("blobs stay within their z levels", "[synth][shading]") {
  const auto scene = shading({{"shape", {1, 6, 1, 96, 96}}, {"z_levels", {2, 3}}});
  for (std::int32_t z = 0; z < 6; ++z) {
    const auto clean = scene->clean(shaded_plane(*scene, 0, z));
    REQUIRE(clean.ok());
    const auto light = clean->channel<float>(0);
    const auto [low, high] = std::minmax_element(light.begin(), light.end());
    CHECK((*low == *high) == (z < 2 || z > 3));
  }
}

TEST_CASE("options of shading that contradict each other are refused", "[synth][shading]") {
  const auto made = make_scene({{"scene", "shading"}, {"background_low", 500}});
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().message.find("background_high") != std::string::npos);
}
