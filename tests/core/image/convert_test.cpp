// Conversion between sample types: rounding, saturation, and honest counts.
#include "image/convert.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

using namespace webunmix;

namespace {

constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();
constexpr float infinite = std::numeric_limits<float>::infinity();

template <class T, class From>
std::vector<T> converted(const std::vector<From>& from, SampleType from_type, SampleType to, ConversionCounts& counts) {
  std::vector<T> into(from.size());
  counts =
      convert_samples(from_type, std::as_bytes(std::span<const From>(from)), to, std::as_writable_bytes(std::span<T>(into)));
  return into;
}

template <class T>
std::vector<T> from_floats(const std::vector<float>& from, SampleType to, ConversionCounts& counts) {
  std::vector<T> into(from.size());
  counts = convert_samples(from, to, std::as_writable_bytes(std::span<T>(into)));
  return into;
}

}  // namespace

TEST_CASE("float32 becomes uint8 by rounding to nearest, halves to even", "[convert]") {
  ConversionCounts counts;
  const std::vector<float> values{0.0F, -0.0F, 0.49F, 0.5F, 1.5F, 2.5F, 254.4F, 254.5F, 255.4F, -0.4F, -0.5F};
  CHECK(from_floats<std::uint8_t>(values, SampleType::uint8, counts) ==
        std::vector<std::uint8_t>{0, 0, 0, 0, 2, 2, 254, 254, 255, 0, 0});
  CHECK(counts == ConversionCounts{});
}

TEST_CASE("values outside the type are saturated and counted, NaN becomes 0", "[convert]") {
  ConversionCounts counts;
  const std::vector<float> values{-0.51F, -1e30F, -infinite, 255.5F, 1e30F, infinite, nan_value, 300.0F};
  CHECK(from_floats<std::uint8_t>(values, SampleType::uint8, counts) ==
        std::vector<std::uint8_t>{0, 0, 0, 255, 255, 255, 0, 255});
  CHECK(counts == ConversionCounts{3, 4, 1});
  CHECK(from_floats<std::int16_t>(values, SampleType::int16, counts) ==
        std::vector<std::int16_t>{-1, -32768, -32768, 256, 32767, 32767, 0, 300});
  CHECK(counts == ConversionCounts{2, 2, 1});
  CHECK(from_floats<std::uint32_t>(values, SampleType::uint32, counts) ==
        std::vector<std::uint32_t>{0, 0, 0, 256, 4294967295U, 4294967295U, 0, 300});
  CHECK(counts == ConversionCounts{3, 2, 1});
  CHECK(from_floats<std::int32_t>({-2147483648.0F, -2147483904.0F, 2147483648.0F, 2147483520.0F}, SampleType::int32, counts) ==
        std::vector<std::int32_t>{-2147483647 - 1, -2147483647 - 1, 2147483647, 2147483520});
  CHECK(counts == ConversionCounts{1, 1, 0});
}

TEST_CASE("float32 and float64 keep what no integer holds", "[convert]") {
  ConversionCounts counts;
  const auto wide = from_floats<double>({0.1F, -infinite, nan_value}, SampleType::float64, counts);
  CHECK(wide[0] == static_cast<double>(0.1F));
  CHECK(std::isinf(wide[1]));
  CHECK(std::isnan(wide[2]));
  CHECK(counts == ConversionCounts{});
  CHECK(from_floats<float>({0.1F}, SampleType::float32, counts) == std::vector<float>{0.1F});
}

TEST_CASE("rounding agrees with nearbyint over many values and every integer type", "[convert]") {
  std::vector<float> values;
  for (int i = -70000; i <= 140000; ++i) values.push_back(static_cast<float>(i) * 0.49609375F);
  ConversionCounts counts;
  const auto check = [&]<class T>(SampleType type, T) {
    const auto into = from_floats<T>(values, type, counts);
    const SampleRange range = sample_range(type);
    ConversionCounts expected;
    bool equal = true;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double whole = std::nearbyint(static_cast<double>(values[i]));
      expected.clipped_low += whole < range.lowest ? 1U : 0U;
      expected.clipped_high += whole > range.highest ? 1U : 0U;
      equal = equal && static_cast<double>(into[i]) == std::min(std::max(whole, range.lowest), range.highest);
    }
    CAPTURE(sample_type_name(type));
    CHECK(equal);
    CHECK(counts == expected);
  };
  check(SampleType::uint8, std::uint8_t{});
  check(SampleType::int8, std::int8_t{});
  check(SampleType::uint16, std::uint16_t{});
  check(SampleType::int16, std::int16_t{});
  check(SampleType::uint32, std::uint32_t{});
  check(SampleType::int32, std::int32_t{});
}

TEST_CASE("integers convert to integers exactly where they fit", "[convert]") {
  ConversionCounts counts;
  CHECK(converted<std::uint8_t>(std::vector<std::uint16_t>{0, 255, 256, 65535}, SampleType::uint16, SampleType::uint8,
                                counts) == std::vector<std::uint8_t>{0, 255, 255, 255});
  CHECK(counts == ConversionCounts{0, 2, 0});
  CHECK(converted<std::uint32_t>(std::vector<std::int32_t>{-5, 2147483647}, SampleType::int32, SampleType::uint32, counts) ==
        std::vector<std::uint32_t>{0, 2147483647U});
  CHECK(counts == ConversionCounts{1, 0, 0});
  CHECK(converted<std::int32_t>(std::vector<std::uint32_t>{4294967295U, 16777217U}, SampleType::uint32, SampleType::int32,
                                counts) == std::vector<std::int32_t>{2147483647, 16777217});
  CHECK(counts == ConversionCounts{0, 1, 0});
  CHECK(converted<double>(std::vector<std::uint32_t>{4294967295U}, SampleType::uint32, SampleType::float64, counts) ==
        std::vector<double>{4294967295.0});
  CHECK(converted<std::int16_t>(std::vector<double>{-32768.5, 2.5, 32767.5}, SampleType::float64, SampleType::int16, counts) ==
        std::vector<std::int16_t>{-32768, 2, 32767});
  CHECK(counts == ConversionCounts{0, 1, 0});
}

TEST_CASE("a channel of a block as float32", "[convert]") {
  Block block({.input = 0, .t = 0, .z = 0, .channels = {2, 0}, .y_begin = 0, .y_end = 1}, SampleType::int16, 3);
  const std::vector<std::int16_t> pixels{1, 2, 3, -4, -5, -32768};
  std::copy(pixels.begin(), pixels.end(), block.channel<std::int16_t>(0).begin());
  std::vector<float> into(3);
  channel_to_float32(block, 1, into);
  CHECK(into == std::vector<float>{-4, -5, -32768});
}
