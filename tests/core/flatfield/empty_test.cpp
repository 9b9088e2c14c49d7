#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <string>

#include "flatfield/apply.hpp"
#include "flatfield/empty.hpp"

using namespace webunmix;

namespace {

std::set<std::int64_t> tiles_of(const std::vector<PlaneIndex>& planes) {
  std::set<std::int64_t> tiles;
  for (const PlaneIndex& plane : planes) tiles.insert(plane.tile + 1);
  return tiles;
}

}  // namespace

TEST_CASE("z levels alone take the corner tiles 1, 3, 7, 9 of a 3 x 3 grid, below and above the levels only", "[empty]") {
  const auto planes = choose_empty_planes({{}, ZLevels{10, 50}, TileGrid{3, 3}, 10'000}, 9, 1, 60);
  REQUIRE(planes.ok());
  CHECK(tiles_of(*planes) == std::set<std::int64_t>{1, 3, 7, 9});
  CHECK(planes->size() == 4 * (10 + 9));
  for (const PlaneIndex& plane : *planes) CHECK((plane.z < 10 || plane.z > 50));
}

TEST_CASE("named tiles give their planes, all of them or at the levels given", "[empty]") {
  const auto all = choose_empty_planes({{2, 5}, std::nullopt, TileGrid{3, 3}, 10'000}, 9, 2, 4);
  REQUIRE(all.ok());
  CHECK(all->size() == 2 * 2 * 4);
  const auto some = choose_empty_planes({{2, 5}, ZLevels{1, 2}, TileGrid{3, 3}, 10'000}, 9, 2, 4);
  REQUIRE(some.ok());
  CHECK(some->size() == 2 * 2 * 2);
  CHECK(tiles_of(*some) == std::set<std::int64_t>{2, 5});
}

TEST_CASE("n_zplanes is shared by the tiles in turn, without repeats", "[empty]") {
  const auto planes = choose_empty_planes({{1, 2, 3}, std::nullopt, std::nullopt, 50}, 3, 1, 60);
  REQUIRE(planes.ok());
  CHECK(planes->size() == 50);
  std::set<std::pair<std::int64_t, std::int64_t>> distinct;
  for (const PlaneIndex& plane : *planes) distinct.insert({plane.tile, plane.z});
  CHECK(distinct.size() == 50);
}

TEST_CASE("tiles and levels outside are errors that name value and range", "[empty]") {
  const auto message = [](const EmptyRegionChoice& choice) {
    const auto planes = choose_empty_planes(choice, 9, 1, 60);
    REQUIRE_FALSE(planes.ok());
    CHECK(planes.error().code == Errc::bad_setting);
    return planes.error().message;
  };
  CHECK(message({{10}, std::nullopt, std::nullopt, 200}).find("tile 10") != std::string::npos);
  CHECK(message({{0}, std::nullopt, std::nullopt, 200}).find("1 to 9") != std::string::npos);
  CHECK(message({{1}, ZLevels{50, 10}, std::nullopt, 200}).find("50,10") != std::string::npos);
  CHECK(message({{1}, ZLevels{10, 60}, std::nullopt, 200}).find("0..59") != std::string::npos);
  CHECK(message({{1}, ZLevels{0, 59}, std::nullopt, 200}).find("no plane") != std::string::npos);
  CHECK(message({{1}, std::nullopt, TileGrid{2, 4}, 200}).find("2 rows x 4 columns") != std::string::npos);
}

TEST_CASE("the median over planes takes the middle, or the mean of two", "[empty]") {
  CHECK(median_over_planes({1, 10, 3, 30, 2, 20}, 2) == std::vector<float>{2, 20});
  CHECK(median_over_planes({1, 4, 2, 100}, 1) == std::vector<float>{3});
}

TEST_CASE("Gaussian smoothing keeps the sum of an impulse, and a constant up to the border", "[empty]") {
  Plane impulse(21, 21);
  impulse.at(10, 10) = 1.0F;
  smooth_gaussian(impulse, 1.0);
  CHECK(mean_of(impulse) * 441.0 == Approx(1.0).epsilon(1e-5));
  CHECK(impulse.at(10, 11) / impulse.at(10, 10) == Approx(std::exp(-0.5)).epsilon(1e-5));
  Plane constant(5, 3, 7.0F);
  smooth_gaussian(constant, 2.5);
  for (const float value : constant.values) CHECK(value == Approx(7.0F).epsilon(1e-6));
}

TEST_CASE("applying a profile undoes the shading it describes", "[apply]") {
  const std::vector<float> flat{0.5F, 1.0F, 1.5F, 1.0F};
  const std::vector<float> dark{10, 12, 14, 12};
  std::vector<float> raw;
  for (std::size_t i = 0; i < 4; ++i) raw.push_back(200.0F * flat[i] + dark[i]);
  std::vector<float> out(4);
  ShadingCorrection(flat, dark, ShadingForm::ratio).apply(raw, 0, 0.0F, out);
  for (const float value : out) CHECK(value == Approx(200.0F));
  ShadingCorrection(flat, dark, ShadingForm::ratio).apply(raw, 0, 150.0F, out);
  for (const float value : out) CHECK(value == Approx(50.0F));
  ShadingCorrection(flat, dark, ShadingForm::range).apply(raw, 0, 0.0F, out);
  for (const float value : out) CHECK(value == Approx(200.0F * 1.0F + 12.0F));
  std::vector<float> band(2);
  ShadingCorrection(flat, dark, ShadingForm::ratio).apply(std::span(raw).subspan(2), 2, 0.0F, band);
  for (const float value : band) CHECK(value == Approx(200.0F));
}

TEST_CASE("a flat-field of 0 does not divide by 0", "[apply]") {
  const std::vector<float> flat{0.0F};
  std::vector<float> out(1);
  ShadingCorrection(flat, {}, ShadingForm::ratio).apply(std::vector<float>{1.0F}, 0, 0.0F, out);
  CHECK(out[0] == Approx(1e6F));
}
