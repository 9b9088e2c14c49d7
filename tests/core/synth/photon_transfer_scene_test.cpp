// The scene of repeated frames: noise of the camera it claims, the lamp and the bleaching it was asked for, the same bytes everywhere.
#include "synth/photon_transfer_scene.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "synth/samples.hpp"

using namespace webunmix;
using webunmix::test::mean;

namespace {

std::unique_ptr<Scene> still(const Json& options) {
  Json all = options;
  all["scene"] = "photon_transfer";
  auto made = make_scene(all);
  if (!made.ok()) FAIL(made.error().message);
  return std::move(*made);
}

std::vector<double> frame(Scene& scene, std::int32_t t) {
  auto block = scene.read({0, t, 0, {0}, 0, scene.info().shape.y});
  REQUIRE(block.ok());
  const auto samples = block->channel<std::uint16_t>(0);
  return {samples.begin(), samples.end()};
}

double variance(const std::vector<double>& values) {
  const double centre = mean(values);
  double sum = 0.0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return sum / static_cast<double>(values.size() - 1);
}

}  // namespace

TEST_CASE("flat light has the mean and the variance of photons, read noise and rounding", "[synth][photon_transfer]") {
  const auto scene = still({{"light", "flat"}, {"brightest", 400}, {"shape", {1, 1, 1, 128, 128}}});
  const auto values = frame(*scene, 0);
  CHECK(mean(values) == Approx(100.0 + 400.0 / 0.5).margin(1.5));
  CHECK(variance(values) == Approx((400.0 + 1.6 * 1.6) / 0.25 + 1.0 / 12.0).epsilon(0.05));
  const auto dark = still({{"light", "dark"}, {"shape", {1, 1, 1, 128, 128}}});
  CHECK(mean(frame(*dark, 0)) == Approx(100.0).margin(0.2));
  CHECK(variance(frame(*dark, 0)) == Approx(1.6 * 1.6 / 0.25 + 1.0 / 12.0).epsilon(0.05));
}

TEST_CASE("bleaching takes the share that was asked for, flicker varies the frames, saturation cuts",
          "[synth][photon_transfer]") {
  const auto bleaching = still({{"light", "flat"}, {"bleaching", 0.3}, {"shape", {10, 1, 1, 64, 64}}});
  CHECK((mean(frame(*bleaching, 9)) - 100.0) / (mean(frame(*bleaching, 0)) - 100.0) == Approx(0.7).epsilon(0.01));
  const auto flickering = still({{"light", "flat"}, {"flicker", 0.02}, {"shape", {200, 1, 1, 32, 32}}});
  std::vector<double> lamp;
  for (std::int32_t t = 0; t < 200; ++t) lamp.push_back((mean(frame(*flickering, t)) - 100.0) / 1800.0);
  CHECK(std::sqrt(variance(lamp)) == Approx(0.02).epsilon(0.2));
  const auto cut = still({{"saturation", 900}, {"shape", {1, 1, 1, 64, 64}}});
  const auto values = frame(*cut, 0);
  CHECK(*std::max_element(values.begin(), values.end()) == 900.0);
}

TEST_CASE("clean light is what the frames scatter about, in any band", "[synth][photon_transfer]") {
  for (const char* light : {"gradient", "spots"}) {
    const auto scene = still({{"light", light}, {"shape", {60, 1, 1, 32, 48}}, {"seed", 4}});
    std::vector<double> sum(32 * 48, 0.0);
    for (std::int32_t t = 0; t < 60; ++t) {
      const auto values = frame(*scene, t);
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += (values[i] - 100.0) * 0.5 / 60.0;
    }
    const auto clean = scene->clean({0, 0, 0, {0}, 0, 32});
    REQUIRE(clean.ok());
    double worst = 0.0;
    for (std::size_t i = 0; i < sum.size(); ++i) {
      const auto expected = static_cast<double>(clean->channel<float>(0)[i]);
      worst = std::max(worst, std::abs(sum[i] - expected) / std::sqrt((expected + 2.6) / 60.0));
    }
    CHECK(worst < 5.0);  // standard errors, of 1536 pixels
    const auto band = scene->read({0, 3, 0, {0}, 8, 16});
    REQUIRE(band.ok());
    const auto whole = frame(*scene, 3);
    CHECK(std::equal(band->channel<std::uint16_t>(0).begin(), band->channel<std::uint16_t>(0).end(), whole.begin() + 8 * 48));
  }
}

TEST_CASE("pixels of one camera keep their gains whatever the seed", "[synth][photon_transfer]") {
  const auto gains = [](std::int64_t seed) {
    const auto scene = still({{"light", "flat"},
                              {"brightest", 1e5},
                              {"gain_e_per_adu", 2},
                              {"gain_spread", 0.1},
                              {"seed", seed},
                              {"shape", {1, 1, 1, 16, 16}}});
    std::vector<double> found;
    for (const double value : frame(*scene, 0)) found.push_back(1e5 / (value - 100.0));
    return found;
  };
  const auto one = gains(1);
  const auto other = gains(2);
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(one[i] == Approx(other[i]).epsilon(0.03));
  CHECK(std::sqrt(variance(one)) == Approx(0.2).epsilon(0.2));
}
