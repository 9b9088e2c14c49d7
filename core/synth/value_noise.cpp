#include "synth/value_noise.hpp"

#include <cmath>

namespace webunmix::synth {
namespace {

/// Lattice values: a mixing of the coordinates with the finaliser of MurmurHash3 (A. Appleby).
double lattice(std::int32_t x, std::int32_t y, std::int32_t z, std::uint32_t seed) {
  std::uint32_t h = seed;
  h ^= static_cast<std::uint32_t>(x) * 0x8da6b343U;
  h ^= static_cast<std::uint32_t>(y) * 0xd8163841U;
  h ^= static_cast<std::uint32_t>(z) * 0xcb1ab31fU;
  h ^= h >> 16U;
  h *= 0x85ebca6bU;
  h ^= h >> 13U;
  h *= 0xc2b2ae35U;
  h ^= h >> 16U;
  return static_cast<double>(h) * (2.0 / 4294967295.0) - 1.0;
}

double smooth(double t) { return t * t * (3 - 2 * t); }
double between(double a, double b, double t) { return a + t * (b - a); }

}  // namespace

double value_noise(double x, double y, double z, std::uint32_t seed) {
  const double x0 = std::floor(x);
  const double y0 = std::floor(y);
  const double z0 = std::floor(z);
  const auto i = static_cast<std::int32_t>(x0);
  const auto j = static_cast<std::int32_t>(y0);
  const auto k = static_cast<std::int32_t>(z0);
  const double u = smooth(x - x0);
  const double v = smooth(y - y0);
  const double w = smooth(z - z0);
  const auto edge = [&](std::int32_t dj, std::int32_t dk) {
    return between(lattice(i, j + dj, k + dk, seed), lattice(i + 1, j + dj, k + dk, seed), u);
  };
  return between(between(edge(0, 0), edge(1, 0), v), between(edge(0, 1), edge(1, 1), v), w);
}

}  // namespace webunmix::synth
