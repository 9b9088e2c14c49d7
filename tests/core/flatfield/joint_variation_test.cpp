// The coefficient of joint variation by its definition.
#include "flatfield/joint_variation.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace webunmix;

TEST_CASE("joint variation is the spread of both classes over the distance of their means", "[joint_variation]") {
  // Means 2 and 12; standard deviations 1 and 2.
  const std::vector<float> values{1, 10, 3, 14, 1, 10, 3, 14};
  const std::vector<std::uint8_t> bright{0, 1, 0, 1, 0, 1, 0, 1};
  REQUIRE(joint_variation(values, bright));
  CHECK(*joint_variation(values, bright) == Approx(0.3));
  std::vector<float> scaled = values;
  for (float& value : scaled) value *= 250.0F;
  CHECK(*joint_variation(scaled, bright) == Approx(0.3));
}

TEST_CASE("joint variation needs two classes that differ", "[joint_variation]") {
  CHECK_FALSE(joint_variation(std::vector<float>{1, 2}, std::vector<std::uint8_t>{0, 0}));
  CHECK_FALSE(joint_variation(std::vector<float>{1, 1}, std::vector<std::uint8_t>{0, 1}));
}
