#include "image/convert.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

namespace webunmix {
namespace {

/// Counters are 32 bits wide within a chunk, so that loops over float32 stay in lanes of one width.
constexpr std::size_t chunk = std::size_t{1} << 16U;

/// The type in which values of float type F become whole: F itself when T's values are whole in it with room to spare.
template <class T, class F>
using RoundingType = std::conditional_t<sizeof(T) <= 2, F, double>;

/// Rounds to nearest by adding a number so large that the sum has no fraction; the whole number then stands in the low bits of the
/// sum, in two's complement. Unlike a conversion by cast this is SIMD in every compiler, and needs no rounding mode.
template <class R>
inline constexpr R no_fraction = std::is_same_v<R, float> ? R(0x1.8p23) : R(0x1.8p52);
template <class R>
using BitsOf = std::conditional_t<std::is_same_v<R, float>, std::uint32_t, std::uint64_t>;

template <class T, class R>
T low_bits(R sum) {
  BitsOf<R> bits = 0;
  std::memcpy(&bits, &sum, sizeof(bits));
  return static_cast<T>(bits);
}

template <class T, class F>
ConversionCounts to_integers(const F* from, std::size_t size, T* into) {
  using R = RoundingType<T, F>;
  constexpr R lowest = static_cast<R>(std::numeric_limits<T>::lowest());
  constexpr R highest = static_cast<R>(std::numeric_limits<T>::max());
  // Halves go to even: the lowest value of every type is even, the highest odd.
  constexpr R low_limit = lowest - R(0.5);
  constexpr R high_limit = highest + R(0.5);
  ConversionCounts counts;
  for (std::size_t begin = 0; begin < size; begin += chunk) {
    const std::size_t end = std::min(size, begin + chunk);
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::uint32_t undefined = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const R given = static_cast<R>(from[i]);
      const R value = given == given ? given : R(0);
      undefined += given == given ? 0U : 1U;
      low += value < low_limit ? 1U : 0U;
      high += value >= high_limit ? 1U : 0U;
      const R not_low = value > lowest ? value : lowest;
      const R inside = not_low < highest ? not_low : highest;
      into[i] = low_bits<T>(inside + no_fraction<R>);
    }
    counts.clipped_low += low;
    counts.clipped_high += high;
    counts.not_a_number += undefined;
  }
  return counts;
}

/// Whole numbers of at most 16 bits become floats by being put into the low bits of one that large that they are its unit, which is
/// then taken off. Unlike a conversion by cast this is SIMD in every compiler.
template <class From>
void small_integers_to_float(const From* from, std::size_t size, float* into) {
  constexpr std::uint32_t unit_one = 0x4B000000U;  // the bits of 2^23, above which floats are whole numbers
  constexpr std::uint32_t to_positive = 1U << 15U;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint32_t bits = unit_one + to_positive + static_cast<std::uint32_t>(static_cast<std::int32_t>(from[i]));
    float value = 0;
    std::memcpy(&value, &bits, sizeof(value));
    into[i] = value - (0x1p23F + 0x1p15F);
  }
}

template <class T, class From>
ConversionCounts convert(const From* from, std::size_t size, T* into) {
  if constexpr (std::is_same_v<T, From>) {
    std::copy_n(from, size, into);
    return {};
  } else if constexpr (std::is_same_v<T, float> && std::is_integral_v<From> && sizeof(From) <= 2) {
    small_integers_to_float(from, size, into);
    return {};
  } else if constexpr (std::is_floating_point_v<T>) {
    std::transform(from, from + size, into, [](From value) { return static_cast<T>(value); });
    return {};
  } else if constexpr (std::is_same_v<From, float>) {
    return to_integers<T, float>(from, size, into);
  } else if constexpr (std::is_same_v<From, double>) {
    return to_integers<T, double>(from, size, into);
  } else {
    ConversionCounts counts;
    for (std::size_t i = 0; i < size; ++i) {
      const auto value = static_cast<std::int64_t>(from[i]);  // NOLINT(bugprone-signed-char-misuse): int8 pixels are numbers
      const std::int64_t highest = (std::int64_t{1} << std::numeric_limits<T>::digits) - 1;
      const std::int64_t lowest = std::is_signed_v<T> ? -highest - 1 : 0;
      counts.clipped_low += value < lowest ? 1U : 0U;
      counts.clipped_high += value > highest ? 1U : 0U;
      into[i] = static_cast<T>(std::clamp(value, lowest, highest));
    }
    return counts;
  }
}

}  // namespace

void ConversionCounts::add(const ConversionCounts& other) {
  clipped_low += other.clipped_low;
  clipped_high += other.clipped_high;
  not_a_number += other.not_a_number;
}

template <class T>
void to_float32(std::span<const T> from, std::span<float> into) {
  convert(from.data(), from.size(), into.data());
}

void channel_to_float32(const Block& block, std::size_t channel, std::span<float> into) {
  visit_sample_type(block.type(), [&]<class T>() { to_float32(block.channel<T>(channel), into); });
}

ConversionCounts convert_samples(std::span<const float> from, SampleType to, std::span<std::byte> into) {
  return visit_sample_type(to, [&]<class T>() { return convert(from.data(), from.size(), reinterpret_cast<T*>(into.data())); });
}

ConversionCounts convert_samples(SampleType type, std::span<const std::byte> from, SampleType to, std::span<std::byte> into) {
  return visit_sample_type(type, [&]<class From>() {
    return visit_sample_type(to, [&]<class T>() {
      return convert(reinterpret_cast<const From*>(from.data()), from.size() / sizeof(From), reinterpret_cast<T*>(into.data()));
    });
  });
}

template void to_float32(std::span<const std::uint8_t>, std::span<float>);
template void to_float32(std::span<const std::int8_t>, std::span<float>);
template void to_float32(std::span<const std::uint16_t>, std::span<float>);
template void to_float32(std::span<const std::int16_t>, std::span<float>);
template void to_float32(std::span<const std::uint32_t>, std::span<float>);
template void to_float32(std::span<const std::int32_t>, std::span<float>);
template void to_float32(std::span<const float>, std::span<float>);
template void to_float32(std::span<const double>, std::span<float>);

}  // namespace webunmix
