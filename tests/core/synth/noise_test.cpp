// Random numbers of scenes: streams that do not depend on each other, and deviates that have the distribution they claim.
#include "synth/noise.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <vector>

using namespace webunmix::synth;

TEST_CASE("each purpose has a seed of its own", "[noise]") {
  std::set<std::uint64_t> seeds;
  for (std::int64_t t = 0; t < 5; ++t) {
    for (std::int64_t z = 0; z < 5; ++z) {
      for (std::int64_t y = 0; y < 200; ++y) seeds.insert(mixed_seed(7, {t, z, y}));
    }
  }
  CHECK(seeds.size() == 5 * 5 * 200);
  CHECK(mixed_seed(7, {1, 2}) == mixed_seed(7, {1, 2}));
  CHECK(mixed_seed(7, {1, 2}) != mixed_seed(7, {2, 1}));
  CHECK(mixed_seed(7, {1}) != mixed_seed(8, {1}));
}

TEST_CASE("normal deviates have the moments and tails of the normal distribution", "[noise]") {
  Deviates random(3);
  constexpr int n = 400000;
  double sum = 0;
  double squares = 0;
  double cubes = 0;
  double fourths = 0;
  int beyond_two = 0;
  int beyond_three = 0;
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    sum += x;
    squares += x * x;
    cubes += x * x * x;
    fourths += x * x * x * x;
    beyond_two += std::abs(x) > 2;
    beyond_three += std::abs(x) > 3;
  }
  // Five standard errors.
  const double error = 5 / std::sqrt(static_cast<double>(n));
  CHECK(std::abs(sum / n) < error);
  CHECK(std::abs(squares / n - 1) < error * std::sqrt(2.0));
  CHECK(std::abs(cubes / n) < error * std::sqrt(15.0));
  CHECK(std::abs(fourths / n - 3) < error * std::sqrt(96.0));
  CHECK(std::abs(static_cast<double>(beyond_two) / n - 0.0455003) < error * std::sqrt(0.0455));
  CHECK(std::abs(static_cast<double>(beyond_three) / n - 0.0026998) < error * std::sqrt(0.0027));
}

TEST_CASE("Poisson deviates have the probabilities of the Poisson distribution", "[noise]") {
  for (const double mean : {0.2, 3.0, 11.9, 12.1, 40.0, 900.0}) {
    INFO("mean " << mean);
    Deviates random(mixed_seed(11, {static_cast<std::int64_t>(mean * 10)}));
    constexpr int n = 200000;
    const auto size = static_cast<std::size_t>(mean + 12 * std::sqrt(mean) + 12);
    std::vector<double> counted(size + 1, 0.0);
    double sum = 0;
    double squares = 0;
    bool counts = true;
    for (int i = 0; i < n; ++i) {
      const double k = random.poisson(mean);
      counts = counts && k >= 0 && k == std::floor(k);
      if (!counts) break;
      counted[std::min(static_cast<std::size_t>(k), size)] += 1;
      sum += k;
      squares += (k - mean) * (k - mean);
    }
    REQUIRE(counts);
    CHECK(std::abs(sum / n - mean) < 5 * std::sqrt(mean / n));
    CHECK(squares / n == Approx(mean).epsilon(5 * std::sqrt((2 + 1 / mean) / n)));
    // Pearson's chi-squared over the counts that are expected at least 20 times.
    double chi_squared = 0;
    double cells = 0;
    for (std::size_t k = 0; k < size; ++k) {
      const auto count = static_cast<double>(k);
      const double expected = n * std::exp(count * std::log(mean) - mean - std::lgamma(count + 1));
      if (expected < 20) continue;
      chi_squared += (counted[k] - expected) * (counted[k] - expected) / expected;
      cells += 1;
    }
    CHECK(chi_squared < cells + 5 * std::sqrt(2 * cells) + 5);
  }
}

TEST_CASE("a mean of zero gives no photons", "[noise]") {
  Deviates random(1);
  CHECK(random.poisson(0) == 0);
  CHECK(random.poisson(-1) == 0);
}
