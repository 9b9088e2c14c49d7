// `detect_gain` on the reference movies in files: median_mad as the reference has it, frame_difference against the truth.
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "image/memory_bytes.hpp"
#include "run/native_driver.hpp"
#include "steps/detect_gain_step.hpp"
#include "steps/kinds.hpp"
#include "support/fixture.hpp"
#include "tiff/reader.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

const Json& cases() {
  static const Json read = fixture_json("gain/gain.json");
  return read;
}

struct Measured {
  std::string refused;
  double gain = 0.0;
  double gain_se = 0.0;
  Json curve;
  std::vector<std::string> warnings;
  std::vector<LearntMap> maps;
};

Measured measured(const std::string& file, const std::string& method) {
  auto reader = TiffReader::open(std::make_unique<MemorySource>(file, read_fixture("gain/" + file)), {"T", {}});
  INFO((reader.ok() ? std::string() : reader.error().message));
  REQUIRE(reader.ok());
  std::vector<PipelineInput> inputs;
  inputs.push_back({Role::main, file, std::shared_ptr<StackSource>(std::move(*reader))});
  auto made = detect_gain_kind().make({{"method", method}});
  REQUIRE(made.ok());
  std::vector<PipelineStep> steps;
  steps.push_back({"detect_gain", std::move(*made)});
  auto pipeline = Pipeline::plan(std::move(inputs), std::move(steps));
  REQUIRE(pipeline.ok());
  NativeDriver driver(**pipeline, {pipeline->get()}, {});
  const auto fitted = driver.fit();
  if (!fitted.ok()) {
    CHECK(fitted.error().code == Errc::not_enough_data);
    return {fitted.error().message, 0.0, 0.0, {}, {}, {}};
  }
  const auto& step = dynamic_cast<const DetectGainStep&>(*(*pipeline)->step(0));
  const auto account = step.account();
  const auto learnt = step.learnt();
  return {"", *learnt[0].values[0], *learnt[1].values[0], account.details["channels"][0], account.warnings, step.maps()};
}

}  // namespace

TEST_CASE("median_mad equals the reference wherever that is a gain, and refuses with a reason where it is none",
          "[detect_gain][reference]") {
  REQUIRE(cases().size() == 6);
  std::size_t refused = 0;
  for (const Json& each : cases()) {
    const auto file = each["input"].get<std::string>();
    INFO(file);
    const Json& reference = each["median_mad_reference"];
    const auto gain = reference["gain_e_per_adu"].get<double>();
    const Measured found = measured(file, "median_mad");
    if (!(gain > 0.0)) {
      CHECK(found.refused.find("the variance does not grow with the mean") != std::string::npos);
      ++refused;
      continue;
    }
    REQUIRE(found.refused.empty());
    CHECK(found.gain == Approx(gain).epsilon(1e-6));
    for (const char* key : {"slope", "intercept", "r", "stderr"}) {
      CHECK(found.curve["fit"][key].get<double>() == Approx(reference["fit"][key].get<double>()).epsilon(1e-6));
    }
    for (const char* key : {"mean_bins", "var_bins"}) {
      REQUIRE(found.curve[key].size() == reference[key].size());
      for (std::size_t i = 0; i < reference[key].size(); ++i) {
        CHECK(found.curve[key][i].get<double>() == Approx(reference[key][i].get<double>()).epsilon(1e-9));
      }
    }
    // A gain that is far off comes with the reason why; others may be off by the bias of the method, which is said too.
    const auto truth = each["truth"]["gain"].get<double>();
    const bool far = std::abs(gain - truth) > 0.15 * truth;
    const auto says = [&](const char* text) {
      return std::any_of(found.warnings.begin(), found.warnings.end(),
                         [&](const std::string& warning) { return warning.find(text) != std::string::npos; });
    };
    CHECK(says("so this gain is doubtful") == far);
    if (!far) CHECK(found.warnings.empty() != says("doubtful by as much"));
  }
  CHECK(refused == 2);
}

TEST_CASE("frame_difference finds the true gain of the reference movies, and refuses flat light", "[detect_gain][reference]") {
  for (const Json& each : cases()) {
    const auto file = each["input"].get<std::string>();
    INFO(file);
    const Measured found = measured(file, "frame_difference");
    if (each["truth"]["kind"] == "flat") {
      CHECK(found.refused.find("Evenly lit frames give no lever") != std::string::npos);
      continue;
    }
    REQUIRE(found.refused.empty());
    const auto truth = each["truth"]["gain"].get<double>();
    INFO("gain " << found.gain << ", standard error " << found.gain_se << ", truth " << truth);
    // The targets for stacks smaller than 512 x 512; cells and bleaching at T >= 10 within 1 %.
    CHECK(std::abs(found.gain - truth) < 3.0 * found.gain_se + 0.005 * truth);
    const bool steady = each["truth"]["kind"] == "cells" || each["truth"].contains("bleach");
    if (steady) CHECK(found.gain == Approx(truth).epsilon(0.01));
    REQUIRE(found.maps.size() == 3);
    CHECK(found.maps[2].name == "gain");
  }
}
