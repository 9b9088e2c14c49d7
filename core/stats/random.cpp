#include "stats/random.hpp"

#include <array>
#include <cstddef>
#include <limits>

namespace webunmix {
namespace {

/// SeedSequence: a pool of four words, hashed so that nearby seeds give unrelated states.
class SeedPool {
 public:
  explicit SeedPool(std::uint64_t seed) {
    const std::array<std::uint32_t, 2> entropy{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)};
    const std::size_t words = entropy[1] == 0 ? 1 : 2;
    for (std::size_t i = 0; i < pool_.size(); ++i) pool_[i] = hash(i < words ? entropy[i] : 0);
    for (std::size_t from = 0; from < pool_.size(); ++from) {
      for (std::size_t to = 0; to < pool_.size(); ++to) {
        if (from != to) pool_[to] = mix(pool_[to], hash(pool_[from]));
      }
    }
  }

  /// 2 * N 32-bit words drawn from the pool, as N 64-bit ones.
  template <std::size_t N>
  [[nodiscard]] std::array<std::uint64_t, N> generate() const {
    std::uint32_t multiplier = 0x8b51f9ddU;
    std::array<std::uint32_t, 2 * N> words{};
    for (std::size_t i = 0; i < words.size(); ++i) {
      std::uint32_t value = pool_[i % pool_.size()] ^ multiplier;
      multiplier *= 0x58f38dedU;
      value *= multiplier;
      words[i] = value ^ (value >> 16U);
    }
    std::array<std::uint64_t, N> result{};
    for (std::size_t i = 0; i < N; ++i) result[i] = words[2 * i] | (std::uint64_t{words[2 * i + 1]} << 32U);
    return result;
  }

 private:
  std::uint32_t hash(std::uint32_t value) {
    value ^= multiplier_;
    multiplier_ *= 0x931e8875U;
    value *= multiplier_;
    return value ^ (value >> 16U);
  }
  static std::uint32_t mix(std::uint32_t x, std::uint32_t y) {
    const std::uint32_t value = 0xca01f9ddU * x - 0x4973f715U * y;
    return value ^ (value >> 16U);
  }

  std::array<std::uint32_t, 4> pool_{};
  std::uint32_t multiplier_ = 0x43b0d7e5U;
};

}  // namespace

RandomNumbers::Wide RandomNumbers::multiply(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t half = 0xffffffffU;
  const std::uint64_t low = (a & half) * (b & half);
  const std::uint64_t cross1 = (a >> 32U) * (b & half) + (low >> 32U);
  const std::uint64_t cross2 = (a & half) * (b >> 32U) + (cross1 & half);
  return {(a >> 32U) * (b >> 32U) + (cross1 >> 32U) + (cross2 >> 32U), (cross2 << 32U) | (low & half)};
}

RandomNumbers::RandomNumbers(std::uint64_t seed) {
  const auto words = SeedPool(seed).generate<4>();
  const Wide start{words[0], words[1]};
  increment_ = {(words[2] << 1U) | (words[3] >> 63U), (words[3] << 1U) | 1U};
  step();
  const std::uint64_t low = state_.low + start.low;
  state_ = {state_.high + start.high + (low < start.low ? 1U : 0U), low};
  step();
}

/// state = state * multiplier + increment, modulo 2^128.
void RandomNumbers::step() {
  constexpr Wide multiplier{0x2360ed051fc65da4U, 0x4385df649fccf645U};
  Wide product = multiply(state_.low, multiplier.low);
  product.high += state_.high * multiplier.low + state_.low * multiplier.high;
  const std::uint64_t low = product.low + increment_.low;
  state_ = {product.high + increment_.high + (low < product.low ? 1U : 0U), low};
}

std::uint64_t RandomNumbers::next64() {
  step();
  // A rotation to the right: std::rotr takes its count as another type in Emscripten's C++ library.
  const std::uint64_t bits = state_.high ^ state_.low;
  const std::uint64_t count = state_.high >> 58U;
  return (bits >> count) | (bits << ((64U - count) & 63U));
}

std::uint32_t RandomNumbers::next32() {
  if (has_half_) {
    has_half_ = false;
    return kept_half_;
  }
  const std::uint64_t both = next64();
  kept_half_ = static_cast<std::uint32_t>(both >> 32U);
  has_half_ = true;
  return static_cast<std::uint32_t>(both);
}

std::uint64_t RandomNumbers::up_to(std::uint64_t highest) {
  constexpr std::uint32_t all32 = std::numeric_limits<std::uint32_t>::max();
  if (highest == 0) return 0;
  if (highest == std::numeric_limits<std::uint64_t>::max()) return next64();
  if (highest == all32) return next32();
  // A product is rejected when its lower half falls among the few values that would make some results likelier than others.
  if (highest < all32) {
    const auto count = static_cast<std::uint32_t>(highest + 1);
    std::uint64_t product = std::uint64_t{next32()} * count;
    if (static_cast<std::uint32_t>(product) < count) {
      const std::uint32_t rejected = (all32 - static_cast<std::uint32_t>(highest)) % count;
      while (static_cast<std::uint32_t>(product) < rejected) product = std::uint64_t{next32()} * count;
    }
    return product >> 32U;
  }
  const std::uint64_t count = highest + 1;
  Wide product = multiply(next64(), count);
  if (product.low < count) {
    const std::uint64_t rejected = (std::numeric_limits<std::uint64_t>::max() - highest) % count;
    while (product.low < rejected) product = multiply(next64(), count);
  }
  return product.high;
}

double RandomNumbers::uniform() { return static_cast<double>(next64() >> 11U) * 0x1p-53; }

}  // namespace webunmix
