// The scene of many dyes: what its pixels are made of, and that they are the same everywhere.
#include "synth/picasso_scene.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "synth/samples.hpp"

using namespace webunmix;
using webunmix::test::checksum;
using webunmix::test::mean;

namespace {

std::unique_ptr<Scene> dyes(const Json& options) {
  Json all = options;
  all["scene"] = "dyes";
  auto made = make_scene(all);
  if (!made.ok()) FAIL(made.error().message);
  return std::move(*made);
}

Box dyes_plane(const Scene& scene, std::int32_t t = 0, std::int32_t z = 0) {
  Box box{0, t, z, {}, 0, scene.info().shape.y};
  for (std::int32_t c = 0; c < scene.info().shape.c; ++c) box.channels.push_back(c);
  return box;
}

}  // namespace

TEST_CASE("channels are the dyes' light mixed, photon noise, read noise and an offset", "[synth][dyes]") {
  const auto scene = dyes({{"shape", {1, 1, 3, 256, 256}}, {"seed", 4}, {"crowding", 2}});
  const auto mixing = synth::usual_mixing(3);
  const auto read = scene->read(dyes_plane(*scene));
  const auto clean = scene->clean(dyes_plane(*scene));
  REQUIRE(read.ok());
  REQUIRE(clean.ok());
  for (std::size_t c = 0; c < 3; ++c) {
    const auto counts = read->channel<std::uint16_t>(c);
    double deviation = 0;
    double expected_variance = 0;
    double difference = 0;
    for (std::size_t p = 0; p < counts.size(); ++p) {
      double light = 0;
      for (std::size_t dye = 0; dye < 3; ++dye) light += mixing[c][dye] * static_cast<double>(clean->channel<float>(dye)[p]);
      const double error = static_cast<double>(counts[p]) - 100 - light;
      difference += error;
      deviation += error * error;
      expected_variance += light + 4;
    }
    const auto pixels = static_cast<double>(counts.size());
    CAPTURE(c);
    CHECK(difference / pixels == Approx(0.0).margin(4 * std::sqrt(expected_variance) / pixels));
    CHECK(deviation / expected_variance == Approx(1.0).margin(0.05));
  }
}

TEST_CASE("the scene of dyes has the same bytes on every platform, whole or in bands", "[synth][dyes]") {
  const auto scene = dyes({{"shape", {2, 2, 5, 100, 90}}, {"overlap", 0.3}, {"seed", 9}, {"crowding", 3}});
  const auto whole = scene->read(dyes_plane(*scene, 1, 1));
  REQUIRE(whole.ok());
  CHECK(checksum(whole->bytes()) == 0x2aa4e645ccf217bfU);
  Box band{0, 1, 1, {3}, 17, 60};
  const auto part = scene->read(band);
  REQUIRE(part.ok());
  const auto expected = whole->channel<std::uint16_t>(3).subspan(17 * 90, 43 * 90);
  CHECK(std::equal(expected.begin(), expected.end(), part->channel<std::uint16_t>(0).begin()));
}

TEST_CASE("light fades over time, planes differ, overlap adds light of the dye before", "[synth][dyes]") {
  const Json options{{"shape", {3, 2, 3, 128, 128}}};
  const auto scene = dyes(options);
  const auto first = scene->clean(dyes_plane(*scene, 0, 0));
  const auto third = scene->clean(dyes_plane(*scene, 2, 0));
  const auto other = scene->clean(dyes_plane(*scene, 0, 1));
  CHECK(mean(third->channel<float>(0)) == Approx(0.81 * mean(first->channel<float>(0))).epsilon(1e-5));
  CHECK_FALSE(std::equal(first->channel<float>(1).begin(), first->channel<float>(1).end(), other->channel<float>(1).begin()));
  Json overlapping = options;
  overlapping["overlap"] = 1;
  const auto shared = dyes(overlapping)->clean(dyes_plane(*scene, 0, 0));
  for (std::size_t p = 0; p < 128 * 128; ++p) {
    REQUIRE(shared->channel<float>(1)[p] ==
            Approx(first->channel<float>(0)[p] + first->channel<float>(1)[p]).epsilon(1e-5).margin(1e-3));
  }
}

TEST_CASE("a scene of dyes refuses what it cannot draw", "[synth][dyes]") {
  for (const auto& [options, words] :
       std::vector<std::pair<Json, std::string>>{{{{"shape", {1, 1, 1, 8, 8}}}, "2 to 8"},
                                                 {{{"shape", {1, 1, 9, 8, 8}}}, "2 to 8"},
                                                 {{{"mixing", {{1, 0}, {0, 1}}}}, "as many rows and columns"},
                                                 {{{"overlap", 1.5}}, "overlap"}}) {
    Json all = options;
    all["scene"] = "dyes";
    const auto made = make_scene(all);
    REQUIRE_FALSE(made.ok());
    CHECK(made.error().code == Errc::bad_setting);
    CHECK_THAT(made.error().message, Catch::Contains(words));
  }
}
