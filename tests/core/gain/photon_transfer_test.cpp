// Simulated camera frames with known gain: what the methods find, and what they refuse.
#include "gain/photon_transfer.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "gain/calibration.hpp"
#include "gain/robust_maps.hpp"
#include "gain/temporal_sums.hpp"
#include "synth/noise.hpp"

using namespace webunmix;

namespace {

constexpr std::size_t side = 128;
constexpr std::size_t pixels = side * side;

struct Camera {
  double gain = 0.5;        // e-/ADU
  double offset = 100.0;    // ADU
  double read_noise = 1.6;  // e-
  double full = 65535.0;    // ADU
};

/// Electrons of pixel i in frame t.
using Light = std::function<double(std::size_t i, std::size_t t)>;

double gradient(std::size_t i, std::size_t /*t*/) { return 20.0 + 900.0 * static_cast<double>(i % side) / side; }

struct Movie {
  std::size_t frames = 0;
  std::vector<std::uint16_t> samples;
};

Movie recorded(const Camera& camera, std::size_t frames, std::uint32_t seed, const Light& light) {
  synth::Deviates random(seed);
  Movie movie{frames, {}};
  for (std::size_t t = 0; t < frames; ++t) {
    for (std::size_t i = 0; i < pixels; ++i) {
      const double electrons = random.poisson(light(i, t)) + camera.read_noise * random.normal();
      const double adu = std::clamp(std::round(electrons / camera.gain + camera.offset), 0.0, camera.full);
      movie.samples.push_back(static_cast<std::uint16_t>(adu));
    }
  }
  return movie;
}

TemporalMaps maps_of(const Movie& movie) {
  TemporalSums sums(pixels);
  for (std::size_t t = 0; t < movie.frames; ++t) {
    sums.add(std::span<const std::uint16_t>(movie.samples).subspan(t * pixels, pixels));
  }
  return sums.finish();
}

Result<PhotonTransfer> frame_difference(const Movie& movie) {
  const TemporalMaps maps = maps_of(movie);
  return fit_frame_difference({maps.mean, maps.variance, maps.maximum, maps.frame_sums, movie.frames, 65535.0, "channel 0"});
}

PhotonTransfer found(const Result<PhotonTransfer>& result) {
  INFO((result.ok() ? std::string() : result.error().message));
  REQUIRE(result.ok());
  return *result;
}

std::string reason(const Result<PhotonTransfer>& result) {
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == Errc::not_enough_data);
  return result.error().message;
}

/// Within three standard errors and half a percent.
void check_gain(const PhotonTransfer& transfer, double truth) {
  CHECK(std::abs(transfer.gain_e_per_adu - truth) < 3.0 * transfer.gain_se + 0.005 * truth);
}

}  // namespace

TEST_CASE("the variance of differences is unbiased under steady drift, the plain variance is not", "[gain]") {
  // A straight line without noise has no variance to find.
  for (const std::size_t frames : {3U, 4U, 10U, 100U}) {
    const double steps = static_cast<double>(frames - 1);
    CHECK(variance_of_differences(steps * 5.0 * 5.0, steps * 5.0, frames) == Approx(0.0).margin(1e-9));
  }
  CHECK(variance_of_differences(18.0, 0.0, 2) == 9.0);
}

TEST_CASE("frame_difference finds the gain from 2, 3, 10 and 50 frames", "[gain]") {
  const std::size_t frames = GENERATE(2U, 3U, 10U, 50U);
  const PhotonTransfer transfer = found(frame_difference(recorded({}, frames, 7, gradient)));
  check_gain(transfer, 0.5);
  CHECK(transfer.warnings.empty());
  CHECK(transfer.mean_bins.size() == 50);
  // x0 lies below the offset by the read variance (ADU^2) times the gain.
  const double expected = 100.0 - (1.6 / 0.5) * (1.6 / 0.5) * 0.5;
  CHECK(*transfer.zero_variance_adu == Approx(expected).margin(4.0 * transfer.line.intercept_se * 0.5 + 2.0));
}

TEST_CASE("frame_difference does not mind 30 % of bleaching", "[gain]") {
  for (const std::size_t frames : {10U, 40U}) {
    const Light bleaching = [frames](std::size_t i, std::size_t t) {
      return gradient(i, 0) * (1.0 - 0.3 * static_cast<double>(t) / static_cast<double>(frames - 1));
    };
    const double gain = found(frame_difference(recorded({}, frames, 3, bleaching))).gain_e_per_adu;
    CHECK(gain == Approx(0.5).epsilon(0.02));
  }
}

TEST_CASE("frame_difference takes a flickering lamp out, and says so", "[gain]") {
  synth::Deviates lamp(5);
  std::vector<double> level(60);
  for (double& value : level) value = 1.0 + 0.01 * lamp.normal();
  const Light flicker = [&](std::size_t i, std::size_t t) { return gradient(i, t) * level[t]; };
  const PhotonTransfer transfer = found(frame_difference(recorded({}, 60, 4, flicker)));
  CHECK(transfer.gain_e_per_adu == Approx(0.5).epsilon(0.01));
  CHECK(transfer.flicker_fraction == Approx(0.01).epsilon(0.3));
  REQUIRE(transfer.warnings.size() == 1);
  CHECK(transfer.warnings[0].find("flickers") != std::string::npos);
}

TEST_CASE("frame_difference leaves saturated pixels out, and says how many", "[gain]") {
  Camera camera;
  camera.full = 1000.0;
  const PhotonTransfer transfer = found(frame_difference(recorded(camera, 20, 9, gradient)));
  check_gain(transfer, 0.5);
  REQUIRE(transfer.saturation_adu);
  CHECK(*transfer.saturation_adu == 1000.0);
  CHECK(transfer.saturated_fraction > 0.4);
  CHECK(transfer.warnings[0].find("saturation") != std::string::npos);
}

TEST_CASE("one wild pixel changes nothing", "[gain]") {
  const Movie movie = recorded({}, 10, 11, gradient);
  const double before = found(frame_difference(movie)).gain_e_per_adu;
  Movie wild = movie;
  for (std::size_t t = 0; t < wild.frames; t += 2) wild.samples[t * pixels + 5000] = 60000;
  CHECK(found(frame_difference(wild)).gain_e_per_adu == Approx(before).epsilon(2e-4));
}

TEST_CASE("quantile_low withstands blinking, which adds variance to half of the pixels", "[gain]") {
  const Light blinking = [](std::size_t i, std::size_t t) {
    const bool blinks = i % 2 == 0 && (t * 7 + i) % 3 == 0;
    return gradient(i, t) * (blinks ? 0.8 : 1.0);
  };
  const Movie movie = recorded({}, 40, 13, blinking);
  const TemporalMaps maps = maps_of(movie);
  const TransferInput input{maps.mean, maps.variance, maps.maximum, {}, movie.frames, 65535.0, "channel 0"};
  const double low = found(fit_quantile_low(input)).gain_e_per_adu;
  const double plain = found(fit_frame_difference(input)).gain_e_per_adu;
  CHECK(std::abs(low - 0.5) < 0.5 * std::abs(plain - 0.5));
}

TEST_CASE("the standard error covers the truth in about 95 % of seeds", "[gain]") {
  int covered = 0;
  constexpr int seeds = 40;
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    const PhotonTransfer transfer = found(frame_difference(recorded({}, 5, 100 + seed, gradient)));
    covered += std::abs(transfer.gain_e_per_adu - 0.5) < 2.01 * transfer.gain_se ? 1 : 0;  // Student's t, 48 degrees of freedom
  }
  CHECK(covered >= 34);
}

TEST_CASE("what cannot be told is refused with the reason", "[gain]") {
  CHECK(reason(frame_difference(recorded({}, 10, 1, [](auto...) { return 400.0; }))).find("Evenly lit") != std::string::npos);
  Movie constant{5, std::vector<std::uint16_t>(5 * pixels, 500)};
  CHECK(reason(frame_difference(constant)).find("same mean") != std::string::npos);
  Movie saturated{5, std::vector<std::uint16_t>(5 * pixels, 65535)};
  saturated.samples[3] = 65000;
  CHECK(reason(frame_difference(saturated)).find("saturated") != std::string::npos);
  const std::vector<float> few(16, 1.0F);
  std::vector<float> means(16);
  for (std::size_t i = 0; i < 16; ++i) means[i] = static_cast<float>(i);
  CHECK(reason(fit_frame_difference({means, few, {}, {}, 5, {}, "channel 0"})).find("16 of 16 pixels") != std::string::npos);
  CHECK(reason(fit_frame_difference({means, few, {}, {}, 1, {}, "channel 0"})).find("one frame") != std::string::npos);
}

TEST_CASE("median_mad takes the median and the scaled deviation, the mean of two middle values where there are two", "[gain]") {
  std::vector<double> odd{5, 1, 3};
  const MedianAndVariance three = median_mad(odd);
  CHECK(three.median == 3.0);
  CHECK(three.variance == Approx(1.4826 * 2.0 * 1.4826 * 2.0));
  std::vector<double> even{1, 2, 4, 9};
  const MedianAndVariance four = median_mad(even);
  CHECK(four.median == 3.0);
  CHECK(four.variance == Approx(1.4826 * 1.5 * 1.4826 * 1.5));  // deviations 2 1 1 6
}

TEST_CASE("robust maps of a band are those of its pixels one by one, for any number of frames", "[gain]") {
  synth::Deviates random(3);
  constexpr std::size_t band = 37;  // not a multiple of what is sorted at once
  for (const std::size_t frames : {1U, 2U, 3U, 4U, 5U, 7U, 8U, 16U, 31U, 60U, 100U, 511U, 600U}) {
    std::vector<float> samples(frames * band);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const bool often_equal = i % 2 != 0;
      samples[i] = static_cast<float>(often_equal ? std::floor(random.uniform(0.0, 41.0)) : 100.0 + 7.0 * random.normal());
    }
    const MediansAndVariances maps = robust_maps(samples, band);
    std::size_t wrong = 0;
    for (std::size_t p = 0; p < band; ++p) {
      std::vector<double> series;
      for (std::size_t t = 0; t < frames; ++t) series.push_back(static_cast<double>(samples[t * band + p]));
      const MedianAndVariance one = median_mad(series);
      if (maps.median[p] != one.median || maps.variance[p] != one.variance) ++wrong;
    }
    INFO(frames << " frames");
    CHECK(wrong == 0);
  }
}

TEST_CASE("sums of several frames at once are those of one after the other", "[gain]") {
  const Movie movie = recorded({}, 7, 5, gradient);
  const TemporalMaps one_by_one = maps_of(movie);
  std::vector<std::span<const std::uint16_t>> frames;
  for (std::size_t t = 0; t < movie.frames; ++t) {
    frames.push_back(std::span<const std::uint16_t>(movie.samples).subspan(t * pixels, pixels));
  }
  TemporalSums sums(pixels);
  sums.add_frames(std::span<const std::span<const std::uint16_t>>(frames).first(3));
  sums.add_frames(std::span<const std::span<const std::uint16_t>>(frames).subspan(3));
  const TemporalMaps together = sums.finish();
  CHECK(together.mean == one_by_one.mean);
  CHECK(together.variance == one_by_one.variance);
  CHECK(together.maximum == one_by_one.maximum);
  CHECK(together.frame_sums.sums == one_by_one.frame_sums.sums);
}

TEST_CASE("median_mad refuses a negative gain instead of returning it", "[gain]") {
  std::vector<double> mean;
  std::vector<double> variance;
  for (int i = 0; i < 5000; ++i) {
    mean.push_back(100.0 + i);
    variance.push_back(6000.0 - i);
  }
  CHECK(reason(fit_median_mad(mean, variance, 50, "channel 0")).find("does not grow") != std::string::npos);
  for (double& value : variance) value = -value;
  const PhotonTransfer transfer = found(fit_median_mad(mean, variance, 50, "channel 0"));
  CHECK(transfer.gain_e_per_adu == Approx(1.0).epsilon(1e-9));
}

TEST_CASE("two frames and a bias give the gain of the Photometrics example", "[gain]") {
  CHECK(gain_of_frame_pair(11070.8, 11118.2, 488.9, 83.6) == Approx(3.035).epsilon(2e-4));
}

TEST_CASE("a weighted line has the coefficients, errors and p-value of textbooks", "[line]") {
  // Anscombe's first set: slope 0.5001, intercept 3.0001, r 0.8164, standard errors 0.1179 and 1.1247, p 0.00217.
  const std::vector<double> x{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
  const std::vector<double> y{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
  const LineFit line = fit_line(x, y);
  CHECK(line.slope == Approx(0.50009091).epsilon(1e-6));
  CHECK(line.intercept == Approx(3.00009091).epsilon(1e-6));
  CHECK(line.r == Approx(0.81642052).epsilon(1e-6));
  CHECK(line.slope_se == Approx(0.11790550).epsilon(1e-6));
  CHECK(line.intercept_se == Approx(1.12474679).epsilon(1e-6));
  CHECK(line.p == Approx(0.00216963).epsilon(1e-5));
  CHECK(line.points == 11);
  CHECK(student_95(9.0) == Approx(2.262157).epsilon(1e-6));
  CHECK(student_95(1.0) == Approx(12.706205).epsilon(1e-6));
  CHECK(student_95(48.0) == Approx(2.010635).epsilon(1e-6));
  CHECK(line.se_at(9.0) == Approx(0.37286).epsilon(1e-3));
  std::vector<double> weights(x.size(), 1.0);
  weights[0] = 2.0;
  auto twice_x = x;
  auto twice_y = y;
  twice_x.push_back(x[0]);
  twice_y.push_back(y[0]);
  CHECK(fit_line(x, y, weights).slope == Approx(fit_line(twice_x, twice_y).slope).epsilon(1e-12));
}

TEST_CASE("copies of one frame hold no noise and are refused, not given a gain of NaN", "[gain]") {
  Movie movie = recorded({}, 1, 21, gradient);
  const std::vector<std::uint16_t> frame = movie.samples;
  for (int copy = 1; copy < 10; ++copy) movie.samples.insert(movie.samples.end(), frame.begin(), frame.end());
  movie.frames = 10;
  CHECK_FALSE(reason(frame_difference(movie)).empty());
}

TEST_CASE("light that changes by a tenth or more from frame to frame is refused, not taken for photon noise", "[gain]") {
  const auto lamp = [](std::size_t i, std::size_t t) { return gradient(i, t) * (t % 2 == 0 ? 0.8 : 1.2); };
  CHECK(reason(frame_difference(recorded({}, 20, 22, lamp))).find("from frame to frame") != std::string::npos);
  const auto one_black = [](std::size_t i, std::size_t t) { return t == 7 ? 0.0 : gradient(i, t); };
  CHECK_FALSE(frame_difference(recorded({}, 20, 23, one_black)).ok());
}

TEST_CASE("the gain of a sensor is one over the mean slope of its pixels", "[gain][calibration]") {
  // Slopes 1, 2, 3 and a dead pixel.
  const std::vector<float> gains{1.0F, 0.5F, 1.0F / 3.0F, 0.0F};
  const PooledGain pooled = pooled_gain(gains);
  CHECK(pooled.pixels == 3);
  CHECK(pooled.gain_e_per_adu == Approx(0.5));
  CHECK(pooled.gain_se == Approx(std::sqrt(1.0 / 3.0) / 4.0));
}
