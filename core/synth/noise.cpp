#include "synth/noise.hpp"

#include <cmath>

#include "synth/elementary.hpp"

namespace webunmix::synth {
namespace {

std::uint64_t scrambled(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

}  // namespace

std::uint64_t mixed_seed(std::uint64_t seed, std::initializer_list<std::int64_t> purpose) {
  std::uint64_t mixed = scrambled(seed);
  for (const std::int64_t part : purpose) mixed = scrambled(mixed ^ static_cast<std::uint64_t>(part));
  return mixed;
}

double Deviates::normal() {
  for (;;) {
    const double u = 1 - uniform();  // never 0: it divides
    const double v = 1.7156 * (uniform() - 0.5);
    // Two ellipses around the acceptance region spare the logarithm in 98 of 100 cases.
    const double x = u - 0.449871;
    const double y = std::abs(v) + 0.386595;
    const double q = x * x + y * (0.19600 * y - 0.25472 * x);
    if (q < 0.27597) return v / u;
    if (q <= 0.27846 && v * v <= -4 * u * u * logarithm(u)) return v / u;
  }
}

double Deviates::poisson(double mean) {
  if (mean <= 0) return 0;
  if (mean < 12) {
    const double limit = exponential(-mean);
    double product = uniform();
    double count = 0;
    while (product > limit) {
      product *= uniform();
      count += 1;
    }
    return count;
  }
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double quick = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = uniform() - 0.5;
    const double v = 1 - uniform();  // never 0, whose logarithm there is not
    const double distance = 0.5 - std::abs(u);
    const double count = std::floor((2 * a / distance + b) * u + mean + 0.43);
    if (distance >= 0.07 && v <= quick) return count;
    if (count < 0 || (distance < 0.013 && v > distance)) continue;
    const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    const double left = logarithm(v * inverse_alpha / (a / (distance * distance) + b));
    if (left <= count * logarithm(mean) - mean - log_factorial(count)) return count;
  }
}

}  // namespace webunmix::synth
