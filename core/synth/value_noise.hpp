// Smooth noise in three dimensions: random values on a lattice, interpolated (value noise). Used as chromatin texture.
#pragma once

#include <cstdint>

namespace webunmix::synth {

/// -1..1, with features about one unit wide.
[[nodiscard]] double value_noise(double x, double y, double z, std::uint32_t seed);

}  // namespace webunmix::synth
