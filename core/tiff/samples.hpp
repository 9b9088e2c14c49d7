// Loops over samples: out of interleaved rows, out of packed bits, and between byte orders.
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

/// Reverses the byte order of values of `bytes` bytes (1, 2, 4, 8).
void swap_bytes(std::span<std::byte> values, std::size_t bytes);

}  // namespace webunmix::tiff
