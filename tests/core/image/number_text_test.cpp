// Numbers print with the fewest digits that read back as the same double.
#include "image/number_text.hpp"

#include <catch2/catch.hpp>
#include <clocale>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>

#include "json/json.hpp"

using webunmix::Json;
using webunmix::number_text;

TEST_CASE("numbers print as people write them", "[number_text]") {
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(99.0) == "99");
  CHECK(number_text(-2.5) == "-2.5");
  CHECK(number_text(1e-12) == "1e-12");
  CHECK(number_text(1e300) == "1e300");
  CHECK(number_text(0.1 + 0.2) == "0.30000000000000004");
  CHECK(number_text(std::nan("")) == "NaN");
  CHECK(number_text(std::numeric_limits<double>::infinity()) == "Infinity");
  CHECK(number_text(-std::numeric_limits<double>::infinity()) == "-Infinity");
}

TEST_CASE("any finite number reads back exactly", "[number_text]") {
  std::mt19937_64 random(7);
  std::size_t tried = 0;
  while (tried < 20000) {
    const std::uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    ++tried;
    const auto read = Json::parse(number_text(value));
    if (read.get<double>() != value) FAIL(number_text(value) << " does not read back");
  }
  CHECK(tried == 20000);
}

TEST_CASE("the machine's locale changes no number", "[number_text]") {
  const char* comma = std::setlocale(LC_NUMERIC, "de_DE.UTF-8");
  CHECK(number_text(1234.5) == "1234.5");
  if (comma != nullptr) std::setlocale(LC_NUMERIC, "C");
}
