// The pixels of the fixtures in tests/data/tiff, by the formula of tools/fixtures/make_tiff_fixtures.py.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "image/box.hpp"

namespace webunmix::test {

/// The value at (t, z, c, y, x), all from 0, of a fixture of kind `kind`.
inline double fixture_value(const std::string& kind, std::int64_t t, std::int64_t z, std::int64_t c, std::int64_t y,
                            std::int64_t x) {
  const std::int64_t v = 7919 * t + 1009 * z + 2003 * c + 31 * y + 3 * x;
  constexpr std::int64_t two_32 = std::int64_t{1} << 32;
  if (kind == "uint8") return static_cast<double>(v % 256);
  if (kind == "int8") return static_cast<double>(v % 256 - 128);
  if (kind == "uint16") return static_cast<double>(13 * v % 65536);
  if (kind == "int16") return static_cast<double>(13 * v % 65536 - 32768);
  if (kind == "uint32") return static_cast<double>(1000003 * v % two_32);
  if (kind == "int32") return static_cast<double>(1000003 * v % two_32 - two_32 / 2);
  if (kind == "float32") return static_cast<double>(v) / 4 - 1000;
  if (kind == "float64") return static_cast<double>(v) / 7;
  if (kind == "bits1") return static_cast<double>(v / 8 % 2);
  if (kind == "bits2") return static_cast<double>(v % 4);
  if (kind == "bits4") return static_cast<double>(v % 16);
  return static_cast<double>(2 * x + 3 * y + 20 * c);  // smooth
}

/// The largest difference between a block and the formula.
inline double largest_difference(const Block& block, const std::string& kind) {
  const Box& box = block.box();
  double largest = 0;
  visit_sample_type(block.type(), [&]<class T>() {
    for (std::size_t i = 0; i < box.channels.size(); ++i) {
      const auto pixels = block.channel<T>(i);
      for (std::int64_t p = 0; p < static_cast<std::int64_t>(pixels.size()); ++p) {
        const double expected =
            fixture_value(kind, box.t, box.z, box.channels[i], box.y_begin + p / block.width(), p % block.width());
        const double difference = std::abs(static_cast<double>(pixels[static_cast<std::size_t>(p)]) - expected);
        largest = std::max(largest, difference);
      }
    }
  });
  return largest;
}

}  // namespace webunmix::test
