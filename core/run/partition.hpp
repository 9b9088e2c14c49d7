// How a stack is cut into boxes: bands of whole rows, the same for every step, worker and machine.
//
// A band holds all channels of its rows in about 16 MiB of float32, so that a worker has several in hand (read, computed,
// converted, encoded) and all wasm heaps together stay small whatever the size of a plane. Most planes are one band.
// Bands begin at multiples of one number of rows, which is a multiple of the file's strip or tile height where that fits.
#pragma once

#include <cstdint>
#include <vector>

#include "image/box.hpp"
#include "image/stack_info.hpp"

namespace webunmix {

/// What a band is meant to hold, and what it may hold so that the file's strips are not cut.
inline constexpr std::int64_t usual_band_bytes = std::int64_t{16} << 20U;
inline constexpr std::int64_t largest_band_bytes = std::int64_t{32} << 20U;

struct Rows {
  std::int64_t begin = 0;
  std::int64_t end = 0;  ///< one past the last

  friend bool operator==(const Rows&, const Rows&) = default;
};

/// Rows per band: every band begins at a multiple of it, the last may be shorter.
[[nodiscard]] std::int64_t rows_per_box(const StackInfo& stack);

/// The bands of a plane, from the top.
[[nodiscard]] std::vector<Rows> row_bands(const StackInfo& stack);

/// The bands that hold the rows of `wanted`, cut to the plane: what a step with a halo asks for, so that boxes of different
/// items are the same or disjoint.
[[nodiscard]] std::vector<Rows> bands_covering(const StackInfo& stack, Rows wanted);

/// 0, 1, ..., c - 1.
[[nodiscard]] std::vector<std::int32_t> all_channels(const StackInfo& stack);

/// The boxes of one plane, from the top.
[[nodiscard]] std::vector<Box> plane_boxes(const StackInfo& stack, std::int32_t input, std::int64_t t, std::int64_t z,
                                           const std::vector<std::int32_t>& channels);

/// How many boxes a stack has in an output pass, and box `i` of them: all channels, t slowest, then z, then bands from the top.
[[nodiscard]] std::size_t count_boxes(const StackInfo& stack);
[[nodiscard]] Box nth_box(const StackInfo& stack, std::int32_t input, std::size_t i);

/// All of them.
[[nodiscard]] std::vector<Box> stack_boxes(const StackInfo& stack, std::int32_t input);

/// Bands for a fold that holds `frames` rows on top of each other (a median over T): as many rows as `bytes` of the stack's
/// samples allow, at least one. They need not follow the file's strips: see the rule for stores in run/pipeline.hpp.
[[nodiscard]] std::vector<Rows> deep_bands(const StackInfo& stack, std::int64_t frames, std::int64_t channels,
                                           std::int64_t bytes);

}  // namespace webunmix
