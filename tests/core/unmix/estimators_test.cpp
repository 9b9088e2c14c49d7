// The estimators on voxels whose truth is known, and where they must refuse.
#include "unmix/estimators.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "stats/pair_sums.hpp"
#include "stats/random.hpp"

using namespace webunmix;
using namespace webunmix::unmix;

namespace {

struct Voxels {
  std::vector<float> x;
  std::vector<float> y;
};

/// Target dye independent of the source, in a share of the voxels, on top of alpha times the source, with a little noise.
Voxels bleeding(double alpha, double target_share, std::size_t n = 20000, double noise = 0) {
  RandomNumbers random(12);
  Voxels voxels;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = 500 + 1500 * random.uniform();
    const double dye = (random.uniform() < target_share ? 800 * random.uniform() : 0) + noise * (random.uniform() - 0.5);
    voxels.x.push_back(static_cast<float>(x));
    voxels.y.push_back(static_cast<float>(alpha * x + dye));
  }
  return voxels;
}

double found_by(Method method, const Voxels& voxels, double alpha_max = 1) {
  if (method == Method::mi_min) {
    InformationSearch search(voxels.x, voxels.y, alpha_max, 64);
    while (search.step()) {
    }
    return search.found().alpha;
  }
  const auto estimate = estimate_directly(method, voxels.x, voxels.y, alpha_max);
  REQUIRE(estimate.ok());
  return alpha_of(*estimate);
}

const std::vector<Method> estimators{Method::mean_ratio, Method::linear_fit, Method::corr_min, Method::mi_min};

}  // namespace

TEST_CASE("every estimator finds a bleed-through without target dye", "[estimators]") {
  for (const double alpha : {0.05, 0.28, 0.8}) {
    CAPTURE(alpha);
    const Voxels exact = bleeding(alpha, 0);
    for (const Method method : {Method::mean_ratio, Method::linear_fit, Method::corr_min}) {
      CAPTURE(method_name(method));
      CHECK(found_by(method, exact) == Approx(alpha).margin(1e-6));
    }
    // Of an exact multiple every residual tells x, whatever alpha is: mutual information needs the noise that all images have.
    const Voxels noisy = bleeding(alpha, 0, 20000, 40);
    for (const Method method : estimators) {
      CAPTURE(method_name(method));
      CHECK(found_by(method, noisy) == Approx(alpha).margin(3e-3));
    }
  }
}

TEST_CASE("independent target dye does not mislead corr_min and mi_min", "[estimators]") {
  const Voxels voxels = bleeding(0.28, 0.2);
  CHECK(found_by(Method::corr_min, voxels) == Approx(0.28).margin(0.01));
  CHECK(found_by(Method::mi_min, voxels) == Approx(0.28).margin(0.01));
  // The means take it for bleed-through: 0.2 * 400 / 1250 too much.
  CHECK(found_by(Method::mean_ratio, voxels) == Approx(0.28 + 0.064).margin(0.005));
}

TEST_CASE("estimates scale as the channels do", "[estimators]") {
  const Voxels voxels = bleeding(0.28, 0.2);
  Voxels scaled = voxels;
  for (float& value : scaled.x) value *= 8;
  for (float& value : scaled.y) value *= 2;
  for (const Method method : estimators) {
    CAPTURE(method_name(method));
    // The search stops within its tolerance of 1e-5 of the bound it was given; scaled alike, so does this one.
    CHECK(found_by(method, scaled, 0.25) * 4 == Approx(found_by(method, voxels, 1.0)).margin(1e-4));
  }
}

TEST_CASE("no estimate is below 0, and the bounded ones stay within alpha_max", "[estimators]") {
  RandomNumbers random(3);
  Voxels opposed;
  for (int i = 0; i < 5000; ++i) {
    const double x = 100 + 900 * random.uniform();
    opposed.x.push_back(static_cast<float>(x));
    opposed.y.push_back(static_cast<float>(-0.2 * x - 50 * random.uniform()));
  }
  CHECK(found_by(Method::mean_ratio, opposed) == 0);
  CHECK(found_by(Method::linear_fit, opposed) == 0);
  CHECK(found_by(Method::corr_min, opposed) == 0);
  CHECK(found_by(Method::mi_min, opposed) < 1e-3);
  const Voxels strong = bleeding(0.9, 0.1);
  CHECK(found_by(Method::corr_min, strong, 0.5) == 0.5);
  CHECK(found_by(Method::mi_min, strong, 0.5) > 0);
  CHECK(found_by(Method::mi_min, strong, 0.5) < 0.5);
}

TEST_CASE("corr_min leaves no correlation, and says how much where it could not", "[estimators]") {
  const Voxels voxels = bleeding(0.28, 0.3);
  const auto free_to_move = corr_min(voxels.x, voxels.y, 1.0);
  REQUIRE(free_to_move.ok());
  CHECK(free_to_move->post_correlation == Approx(0).margin(1e-9));
  const auto at_bound = corr_min(voxels.x, voxels.y, 0.1);
  REQUIRE(at_bound.ok());
  CHECK(at_bound->post_correlation > 0.3);
}

TEST_CASE("mi_min is no worse than any alpha of a fine grid", "[estimators]") {
  const Voxels voxels = bleeding(0.28, 0.3);
  InformationSearch search(voxels.x, voxels.y, 1.0, 64);
  while (search.step()) {
  }
  const auto found = search.found();
  CHECK(found.converged);
  CHECK(found.evaluations > 5);
  CHECK(found.evaluations < 60);
  CHECK(found.post_mutual_information == search.information_at(found.alpha));
  double least = found.post_mutual_information;
  for (int i = 0; i <= 200; ++i) least = std::min(least, search.information_at(i / 200.0));
  CHECK(found.post_mutual_information <= least * 1.02);
}

TEST_CASE("voxels that determine nothing are refused", "[estimators]") {
  const std::vector<float> zero(100, 0.0F);
  const std::vector<float> constant(100, 7.0F);
  const Voxels voxels = bleeding(0.3, 0, 100);
  CHECK(mean_ratio(zero, voxels.y).error().code == Errc::not_enough_data);
  CHECK(linear_fit(zero, voxels.y).error().code == Errc::not_enough_data);
  CHECK(corr_min(constant, voxels.y, 1).error().code == Errc::not_enough_data);
  CHECK(check_varies(constant).error().message.find("all equal") != std::string::npos);
  CHECK(mean_ratio(constant, voxels.y).ok());
  CHECK(estimate_directly(Method::manual, voxels.x, voxels.y, 1).error().code == Errc::internal);
}
