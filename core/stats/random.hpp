// Random numbers exactly as numpy draws them: default_rng(seed), so that a seed means the same here and there.
//
// A seed is spread into a state by numpy's SeedSequence (after M. E. O'Neill, "Developing a seed_seq alternative", 2015); the
// generator is PCG XSL-RR 128/64 (O'Neill, HMC-CS-2014-0905); whole numbers in a range come from D. Lemire's method (ACM TOMACS 29:3,
// 2019), on 32-bit halves of the 64-bit outputs, low half first, when the range allows.
#pragma once

#include <cstdint>

namespace webunmix {

class RandomNumbers {
 public:
  explicit RandomNumbers(std::uint64_t seed);

  [[nodiscard]] std::uint64_t next64();
  /// A half of a 64-bit output; the other half is kept for the next call.
  [[nodiscard]] std::uint32_t next32();
  /// Uniform on 0..highest, both included.
  [[nodiscard]] std::uint64_t up_to(std::uint64_t highest);
  /// Uniform on [0, 1), 53 bits.
  [[nodiscard]] double uniform();

 private:
  struct Wide {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
  };
  [[nodiscard]] static Wide multiply(std::uint64_t a, std::uint64_t b);
  void step();

  Wide state_;
  Wide increment_;
  std::uint32_t kept_half_ = 0;
  bool has_half_ = false;
};

}  // namespace webunmix
