#include "synth/elementary.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "image/bit_cast.hpp"

namespace webunmix::synth {
namespace {

// Constants in two parts: the first has trailing zeros, so that its product with a small whole number is exact.
constexpr double ln2_high = 0x1.62e42feep-1;
constexpr double ln2_low = 0x1.a39ef35793c76p-33;
constexpr double half_pi_high = 0x1.921fb544p+0;
constexpr double half_pi_low = 0x1.0b4611a626331p-34;
constexpr double log2_e = 0x1.71547652b82fep+0;
constexpr double two_over_pi = 0x1.45f306dc9c883p-1;
constexpr double half_log_two_pi = 0x1.d67f1c864beb5p-1;

/// 1/n!, the Taylor series of exp: enough of them for |x| <= ln2 / 2.
constexpr auto inverse_factorials = [] {
  std::array<double, 15> values{};
  double factorial = 1;
  for (std::size_t n = 0; n < values.size(); ++n) {
    if (n > 1) factorial *= static_cast<double>(n);
    values[n] = 1 / factorial;
  }
  return values;
}();

/// 1/3, 1/5, 1/7, ...: the series of artanh(s) / s - 1 in s^2.
constexpr auto inverse_odd = [] {
  std::array<double, 11> values{};
  for (std::size_t n = 0; n < values.size(); ++n) values[n] = 1 / static_cast<double>(2 * n + 3);
  return values;
}();

}  // namespace

double exponential(double x) {
  if (x < -700.0) return 0.0;
  if (x > 700.0) x = 700.0;
  const double k = std::floor(x * log2_e + 0.5);
  const double r = (x - k * ln2_high) - k * ln2_low;
  double sum = inverse_factorials.back();
  for (std::size_t n = inverse_factorials.size() - 1; n-- > 0;) sum = sum * r + inverse_factorials[n];
  // 2^k by its exponent's bits: |k| stays within those of normal numbers.
  const auto exponent = static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + 1023);
  return sum * bit_cast<double>(exponent << 52U);
}

double logarithm(double x) {
  // x = m 2^exponent with m from sqrt(1/2) to sqrt(2), by the bits of the number.
  const auto bits = bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<int>(bits >> 52U) - 1023;
  double m = bit_cast<double>((bits & 0x000fffffffffffffU) | 0x3ff0000000000000U);
  if (m > 0x1.6a09e667f3bcdp+0) {
    m *= 0.5;
    ++exponent;
  }
  // ln m = 2 artanh(s), |s| <= 0.172
  const double s = (m - 1) / (m + 1);
  const double s2 = s * s;
  double sum = 0.0;
  for (std::size_t n = inverse_odd.size(); n-- > 0;) sum = (sum + inverse_odd[n]) * s2;
  return exponent * ln2_high + (2 * s + (2 * s * sum + exponent * ln2_low));
}

SineCosine sine_cosine(double radians) {
  const double k = std::floor(radians * two_over_pi + 0.5);
  const double r = (radians - k * half_pi_high) - k * half_pi_low;
  const double r2 = r * r;
  double sine = 1.0;
  for (int n = 18; n >= 2; n -= 2) sine = 1.0 - sine * r2 / (n * (n + 1));
  sine *= r;
  double cosine = 1.0;
  for (int n = 17; n >= 1; n -= 2) cosine = 1.0 - cosine * r2 / (n * (n + 1));
  const auto quadrant = static_cast<int>(k - 4 * std::floor(k / 4));
  switch (quadrant) {
    case 0: return {sine, cosine};
    case 1: return {cosine, -sine};
    case 2: return {-sine, -cosine};
    default: return {-cosine, sine};
  }
}

double log_factorial(double n) {
  static const auto small = [] {
    std::array<double, 16> values{};
    for (std::size_t i = 2; i < values.size(); ++i) values[i] = values[i - 1] + logarithm(static_cast<double>(i));
    return values;
  }();
  if (n < 16) return small[static_cast<std::size_t>(n)];
  // Stirling's series.
  const double inverse = 1 / n;
  const double square = inverse * inverse;
  const double tail = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
  return (n + 0.5) * logarithm(n) - n + half_log_two_pi + tail;
}

}  // namespace webunmix::synth
