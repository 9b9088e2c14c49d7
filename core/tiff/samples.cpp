#include "tiff/samples.hpp"

#include <array>
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

// The running sums stay in registers, which a loop through memory would wait for at every value.
template <class T, std::size_t Samples>
void sum_row(std::byte* row, std::size_t values) {
  std::array<T, Samples> sums{};
  for (std::size_t i = 0; i + Samples <= values; i += Samples) {
    for (std::size_t s = 0; s < Samples; ++s, row += sizeof(T)) {
      T difference;
      std::memcpy(&difference, row, sizeof(T));
      sums[s] = static_cast<T>(sums[s] + difference);
      std::memcpy(row, &sums[s], sizeof(T));
    }
  }
}

template <class T>
void sum_row(std::byte* row, std::size_t values, std::size_t samples) {
  const std::size_t stride = samples * sizeof(T);
  for (std::byte* at = row + stride; at < row + values * sizeof(T); at += sizeof(T)) {
    T before;
    T difference;
    std::memcpy(&before, at - stride, sizeof(T));
    std::memcpy(&difference, at, sizeof(T));
    difference = static_cast<T>(before + difference);
    std::memcpy(at, &difference, sizeof(T));
  }
}

template <class T>
void sum_as(std::span<std::byte> rows, std::size_t row_values, std::size_t samples) {
  const std::size_t row_bytes = row_values * sizeof(T);
  for (std::size_t at = 0; at + row_bytes <= rows.size(); at += row_bytes) {
    std::byte* row = rows.data() + at;
    if (samples == 1) {
      sum_row<T, 1>(row, row_values);
    } else if (samples == 3) {
      sum_row<T, 3>(row, row_values);
    } else {
      sum_row<T>(row, row_values, samples);
    }
  }
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

void sum_differences(std::span<std::byte> rows, std::size_t row_values, std::size_t bytes, std::size_t samples) {
  switch (bytes) {
    case 1: return sum_as<std::uint8_t>(rows, row_values, samples);
    case 2: return sum_as<std::uint16_t>(rows, row_values, samples);
    case 4: return sum_as<std::uint32_t>(rows, row_values, samples);
    default: return sum_as<std::uint64_t>(rows, row_values, samples);
  }
}

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
