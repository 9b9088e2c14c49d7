// Nelder-Mead and bounded Powell against functions whose minima are known, and against counts that scipy's documentation prints.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <span>
#include <vector>

#include "stats/nelder_mead.hpp"
#include "stats/powell.hpp"

using namespace webunmix;

namespace {

// H. H. Rosenbrock, Computer Journal 3 (1960) 175, in any number of variables. Minimum 0 at (1, ..., 1).
double rosenbrock(std::span<const double> x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double rise = x[i + 1] - x[i] * x[i];
    const double run = 1 - x[i];
    sum += 100 * rise * rise + run * run;
  }
  return sum;
}

// D. M. Himmelblau (1972): minima 0 at (3, 2), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126).
double himmelblau(std::span<const double> x) {
  const double a = x[0] * x[0] + x[1] - 11;
  const double b = x[0] + x[1] * x[1] - 7;
  return a * a + b * b;
}

template <class Search, class Cost>
void run(Search& search, Cost cost) {
  while (!search.done()) search.tell(cost(search.ask()));
}

}  // namespace

TEST_CASE("Nelder-Mead walks the path that scipy's tutorial prints", "[nelder_mead]") {
  // minimize(rosen, [1.3, 0.7, 0.8, 1.9, 1.2], method="nelder-mead", options={"xatol": 1e-8}): 339 iterations, 571 evaluations.
  NelderMead search({1.3, 0.7, 0.8, 1.9, 1.2}, {.position_tolerance = 1e-8});
  run(search, rosenbrock);
  CHECK(search.converged());
  CHECK(search.iterations() == 339);
  CHECK(search.evaluations() == 571);
  for (const double x : search.position()) CHECK(x == Approx(1.0).margin(1e-6));
  CHECK(search.value() < 1e-12);
}

TEST_CASE("Nelder-Mead finds a parabola's minimum from either side and from 0", "[nelder_mead]") {
  const double start = GENERATE(-4.0, 0.0, 0.1, 5.0);
  NelderMead search({start}, {.position_tolerance = 1e-7, .value_tolerance = 1e-12});
  run(search, [](std::span<const double> x) { return 3 + (x[0] - 1.25) * (x[0] - 1.25); });
  CHECK(search.converged());
  CHECK(search.position()[0] == Approx(1.25).margin(1e-6));
  CHECK(search.value() == Approx(3.0));
}

TEST_CASE("the first simplex of Nelder-Mead steps 5 % out, or 0.00025 from 0", "[nelder_mead]") {
  NelderMead search({2.0, 0.0});
  std::vector<std::vector<double>> asked;
  for (int i = 0; i < 3; ++i) {
    asked.emplace_back(search.ask().begin(), search.ask().end());
    search.tell(himmelblau(search.ask()));
  }
  CHECK(asked == std::vector<std::vector<double>>{{2.0, 0.0}, {1.05 * 2.0, 0.0}, {2.0, 0.00025}});
}

TEST_CASE("Nelder-Mead shrinks on a plateau and stops there", "[nelder_mead]") {
  NelderMead search({1.0, 1.0});
  run(search, [](std::span<const double>) { return 7.0; });
  CHECK(search.converged());
  CHECK(search.value() == 7.0);
}

TEST_CASE("the iteration counter of Nelder-Mead begins at 1, so one fewer is done than the limit", "[nelder_mead]") {
  // A descent without end: every iteration reflects and expands, two evaluations each after the first two.
  NelderMead search({1.0}, {.most_iterations = 10});
  run(search, [](std::span<const double> x) { return -x[0]; });
  CHECK_FALSE(search.converged());
  CHECK(search.iterations() == 10);
  CHECK(search.evaluations() == 2 + 2 * 9);
  NelderMead unlimited({1.0});
  run(unlimited, [](std::span<const double> x) { return -x[0]; });
  CHECK(unlimited.iterations() == 200);
}

TEST_CASE("Powell finds minima inside the box", "[powell]") {
  Powell banana({-1.2, 1.0}, {-2.0, -2.0}, {2.0, 2.0}, {.position_tolerance = 1e-8, .value_tolerance = 1e-12});
  run(banana, rosenbrock);
  CHECK(banana.converged());
  CHECK(banana.position()[0] == Approx(1.0).margin(1e-4));
  CHECK(banana.position()[1] == Approx(1.0).margin(1e-4));

  Powell valley({0.0, 0.0}, {0.0, 0.0}, {6.0, 6.0}, {.position_tolerance = 1e-8, .value_tolerance = 1e-12});
  run(valley, himmelblau);
  CHECK(valley.position()[0] == Approx(3.0).margin(1e-5));
  CHECK(valley.position()[1] == Approx(2.0).margin(1e-5));
}

TEST_CASE("Powell finds the best point of a wall and never looks beyond it", "[powell]") {
  // The free minimum (2, -1) lies outside; on the box 0..1 the best point is (1, 0).
  const std::vector<double> lowest{0, 0};
  const std::vector<double> highest{1, 1};
  Powell search({0.5, 0.5}, lowest, highest);
  bool inside = true;
  while (!search.done()) {
    for (std::size_t i = 0; i < 2; ++i) {
      inside = inside && search.ask()[i] >= lowest[i] - 1e-12 && search.ask()[i] <= highest[i] + 1e-12;
    }
    const double x = search.ask()[0];
    const double y = search.ask()[1];
    search.tell((x - 2) * (x - 2) + (y + 1) * (y + 1) + 0.3 * x * y);
  }
  CHECK(inside);
  CHECK(search.converged());
  CHECK(search.position()[0] == Approx(1.0).margin(1e-3));
  CHECK(search.position()[1] == Approx(0.0).margin(1e-3));
}

TEST_CASE("Powell minimises a tilted quadratic in five variables", "[powell]") {
  // 1/2 x'Ax - b'x with A = tridiagonal (-1, 2.5, -1): the minimum solves A x = b.
  const std::vector<double> solution{0.3, -0.2, 0.5, 0.1, -0.4};
  const auto product = [](std::span<const double> x, std::size_t i) {
    return 2.5 * x[i] - (i > 0 ? x[i - 1] : 0.0) - (i + 1 < x.size() ? x[i + 1] : 0.0);
  };
  Powell search(std::vector<double>(5, 0.0), std::vector<double>(5, -1.0), std::vector<double>(5, 1.0),
                {.position_tolerance = 1e-9, .value_tolerance = 1e-14});
  run(search, [&](std::span<const double> x) {
    double sum = 10;
    for (std::size_t i = 0; i < 5; ++i) sum += 0.5 * x[i] * product(x, i) - product(solution, i) * x[i];
    return sum;
  });
  CHECK(search.converged());
  for (std::size_t i = 0; i < 5; ++i) CHECK(search.position()[i] == Approx(solution[i]).margin(1e-5));
}

TEST_CASE("Powell takes what a line search found even where the point it came from was better", "[powell]") {
  // The function is 0 at the start alone and never less than 1 elsewhere: the bounded search never looks at its own start.
  Powell search({0.25}, {0.0}, {1.0});
  run(search, [](std::span<const double> x) { return x[0] == 0.25 ? 0.0 : 1.0 + x[0]; });
  CHECK(search.converged());
  CHECK(search.value() > 1.0);
}

TEST_CASE("a limit on iterations stops Powell", "[powell]") {
  Powell search({-1.2, 1.0}, {-2.0, -2.0}, {2.0, 2.0},
                {.position_tolerance = 1e-8, .value_tolerance = 1e-14, .most_iterations = 1});
  run(search, rosenbrock);
  CHECK(search.iterations() == 1);
  CHECK_FALSE(search.converged());
}
