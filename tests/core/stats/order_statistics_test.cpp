// Percentiles that are counted, not sorted: equal to numpy's, whatever the type and however the partial counts are grouped.
#include "stats/order_statistics.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "stats/random.hpp"
#include "stats/vectors.hpp"

using namespace webunmix;
using test::next_field;

namespace {

template <class T>
std::vector<T> drawn(std::size_t n, std::uint64_t seed, double scale, double power, double shift) {
  RandomNumbers random(seed);
  std::vector<T> values(n);
  for (T& value : values) {
    const double u = random.uniform();
    value = static_cast<T>((power == 2 ? u * u : u + shift) * scale);
  }
  return values;
}

template <class Counter>
std::vector<std::byte> written(const Counter& counter) {
  ByteWriter writer;
  counter.write(writer);
  return std::move(writer).take();
}

/// Order statistics of `values`, counted in `parts` partial counts, exact at the ranks of `percents`.
template <class T>
OrderStatistics counted(const std::vector<T>& values, SampleType type, std::size_t parts, const std::vector<double>& percents) {
  OrderStatistics statistics(type);
  const auto part = [&](std::size_t i) {
    const std::size_t begin = values.size() * i / parts;
    return std::span<const T>(values).subspan(begin, values.size() * (i + 1) / parts - begin);
  };
  for (std::size_t i = 0; i < parts; ++i) {
    DigitCounter counter;
    counter.add(part(i));
    const auto bytes = written(counter);
    ByteReader reader(bytes);
    statistics.merge_upper(reader);
    REQUIRE(reader.done("upper digits").ok());
  }
  for (const double percent : percents) statistics.need(percentile_ranks(values.size(), percent));
  if constexpr (!one_digit<T>) {
    for (std::size_t i = 0; i < parts; ++i) {
      LowerDigitCounter counter(statistics.needed_digits());
      counter.add(part(i));
      const auto bytes = written(counter);
      ByteReader reader(bytes);
      statistics.merge_lower(reader);
      REQUIRE(reader.done("lower digits").ok());
    }
  }
  return statistics;
}

double percentile(const OrderStatistics& statistics, double percent) {
  const auto ranks = percentile_ranks(statistics.count(), percent);
  return interpolate(static_cast<double>(statistics.value_at(ranks.lower)),
                     static_cast<double>(statistics.value_at(ranks.upper)), ranks.fraction);
}

template <class T>
void check_record(const std::vector<T>& values, SampleType type, double percent, double expected) {
  for (const std::size_t parts : {1U, 3U}) {
    const auto statistics = counted(values, type, parts, {percent});
    CHECK(statistics.count() == values.size());
    CHECK(statistics.not_finite() == 0);
    CHECK(percentile(statistics, percent) == expected);
  }
}

}  // namespace

TEST_CASE("percentiles are numpy's", "[percentile]") {
  int records = 0;
  for (auto& record : test::numpy_records("percentile.txt")) {
    const auto kind = next_field<std::string>(record);
    const auto n = next_field<std::size_t>(record);
    const auto seed = next_field<std::uint64_t>(record);
    const auto percent = next_field<double>(record);
    const auto expected = next_field<double>(record);
    CAPTURE(kind, n, seed, percent);
    ++records;
    if (kind == "uint16") check_record(drawn<std::uint16_t>(n, seed, 4000, 2, 0), SampleType::uint16, percent, expected);
    if (kind == "int8") {
      auto wide = drawn<double>(n, seed, 250, 1, 0);
      std::vector<std::int8_t> values(n);
      std::transform(wide.begin(), wide.end(), values.begin(), [](double v) { return static_cast<std::int8_t>(v - 125); });
      check_record(values, SampleType::int8, percent, expected);
    }
    if (kind == "float32") check_record(drawn<float>(n, seed, 100, 1, -0.3), SampleType::float32, percent, expected);
  }
  CHECK(records == 120);
}

TEMPLATE_TEST_CASE("order statistics are those of the sorted values", "[percentile]", std::uint8_t, std::int8_t, std::uint16_t,
                   std::int16_t, std::uint32_t, std::int32_t, float, double) {
  using T = TestType;
  constexpr SampleType type = std::is_same_v<T, std::uint8_t>    ? SampleType::uint8
                              : std::is_same_v<T, std::int8_t>   ? SampleType::int8
                              : std::is_same_v<T, std::uint16_t> ? SampleType::uint16
                              : std::is_same_v<T, std::int16_t>  ? SampleType::int16
                              : std::is_same_v<T, std::uint32_t> ? SampleType::uint32
                              : std::is_same_v<T, std::int32_t>  ? SampleType::int32
                              : std::is_same_v<T, float>         ? SampleType::float32
                                                                 : SampleType::float64;
  RandomNumbers random(99);
  std::vector<T> values(4001);
  for (T& value : values) {
    const auto bits = random.next32();
    if constexpr (std::is_floating_point_v<T>) {
      value = static_cast<T>(std::ldexp(random.uniform() - 0.5, static_cast<int>(bits % 40) - 20));
    } else {
      value = static_cast<T>(bits);
    }
  }
  values[17] = 0;
  if constexpr (std::is_floating_point_v<T>) values[18] = static_cast<T>(-0.0);
  std::vector<double> percents;
  for (int i = 0; i <= 40; ++i) percents.push_back(2.5 * i);
  const auto statistics = counted(values, type, 5, percents);

  std::vector<float> sorted(values.size());
  std::transform(values.begin(), values.end(), sorted.begin(), [](T value) { return static_cast<float>(value); });
  std::sort(sorted.begin(), sorted.end());
  for (const double percent : percents) {
    const auto ranks = percentile_ranks(sorted.size(), percent);
    const float value = statistics.value_at(ranks.lower);
    CHECK(value == sorted[static_cast<std::size_t>(ranks.lower)]);
    CHECK(statistics.value_at(ranks.upper) == sorted[static_cast<std::size_t>(ranks.upper)]);
    const auto at_or_above = sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), value);
    CHECK(statistics.at_or_above(value) == static_cast<std::uint64_t>(at_or_above));
  }
}

TEST_CASE("a count at a bound between integers, and beyond their type", "[percentile]") {
  const std::vector<std::uint8_t> values{0, 1, 1, 7, 255};
  const auto statistics = counted(values, SampleType::uint8, 1, {});
  CHECK(statistics.at_or_above(-5.0F) == 5U);
  CHECK(statistics.at_or_above(0.5F) == 4U);
  CHECK(statistics.at_or_above(1.0F) == 4U);
  CHECK(statistics.at_or_above(1.25F) == 2U);
  CHECK(statistics.at_or_above(255.0F) == 1U);
  CHECK(statistics.at_or_above(255.5F) == 0U);
}

TEST_CASE("a count that hangs on digits which were not counted is not guessed", "[percentile]") {
  const std::vector<float> values{1.0F, 1.0001F, 1.0002F, 50.0F};
  const auto statistics = counted(values, SampleType::float32, 1, {});
  CHECK(statistics.at_or_above(1.0F) == 4U);     // where the digit begins
  CHECK_FALSE(statistics.at_or_above(1.0001F));  // inside it
  CHECK(statistics.at_or_above(2.5F) == 1U);     // inside a digit that no value has
}

TEST_CASE("values that are no numbers are counted as such", "[percentile]") {
  const std::vector<float> values{1.0F,
                                  std::numeric_limits<float>::quiet_NaN(),
                                  -std::numeric_limits<float>::quiet_NaN(),
                                  std::numeric_limits<float>::infinity(),
                                  -std::numeric_limits<float>::infinity(),
                                  std::numeric_limits<float>::max(),
                                  std::numeric_limits<float>::lowest()};
  CHECK(counted(values, SampleType::float32, 2, {}).not_finite() == 4);
}

TEST_CASE("a few counts travel as a few bytes", "[percentile]") {
  DigitCounter counter;
  const std::vector<std::uint16_t> far_apart{0, 65535, 65535};
  counter.add(std::span<const std::uint16_t>(far_apart));
  CHECK(written(counter).size() < 64);
  const DigitCounter nothing;
  const auto bytes = written(nothing);
  CHECK(bytes.size() < 64);
  ByteReader reader(bytes);
  DigitHistogram histogram;
  histogram.merge(reader);
  CHECK(histogram.total() == 0);
}

TEST_CASE("damaged counts change nothing outside the table", "[percentile]") {
  DigitCounter counter;
  const std::vector<std::uint16_t> values{65000, 65001, 65002, 65003};
  counter.add(std::span<const std::uint16_t>(values));
  auto bytes = written(counter);
  bytes[1] = std::byte{0xfe};  // the first of the digits counted, little-endian
  bytes[2] = std::byte{0xff};
  ByteReader reader(bytes);
  DigitHistogram histogram;
  histogram.merge(reader);
  CHECK(histogram.at(65534) == 1);
  CHECK(histogram.at(65535) == 1);
  CHECK(histogram.at(65000) == 0);
}
