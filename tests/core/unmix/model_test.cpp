// The model and its correction: what was mixed comes apart again.
#include "unmix/model.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "stats/random.hpp"

using namespace webunmix;
using namespace webunmix::unmix;

namespace {

std::vector<float> drawn(std::uint64_t seed, std::size_t n, double scale) {
  RandomNumbers random(seed);
  std::vector<float> values(n);
  for (float& value : values) value = static_cast<float>(random.uniform() * scale);
  return values;
}

struct Mixed {
  std::vector<float> source;
  std::vector<float> target;
};

/// What a detector with these pedestals records of two dyes.
Mixed mix(const std::vector<float>& s, const std::vector<float>& t, const Coefficients& a, const Pedestals& b) {
  Mixed mixed;
  for (std::size_t i = 0; i < s.size(); ++i) {
    mixed.source.push_back(static_cast<float>(static_cast<double>(s[i]) + a.reverse * static_cast<double>(t[i]) + b.source));
    mixed.target.push_back(static_cast<float>(static_cast<double>(t[i]) + a.forward * static_cast<double>(s[i]) + b.target));
  }
  return mixed;
}

}  // namespace

TEST_CASE("one way: unmixing undoes mixing, pedestals stay", "[model]") {
  const auto s = drawn(1, 1001, 4000);
  const auto t = drawn(2, 1001, 1000);
  for (const double alpha : {0.0, 0.28, 1.7}) {
    for (const Pedestals pedestals : {Pedestals{0, 0}, Pedestals{100, 480.5}}) {
      const Mixed mixed = mix(s, t, {alpha, 0}, pedestals);
      std::vector<float> corrected(s.size());
      correct_one_way(mixed.source, mixed.target, alpha, pedestals.source, corrected);
      for (std::size_t i = 0; i < s.size(); ++i) {
        const double magnitude = static_cast<double>(mixed.source[i]) * alpha + static_cast<double>(mixed.target[i]);
        CHECK(static_cast<double>(corrected[i]) ==
              Approx(static_cast<double>(t[i]) + pedestals.target).margin(5e-7 * magnitude + 1e-4));
      }
    }
  }
}

TEST_CASE("without an offset the pedestal falls by alpha times the source's", "[model]") {
  const std::vector<float> source(10, 100.0F);
  const std::vector<float> target(10, 50.0F);
  std::vector<float> corrected(10);
  correct_one_way(source, target, 0.25, 0, corrected);
  CHECK(corrected == std::vector<float>(10, 25.0F));
  correct_one_way(source, target, 0.25, 100, corrected);
  CHECK(corrected == target);
}

TEST_CASE("both ways: unmixing undoes mixing, pedestals stay", "[model]") {
  const auto s = drawn(3, 1001, 4000);
  const auto t = drawn(4, 1001, 3000);
  for (const Coefficients a : {Coefficients{0, 0}, Coefficients{0.3, 0.15}, Coefficients{0.9, 0.9}, Coefficients{2.0, 0.2}}) {
    for (const Pedestals pedestals : {Pedestals{0, 0}, Pedestals{100, 480.5}}) {
      const Mixed mixed = mix(s, t, a, pedestals);
      std::vector<float> source = mixed.source;
      std::vector<float> target = mixed.target;
      correct_bidirectional(source, target, a, pedestals, source, target);  // in place
      const double d = determinant(a);
      for (std::size_t i = 0; i < s.size(); ++i) {
        const double magnitude = static_cast<double>(mixed.source[i]) + static_cast<double>(mixed.target[i]);
        const double allowed = 1e-6 * magnitude / d + 1e-4;
        CHECK(static_cast<double>(source[i]) == Approx(static_cast<double>(s[i]) + pedestals.source).margin(allowed));
        CHECK(static_cast<double>(target[i]) == Approx(static_cast<double>(t[i]) + pedestals.target).margin(allowed));
      }
    }
  }
}

TEST_CASE("both ways with no way back is one way", "[model]") {
  const auto source = drawn(5, 333, 4000);
  const auto target = drawn(6, 333, 3000);
  std::vector<float> one(333);
  std::vector<float> both_source(333);
  std::vector<float> both_target(333);
  correct_one_way(source, target, 0.4, 0, one);
  correct_bidirectional(source, target, {0.4, 0}, {0, 0}, both_source, both_target);
  CHECK(both_source == source);
  CHECK(both_target == one);
}

TEST_CASE("negative values are counted and clipped, NaN stays", "[model]") {
  std::vector<float> values{
      -1.0F, 0.0F, 2.0F, -1e-30F, std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()};
  CHECK(count_negative(values) == 3);
  clip_negative(values);
  CHECK(count_negative(values) == 0);
  CHECK(values[0] == 0.0F);
  CHECK(values[2] == 2.0F);
  CHECK(std::isnan(values[4]));
  CHECK(values[5] == 0.0F);
}

TEST_CASE("the determinant", "[model]") {
  CHECK(determinant({0.3, 0.15}) == Approx(0.955));
  CHECK(determinant({1, 1}) == 0);
  CHECK(determinant({2, 1}) < 0);
}
