// All methods on the same voxels: right values, intervals that hold the truth, and the same result however it is sliced.
#include "unmix/comparison.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "stats/random.hpp"

using namespace webunmix;
using namespace webunmix::unmix;

namespace {

struct Scene {
  std::vector<float> x;
  std::vector<float> y;
  std::vector<std::uint16_t> tiles;
};

/// Each tile has dye of its own on top of alpha times the source, so that tiles differ more than voxels of one tile do.
Scene scene(double alpha, std::size_t tiles, std::size_t voxels_per_tile, std::uint64_t seed) {
  RandomNumbers random(seed);
  Scene made;
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    const double dye = 40 * (random.uniform() - 0.5);
    for (std::size_t i = 0; i < voxels_per_tile; ++i) {
      const double x = 500 + 1500 * random.uniform();
      made.x.push_back(static_cast<float>(x));
      made.y.push_back(static_cast<float>(alpha * x + dye + 30 * (random.uniform() - 0.5)));
      made.tiles.push_back(static_cast<std::uint16_t>(tile));
    }
  }
  return made;
}

const ComparedMethod& method_of(const Comparison& comparison, Method method) {
  for (const ComparedMethod& compared : comparison.methods()) {
    if (compared.method == method) return compared;
  }
  FAIL("the method " << method_name(method) << " was not compared");
  return comparison.methods().front();
}

void run(Comparison& comparison, std::uint64_t work) {
  while (comparison.step(work)) {
  }
}

}  // namespace

TEST_CASE("a comparison holds every method with what it leaves and an interval around it", "[comparison]") {
  const Scene voxels = scene(0.28, 40, 300, 1);
  Comparison comparison(voxels.x, voxels.y, voxels.tiles, {.manual_alpha = 0.1});
  run(comparison, 1'000'000);
  CHECK(comparison.methods().size() == 5);
  CHECK(comparison.tiles() == 40);
  CHECK(comparison.fraction() == 1);
  for (const Method method : {Method::mean_ratio, Method::linear_fit, Method::corr_min, Method::mi_min}) {
    CAPTURE(method_name(method));
    const ComparedMethod& compared = method_of(comparison, method);
    REQUIRE(compared.alpha);
    CHECK(*compared.alpha == Approx(0.28).margin(0.01));
    REQUIRE(compared.interval);
    CHECK(compared.interval->low < compared.interval->high);
    CHECK(compared.interval->low <= *compared.alpha + 0.002);
    CHECK(compared.interval->high >= *compared.alpha - 0.002);
    CHECK(compared.interval->high - compared.interval->low < 0.05);
    REQUIRE(compared.residual_information);
    CHECK(*compared.residual_information < *method_of(comparison, Method::manual).residual_information);
  }
  const ComparedMethod& by_hand = method_of(comparison, Method::manual);
  CHECK(by_hand.alpha == 0.1);
  CHECK_FALSE(by_hand.interval);
  CHECK(*by_hand.residual_r > 0.9);
  CHECK(*method_of(comparison, Method::corr_min).residual_r == Approx(0).margin(1e-9));
}

TEST_CASE("the interval of the mean ratio holds the truth as often as it should", "[comparison]") {
  // Means of independent tiles: 95 % of intervals hold the truth, a little less with 25 tiles.
  int held = 0;
  constexpr int scenes = 120;
  for (int i = 0; i < scenes; ++i) {
    const Scene voxels = scene(0.28, 25, 40, static_cast<std::uint64_t>(i) + 100);
    Comparison comparison(voxels.x, voxels.y, voxels.tiles, {.bins = 8, .most_resampled_voxels = 50, .curve_points = 2});
    run(comparison, 1'000'000);
    const auto& interval = method_of(comparison, Method::mean_ratio).interval;
    REQUIRE(interval);
    held += interval->low <= 0.28 && 0.28 <= interval->high ? 1 : 0;
  }
  CHECK(held > 0.86 * scenes);
  CHECK(held < 0.995 * scenes);
}

TEST_CASE("curves run evenly to alpha_max and are least where the methods say", "[comparison]") {
  const Scene voxels = scene(0.28, 20, 400, 2);
  Comparison comparison(voxels.x, voxels.y, voxels.tiles, {.alpha_max = 0.64});
  run(comparison, 1'000'000);
  const ComparisonCurves& curves = comparison.curves();
  REQUIRE(curves.alpha.size() == 65);
  CHECK(curves.alpha[1] == Approx(0.01));
  CHECK(curves.alpha.back() == 0.64);
  std::size_t least = 0;
  std::size_t flattest = 0;
  for (std::size_t i = 0; i < curves.alpha.size(); ++i) {
    if (curves.information[i] < curves.information[least]) least = i;
    REQUIRE(curves.r[i]);
    if (std::abs(*curves.r[i]) < std::abs(*curves.r[flattest])) flattest = i;
  }
  CHECK(curves.alpha[least] == Approx(0.28).margin(0.021));
  CHECK(curves.alpha[flattest] == Approx(*method_of(comparison, Method::corr_min).alpha).margin(0.0051));
}

TEST_CASE("a comparison is the same in slices of any size", "[comparison]") {
  const Scene voxels = scene(0.28, 12, 100, 3);
  Comparison whole(voxels.x, voxels.y, voxels.tiles, {});
  Comparison sliced(voxels.x, voxels.y, voxels.tiles, {});
  run(whole, std::uint64_t{1} << 40U);
  run(sliced, 1);
  for (std::size_t i = 0; i < whole.methods().size(); ++i) {
    CHECK(whole.methods()[i].alpha == sliced.methods()[i].alpha);
    CHECK(whole.methods()[i].interval->low == sliced.methods()[i].interval->low);
    CHECK(whole.methods()[i].interval->high == sliced.methods()[i].interval->high);
  }
  CHECK(whole.curves().information == sliced.curves().information);
}

TEST_CASE("a few tiles give no interval, and a constant source no estimate but a reason", "[comparison]") {
  const Scene few = scene(0.28, 7, 100, 4);
  Comparison comparison(few.x, few.y, few.tiles, {});
  run(comparison, 1'000'000);
  CHECK_FALSE(method_of(comparison, Method::mean_ratio).interval);
  CHECK(method_of(comparison, Method::mean_ratio).alpha);

  Scene flat = scene(0.28, 10, 100, 5);
  std::fill(flat.x.begin(), flat.x.end(), 500.0F);
  Comparison constant(flat.x, flat.y, flat.tiles, {});
  run(constant, 1'000'000);
  CHECK(method_of(constant, Method::mean_ratio).alpha);
  for (const Method method : {Method::corr_min, Method::mi_min}) {
    CHECK_FALSE(method_of(constant, method).alpha);
    CHECK_FALSE(method_of(constant, method).failure.empty());
    CHECK_FALSE(method_of(constant, method).interval);
  }
}
