// Mutual information: numpy's histogram gives the same, independence gives little, a copy gives the entropy.
#include "stats/mutual_information.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "stats/random.hpp"
#include "stats/vectors.hpp"

using namespace webunmix;
using test::next_field;

namespace {

std::vector<float> uniform(RandomNumbers& random, std::size_t n) {
  std::vector<float> values(n);
  for (float& value : values) value = static_cast<float>(random.uniform());
  return values;
}

/// The definition, value by value, with an index that is computed as it is written.
double by_definition(const std::vector<float>& x, const std::vector<float>& y, double a, int bins) {
  std::vector<double> r(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) r[i] = static_cast<double>(y[i]) - a * static_cast<double>(x[i]);
  const auto indices = [bins](const auto& values) {
    double least = static_cast<double>(values[0]);
    double most = least;
    for (const auto v : values) {
      least = std::min(least, static_cast<double>(v));
      most = std::max(most, static_cast<double>(v));
    }
    if (least == most) {
      least -= 0.5;
      most += 0.5;
    }
    std::vector<std::size_t> index;
    for (const auto v : values) {
      const double place = std::floor((static_cast<double>(v) - least) * bins / (most - least));
      index.push_back(static_cast<std::size_t>(std::min(place, bins - 1.0)));
    }
    return index;
  };
  const auto row = indices(x);
  const auto column = indices(r);
  const auto size = static_cast<std::size_t>(bins);
  std::vector<double> joint(size * size);
  std::vector<double> px(size);
  std::vector<double> py(size);
  const auto n = static_cast<double>(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    joint[row[i] * size + column[i]] += 1;
    px[row[i]] += 1;
    py[column[i]] += 1;
  }
  double information = 0;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      const double p = joint[i * size + j] / n;
      if (p > 0) information += p * std::log(p / ((px[i] / n) * (py[j] / n)));
    }
  }
  return information;
}

}  // namespace

TEST_CASE("mutual information is that of numpy's 2-D histogram", "[mutual_information]") {
  int records = 0;
  for (auto& record : test::numpy_records("mutual_information.txt")) {
    const auto n = next_field<std::size_t>(record);
    const auto seed = next_field<std::uint64_t>(record);
    const auto bins = next_field<int>(record);
    const auto a = next_field<double>(record);
    CAPTURE(n, seed, bins, a);
    RandomNumbers random(seed);
    const auto x = uniform(random, n);
    auto y = uniform(random, n);
    for (std::size_t i = 0; i < n; ++i) y[i] = 0.4F * x[i] + y[i] * 0.5F;
    CHECK(ResidualInformation(x, y, bins).at(a) == Approx(next_field<double>(record)).epsilon(1e-10));
    ++records;
  }
  CHECK(records == 16);
}

TEST_CASE("values on the edges of bins fall where the definition puts them", "[mutual_information]") {
  RandomNumbers random(5);
  for (const int bins : {2, 7, 64, 100, 1024}) {
    std::vector<float> x(3001);
    std::vector<float> y(3001);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = static_cast<float>(random.up_to(static_cast<std::uint64_t>(3 * bins)));  // whole values: most lie on an edge
      y[i] = static_cast<float>(random.up_to(200));
    }
    ResidualInformation information(x, y, bins);
    for (const double a : {0.0, 0.25, 1.0 / 3.0, 1.0}) {
      CAPTURE(bins, a);
      CHECK(information.at(a) == by_definition(x, y, a, bins));
    }
  }
}

TEST_CASE("mutual information of independent, equal and constant vectors", "[mutual_information]") {
  RandomNumbers random(8);
  const auto x = uniform(random, 200000);
  const auto y = uniform(random, 200000);
  // Independent: what is left is the bias of the histogram, (bins - 1)^2 / 2n.
  CHECK(mutual_information(x, y, 16) == Approx(15.0 * 15.0 / 400000.0).epsilon(0.3));
  CHECK(mutual_information(x, x, 16) == Approx(std::log(16.0)).epsilon(1e-4));
  const std::vector<float> constant(200000, 3.0F);
  CHECK(mutual_information(x, constant, 16) == Approx(0).margin(1e-12));
  // y - a x of y = a x is constant up to rounding: nothing is left.
  auto copy = x;
  for (float& value : copy) value *= 0.5F;
  ResidualInformation residual(x, copy, 16);
  CHECK(residual.at(0.5) == Approx(0).margin(1e-12));
  CHECK(residual.at(0.4) > 2.0);
}

TEST_CASE("mutual information does not depend on the scale of its arguments", "[mutual_information]") {
  RandomNumbers random(9);
  auto x = uniform(random, 5000);
  auto y = uniform(random, 5000);
  for (std::size_t i = 0; i < x.size(); ++i) y[i] += x[i];
  const double before = mutual_information(x, y, 32);
  for (float& value : x) value *= 1024;
  for (float& value : y) value *= 0.125F;
  CHECK(mutual_information(x, y, 32) == before);
}
