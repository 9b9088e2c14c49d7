// What tests ask of a scene's samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace webunmix::test {

template <class T>
double mean(std::span<const T> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

inline double mean(const std::vector<double>& values) { return mean(std::span<const double>(values)); }

/// FNV-1a: scenes must have the same bytes on every platform, so their sums stand in the tests.
inline std::uint64_t checksum(std::span<const std::byte> bytes) {
  std::uint64_t sum = 0xcbf29ce484222325U;
  for (const std::byte byte : bytes) sum = (sum ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3U;
  return sum;
}

}  // namespace webunmix::test
