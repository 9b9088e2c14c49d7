// Thresholds on prepared values are thresholds on raw ones, to the last float.
#include "unmix/preparation.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "stats/random.hpp"

using namespace webunmix;
using namespace webunmix::unmix;

namespace {

const float greatest = std::numeric_limits<float>::max();

float next_below(float value) { return std::nextafter(value, -std::numeric_limits<float>::infinity()); }
float next_above(float value) { return std::nextafter(value, std::numeric_limits<float>::infinity()); }

}  // namespace

TEST_CASE("prepared values", "[preparation]") {
  const Preparation none{};
  CHECK(none(-3.5F) == -3.5F);
  const Preparation clipped{.pedestal = 100, .clip = true};
  CHECK(clipped(99.0F) == 0.0F);
  CHECK(clipped(130.25F) == 30.25F);
  const Preparation shifted{.pedestal = 100, .clip = false};
  CHECK(shifted(99.0F) == -1.0F);
}

TEST_CASE("the bounds are the outermost floats that satisfy the threshold", "[preparation]") {
  RandomNumbers random(7);
  for (int i = 0; i < 2000; ++i) {
    const auto pedestal = static_cast<float>(std::ldexp(random.uniform() - 0.3, static_cast<int>(random.up_to(30)) - 10));
    const Preparation preparation{.pedestal = pedestal, .clip = random.uniform() < 0.5};
    const double threshold = std::ldexp(random.uniform(), static_cast<int>(random.up_to(30)) - 10);
    CAPTURE(pedestal, preparation.clip, threshold);
    const float lowest = lowest_at_or_above(threshold, preparation);
    CHECK(static_cast<double>(preparation(lowest)) >= threshold);
    CHECK(static_cast<double>(preparation(next_below(lowest))) < threshold);
    const float highest = highest_at_or_below(threshold, preparation);
    CHECK(static_cast<double>(preparation(highest)) <= threshold);
    CHECK(static_cast<double>(preparation(next_above(highest))) > threshold);
  }
}

TEST_CASE("a threshold of 0 after clipping takes every value", "[preparation]") {
  const Preparation clipped{.pedestal = 100, .clip = true};
  CHECK(lowest_at_or_above(0.0, clipped) == -greatest);
  CHECK(highest_at_or_below(0.0, clipped) == 100.0F);
}
