// Means, variances and Pearson's r from sums: mergeable, and right where differences are small.
#include "stats/pair_sums.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "stats/random.hpp"

using namespace webunmix;

namespace {

struct Pairs {
  std::vector<float> x;
  std::vector<float> y;
};

Pairs correlated(std::size_t n, double slope, double pedestal) {
  RandomNumbers random(4);
  Pairs pairs;
  for (std::size_t i = 0; i < n; ++i) {
    const double u = random.uniform();
    pairs.x.push_back(static_cast<float>(pedestal + u));
    pairs.y.push_back(static_cast<float>(pedestal + slope * u + random.uniform()));
  }
  return pairs;
}

}  // namespace

TEST_CASE("Pearson's r of a linear relation with noise", "[pair_sums]") {
  // x and the noise are uniform on [0, 1]: r = slope / sqrt(slope^2 + 1).
  for (const double slope : {-1.0, 0.0, 0.5, 3.0}) {
    const Pairs pairs = correlated(200001, slope, 100);
    const auto sums = centred(pairs.x, pairs.y);
    REQUIRE(pearson(sums));
    CHECK(*pearson(sums) == Approx(slope / std::sqrt(slope * slope + 1)).margin(0.01));
    // Taking slope * x away leaves the noise.
    CHECK(*pearson_of_residual(sums, slope) == Approx(0).margin(0.01));
    CHECK(sums.xy / sums.xx == Approx(slope).margin(0.01));
  }
}

TEST_CASE("sums of parts add up to the sums of the whole", "[pair_sums]") {
  const Pairs pairs = correlated(1003, 0.5, 1000);
  const std::span<const float> x(pairs.x);
  const std::span<const float> y(pairs.y);
  PairSums merged = sum_pairs(x.first(500), y.first(500));
  merged.add(sum_pairs(x.subspan(500), y.subspan(500)));
  const PairSums whole = sum_pairs(x, y);
  CHECK(merged.n == 1003);
  CHECK(merged.xy == Approx(whole.xy).epsilon(1e-14));
  CHECK(centred(merged).xx == Approx(centred(x, y).xx).epsilon(1e-6));
  CHECK(centred(merged).yy == Approx(centred(x, y).yy).epsilon(1e-6));
}

TEST_CASE("what does not vary has no correlation", "[pair_sums]") {
  const std::vector<float> constant(1000, 0.1F);
  RandomNumbers random(1);
  std::vector<float> other(1000);
  for (float& value : other) value = static_cast<float>(random.uniform());
  CHECK_FALSE(pearson(centred(constant, other)));
  CHECK_FALSE(pearson(centred(other, constant)));
  CHECK_FALSE(pearson(centred(sum_pairs(constant, other))));
  CHECK_FALSE(pearson(centred({}, {})));
  const auto self = centred(other, other);
  CHECK(*pearson(self) == Approx(1));
  CHECK_FALSE(pearson_of_residual(self, 1.0));
}
