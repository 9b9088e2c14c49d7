// The step `flatfield` on synthetic frames whose shading is known to the last digit, at the size people record.
#include <catch2/catch.hpp>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "run/native_driver.hpp"
#include "steps/kinds.hpp"
#include "synth/shading.hpp"

using namespace webunmix;

namespace {

struct FittedScene {
  std::vector<float> flatfield;
  double darkfield_mean = 0.0;
  double baseline_mean = 0.0;
};

/// Fits the step to tiles, scenes that differ in their seed.
FittedScene fitted(const std::vector<Json>& tiles, const Json& settings) {
  std::vector<PipelineInput> inputs;
  for (Json options : tiles) {
    options["scene"] = "shading";
    auto scene = make_scene(options);
    if (!scene.ok()) FAIL(scene.error().message);
    inputs.push_back(
        {Role::main, "tile " + std::to_string(inputs.size() + 1), std::shared_ptr<StackSource>(std::move(*scene))});
  }
  std::vector<PipelineStep> steps;
  auto made = flatfield_kind().make(settings);
  if (!made.ok()) FAIL(made.error().message);
  steps.push_back({"flatfield", std::move(*made)});
  auto pipeline = Pipeline::plan(std::move(inputs), std::move(steps), {});
  if (!pipeline.ok()) FAIL(pipeline.error().message);
  // The lead works the items too, as it does in the browser; the step's own tests have workers beside it.
  NativeDriver driver(**pipeline, {pipeline->get()}, {});
  const Result<void> fit = driver.fit();
  if (!fit.ok()) FAIL(fit.error().message);
  const Step& step = *(*pipeline)->step(0);
  auto flatfield = step.map(0);
  if (!flatfield.ok()) FAIL(flatfield.error().message);
  FittedScene found{std::move(*flatfield), 0.0, 0.0};
  for (const LearntValue& value : step.learnt()) {
    if (value.name == "darkfield_mean_adu") found.darkfield_mean = value.values.at(0).value_or(0.0);
    if (value.name == "baseline_mean_adu") found.baseline_mean = value.values.at(0).value_or(0.0);
  }
  return found;
}

double error_of(const FittedScene& found, std::int64_t height, std::int64_t width) {
  const std::vector<double> truth = synth::shading_of_scene(0, height, width);
  REQUIRE(found.flatfield.size() == truth.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double difference = static_cast<double>(found.flatfield[i]) - truth[i];
    sum += difference * difference;
  }
  return std::sqrt(sum / static_cast<double>(truth.size()));
}

/// Nine tiles of 60 planes, cells in planes 10 to 50.
std::vector<Json> nine_tiles() {
  std::vector<Json> tiles;
  for (int seed = 1; seed <= 9; ++seed) {
    tiles.push_back({{"shape", {1, 60, 1, 144, 160}},
                     {"seed", seed},
                     {"blobs", 12},
                     {"z_levels", {10, 50}},
                     {"background_low", 30},
                     {"background_high", 30},
                     {"offset", 100}});
  }
  return tiles;
}

}  // namespace

TEST_CASE("BaSiC finds the shading of 100 frames within 0.002, of 10 within 0.004", "[flatfield][scene]") {
  const Json shape{100, 1, 1, 512, 512};
  CHECK(error_of(fitted({{{"shape", shape}}}, {{"offset", 0}}), 512, 512) <= 0.002);
  CHECK(error_of(fitted({{{"shape", {10, 1, 1, 512, 512}}}}, {{"offset", 0}}), 512, 512) <= 0.004);
}

TEST_CASE("BaSiC finds an offset of 100 within 2 counts from 100 frames", "[flatfield][scene]") {
  const FittedScene found = fitted({{{"shape", {100, 1, 1, 512, 512}}, {"offset", 100}}}, {{"get_darkfield", true}});
  CHECK(std::abs(found.darkfield_mean - 100.0) < 2.0);
}

TEST_CASE("told that the dark-field is constant, BaSiC finds an offset of 100 within 2 counts from 24 frames",
          "[flatfield][scene]") {
  // From the dim frames alone it would be 94.
  const FittedScene found =
      fitted({{{"shape", {24, 1, 1, 512, 512}}, {"offset", 100}}}, {{"get_darkfield", true}, {"constant_darkfield", true}});
  CHECK(std::abs(found.darkfield_mean - 100.0) < 2.0);
}

TEST_CASE("50 empty planes of the corner tiles give the shading within 0.012", "[flatfield][scene]") {
  const Json settings{{"z_levels", {10, 50}}, {"grid", {3, 3}}, {"offset", 100}, {"n_zplanes", 50}};
  const FittedScene found = fitted(nine_tiles(), settings);
  CHECK(error_of(found, 144, 160) <= 0.012);
  // The 1st percentile of Poisson(30) with read noise 2, divided by S: a few counts below 30, and above 0.
  CHECK((found.baseline_mean > 5.0 && found.baseline_mean < 30.0));
  // An offset that is left in makes the light look even.
  const FittedScene without = fitted(nine_tiles(), {{"z_levels", {10, 50}}, {"grid", {3, 3}}, {"n_zplanes", 50}});
  CHECK(error_of(without, 144, 160) > 0.1);
}
