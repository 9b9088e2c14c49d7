// Polygons as runs of pixels.
#include "unmix/region.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace webunmix;
using namespace webunmix::unmix;

namespace {

using Polygon = std::vector<std::vector<double>>;

Region region(const Polygon& polygon, std::int64_t width = 10, std::int64_t height = 8) {
  auto made = Region::from_polygon(polygon, width, height);
  INFO((made.ok() ? std::string() : made.error().message));
  REQUIRE(made.ok());
  return std::move(*made);
}

std::vector<Run> runs(const Region& region, std::int64_t y) {
  const auto row = region.row(y);
  return {row.begin(), row.end()};
}

}  // namespace

TEST_CASE("a rectangle on pixel borders holds exactly its pixels", "[region]") {
  const Region square = region({{2, 1}, {6, 1}, {6, 4}, {2, 4}});
  CHECK(square.pixels() == 12);
  CHECK_FALSE(square.whole());
  CHECK(runs(square, 0).empty());
  CHECK(runs(square, 1) == std::vector<Run>{{2, 6}});
  CHECK(runs(square, 3) == std::vector<Run>{{2, 6}});
  CHECK(runs(square, 4).empty());
}

TEST_CASE("a pixel is inside when its centre is", "[region]") {
  CHECK(region({{2.4, 1}, {6.4, 1}, {6.4, 2}, {2.4, 2}}).row(1)[0] == Run{2, 6});
  CHECK(region({{2.6, 1}, {6.6, 1}, {6.6, 2}, {2.6, 2}}).row(1)[0] == Run{3, 7});
  // A triangle: 0.5, 1.5, 2.5 ... of each row lie left of the diagonal.
  const Region triangle = region({{0, 0}, {8, 8}, {0, 8}});
  for (std::int64_t y = 1; y < 8; ++y) CHECK(runs(triangle, y) == std::vector<Run>{{0, y}});
}

TEST_CASE("a polygon that turns in on itself has several runs in a row", "[region]") {
  const Region comb = region({{0, 0}, {9, 0}, {9, 4}, {6, 4}, {6, 2}, {3, 2}, {3, 4}, {0, 4}});
  CHECK(runs(comb, 1) == std::vector<Run>{{0, 9}});
  CHECK(runs(comb, 3) == std::vector<Run>{{0, 3}, {6, 9}});
  CHECK(comb.pixels() == 2 * 9 + 2 * 6);
}

TEST_CASE("polygons that share an edge share no pixel and leave none out", "[region]") {
  const std::vector<double> corner{7.3, 2.9};
  const Region left = region({{0, 0}, corner, {3.1, 8}, {0, 8}}, 12, 8);
  const Region right = region({{0, 0}, {12, 0}, {12, 8}, {3.1, 8}, corner}, 12, 8);
  CHECK(left.pixels() + right.pixels() == 96);
}

TEST_CASE("a polygon is cut to the image, and one around it is the whole plane", "[region]") {
  const Region around = region({{-5, -5}, {50, -5}, {50, 50}, {-5, 50}});
  CHECK(around.whole());
  CHECK(around.pixels() == 80);
  const Region everything(10, 8);
  CHECK(everything.whole());
  CHECK(runs(everything, 7) == std::vector<Run>{{0, 10}});
  CHECK(runs(region({{-3, 2}, {4, 2}, {4, 3}, {-3, 3}}), 2) == std::vector<Run>{{0, 4}});
}

TEST_CASE("polygons that cannot be meant are refused", "[region]") {
  const auto message = [](const Polygon& polygon) { return Region::from_polygon(polygon, 10, 8).error().message; };
  CHECK(message({{0, 0}, {4, 4}}).find("2 vertices") != std::string::npos);
  CHECK(message({{0, 0}, {4, 4}, {1}}).find("two numbers") != std::string::npos);
  CHECK(message({{20, 20}, {30, 20}, {30, 30}}).find("10 x 8") != std::string::npos);
  CHECK(Region::from_polygon({{0, 0}, {1, 1}, {2, 2}}, 10, 8).error().code == Errc::bad_setting);
}
