// The C++ example of the README, word for word.
#include <catch2/catch.hpp>
#include <vector>

#include "unmix/estimators.hpp"

TEST_CASE("the README's example of C++ gives what it says", "[readme]") {
  // clang-format off
  const std::vector<float> source{100, 200, 300};  // prepared, masked voxels
  const std::vector<float> target{30, 62, 88};
  const auto estimate = webunmix::unmix::mean_ratio(source, target);
  const double alpha = estimate.ok() ? estimate->alpha : 0.0;  // 0.30; else estimate.error().message says why
  // clang-format on
  CHECK(alpha == Approx(0.30));
}
