// The mode of images with a known pedestal: Gaussian and Poisson noise, any share of signal, integer and float samples.
#include "stats/histogram_mode.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "stats/random.hpp"

using namespace webunmix;

namespace {

double gaussian(RandomNumbers& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.uniform();  // variance 1
  return sum;
}

double poisson(RandomNumbers& random, double mean) {
  const double limit = std::exp(-mean);
  double product = random.uniform();
  int events = 0;
  while (product > limit) {
    product *= random.uniform();
    ++events;
  }
  return events;
}

/// Background of `pedestal` with noise, and signal on top of it in the rest of the voxels.
std::vector<float> image(std::size_t n, double pedestal, double noise, double background_share, std::uint64_t seed) {
  RandomNumbers random(seed);
  std::vector<float> values(n);
  for (float& value : values) {
    double v = pedestal + noise * gaussian(random);
    if (random.uniform() > background_share) v += 4 * noise - std::log(1 - random.uniform()) * 40 * noise;
    value = static_cast<float>(v);
  }
  return values;
}

}  // namespace

TEST_CASE("the mode is the pedestal, whatever the share of signal", "[histogram_mode]") {
  for (const double pedestal : {12.0, 100.3, 1000.0, 30000.4}) {
    for (const double noise : {0.5, 2.0, 10.0}) {
      if (pedestal < 4 * noise) continue;
      for (const double share : {1.0, 0.8, 0.4, 0.15}) {
        CAPTURE(pedestal, noise, share);
        auto values = image(100000, pedestal, noise, share, 3);
        CHECK(histogram_mode(values, SampleType::float32) == Approx(pedestal).margin(0.12 * noise));
        for (float& value : values) value = std::round(value);
        CHECK(histogram_mode(values, SampleType::uint16) == Approx(pedestal).margin(0.12 * noise + 0.2));
      }
    }
  }
}

TEST_CASE("a small image still has a mode within a fraction of its noise", "[histogram_mode]") {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    CHECK(histogram_mode(image(2000, 200, 5, 0.8, seed), SampleType::float32) == Approx(200).margin(0.4 * 5));
  }
}

TEST_CASE("the mode of photon counts on an offset", "[histogram_mode]") {
  RandomNumbers random(6);
  std::vector<float> values(60000);
  for (float& value : values) value = static_cast<float>(std::round(100 + 2.0 * poisson(random, 9) + 1.5 * gaussian(random)));
  // Poisson with mean 9 peaks between 8 and 9.
  const double mode = histogram_mode(values, SampleType::uint16);
  CHECK(mode > 100 + 2.0 * 8 - 0.5);
  CHECK(mode < 100 + 2.0 * 9 + 0.5);
}

TEST_CASE("the mode of grey levels that leave gaps", "[histogram_mode]") {
  auto values = image(100000, 1600, 30, 0.7, 8);
  for (float& value : values) value = 16 * std::round(value / 16);  // 12 bits stored as 16
  CHECK(histogram_mode(values, SampleType::uint16) == Approx(1600).margin(6));
}

TEST_CASE("the mode of a constant image, of two values, and of noise clipped at zero", "[histogram_mode]") {
  CHECK(histogram_mode(std::vector<float>(5000, 100.0F), SampleType::uint16) == 100);
  CHECK(histogram_mode(std::vector<float>(5000, 100.25F), SampleType::float32) == Approx(100.25).epsilon(1e-6));
  std::vector<float> two(5000, 7.0F);
  for (std::size_t i = 0; i < 1000; ++i) two[i] = 900.0F;
  CHECK(histogram_mode(two, SampleType::int16) == 7);
  auto clipped = image(50000, 0, 5, 0.9, 2);
  for (float& value : clipped) value = std::max(value, 0.0F);
  CHECK(histogram_mode(clipped, SampleType::float32) == Approx(0).margin(0.1));
  CHECK(histogram_mode(std::vector<float>{-3.5F}, SampleType::float32) == Approx(-3.5).epsilon(1e-6));
}

TEST_CASE("the mode below zero", "[histogram_mode]") {
  CHECK(histogram_mode(image(100000, -200, 4, 0.6, 5), SampleType::float32) == Approx(-200).margin(0.5));
  auto values = image(100000, -200, 4, 0.6, 5);
  for (float& value : values) value = std::round(value);
  CHECK(histogram_mode(values, SampleType::int16) == Approx(-200).margin(0.6));
}
