// Samples from one type to another: everything to float32 on the way in, float32 to the output type on the way out.
//
// Into integers: rounded to nearest (halves to even), saturated at the ends of the type, NaN to 0; what was changed by more than
// rounding is counted, because a person must be told. (The Python package `spectral-unmixing` truncates: its integers differ by 1.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "image/box.hpp"
#include "image/sample_type.hpp"

namespace webunmix {

struct ConversionCounts {
  std::uint64_t clipped_low = 0;   ///< below the type's lowest value, after rounding
  std::uint64_t clipped_high = 0;  ///< above its highest
  std::uint64_t not_a_number = 0;  ///< NaN, which no integer type holds; not counted where it stays NaN

  void add(const ConversionCounts& other);
  friend bool operator==(const ConversionCounts&, const ConversionCounts&) = default;
};

/// Values as float32; `into` is as long as `from`. Integers above 2^24 and float64 are rounded to nearest.
template <class T>
void to_float32(std::span<const T> from, std::span<float> into);
/// The same for the i-th channel of a block, whatever its type.
void channel_to_float32(const Block& block, std::size_t channel, std::span<float> into);

/// float32 values as samples of type `to`; `into` holds from.size() of them.
ConversionCounts convert_samples(std::span<const float> from, SampleType to, std::span<std::byte> into);
/// The same from any type: exact where the value fits `to`.
ConversionCounts convert_samples(SampleType type, std::span<const std::byte> from, SampleType to, std::span<std::byte> into);

}  // namespace webunmix
