// Our own exp, log, sine and cosine against the C library's.
#include "synth/elementary.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "synth/noise.hpp"

using namespace webunmix::synth;

TEST_CASE("exp and log agree with the C library to the last digit or two", "[elementary]") {
  Deviates random(1);
  double worst_exp = 0;
  double worst_log = 0;
  for (int i = 0; i < 100000; ++i) {
    const double x = random.uniform(-650, 650);
    worst_exp = std::max(worst_exp, std::abs(exponential(x) / std::exp(x) - 1));
    const double y = std::exp(random.uniform(-650, 650));
    worst_log = std::max(worst_log, std::abs(logarithm(y) - std::log(y)) / std::max(1.0, std::abs(std::log(y))));
    const double near_one = random.uniform(0.5, 2.0);
    worst_log = std::max(worst_log, std::abs(logarithm(near_one) - std::log(near_one)));
  }
  CHECK(worst_exp < 5e-16);
  CHECK(worst_log < 5e-16);
  CHECK(exponential(0) == 1.0);
  CHECK(exponential(-1000) == 0.0);
  CHECK(std::isfinite(exponential(1e6)));
  CHECK(logarithm(1.0) == 0.0);
}

TEST_CASE("sine and cosine agree with the C library", "[elementary]") {
  Deviates random(2);
  double worst = 0;
  for (int i = 0; i < 100000; ++i) {
    const double x = random.uniform(-1e4, 1e4);
    const auto [sine, cosine] = sine_cosine(x);
    worst = std::max({worst, std::abs(sine - std::sin(x)), std::abs(cosine - std::cos(x))});
  }
  CHECK(worst < 5e-16);
  CHECK(sine_cosine(0).sine == 0.0);
  CHECK(sine_cosine(0).cosine == 1.0);
}

TEST_CASE("the logarithm of a factorial agrees with the C library", "[elementary]") {
  for (int n = 0; n < 400; ++n) {
    INFO(n);
    CHECK(log_factorial(n) == Approx(std::lgamma(n + 1.0)).epsilon(1e-12).margin(1e-14));
  }
  CHECK(log_factorial(65000) == Approx(std::lgamma(65001.0)).epsilon(1e-13));
}
