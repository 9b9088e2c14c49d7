// Random numbers and samples against numpy's, bit for bit.
#include "stats/random.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <set>

#include "stats/sampling.hpp"
#include "stats/vectors.hpp"

using namespace webunmix;
using test::next_field;

TEST_CASE("random numbers and samples are numpy's", "[random]") {
  int records = 0;
  for (auto& record : test::numpy_records("random.txt")) {
    const auto what = next_field<std::string>(record);
    ++records;
    if (what == "choose") {
      const auto n = next_field<std::uint64_t>(record);
      const auto k = next_field<std::uint64_t>(record);
      const auto seed = next_field<std::uint64_t>(record);
      CAPTURE(n, k, seed);
      const auto chosen = choose_without_replacement(n, k, seed);
      REQUIRE(chosen.size() == k);
      std::uint64_t weighted = 0;
      for (std::size_t i = 0; i < chosen.size(); ++i) weighted += (i + 1) * chosen[i];
      CHECK(weighted == next_field<std::uint64_t>(record));
      CHECK(chosen.front() == next_field<std::uint64_t>(record));
      CHECK(chosen.back() == next_field<std::uint64_t>(record));
      continue;
    }
    const auto seed = next_field<std::uint64_t>(record);
    RandomNumbers random(seed);
    const auto highest = what == "up_to" ? next_field<std::uint64_t>(record) : 0;
    CAPTURE(what, seed, highest);
    for (int i = 0; i < 4; ++i) {
      if (what == "next64") CHECK(random.next64() == next_field<std::uint64_t>(record));
      if (what == "uniform") CHECK(random.uniform() == next_field<double>(record));
      if (what == "up_to") CHECK(random.up_to(highest) == next_field<std::uint64_t>(record));
    }
    CHECK(record);
  }
  CHECK(records == 42);
}

TEST_CASE("a sample holds different numbers below n, however it is drawn", "[sampling]") {
  struct Draw {
    std::uint64_t n;
    std::uint64_t k;
  };
  for (const Draw draw :
       {Draw{5, 5}, Draw{9000, 8999}, Draw{10001, 10001}, Draw{10001, 10000}, Draw{50000, 1001}, Draw{50000, 1000}}) {
    CAPTURE(draw.n, draw.k);
    const auto chosen = choose_without_replacement(draw.n, draw.k, 11);
    CHECK(std::set<std::uint64_t>(chosen.begin(), chosen.end()).size() == draw.k);
    CHECK(*std::max_element(chosen.begin(), chosen.end()) < draw.n);
  }
  CHECK(choose_without_replacement(100, 0, 0).empty());
}

TEST_CASE("a sample of a pool that no memory could hold", "[sampling]") {
  constexpr std::uint64_t n = std::uint64_t{1} << 45U;
  const auto chosen = choose_without_replacement(n, 1000, 3);
  CHECK(std::set<std::uint64_t>(chosen.begin(), chosen.end()).size() == 1000);
  // Spread over the whole pool: the mean of 1000 uniform numbers is within 5 standard errors of n / 2.
  double mean = 0;
  for (const auto value : chosen) mean += static_cast<double>(value) / 1000;
  CHECK(mean / static_cast<double>(n) == Approx(0.5).margin(5 * 0.2887 / 31.6));
}
