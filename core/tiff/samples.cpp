#include "tiff/samples.hpp"

#include <cstring>

namespace webunmix::tiff {
namespace {

// Through memcpy, since neither side need be aligned; compilers make plain loads and stores of it.
template <class T>
void copy_sample_as(const std::byte* from, std::size_t stride, std::byte* into, std::size_t pixels) {
  for (std::size_t i = 0; i < pixels; ++i) std::memcpy(into + i * sizeof(T), from + i * stride, sizeof(T));
}

constexpr std::uint16_t reversed(std::uint16_t v) { return static_cast<std::uint16_t>((v << 8U) | (v >> 8U)); }
constexpr std::uint32_t reversed(std::uint32_t v) {
  return (v << 24U) | ((v & 0xFF00U) << 8U) | ((v >> 8U) & 0xFF00U) | (v >> 24U);
}
constexpr std::uint64_t reversed(std::uint64_t v) {
  return (std::uint64_t{reversed(static_cast<std::uint32_t>(v))} << 32U) | reversed(static_cast<std::uint32_t>(v >> 32U));
}

template <class T>
void swap_as(std::span<std::byte> values) {
  std::byte* at = values.data();
  for (std::size_t i = 0; i < values.size() / sizeof(T); ++i, at += sizeof(T)) {
    T value;
    std::memcpy(&value, at, sizeof(T));
    value = reversed(value);
    std::memcpy(at, &value, sizeof(T));
  }
}

}  // namespace

void copy_sample(std::span<const std::byte> from, std::size_t bytes, std::size_t samples, std::size_t sample,
                 std::span<std::byte> into) {
  if (samples == 1) {
    std::memcpy(into.data(), from.data(), into.size());
    return;
  }
  const std::byte* first = from.data() + sample * bytes;
  const std::size_t stride = samples * bytes;
  switch (bytes) {
    case 1: return copy_sample_as<std::uint8_t>(first, stride, into.data(), into.size());
    case 2: return copy_sample_as<std::uint16_t>(first, stride, into.data(), into.size() / 2);
    case 4: return copy_sample_as<std::uint32_t>(first, stride, into.data(), into.size() / 4);
    default: return copy_sample_as<std::uint64_t>(first, stride, into.data(), into.size() / 8);
  }
}

void expand_sample(std::span<const std::byte> from, std::size_t bits, std::size_t samples, std::size_t sample,
                   std::span<std::byte> into) {
  const auto mask = static_cast<unsigned>((1U << bits) - 1U);
  std::size_t bit = sample * bits;
  for (std::byte& value : into) {
    const auto byte = std::to_integer<unsigned>(from[bit / 8]);
    value = static_cast<std::byte>((byte >> (8 - bits - bit % 8)) & mask);
    bit += samples * bits;
  }
}

void swap_bytes(std::span<std::byte> values, std::size_t bytes) {
  switch (bytes) {
    case 2: return swap_as<std::uint16_t>(values);
    case 4: return swap_as<std::uint32_t>(values);
    case 8: return swap_as<std::uint64_t>(values);
    default: return;
  }
}

}  // namespace webunmix::tiff
