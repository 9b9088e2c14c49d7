// The bounded minimiser: scipy's path on smooth, kinked, flat and stepped functions.
#include "stats/bounded_minimum.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <map>
#include <string>

#include "stats/vectors.hpp"

using namespace webunmix;
using test::next_field;

namespace {

const std::map<std::string, std::function<double(double)>>& costs() {
  static const std::map<std::string, std::function<double(double)>> table{
      {"parabola", [](double x) { return (x - 0.3) * (x - 0.3); }},
      {"corner", [](double x) { return std::abs(x - 0.77); }},
      {"rising", [](double x) { return x; }},
      {"falling", [](double x) { return -x; }},
      {"constant", [](double) { return 1.0; }},
      {"quartic", [](double x) { return x * x * x * x - 1.3 * x * x * x + 0.4 * x * x; }},
      {"steps", [](double x) { return std::floor(200 * (x - 0.41) * (x - 0.41)) / 200; }}};
  return table;
}

}  // namespace

TEST_CASE("the bounded minimum is scipy's, with as many evaluations", "[bounded_minimum]") {
  int records = 0;
  for (auto& record : test::numpy_records("bounded_minimum.txt")) {
    const auto name = next_field<std::string>(record);
    const auto lowest = next_field<double>(record);
    const auto highest = next_field<double>(record);
    CAPTURE(name, lowest, highest);
    BoundedMinimum search(lowest, highest);
    while (!search.done()) {
      CHECK(search.ask() > lowest);
      CHECK(search.ask() < highest);
      search.tell(costs().at(name)(search.ask()));
    }
    CHECK(search.converged());
    CHECK(search.position() == Approx(next_field<double>(record)).margin(1e-12));
    CHECK(search.value() == Approx(next_field<double>(record)).margin(1e-12));
    CHECK(search.evaluations() == next_field<int>(record));
    ++records;
  }
  CHECK(records == 21);
}

TEST_CASE("a minimisation that runs out of evaluations says so", "[bounded_minimum]") {
  BoundedMinimum search(0, 1, {.tolerance = 1e-12, .most_evaluations = 7});
  while (!search.done()) search.tell(std::abs(search.ask() - 0.123));
  CHECK(search.evaluations() == 7);
  CHECK_FALSE(search.converged());
}
