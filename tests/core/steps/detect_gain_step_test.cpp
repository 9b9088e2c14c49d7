// The steps `detect_gain` and `electrons` over whole stacks from a simulated camera.
#include "steps/detect_gain_step.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>

#include "run/toy_run.hpp"
#include "steps/electrons_step.hpp"
#include "steps/kinds.hpp"
#include "synth/noise.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

constexpr std::int64_t frame_height = 96;
constexpr std::int64_t frame_width = 128;

struct Camera {
  double gain = 0.5;        // e-/ADU
  double offset = 100.0;    // ADU
  double read_noise = 3.0;  // e-
};

using Electrons = std::function<double(std::int64_t t, std::int64_t z, std::int64_t c, std::int64_t y, std::int64_t x)>;

double gradient(std::int64_t /*t*/, std::int64_t /*z*/, std::int64_t c, std::int64_t /*y*/, std::int64_t x) {
  return 20.0 + (c == 0 ? 900.0 : 400.0) * static_cast<double>(x) / frame_width;
}
double darkness(std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t) { return 0.0; }

std::shared_ptr<Pixels> recorded(const Camera& camera, StackShape shape, std::uint32_t seed, const Electrons& light) {
  shape.y = frame_height;
  shape.x = frame_width;
  auto pixels = make_pixels(shape, 1, 8);
  synth::Deviates random(seed);
  std::size_t i = 0;
  for (std::int64_t t = 0; t < shape.t; ++t) {
    for (std::int64_t z = 0; z < shape.z; ++z) {
      for (std::int64_t c = 0; c < shape.c; ++c) {
        for (std::int64_t y = 0; y < frame_height; ++y) {
          for (std::int64_t x = 0; x < frame_width; ++x, ++i) {
            const double electrons = random.poisson(light(t, z, c, y, x)) + camera.read_noise * random.normal();
            const double adu = electrons / camera.gain + camera.offset;
            pixels->values[i] = static_cast<std::uint16_t>(std::clamp(std::round(adu), 0.0, 65535.0));
          }
        }
      }
    }
  }
  return pixels;
}

MakeSteps recipe(std::vector<std::pair<StepKind, Json>> kinds) {
  return [kinds = std::move(kinds)] {
    std::vector<PipelineStep> steps;
    for (const auto& [kind, settings] : kinds) {
      auto step = kind.make(settings);
      INFO((step.ok() ? std::string() : step.error().message));
      REQUIRE(step.ok());
      steps.push_back({kind.name, std::move(*step)});
    }
    return steps;
  };
}

MakeSteps detect_gain(const Json& settings) { return recipe({{detect_gain_kind(), settings}}); }

double value_of(const std::vector<LearntValue>& learnt, const std::string& name, std::size_t channel) {
  for (const LearntValue& value : learnt) {
    if (value.name == name && channel < value.values.size() && value.values[channel]) return *value.values[channel];
  }
  FAIL(name << " was not learnt");
  return 0.0;
}

bool knows(const std::vector<LearntValue>& learnt, const std::string& name) {
  return std::any_of(learnt.begin(), learnt.end(), [&](const LearntValue& value) { return value.name == name; });
}

std::string gain_refusal(const std::vector<ToyInput>& inputs, const Json& settings) {
  std::vector<InputInfo> infos;
  for (const ToyInput& input : inputs) infos.push_back({input.role, "frames.tif", input.pixels->info});
  auto step = detect_gain_kind().make(settings);
  if (!step.ok()) return step.error().message;
  auto planned = (*step)->plan(inputs[0].pixels->info, infos);
  if (!planned.ok()) return planned.error().message;
  ToyRun run(inputs, detect_gain(settings), 1);
  const auto fitted = run.driver().fit();
  REQUIRE_FALSE(fitted.ok());
  return fitted.error().message;
}

}  // namespace

TEST_CASE("every channel's gain is measured, the same with any number of threads", "[detect_gain]") {
  const std::vector<ToyInput> inputs{{Role::main, recorded({}, {10, 1, 2, 0, 0}, 1, gradient)}};
  const std::string method = GENERATE("frame_difference", "quantile_low", "median_mad");
  std::optional<Bytes> first;
  for (const std::size_t threads : thread_counts) {
    ToyRun run(inputs, detect_gain({{"method", method}}), threads);
    REQUIRE(run.driver().fit().ok());
    const auto& step = run.step<DetectGainStep>(0);
    const double allowed = method == "frame_difference" ? 0.02 : 0.12;
    for (std::size_t c = 0; c < 2; ++c) CHECK(value_of(step.learnt(), "gain_e_per_adu", c) == Approx(0.5).epsilon(allowed));
    if (!first) first = step.state();
    CHECK(step.state() == *first);
  }
}

TEST_CASE("frames may lie along Z, and several scenes are pooled", "[detect_gain]") {
  ToyRun run({{Role::main, recorded({}, {2, 10, 1, 0, 0}, 2, gradient)}}, detect_gain({{"axis", "Z"}}), 1);
  REQUIRE(run.driver().fit().ok());
  CHECK(value_of(run.step<DetectGainStep>(0).learnt(), "gain_e_per_adu", 0) == Approx(0.5).epsilon(0.02));
}

// Photon noise is skewed, so that evenly lit pixels make a line of their own; read noise makes its slope wrong.
TEST_CASE("flat light is refused, whatever its noise", "[detect_gain]") {
  const auto [photons, read_noise, frames] =
      GENERATE(table<double, double, std::int64_t>({{5.0, 1.6, 30}, {20.0, 6.0, 10}, {300.0, 1.7, 30}, {300.0, 0.0, 2}}));
  const std::string method = GENERATE("frame_difference", "quantile_low");
  const Camera camera{0.5, 100.0, read_noise};
  const auto flat = recorded(camera, {frames, 1, 1, 0, 0}, 5, [light = photons](auto...) { return light; });
  const std::string refusal = gain_refusal({{Role::main, flat}}, {{"method", method}});
  CHECK(refusal.find("give no lever") != std::string::npos);
}

TEST_CASE("the standard error takes in what a flickering lamp leaves unsure", "[detect_gain]") {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    synth::Deviates lamp(100 + seed);
    std::vector<double> light;
    for (int t = 0; t < 20; ++t) light.push_back(1.0 + 0.02 * lamp.normal());
    const auto frames = recorded({}, {20, 1, 1, 0, 0}, seed, [&](auto t, auto z, auto c, auto y, auto x) {
      return light[static_cast<std::size_t>(t)] * gradient(t, z, c, y, x);
    });
    ToyRun run({{Role::main, frames}}, detect_gain(Json::object()), 1);
    REQUIRE(run.driver().fit().ok());
    const auto learnt = run.step<DetectGainStep>(0).learnt();
    const double gain = value_of(learnt, "gain_e_per_adu", 0);
    const double se = value_of(learnt, "gain_se_e_per_adu", 0);
    INFO("seed " << seed << ": " << gain << " +- " << se);
    CHECK(std::abs(gain - 0.5) < 3.0 * se);
    CHECK(se < 0.05);
  }
}

TEST_CASE("dark frames give offset and read noise with their standard errors", "[detect_gain]") {
  const auto frames = recorded({}, {10, 1, 1, 0, 0}, 8, gradient);
  const auto dark = recorded({}, {10, 1, 1, 0, 0}, 9, darkness);
  ToyRun run({{Role::main, frames}, {Role::dark, dark}}, detect_gain(Json::object()), 1);
  REQUIRE(run.driver().fit().ok());
  const auto learnt = run.step<DetectGainStep>(0).learnt();
  const double offset_se = value_of(learnt, "offset_se_adu", 0);
  CHECK(offset_se == Approx(6.0 / std::sqrt(10.0 * frame_height * frame_width)).epsilon(0.05));
  CHECK(std::abs(value_of(learnt, "offset_adu", 0) - 100.0) < 4.0 * offset_se);
  CHECK(std::abs(value_of(learnt, "read_noise_e", 0) - 3.0) <
        4.0 * value_of(learnt, "read_noise_se_e", 0) + 0.01);  // rounding adds 1/12 ADU^2
}

TEST_CASE("median_mad doubts what flat light gives", "[detect_gain]") {
  const auto flat = recorded({}, {30, 1, 1, 0, 0}, 6, [](auto...) { return 20.0; });
  ToyRun run({{Role::main, flat}}, detect_gain({{"method", "median_mad"}}), 1);
  REQUIRE(run.driver().fit().ok());
  const auto warnings = run.step<DetectGainStep>(0).account().warnings;
  CHECK(std::any_of(warnings.begin(), warnings.end(),
                    [](const std::string& text) { return text.find("evenly lit") != std::string::npos; }));
}

TEST_CASE("where most pixels are saturated that is the reason", "[detect_gain]") {
  auto frames = recorded({}, {10, 1, 1, 0, 0}, 7, gradient);
  for (std::size_t i = 0; i < frames->values.size(); ++i) {
    if (i % frame_width >= 10) frames->values[i] = 4095;
  }
  const std::string refusal = gain_refusal({{Role::main, frames}}, Json::object());
  CHECK(refusal.find("saturated") != std::string::npos);
  CHECK(refusal.find("lever") == std::string::npos);
}

TEST_CASE("along C the channels are frames of one scene, whose gain is that of every channel", "[detect_gain]") {
  const auto channels = recorded({}, {1, 2, 8, 0, 0}, 21, [](auto, auto, auto, auto, auto x) {
    return 20.0 + 900.0 * static_cast<double>(x) / frame_width;
  });
  const std::string method = GENERATE("frame_difference", "median_mad");
  ToyRun run({{Role::main, channels}}, detect_gain({{"axis", "C"}, {"method", method}}), 1);
  REQUIRE(run.driver().fit().ok());
  const auto learnt = run.step<DetectGainStep>(0).learnt();
  const double allowed = method == "frame_difference" ? 0.02 : 0.15;
  CHECK(value_of(learnt, "gain_e_per_adu", 0) == Approx(0.5).epsilon(allowed));
  CHECK(value_of(learnt, "gain_e_per_adu", 7) == value_of(learnt, "gain_e_per_adu", 0));
}

TEST_CASE("line scans: every row, or every column, is a frame", "[detect_gain]") {
  const std::string axis = GENERATE("Y", "X");
  const std::string method = GENERATE("frame_difference", "median_mad");
  const auto along = [&](auto, auto, auto, auto y, auto x) {
    const double place = axis == "Y" ? static_cast<double>(x) / frame_width : static_cast<double>(y) / frame_height;
    return 20.0 + 900.0 * place;
  };
  std::optional<Bytes> first;
  for (const std::size_t threads : thread_counts) {
    ToyRun run({{Role::main, recorded({}, {3, 5, 1, 0, 0}, 22, along)}}, detect_gain({{"axis", axis}, {"method", method}}),
               threads);
    const auto fitted = run.driver().fit();
    INFO((fitted.ok() ? std::string() : fitted.error().message));
    REQUIRE(fitted.ok());
    const auto& step = run.step<DetectGainStep>(0);
    // The median and MAD of whole numbers are whole or half numbers: coarse.
    CHECK(value_of(step.learnt(), "gain_e_per_adu", 0) == Approx(0.5).epsilon(method == "frame_difference" ? 0.02 : 0.15));
    const std::vector<LearntMap> maps = step.maps();
    REQUIRE(maps.size() == 3);
    CHECK(maps[0].height == (axis == "Y" ? 1 : frame_height));
    CHECK(maps[0].width == (axis == "Y" ? frame_width : 1));
    if (!first) first = step.state();
    CHECK(step.state() == *first);
  }
}

TEST_CASE("a clipped light level is refused, one that flickers is doubted", "[detect_gain]") {
  const auto level = [](double light, std::uint32_t seed) {
    return recorded({}, {30, 1, 1, 0, 0}, seed, [light](auto...) { return light; });
  };
  const auto dark = recorded({}, {30, 1, 1, 0, 0}, 31, darkness);
  const auto main = recorded({}, {1, 1, 1, 0, 0}, 32, gradient);
  const std::string method = GENERATE("calibration", "emva");
  const auto clipped = level(900, 33);
  for (auto& value : clipped->values) value = std::min<std::uint16_t>(value, 1950);
  CHECK_THAT(gain_refusal({{Role::main, main}, {Role::dark, dark}, {Role::level, clipped}}, {{"method", method}}),
             Catch::Contains("largest value, 1950"));
  const auto flickering = level(900, 34);
  const std::size_t plane = frame_height * frame_width;
  for (std::size_t i = 0; i < flickering->values.size(); ++i) {
    const double lamp = 1.0 + 0.02 * std::sin(7.0 * static_cast<double>(i / plane));
    flickering->values[i] = static_cast<std::uint16_t>(100.0 + lamp * (static_cast<double>(flickering->values[i]) - 100.0));
  }
  ToyRun run({{Role::main, main}, {Role::dark, dark}, {Role::level, flickering}}, detect_gain({{"method", method}}), 1);
  REQUIRE(run.driver().fit().ok());
  const auto warnings = run.step<DetectGainStep>(0).account().warnings;
  REQUIRE_FALSE(warnings.empty());
  CHECK_THAT(warnings.back(), Catch::Contains("changes by 1.4 %") && Catch::Contains("doubtful"));
}

TEST_CASE("flicker of 3 % is taken out, and frames of light are no dark frames", "[detect_gain]") {
  const auto movie = recorded({}, {20, 1, 1, 0, 0}, 35, gradient);
  synth::Deviates lamp(36);
  // Whole photons of a lamp that was brighter or darker, not scaled ones.
  const std::vector<double> light = [&] {
    std::vector<double> light(20);
    for (double& value : light) value = 1.0 + 0.03 * lamp.normal();
    return light;
  }();
  const auto flickering = recorded({}, {20, 1, 1, 0, 0}, 37, [&](auto t, auto z, auto c, auto y, auto x) {
    return light[static_cast<std::size_t>(t)] * gradient(t, z, c, y, x);
  });
  ToyRun run({{Role::main, flickering}}, detect_gain(Json::object()), 1);
  REQUIRE(run.driver().fit().ok());
  const auto learnt = run.step<DetectGainStep>(0).learnt();
  CHECK(value_of(learnt, "gain_e_per_adu", 0) == Approx(0.5).margin(3.0 * value_of(learnt, "gain_se_e_per_adu", 0) + 0.0025));
  const auto bright = recorded({}, {20, 1, 1, 0, 0}, 38, [](auto...) { return 700.0; });
  CHECK_THAT(gain_refusal({{Role::main, movie}, {Role::dark, bright}}, Json::object()),
             Catch::Contains("brighter than the dark parts"));
}

TEST_CASE("frames that are copies of the one before are told", "[detect_gain]") {
  const auto movie = recorded({}, {10, 1, 1, 0, 0}, 25, gradient);
  const std::ptrdiff_t plane = frame_height * frame_width;
  std::copy_n(movie->values.begin() + 3 * plane, plane, movie->values.begin() + 4 * plane);
  ToyRun run({{Role::main, movie}}, detect_gain(Json::object()), 1);
  REQUIRE(run.driver().fit().ok());
  const auto warnings = run.step<DetectGainStep>(0).account().warnings;
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Catch::Contains("1 of 10 frames are copies") && Catch::Contains("12.5 % too high"));
}

TEST_CASE("wild pixels in one frame do not pass for a flickering lamp", "[detect_gain]") {
  const auto movie = recorded({}, {20, 1, 1, 0, 0}, 23, gradient);
  std::mt19937 generator(24);
  const std::size_t plane = frame_height * frame_width;
  for (std::size_t i = 0; i < plane / 1000; ++i) movie->values[7 * plane + generator() % plane] = 60000;
  for (std::size_t t = 0; t < 20; ++t) {
    for (std::size_t i = 0; i < plane / 2000; ++i) movie->values[t * plane + generator() % plane] = 30000;
  }
  ToyRun run({{Role::main, movie}}, detect_gain(Json::object()), 1);
  REQUIRE(run.driver().fit().ok());
  const auto& step = run.step<DetectGainStep>(0);
  CHECK(value_of(step.learnt(), "gain_e_per_adu", 0) == Approx(0.5).epsilon(0.02));
  CHECK(step.account().details["channels"][0]["flicker_fraction"].get<double>() < 0.002);
}

TEST_CASE("dark frames tell offset and read noise; without them the zero-variance level is called what it is",
          "[detect_gain]") {
  const auto movie = recorded({}, {20, 1, 1, 0, 0}, 3, gradient);
  ToyRun with({{Role::main, movie}, {Role::dark, recorded({}, {20, 1, 1, 0, 0}, 4, darkness)}}, detect_gain(Json::object()), 1);
  REQUIRE(with.driver().fit().ok());
  const auto learnt = with.step<DetectGainStep>(0).learnt();
  CHECK(value_of(learnt, "offset_adu", 0) == Approx(100.0).margin(0.2));
  CHECK(value_of(learnt, "read_noise_e", 0) == Approx(3.0).epsilon(0.03));
  ToyRun without({{Role::main, movie}}, detect_gain(Json::object()), 1);
  REQUIRE(without.driver().fit().ok());
  const auto bound = without.step<DetectGainStep>(0).learnt();
  CHECK_FALSE(knows(bound, "offset_adu"));
  CHECK_FALSE(knows(bound, "read_noise_e"));
  // x0 is the offset less the read variance (36 ADU^2) times the gain.
  CHECK(value_of(bound, "zero_variance_adu", 0) ==
        Approx(100.0 - 36.0 * 0.5).margin(4.0 * value_of(bound, "zero_variance_se_adu", 0)));
  CHECK(value_of(bound, "zero_variance_se_adu", 0) < 3.0);
}

TEST_CASE("calibration sets give gain, offset and read noise; so does the EMVA line", "[detect_gain]") {
  std::vector<ToyInput> inputs{{Role::main, recorded({}, {1, 1, 1, 0, 0}, 5, gradient)},
                               {Role::dark, recorded({}, {30, 1, 1, 0, 0}, 6, darkness)}};
  for (const double level : {200.0, 500.0, 900.0}) {
    inputs.push_back({Role::level, recorded({}, {30, 1, 1, 0, 0}, 7 + static_cast<std::uint32_t>(level),
                                            [level](auto...) { return level; })});
  }
  const std::string method = GENERATE("calibration", "emva");
  ToyRun run(inputs, detect_gain({{"method", method}}), 1);
  const auto fitted = run.driver().fit();
  INFO((fitted.ok() ? std::string() : fitted.error().message));
  REQUIRE(fitted.ok());
  const auto learnt = run.step<DetectGainStep>(0).learnt();
  CHECK(value_of(learnt, "gain_e_per_adu", 0) == Approx(0.5).epsilon(0.02));
  CHECK(value_of(learnt, "offset_adu", 0) == Approx(100.0).margin(0.2));
  CHECK(value_of(learnt, "read_noise_e", 0) == Approx(3.0).epsilon(0.03));
}

TEST_CASE("the standard error of the EMVA line is not only what three levels happen to scatter", "[detect_gain]") {
  const auto dark = recorded({}, {10, 1, 1, 0, 0}, 60, darkness);
  const auto main = recorded({}, {1, 1, 1, 0, 0}, 61, gradient);
  constexpr int seeds = 8;
  int held = 0;
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    std::vector<ToyInput> inputs{{Role::main, main}, {Role::dark, dark}};
    for (const double level : {50.0, 200.0, 800.0}) {
      inputs.push_back({Role::level, recorded({}, {10, 1, 1, 0, 0}, 70 + 10 * seed + static_cast<std::uint32_t>(level),
                                              [level](auto...) { return level; })});
    }
    ToyRun run(inputs, detect_gain({{"method", "emva"}}), 1);
    REQUIRE(run.driver().fit().ok());
    const auto learnt = run.step<DetectGainStep>(0).learnt();
    const double off = value_of(learnt, "gain_e_per_adu", 0) - 0.5;
    held += std::abs(off) <= 2.0 * value_of(learnt, "gain_se_e_per_adu", 0) ? 1 : 0;
  }
  CHECK(held >= seeds - 2);
}

TEST_CASE("dark frames of another channel are doubted", "[detect_gain]") {
  Camera other;
  other.offset = 300.0;
  const auto movie = recorded(other, {20, 1, 1, 0, 0}, 62, gradient);
  const auto says = [&](const std::shared_ptr<Pixels>& dark) {
    ToyRun run({{Role::main, movie}, {Role::dark, dark}}, detect_gain(Json::object()), 1);
    REQUIRE(run.driver().fit().ok());
    const auto warnings = run.step<DetectGainStep>(0).account().warnings;
    return std::any_of(warnings.begin(), warnings.end(), [](const std::string& warning) {
      return warning.find("of another camera, channel or setting") != std::string::npos;
    });
  };
  CHECK(says(recorded({}, {10, 1, 1, 0, 0}, 63, darkness)));
  CHECK_FALSE(says(recorded(other, {10, 1, 1, 0, 0}, 64, darkness)));
}

TEST_CASE("maps hold mean, variance and gain of every pixel; a calibration set gives offset, variance and gain",
          "[detect_gain]") {
  const auto movie = recorded({}, {50, 1, 2, 0, 0}, 11, gradient);
  const auto middle = [](std::vector<float> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return static_cast<double>(values[values.size() / 2]);
  };
  ToyRun run({{Role::main, movie}}, detect_gain(Json::object()), thread_counts.back());
  REQUIRE(run.driver().fit().ok());
  const auto& step = run.step<DetectGainStep>(0);
  const auto maps = step.maps();
  REQUIRE(maps.size() == 6);
  const std::vector<std::string> names{"mean", "variance", "gain"};
  for (std::size_t i = 0; i < maps.size(); ++i) {
    CHECK(maps[i].name == names[i % 3]);
    CHECK(maps[i].channel == i / 3);
    CHECK(maps[i].height == frame_height);
    CHECK(maps[i].width == frame_width);
  }
  const auto mean = step.map(0);
  REQUIRE(mean.ok());
  for (const std::int64_t x : {5, 60, 127}) {
    double sum = 0.0;
    for (std::int64_t t = 0; t < 50; ++t) sum += movie->at(t, 0, 0, 7, x);
    CHECK(static_cast<double>((*mean)[static_cast<std::size_t>(7 * frame_width + x)]) == Approx(sum / 50.0).epsilon(1e-6));
  }
  CHECK(middle(*step.map(2)) == Approx(0.5).epsilon(0.05));
  CHECK_FALSE(step.map(6).ok());

  std::vector<ToyInput> inputs{{Role::main, recorded({}, {1, 1, 1, 0, 0}, 5, gradient)},
                               {Role::dark, recorded({}, {40, 1, 1, 0, 0}, 6, darkness)},
                               {Role::level, recorded({}, {40, 1, 1, 0, 0}, 7, [](auto...) { return 400.0; })},
                               {Role::level, recorded({}, {40, 1, 1, 0, 0}, 8, [](auto...) { return 900.0; })}};
  ToyRun sets(inputs, detect_gain({{"method", "calibration"}}), 1);
  REQUIRE(sets.driver().fit().ok());
  const auto& calibrated = sets.step<DetectGainStep>(0);
  REQUIRE(calibrated.maps().size() == 3);
  CHECK(calibrated.maps()[0].name == "offset");
  CHECK(calibrated.maps()[1].name == "variance");
  CHECK(middle(*calibrated.map(0)) == Approx(100.0).margin(0.5));
  CHECK(middle(*calibrated.map(1)) == Approx(36.0).epsilon(0.1));
  CHECK(middle(*calibrated.map(2)) == Approx(0.5).epsilon(0.03));
}

TEST_CASE("a scene of more than a million pixels is measured in every other row, and its maps still have all rows",
          "[detect_gain]") {
  // Twelve depths of one still scene, each 96 x 1024: 1 179 648 pixels.
  auto movie = make_pixels({4, 12, 1, 96, 1024}, 3, 8);
  synth::Deviates random(1);
  for (std::size_t i = 0; i < movie->values.size(); ++i) {
    const double light = 50.0 + static_cast<double>(i % 1024);
    movie->values[i] = static_cast<std::uint16_t>(std::round(100.0 + light + std::sqrt(light) * random.normal()));
  }
  ToyRun run({{Role::main, movie}}, detect_gain(Json::object()), 1);
  REQUIRE(run.driver().fit().ok());
  const auto& step = run.step<DetectGainStep>(0);
  CHECK(value_of(step.learnt(), "gain_e_per_adu", 0) == Approx(1.0).epsilon(0.02));
  CHECK(step.account().warnings[0].find("Every 2th row") == std::string::npos);
  CHECK(step.account().warnings[0].find("Every second row") != std::string::npos);
  const auto mean = step.map(0);
  REQUIRE(mean.ok());
  REQUIRE(mean->size() == 96 * 1024);
  CHECK(std::equal(mean->begin(), mean->begin() + 1024, mean->begin() + 1024));
  CHECK_FALSE(std::equal(mean->begin(), mean->begin() + 1024, mean->begin() + 2048));
}

TEST_CASE("a channel that cannot be measured is passed over with its reason, the others are not", "[detect_gain]") {
  const Electrons one_flat = [](std::int64_t t, std::int64_t z, std::int64_t c, std::int64_t y, std::int64_t x) {
    return c == 0 ? 400.0 : gradient(t, z, c, y, x);
  };
  const auto movie = recorded({}, {10, 1, 2, 0, 0}, 21, one_flat);
  ToyRun run({{Role::main, movie}}, detect_gain(Json::object()), 1);
  REQUIRE(run.driver().fit().ok());
  const auto& step = run.step<DetectGainStep>(0);
  CHECK_FALSE(step.learnt()[0].values[0].has_value());
  CHECK(value_of(step.learnt(), "gain_e_per_adu", 1) == Approx(0.5).epsilon(0.05));
  REQUIRE(step.account().warnings.size() == 1);
  CHECK(step.account().warnings[0].find("Evenly lit") != std::string::npos);
  CHECK(step.account().details["channels"][0].contains("refused"));
  ToyRun later({{Role::main, movie}}, recipe({{detect_gain_kind(), Json::object()}, {electrons_kind(), Json::object()}}), 1);
  const auto fitted = later.driver().fit();
  REQUIRE_FALSE(fitted.ok());
  CHECK(fitted.error().message.find("channel 0") != std::string::npos);
}

TEST_CASE("detect_gain gives flat-field correction its offset", "[detect_gain]") {
  const auto movie = recorded({}, {20, 1, 1, 0, 0}, 8, gradient);
  const auto dark = recorded({}, {20, 1, 1, 0, 0}, 9, darkness);
  ToyRun run({{Role::main, movie}, {Role::dark, dark}},
             recipe({{detect_gain_kind(), Json::object()}, {flatfield_kind(), Json::object()}}), 1);
  const auto fitted = run.driver().fit();
  INFO((fitted.ok() ? std::string() : fitted.error().message));
  REQUIRE(fitted.ok());
  const auto used = run.lead().step(1)->account().used;
  REQUIRE(used.size() == 1);
  CHECK(used[0].setting == "offset");
  CHECK(used[0].from.step_name == "detect_gain");
  CHECK(used[0].from.value.name == "offset_adu");
  CHECK(*used[0].from.value.values[0] == Approx(100.0).margin(0.2));
}

TEST_CASE("without dark frames flat-field correction takes the zero-variance crossing, and says so", "[detect_gain]") {
  const auto movie = recorded({}, {20, 1, 1, 0, 0}, 8, gradient);
  const auto steps = [](const Json& settings) {
    return recipe({{detect_gain_kind(), Json::object()}, {flatfield_kind(), settings}});
  };
  ToyRun run({{Role::main, movie}}, steps(Json::object()), 1);
  REQUIRE(run.driver().fit().ok());
  const auto account = run.lead().step(1)->account();
  REQUIRE(account.used.size() == 1);
  CHECK(account.used[0].from.value.name == "zero_variance_adu");
  CHECK(*account.used[0].from.value.values[0] < 100.0);
  CHECK(account.warnings.at(0).find("lies below the true offset") != std::string::npos);

  ToyRun given({{Role::main, movie}}, steps({{"offset", 100}}), 1);
  REQUIRE(given.driver().fit().ok());
  CHECK(given.lead().step(1)->account().used.empty());
}

TEST_CASE("detect_gain, electrons: the second uses what the first measured, and says so", "[detect_gain][electrons]") {
  const auto movie = recorded({}, {20, 1, 1, 0, 0}, 8, gradient);
  const auto dark = recorded({}, {20, 1, 1, 0, 0}, 9, darkness);
  const auto steps = recipe({{detect_gain_kind(), Json::object()}, {electrons_kind(), Json::object()}});
  const auto output = same_everywhere({{Role::main, movie}, {Role::dark, dark}}, steps).at(0);
  double sum = 0.0;
  double expected = 0.0;
  std::size_t i = 0;
  for (std::int64_t t = 0; t < 20; ++t) {
    for (std::int64_t y = 0; y < frame_height; ++y) {
      for (std::int64_t x = 0; x < frame_width; ++x, ++i) {
        sum += static_cast<double>(output[i]);
        expected += gradient(t, 0, 0, y, x);
      }
    }
  }
  CHECK(sum == Approx(expected).epsilon(0.02));
  ToyRun run({{Role::main, movie}, {Role::dark, dark}}, steps, 1);
  REQUIRE(run.all().ok());
  const auto account = run.step<ElectronsStep>(1).account();
  REQUIRE(account.used.size() == 2);
  CHECK(account.used[0].setting == "gain");
  CHECK(account.used[0].from.step_name == "detect_gain");
  CHECK(account.warnings.empty());
}

TEST_CASE("electrons takes numbers, one for all channels or one each, and asks for what it lacks", "[electrons]") {
  const auto stack = make_pixels({1, 1, 2, 4, 4}, 3);
  const auto steps = recipe({{electrons_kind(), {{"gain", {2.0, 3.0}}, {"offset", {100.0}}}}});
  const auto output = same_everywhere({{Role::main, stack}}, steps).at(0);
  for (std::size_t i = 0; i < 16; ++i) {
    CHECK(output[i] == (static_cast<float>(stack->values[i]) - 100.0F) * 2.0F);
    CHECK(output[16 + i] == (static_cast<float>(stack->values[16 + i]) - 100.0F) * 3.0F);
  }
  auto three = electrons_kind().make({{"gain", {1.0, 2.0, 3.0}}, {"offset", {0}}});
  REQUIRE(three.ok());
  const auto planned = (*three)->plan(stack->info, {});
  REQUIRE_FALSE(planned.ok());
  CHECK(planned.error().message.find("3 values for 2 channels") != std::string::npos);
  ToyRun lacking({{Role::main, stack}}, recipe({{electrons_kind(), Json::object()}}), 1);
  const auto fitted = lacking.driver().fit();
  REQUIRE_FALSE(fitted.ok());
  CHECK(fitted.error().message.find("detect_gain") != std::string::npos);
}

TEST_CASE("what cannot be measured is refused with the reason", "[detect_gain]") {
  const auto one = recorded({}, {1, 5, 1, 0, 0}, 1, gradient);
  CHECK(gain_refusal({{Role::main, one}}, Json::object()).find("axis to Z") != std::string::npos);
  const auto flat = recorded({}, {10, 1, 1, 0, 0}, 1, [](auto...) { return 400.0; });
  CHECK(gain_refusal({{Role::main, flat}}, Json::object()).find("Evenly lit") != std::string::npos);
  CHECK(gain_refusal({{Role::main, make_pixels({5, 1, 1, 4, 4}, 1)}}, Json::object()).find("16 of 16 pixels") !=
        std::string::npos);
  auto saturated = make_pixels({5, 1, 1, 96, 128}, 1);
  std::fill(saturated->values.begin(), saturated->values.end(), std::uint16_t{65535});
  CHECK(gain_refusal({{Role::main, saturated}}, Json::object()).find("every pixel is saturated, at 65535 ADU") !=
        std::string::npos);
  saturated->values[3] = 65000;
  CHECK(gain_refusal({{Role::main, saturated}}, Json::object()).find("100 % are saturated") != std::string::npos);
  auto constant = make_pixels({5, 1, 1, 96, 128}, 1);
  std::fill(constant->values.begin(), constant->values.end(), std::uint16_t{700});
  for (const char* method : {"frame_difference", "median_mad", "quantile_low"}) {
    CHECK(gain_refusal({{Role::main, constant}}, {{"method", method}}).find("no range of brightness") != std::string::npos);
  }
  CHECK(gain_refusal({{Role::main, flat}}, {{"method", "emva"}}).find("--dark") != std::string::npos);
  CHECK(gain_refusal({{Role::main, flat}, {Role::dark, make_pixels({5, 1, 1, 4, 4}, 1)}}, Json::object()).find("96 x 128") !=
        std::string::npos);
}

TEST_CASE("what cannot be measured can be looked at: a comparison accounts for it instead of failing", "[detect_gain]") {
  const auto flat = recorded({}, {10, 1, 1, 0, 0}, 1, [](auto...) { return 400.0; });
  for (const char* method : {"frame_difference", "quantile_low"}) {
    ToyRun run({{Role::main, flat}}, detect_gain({{"method", method}}), 1, {.compare = true});
    REQUIRE(run.driver().fit().ok());
    const auto& step = run.step<DetectGainStep>(0);
    CHECK_FALSE(step.learnt()[0].values[0].has_value());
    const Json channel = step.account().details["channels"][0];
    CHECK(channel["refused"].get<std::string>().find("Evenly lit") != std::string::npos);
    const auto counts = channel["density"]["counts"].get<std::vector<std::uint32_t>>();
    CHECK(std::accumulate(counts.begin(), counts.end(), 0U) > 0.95 * frame_height * frame_width);
    REQUIRE(step.maps().size() == 2);
    const auto mean = step.map(0);
    REQUIRE(mean.ok());
    CHECK(std::accumulate(mean->begin(), mean->end(), 0.0) / static_cast<double>(mean->size()) == Approx(900.0).epsilon(0.01));
  }
}

TEST_CASE("a doubtful median_mad result comes with a warning that says why", "[detect_gain]") {
  const Electrons bleaching = [](std::int64_t t, std::int64_t z, std::int64_t c, std::int64_t y, std::int64_t x) {
    return gradient(t, z, c, y, x) * (1.0 - 0.3 * static_cast<double>(t) / 29.0);
  };
  ToyRun run({{Role::main, recorded({}, {30, 1, 1, 0, 0}, 4, bleaching)}}, detect_gain({{"method", "median_mad"}}), 1);
  REQUIRE(run.driver().fit().ok());
  const auto warnings = run.step<DetectGainStep>(0).account().warnings;
  REQUIRE_FALSE(warnings.empty());
  CHECK(warnings[0].find("Bleaching") != std::string::npos);
}
