// Random numbers of a scene: streams that start anywhere, normal and Poisson deviates, the same natively and as wasm.
//
// A scene is read plane by plane and band by band, in any order, so no stream may depend on what was read before: each has a seed
// made of the scene's seed and of what it is for (t, z, channel, row).
#pragma once

#include <cstdint>
#include <initializer_list>

#include "stats/random.hpp"

namespace webunmix::synth {

/// A seed for a purpose: nearby numbers give unrelated seeds (SplitMix64's finaliser, G. Steele, D. Lea, C. Flood, OOPSLA 2014).
[[nodiscard]] std::uint64_t mixed_seed(std::uint64_t seed, std::initializer_list<std::int64_t> purpose);

class Deviates {
 public:
  explicit Deviates(std::uint64_t seed) : numbers_(seed) {}

  /// Uniform on [0, 1).
  [[nodiscard]] double uniform() { return numbers_.uniform(); }
  [[nodiscard]] double uniform(double low, double high) { return low + (high - low) * numbers_.uniform(); }
  /// Mean 0, standard deviation 1 (ratio of uniforms, J. L. Leva, ACM TOMS 18:4, 1992).
  [[nodiscard]] double normal();
  /// Counts of mean `mean` >= 0: products of uniforms below 12, W. Hoermann's transformed rejection (PTRS, Insurance: Mathematics
  /// and Economics 12, 1993) above.
  [[nodiscard]] double poisson(double mean);

 private:
  RandomNumbers numbers_;
};

}  // namespace webunmix::synth
