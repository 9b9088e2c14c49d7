// Loops over samples: out of interleaved rows, out of packed bits, out of differences, and between
// byte orders.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace webunmix::tiff {

/// Copies one sample of interleaved pixels: `samples` values of `bytes` bytes (1, 2, 4, 8) each, of which number `sample` is taken.
void copy_sample(std::span<const std::byte> from, std::size_t bytes, std::size_t samples, std::size_t sample,
                 std::span<std::byte> into);

/// Takes one sample of pixels of 1, 2 or 4 bits each, the first in the highest bits of a byte, into one byte each.
void expand_sample(std::span<const std::byte> from, std::size_t bits, std::size_t samples, std::size_t sample,
                   std::span<std::byte> into);

/// Undoes predictor 2: turns differences between neighbours of the same sample into values, modulo the size of the type. `rows` are
/// rows of `row_values` interleaved values of `bytes` bytes (1, 2, 4, 8), `samples` to a pixel, in native byte order.
void sum_differences(std::span<std::byte> rows, std::size_t row_values, std::size_t bytes, std::size_t samples);

/// Reverses the byte order of values of `bytes` bytes (1, 2, 4, 8).
void swap_bytes(std::span<std::byte> values, std::size_t bytes);

}  // namespace webunmix::tiff
