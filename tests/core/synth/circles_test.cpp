// The tutorial's scene has the blobs, the mixing and the noise that it says it has.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "synth/scene.hpp"

using namespace webunmix;

namespace {

std::unique_ptr<Scene> circles(Json options = Json::object()) {
  options["scene"] = "circles";
  auto made = make_scene(options);
  if (!made.ok()) FAIL(made.error().message);
  return std::move(*made);
}

Box whole_plane(const Scene& scene, std::int32_t t, std::int32_t z) { return {0, t, z, {0, 1}, 0, scene.info().shape.y}; }

}  // namespace

TEST_CASE("the default scene is the tutorial's", "[synth][circles]") {
  const auto scene = circles();
  CHECK(scene->info().shape == StackShape{9, 20, 2, 128, 128});
  CHECK(scene->info().type == SampleType::float32);
  const Json truth = scene->truth();
  CHECK(truth["alpha"] == 0.28);
  CHECK(truth["background"] == 12);
  CHECK(truth["noise"] == 1.5);
  CHECK(truth["blobs"][0]["sigma_zyx"] == Json({2.8, 8.0, 8.0}));
  CHECK(truth["blobs"][1]["sigma_zyx"] == Json({3.2, 9.0, 9.0}));
  REQUIRE(truth["blobs"][0]["positions"].size() == 9);
  for (const auto& [channel, amplitude, swing] : {std::tuple{0, 120.0, 10.0}, std::tuple{1, 92.0, 8.0}}) {
    for (const auto& position : truth["blobs"][static_cast<std::size_t>(channel)]["positions"]) {
      CHECK(std::abs(position["amplitude"].get<double>() - amplitude) <= swing);
      CHECK((position["z"].get<double>() > 3 && position["z"].get<double>() < 16));
      CHECK((position["y"].get<double>() > 20 && position["y"].get<double>() < 108));
      CHECK((position["x"].get<double>() > 20 && position["x"].get<double>() < 108));
    }
  }
}

TEST_CASE("blobs are Gaussians of the given size around the given place", "[synth][circles]") {
  const auto scene = circles();
  for (std::size_t channel = 0; channel < 2; ++channel) {
    const Json blob = scene->truth()["blobs"][channel];
    const Json at = blob["positions"][4];
    double light = 0;
    double moments[3] = {0, 0, 0};
    double variances[3] = {0, 0, 0};
    for (std::int32_t z = 0; z < 20; ++z) {
      const auto clean = scene->clean(whole_plane(*scene, 4, z));
      REQUIRE(clean.ok());
      const auto pixels = clean->channel<float>(channel);
      for (std::size_t i = 0; i < pixels.size(); ++i) {
        const auto value = static_cast<double>(pixels[i]);
        const double place[3] = {static_cast<double>(z), static_cast<double>(i / 128), static_cast<double>(i % 128)};
        const double centre[3] = {at["z"].get<double>(), at["y"].get<double>(), at["x"].get<double>()};
        light += value;
        for (int axis = 0; axis < 3; ++axis) {
          moments[axis] += value * (place[axis] - centre[axis]);
          variances[axis] += value * std::pow(place[axis] - centre[axis], 2);
        }
      }
    }
    double volume = at["amplitude"].get<double>();
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double sigma = blob["sigma_zyx"][axis].get<double>();
      volume *= sigma * std::sqrt(2 * 3.141592653589793);
      // Along z the stack cuts the tails a little.
      const double tolerance = axis == 0 ? 0.05 : 1e-3;
      CHECK(std::abs(moments[axis] / light) < tolerance);
      CHECK(std::sqrt(variances[axis] / light) == Approx(sigma).epsilon(tolerance));
    }
    CHECK(light == Approx(volume).epsilon(0.01));
  }
}

TEST_CASE("what is read is the mixture, with the background and the noise", "[synth][circles]") {
  const auto scene = circles({{"alpha", 0.5}, {"alpha_reverse", 0.125}, {"background", 40.0}, {"noise", 2.0}});
  double sum[2] = {0, 0};
  double squares[2] = {0, 0};
  double n = 0;
  for (std::int32_t z = 0; z < 20; ++z) {
    const auto clean = scene->clean(whole_plane(*scene, 3, z));
    const auto seen = scene->read(whole_plane(*scene, 3, z));
    REQUIRE((clean.ok() && seen.ok()));
    for (std::size_t i = 0; i < clean->pixels_per_channel(); ++i) {
      const auto source = static_cast<double>(clean->channel<float>(0)[i]);
      const auto target = static_cast<double>(clean->channel<float>(1)[i]);
      const double error[2] = {static_cast<double>(seen->channel<float>(0)[i]) - (source + 0.125 * target + 40),
                               static_cast<double>(seen->channel<float>(1)[i]) - (target + 0.5 * source + 40)};
      for (int c = 0; c < 2; ++c) {
        sum[c] += error[c];
        squares[c] += error[c] * error[c];
      }
      n += 1;
    }
  }
  for (int c = 0; c < 2; ++c) {
    CHECK(std::abs(sum[c] / n) < 5 * 2.0 / std::sqrt(n));
    CHECK(std::sqrt(squares[c] / n) == Approx(2.0).epsilon(0.01));
  }
}

TEST_CASE("nothing is below zero", "[synth][circles]") {
  const auto scene = circles({{"background", 0.0}, {"noise", 5.0}, {"shape", {1, 1, 2, 64, 64}}});
  const auto seen = scene->read(whole_plane(*scene, 0, 0));
  REQUIRE(seen.ok());
  const auto pixels = seen->channel<float>(1);
  CHECK(*std::min_element(pixels.begin(), pixels.end()) == 0.0F);
}
