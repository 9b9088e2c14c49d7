// Mutual information on whole grey levels against a direct evaluation of its definition, and what it must be where that is known.
#include "picasso/level_information.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "stats/random.hpp"

using namespace webunmix;
using namespace webunmix::picasso;

namespace {

std::vector<double> noise(std::size_t n, std::uint64_t seed, double low, double high) {
  RandomNumbers random(seed);
  std::vector<double> values(n);
  for (double& value : values) value = low + (high - low) * random.uniform();
  return values;
}

std::vector<int> levels_of(const std::vector<double>& v, int levels, Quantisation quantisation) {
  double largest = 0;
  for (const double x : v) largest = std::max(largest, std::abs(x));
  std::vector<int> found;
  for (const double x : v) {
    const double scaled = largest > 0 ? x * levels / largest : 0.0;
    found.push_back(static_cast<int>(quantisation == Quantisation::round ? std::round(scaled) : std::trunc(scaled)));
  }
  return found;
}

template <class Key>
double entropy(const std::vector<Key>& keys) {
  std::map<Key, int> counts;
  for (const Key& key : keys) ++counts[key];
  double bits = 0;
  for (const auto& [key, count] : counts) {
    const double p = static_cast<double>(count) / static_cast<double>(keys.size());
    bits -= p * std::log2(p);
  }
  return bits;
}

double defined(const std::vector<double>& sink, const std::vector<double>& source, double a, int levels, Quantisation mode) {
  std::vector<double> corrected(sink.size());
  for (std::size_t i = 0; i < sink.size(); ++i) corrected[i] = sink[i] - a * source[i];
  const auto u = levels_of(corrected, levels, mode);
  const auto v = levels_of(source, levels, mode);
  std::vector<std::pair<int, int>> both;
  for (std::size_t i = 0; i < u.size(); ++i) both.emplace_back(u[i], v[i]);
  return entropy(u) + entropy(v) - entropy(both);
}

}  // namespace

TEST_CASE("mutual information of levels is that of its definition", "[picasso][levels]") {
  using Case = std::pair<Quantisation, int>;
  const auto [mode, levels] =
      GENERATE(Case(Quantisation::truncate, 1), Case(Quantisation::truncate, 7), Case(Quantisation::truncate, 100),
               Case(Quantisation::truncate, 127), Case(Quantisation::round, 1), Case(Quantisation::round, 7),
               Case(Quantisation::round, 100), Case(Quantisation::round, 127), Case(Quantisation::round, 300));
  // Lengths that do not fill a chunk or a lane, and values of both signs.
  for (const std::size_t n : {std::size_t{1}, std::size_t{5}, std::size_t{515}, std::size_t{4096}}) {
    const auto source = noise(n, 1, 0, 40);
    auto sink = noise(n, 2, -3, 25);
    for (std::size_t i = 0; i < n; ++i) sink[i] += 0.4 * source[i];
    LevelInformation information(levels, mode, n);
    Levels of_source;
    information.quantise(source, of_source);
    for (const double a : {0.0, 0.1, 0.4, -0.3, 2.0}) {
      INFO(levels << " levels of " << n << " values, a = " << a);
      CHECK(information.mutual_information(sink, source, of_source, a) ==
            Approx(defined(sink, source, a, levels, mode)).margin(1e-9));
    }
  }
}

TEST_CASE("a table serves any number of evaluations", "[picasso][levels]") {
  const auto source = noise(2000, 3, 0, 1);
  const auto sink = noise(2000, 4, 0, 1);
  LevelInformation information(50, Quantisation::truncate, 2000);
  Levels of_source;
  information.quantise(source, of_source);
  const double first = information.mutual_information(sink, source, of_source, 0.2);
  CHECK(information.mutual_information(sink, source, of_source, 0.9) != first);
  CHECK(information.mutual_information(sink, source, of_source, 0.2) == first);
}

TEST_CASE("levels are whole, within the range, and keep their sign", "[picasso][levels]") {
  LevelInformation truncating(10, Quantisation::truncate, 5);
  LevelInformation rounding(10, Quantisation::round, 5);
  const std::vector<double> v{10, 5.9, -5.9, 0.5, 2.5};
  Levels levels;
  truncating.quantise(v, levels);
  CHECK(levels.level == std::vector<double>{10, 5, -5, 0, 2});
  rounding.quantise(v, levels);
  CHECK(levels.level == std::vector<double>{10, 6, -6, 1, 3});
  CHECK(levels.entropy_bits == Approx(std::log2(5.0)));
}

TEST_CASE("vectors of one value hold no information", "[picasso][levels]") {
  const std::vector<double> zeros(100, 0.0);
  const std::vector<double> ramp = [] {
    std::vector<double> v(100);
    std::iota(v.begin(), v.end(), 1.0);
    return v;
  }();
  LevelInformation information(100, Quantisation::truncate, 100);
  Levels of_ramp;
  information.quantise(ramp, of_ramp);
  CHECK(information.mutual_information(zeros, ramp, of_ramp, 0.0) == 0);
  CHECK(information.mutual_information(ramp, ramp, of_ramp, 1.0) == 0);
  Levels of_zeros;
  information.quantise(zeros, of_zeros);
  CHECK(of_zeros.entropy_bits == 0);
  CHECK(information.mutual_information(ramp, zeros, of_zeros, 0.3) == Approx(0.0).margin(1e-12));
}

TEST_CASE("a vector tells everything of itself", "[picasso][levels]") {
  const auto v = noise(3000, 5, 0, 1);
  LevelInformation information(100, Quantisation::round, 3000);
  Levels levels;
  information.quantise(v, levels);
  CHECK(information.mutual_information(v, v, levels, 0.0) == Approx(levels.entropy_bits));
  // Scale does not matter: levels are relative to the largest value.
  std::vector<double> scaled = v;
  for (double& x : scaled) x *= 1024;
  CHECK(information.mutual_information(scaled, v, levels, 0.0) == Approx(levels.entropy_bits));
}
