// The step `flatfield` over whole stacks: every source of a profile, on scenes whose shading is known.
#include "steps/flatfield_step.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <numbers>

#include "run/toy_run.hpp"
#include "steps/kinds.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

constexpr std::int64_t height = 48;
constexpr std::int64_t width = 64;

/// Mean 1 over the image; another centre for each channel.
double shading(std::int64_t channel, std::int64_t y, std::int64_t x) {
  const double v = (static_cast<double>(y) + 0.5) / height;
  const double u = (static_cast<double>(x) + 0.5) / width;
  return 1.0 + 0.3 * std::cos(std::numbers::pi * u) * (channel == 0 ? 1.0 : -1.0) + 0.2 * std::cos(std::numbers::pi * v);
}

using Light = std::function<double(std::int64_t t, std::int64_t z, std::int64_t c, std::int64_t y, std::int64_t x)>;

/// Light through the shading, plus an offset.
std::shared_ptr<Pixels> lit_stack(StackShape shape, double offset, const Light& light) {
  shape.y = height;
  shape.x = width;
  auto pixels = make_pixels(shape, 1, 8);
  for (std::int64_t t = 0; t < shape.t; ++t) {
    for (std::int64_t z = 0; z < shape.z; ++z) {
      for (std::int64_t c = 0; c < shape.c; ++c) {
        for (std::int64_t y = 0; y < height; ++y) {
          for (std::int64_t x = 0; x < width; ++x) {
            pixels->values[pixels->index(t, z, c, y, x)] =
                static_cast<std::uint16_t>(std::lround(light(t, z, c, y, x) * shading(c, y, x) + offset));
          }
        }
      }
    }
  }
  return pixels;
}

double brightness(std::int64_t frame) { return 2000.0 + 3000.0 * std::fmod(0.618 * static_cast<double>(frame + 1), 1.0); }

/// A background that varies from frame to frame, and cells that move.
double moving_cells(std::int64_t t, std::int64_t /*z*/, std::int64_t /*c*/, std::int64_t y, std::int64_t x) {
  const bool cell = (x + 9 * t) % width < 7 && (y + 17 * t) % height < 7;
  return brightness(t) + (cell ? 6000.0 : 0.0);
}

MakeSteps flatfield(const Json& settings) {
  return [settings] {
    std::vector<PipelineStep> steps;
    auto step = flatfield_kind().make(settings);
    INFO((step.ok() ? std::string() : step.error().message));
    REQUIRE(step.ok());
    steps.push_back({"flatfield", std::move(*step)});
    return steps;
  };
}

std::string flatfield_refusal(const std::vector<ToyInput>& inputs, const Json& settings) {
  std::vector<InputInfo> infos;
  for (const ToyInput& input : inputs) infos.push_back({input.role, "stack.tif", input.pixels->info});
  auto step = flatfield_kind().make(settings);
  if (!step.ok()) return step.error().message;
  auto planned = (*step)->plan(inputs[0].pixels->info, infos);
  REQUIRE_FALSE(planned.ok());
  CHECK(planned.error().code == Errc::bad_setting);
  return planned.error().message;
}

/// Largest relative difference between the output and the light that went in.
double worst(const std::vector<float>& output, const StackShape& shape, const Light& light) {
  double largest = 0.0;
  std::size_t i = 0;
  for (std::int64_t t = 0; t < shape.t; ++t) {
    for (std::int64_t z = 0; z < shape.z; ++z) {
      for (std::int64_t c = 0; c < shape.c; ++c) {
        for (std::int64_t y = 0; y < height; ++y) {
          for (std::int64_t x = 0; x < width; ++x, ++i) {
            const double expected = light(t, z, c, y, x);
            largest = std::max(largest, std::abs(static_cast<double>(output[i]) - expected) / expected);
          }
        }
      }
    }
  }
  return largest;
}

}  // namespace

TEST_CASE("BaSiC evens out each channel by its own shading, the same with any number of threads", "[flatfield]") {
  const StackShape shape{30, 1, 2, height, width};
  const auto stack = lit_stack(shape, 100.0, moving_cells);
  const auto output = same_everywhere({{Role::main, stack}}, flatfield({{"offset", 100}}));
  CHECK(worst(output.at(0), shape, moving_cells) < 0.05);
}

TEST_CASE("tiles are fitted together and corrected each", "[flatfield]") {
  const StackShape shape{8, 1, 1, height, width};
  std::vector<ToyInput> tiles;
  std::vector<Light> lights;
  for (std::int64_t tile = 0; tile < 4; ++tile) {
    lights.emplace_back([tile](std::int64_t t, std::int64_t z, std::int64_t c, std::int64_t y, std::int64_t x) {
      return moving_cells(t + 8 * tile, z, c, y, x);
    });
    tiles.push_back({Role::main, lit_stack(shape, 0.0, lights.back())});
  }
  const auto output = same_everywhere(tiles, flatfield({{"offset", 0}}));
  REQUIRE(output.size() == 4);
  for (std::int32_t tile = 0; tile < 4; ++tile)
    CHECK(worst(output.at(tile), shape, lights[static_cast<std::size_t>(tile)]) < 0.05);
}

TEST_CASE("the report tells profile, fit and shading before and after", "[flatfield]") {
  const StackShape shape{30, 1, 1, height, width};
  ToyRun run({{Role::main, lit_stack(shape, 0.0, moving_cells)}}, flatfield({{"offset", 0}}), 1);
  REQUIRE(run.all().ok());
  const auto& step = run.step<FlatfieldStep>(0);
  const auto learnt = step.learnt();
  REQUIRE(learnt.size() == 5);
  CHECK(learnt[0].name == "flatfield_min");
  CHECK(*learnt[0].values[0] == Approx(0.5).margin(0.03));
  CHECK(*learnt[1].values[0] == Approx(1.5).margin(0.03));
  const Step::Account account = step.account();
  CHECK(account.warnings.empty());
  CHECK(account.details["source"] == "basic");
  CHECK(account.details["fits"][0]["frames"] == 30);
  const Json& change = account.diagnostics["mean_image_shading"][0];
  CHECK(change["variation_before"].get<double>() > 0.2);
  CHECK(change["variation_after"].get<double>() < 0.2 * change["variation_before"].get<double>());
}

TEST_CASE("an offset that nobody gave is warned about, one that an earlier step measured is used and named", "[flatfield]") {
  auto step = flatfield_kind().make(Json::object());
  REQUIRE(step.ok());
  const auto stack = lit_stack({5, 1, 1, height, width}, 100.0, moving_cells);
  REQUIRE((*step)->plan(stack->info, {{Role::main, "stack.tif", stack->info}}).ok());
  REQUIRE((*step)->begin_fit({}, {}).ok());
  REQUIRE((*step)->account().warnings.size() == 1);
  CHECK((*step)->account().warnings[0].find("offset") != std::string::npos);
  REQUIRE((*step)->begin_fit({{0, "detect_gain", {"offset_adu", "counts", {100.0}}}}, {}).ok());
  CHECK((*step)->account().warnings.empty());
  REQUIRE((*step)->account().used.size() == 1);
  CHECK((*step)->account().used[0].setting == "offset");
  CHECK((*step)->account().details["offset_adu"][0] == 100.0);
}

TEST_CASE("dark frames are averaged and removed before the fit and in the output", "[flatfield]") {
  const StackShape shape{30, 1, 1, height, width};
  const auto stack = lit_stack(shape, 0.0, moving_cells);
  auto dark = make_pixels({3, 1, 1, height, width}, 1, 8);
  const auto pixels = static_cast<std::size_t>(height * width);
  for (std::size_t i = 0; i < dark->values.size(); ++i) {
    const std::size_t p = i % pixels;
    dark->values[i] = static_cast<std::uint16_t>(100 + p % 7 + i / pixels);  // means 101 + p % 7
  }
  for (std::size_t i = 0; i < stack->values.size(); ++i)
    stack->values[i] = static_cast<std::uint16_t>(stack->values[i] + 101 + i % pixels % 7);
  const auto output = same_everywhere({{Role::main, stack}, {Role::dark, dark}}, flatfield(Json::object()));
  CHECK(worst(output.at(0), shape, moving_cells) < 0.05);
}

TEST_CASE("a measured profile of any normalisation is brought to mean 1, and the report says so", "[flatfield]") {
  const StackShape shape{2, 1, 2, height, width};
  const auto stack = lit_stack(shape, 100.0, moving_cells);
  auto profile = make_pixels({1, 2, 2, height, width}, 1, 8);
  for (std::int64_t c = 0; c < 2; ++c) {
    for (std::int64_t y = 0; y < height; ++y) {
      for (std::int64_t x = 0; x < width; ++x) {
        profile->values[profile->index(0, 0, c, y, x)] = static_cast<std::uint16_t>(std::lround(30000.0 * shading(c, y, x)));
        profile->values[profile->index(0, 1, c, y, x)] = 100;
      }
    }
  }
  const std::vector<ToyInput> inputs{{Role::main, stack}, {Role::profile, profile}};
  const auto output = same_everywhere(inputs, flatfield(Json::object()));
  CHECK(worst(output.at(0), shape, moving_cells) < 0.002);
  ToyRun run(inputs, flatfield(Json::object()), 1);
  REQUIRE(run.all().ok());
  const auto account = run.step<FlatfieldStep>(0).account();
  CHECK(account.details["source"] == "measured");
  REQUIRE(account.warnings.size() == 2);
  CHECK(account.warnings[0].find("30000") != std::string::npos);

  ToyRun instead(inputs, flatfield({{"source", "basic"}, {"offset", 100}}), 1);
  REQUIRE(instead.all().ok());
  const auto warnings = instead.step<FlatfieldStep>(0).account().warnings;
  REQUIRE_FALSE(warnings.empty());
  CHECK(warnings[0].find("is not used, because source is basic") != std::string::npos);
}

TEST_CASE("empty planes of the corner tiles give the profile when z levels are named", "[flatfield]") {
  const StackShape shape{1, 12, 1, height, width};
  // Cells in planes 4 to 7 of every tile; the middle tiles are full of them, and must not be looked at.
  std::vector<ToyInput> tiles;
  std::vector<Light> lights;
  for (int tile = 0; tile < 9; ++tile) {
    const bool corner = tile == 0 || tile == 2 || tile == 6 || tile == 8;
    lights.emplace_back([corner, tile](std::int64_t, std::int64_t z, std::int64_t, std::int64_t y, std::int64_t x) {
      const bool cells = !corner || (z >= 4 && z <= 7);
      return 1000.0 + (cells && (x + y + tile) % 16 < 8 ? 4000.0 : 0.0);
    });
    tiles.push_back({Role::main, lit_stack(shape, 100.0, lights.back())});
  }
  const Json settings{{"z_levels", {4, 7}}, {"grid", {3, 3}}, {"offset", 100}, {"sigma", 0.5}};
  const auto output = same_everywhere(tiles, flatfield(settings));
  for (std::int32_t tile = 0; tile < 9; ++tile)
    CHECK(worst(output.at(tile), shape, lights[static_cast<std::size_t>(tile)]) < 0.02);
}

TEST_CASE("baseline_subtract takes each frame's own background away", "[flatfield]") {
  const StackShape shape{30, 1, 1, height, width};
  ToyRun run({{Role::main, lit_stack(shape, 0.0, moving_cells)}}, flatfield({{"offset", 0}, {"baseline_subtract", true}}), 1);
  const auto output = run.all();
  REQUIRE(output.ok());
  const std::size_t pixels = height * width;
  for (std::size_t t = 0; t < 30; ++t) {
    std::vector<float> frame(output->at(0).begin() + static_cast<std::ptrdiff_t>(t * pixels),
                             output->at(0).begin() + static_cast<std::ptrdiff_t>((t + 1) * pixels));
    std::nth_element(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(pixels / 2), frame.end());
    CHECK(std::abs(frame[pixels / 2]) < 0.03 * brightness(static_cast<std::int64_t>(t)));
  }
}

TEST_CASE("more frames than max_frames are thinned evenly, with a warning", "[flatfield]") {
  const StackShape shape{30, 1, 1, height, width};
  ToyRun run({{Role::main, lit_stack(shape, 0.0, moving_cells)}}, flatfield({{"offset", 0}, {"max_frames", 10}}), 1);
  REQUIRE(run.all().ok());
  const auto account = run.step<FlatfieldStep>(0).account();
  CHECK(account.details["fits"][0]["frames"] == 10);
  REQUIRE(account.warnings.size() == 1);
  CHECK(account.warnings[0].find("max_frames") != std::string::npos);
}

TEST_CASE("fewer than 3 frames and a dark-field without varying brightness are warned about", "[flatfield]") {
  ToyRun run({{Role::main, lit_stack({2, 1, 1, height, width}, 0.0, [](auto...) { return 1000.0; })}},
             flatfield({{"offset", 0}, {"get_darkfield", true}}), 1);
  REQUIRE(run.all().ok());
  const auto warnings = run.step<FlatfieldStep>(0).account().warnings;
  const auto says = [&](const char* text) {
    return std::any_of(warnings.begin(), warnings.end(),
                       [&](const std::string& w) { return w.find(text) != std::string::npos; });
  };
  CHECK(says("2 frames"));
  CHECK(says("dark-field cannot be told"));
}

TEST_CASE("a flat-field that BaSiC finds next to nothing in is warned about, as a measured one is", "[flatfield]") {
  const auto to_zero = [](double position) { return 0.5 + 0.5 * std::cos(std::numbers::pi * position); };
  const auto light = [&](std::int64_t t, auto, auto, std::int64_t y, std::int64_t x) {
    return brightness(t) * to_zero((static_cast<double>(y) + 0.5) / height) * to_zero((static_cast<double>(x) + 0.5) / width);
  };
  ToyRun run({{Role::main, lit_stack({20, 1, 1, height, width}, 0.0, light)}}, flatfield({{"offset", 0}}), 1);
  REQUIRE(run.all().ok());
  const auto warnings = run.step<FlatfieldStep>(0).account().warnings;
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("pixels below 1 % of its mean") != std::string::npos);
}

TEST_CASE("what does not fit the stack is refused with value and range", "[flatfield]") {
  const std::vector<ToyInput> one{{Role::main, make_pixels({1, 6, 1, height, width}, 1)}};
  CHECK(flatfield_refusal(one, {{"source", "measured"}}).find("--profile") != std::string::npos);
  CHECK(flatfield_refusal(one, {{"source", "empty"}}).find("fov_list") != std::string::npos);
  CHECK(flatfield_refusal(one, {{"fov_list", {2}}}).find("1 to 1") != std::string::npos);
  CHECK(flatfield_refusal(one, {{"z_levels", {4, 2}}}).find("4,2") != std::string::npos);
  CHECK(flatfield_refusal(one, {{"z_levels", {0, 6}}}).find("0..5") != std::string::npos);
  CHECK(flatfield_refusal({one[0], {Role::profile, make_pixels({3, 1, 1, 4, 4}, 1)}}, Json::object()).find("T 3") !=
        std::string::npos);
  CHECK(flatfield_refusal({one[0], {Role::dark, make_pixels({3, 1, 1, 4, 4}, 1)}}, Json::object()).find("48 x 64") !=
        std::string::npos);
}

TEST_CASE("maps are the profile at full size and the mean image before and after", "[flatfield]") {
  const StackShape shape{30, 1, 2, height, width};
  ToyRun run({{Role::main, lit_stack(shape, 100.0, moving_cells)}}, flatfield({{"offset", 100}, {"working_size", {24, 32}}}),
             thread_counts.back());
  REQUIRE(run.all().ok());
  const auto& step = run.step<FlatfieldStep>(0);
  const auto maps = step.maps();
  REQUIRE(maps.size() == 8);
  const std::vector<std::string> names{"flatfield", "darkfield", "mean_before", "mean_after"};
  for (std::size_t i = 0; i < maps.size(); ++i) {
    CHECK(maps[i].name == names[i % 4]);
    CHECK(maps[i].channel == i / 4);
    const auto values = step.map(i);
    REQUIRE(values.ok());
    CHECK(static_cast<std::int64_t>(values->size()) == maps[i].height * maps[i].width);
    if (i % 4 == 0) CHECK((*values)[0] == Approx(shading(maps[i].channel == 0 ? 0 : 1, 0, 0)).epsilon(0.03));
    if (i % 4 == 1) CHECK((*values)[5] == 100.0F);
  }
  CHECK((maps[2].height == 24 && maps[2].width == 32));
  // The corrected mean image is even, and as bright as the raw one without its offset.
  const auto after = *step.map(3);
  const auto [low, high] = std::minmax_element(after.begin(), after.end());
  // The cells pass some pixels more often than others: 6000 counts in up to two of 30 frames, on a mean of 3500, make 1.11.
  CHECK(static_cast<double>(*high) / static_cast<double>(*low) < 1.2);
  const auto before = *step.map(2);
  const auto [dim, bright] = std::minmax_element(before.begin(), before.end());
  CHECK(static_cast<double>(*bright) / static_cast<double>(*dim) > 2.0);
  CHECK_FALSE(step.map(8).ok());
}

TEST_CASE("a measured profile shows mean images only when somebody looks", "[flatfield]") {
  const auto stack = lit_stack({3, 1, 1, height, width}, 0.0, moving_cells);
  auto profile = make_pixels({1, 1, 1, height, width}, 1, 8);
  for (std::size_t i = 0; i < profile->values.size(); ++i) {
    const auto p = static_cast<std::int64_t>(i);
    profile->values[i] = static_cast<std::uint16_t>(std::lround(1000.0 * shading(0, p / width, p % width)));
  }
  for (const bool compare : {false, true}) {
    DriverOptions compared;
    compared.compare = compare;
    ToyRun run({{Role::main, stack}, {Role::profile, profile}}, flatfield({{"offset", 0}}), 1, compared);
    REQUIRE(run.driver().fit().ok());
    const auto maps = run.step<FlatfieldStep>(0).maps();
    CHECK(maps.size() == (compare ? 3 : 1));
  }
}

TEST_CASE("later steps are told which offset is left", "[flatfield]") {
  const auto left = [](const Json& settings) -> std::optional<double> {
    ToyRun run({{Role::main, lit_stack({6, 1, 1, height, width}, 100.0, moving_cells)}}, flatfield(settings), 1);
    REQUIRE(run.all().ok());
    for (const LearntValue& value : run.step<FlatfieldStep>(0).learnt()) {
      if (value.name == "offset_adu") return value.values.at(0);
    }
    return std::nullopt;
  };
  CHECK(left({{"offset", 100}}) == 0.0);
  CHECK_FALSE(left({{"offset", 100}, {"form", "range"}}));
  CHECK_FALSE(left(Json::object()));
}

TEST_CASE("output_dtype asks for the type that is written, float32 unless told otherwise", "[flatfield]") {
  const auto stack = make_pixels({1, 1, 1, height, width}, 1);
  const auto type_of = [&](const Json& settings) {
    auto step = flatfield_kind().make(settings);
    REQUIRE(step.ok());
    REQUIRE((*step)->plan(stack->info, {{Role::main, "stack.tif", stack->info}}).ok());
    return (*step)->output_type();
  };
  CHECK(type_of(Json::object()) == SampleType::float32);
  CHECK(type_of({{"output_dtype", "input"}}) == SampleType::uint16);
  CHECK(type_of({{"output_dtype", "uint8"}}) == SampleType::uint8);
}

TEST_CASE("the colours of an RGB picture are warned about", "[flatfield]") {
  const auto stack = lit_stack({3, 1, 3, height, width}, 0.0, moving_cells);
  stack->info.channels[0].name = "Red";
  stack->info.channels[1].name = "Green";
  stack->info.channels[2].name = "Blue";
  auto step = flatfield_kind().make({{"offset", 0}});
  REQUIRE(step.ok());
  REQUIRE((*step)->plan(stack->info, {{Role::main, "stack.tif", stack->info}}).ok());
  REQUIRE((*step)->begin_fit({}, {}).ok());
  const auto warnings = (*step)->account().warnings;
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("RGB") != std::string::npos);
}

TEST_CASE("beside a measured flat-field dark frames may have its size", "[flatfield]") {
  const StackShape shape{3, 1, 1, height, width};
  auto profile = make_pixels({1, 1, 1, height / 2, width / 2}, 1, 8);
  std::fill(profile->values.begin(), profile->values.end(), std::uint16_t{500});
  auto dark = make_pixels({2, 1, 1, height / 2, width / 2}, 1, 8);
  std::fill(dark->values.begin(), dark->values.end(), std::uint16_t{40});
  ToyRun run({{Role::main, lit_stack(shape, 40.0, moving_cells)}, {Role::profile, profile}, {Role::dark, dark}},
             flatfield(Json::object()), 1);
  REQUIRE(run.all().ok());
  const auto& step = run.step<FlatfieldStep>(0);
  CHECK((*step.map(1))[17] == 40.0F);
  const auto warnings = step.account().warnings;
  const auto told = std::count_if(warnings.begin(), warnings.end(), [](const std::string& text) {
    return text.find("resampled to 48 x 64") != std::string::npos;
  });
  CHECK(told == 2);
}

TEST_CASE("of an offset and dark frames the dark frames count, and the report says so", "[flatfield]") {
  auto dark = make_pixels({2, 1, 1, height, width}, 1, 8);
  std::fill(dark->values.begin(), dark->values.end(), std::uint16_t{40});
  ToyRun run({{Role::main, lit_stack({20, 1, 1, height, width}, 40.0, moving_cells)}, {Role::dark, dark}},
             flatfield({{"offset", 7}}), 1);
  REQUIRE(run.all().ok());
  const auto& step = run.step<FlatfieldStep>(0);
  const std::vector<LearntMap> maps = step.maps();
  REQUIRE(maps[1].name == "darkfield");
  CHECK((*step.map(1))[17] == 40.0F);
  CHECK(step.account().details["offset_adu"][0] == 0.0);
  const auto warnings = step.account().warnings;
  CHECK(std::any_of(warnings.begin(), warnings.end(), [](const std::string& text) {
    return text.find("the dark frames are used, the offset is not") != std::string::npos;
  }));
}

TEST_CASE("bright pixels stand out better after the correction", "[flatfield]") {
  ToyRun run({{Role::main, lit_stack({30, 1, 1, height, width}, 0.0, moving_cells)}}, flatfield({{"offset", 0}}), 1);
  REQUIRE(run.all().ok());
  const Json fit = run.step<FlatfieldStep>(0).account().details["fits"][0];
  CHECK(fit["joint_variation_after"].get<double>() < 0.9 * fit["joint_variation_before"].get<double>());
}
