// The report: everything in its place, nothing that JSON cannot hold, and a recipe that can be run again.
#include "recipe/report.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "recipe/parse.hpp"
#include "recipe/sample_kinds.hpp"

using namespace webunmix;
using webunmix::test::sample_kinds;

namespace {

Recipe blend_recipe() {
  Recipe recipe;
  recipe.steps.push_back(*make_recipe_step(sample_kinds(), 1, "blend", Json{{"sigma", 2.5}, {"max_workers", 2}}, true));
  return recipe;
}

ReportParts parts() {
  ReportParts all;
  all.application = Json{{"name", "WebUnmix"}, {"version", "0.1.0"}};
  all.recipe = blend_recipe();
  all.inputs = Json::parse(R"([{"role": "main", "name": "a.tif", "size": 10, "sha256": "00"}])");
  all.output = Json{{"name", "b.ome.tif"}};
  all.times = Json{{"total_s", 1.5}};
  ReportStep step;
  step.step = "blend";
  step.settings = all.recipe.steps[0].settings;
  step.learnt.push_back({"gain_e_per_adu", "e-/ADU", {2.25, std::nullopt}});
  step.account.details = Json{{"fit", {{"slope", 0.5}}}};
  step.account.diagnostics = Json{{"before", {{"pearson_r", 0.75}}}};
  step.account.warnings = {"The image is dim."};
  step.account.used.push_back({"offset", {0, "detect_gain", {"offset_adu", "ADU", {100.5, 99.0}}}});
  all.steps.push_back(step);
  return all;
}

/// As the unmixing step of a run: the kind is not looked at, only the name.
ReportStep unmixing(const char* name, const Json& details) {
  ReportStep step;
  step.step = name;
  step.settings = Json::object();
  step.account.details = details;
  return step;
}

}  // namespace

TEST_CASE("a report has its keys in order", "[report]") {
  const Json json = report(parts(), sample_kinds());
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"version", "application", "recipe", "recipe_text", "link", "inputs", "steps", "output",
                                         "times"});
  CHECK(json["version"] == report_version);
  CHECK(json["recipe_text"] == "/1/blend?sigma=2.5");
  CHECK(json["link"] == "#/1/blend?sigma=2.5");
  CHECK(json["inputs"][0]["sha256"] == "00");
}

TEST_CASE("a step of a report says what it learnt and what it used", "[report]") {
  const Json step = report(parts(), sample_kinds())["steps"][0];
  CHECK(step["settings"]["sigma"] == 2.5);
  CHECK(step["learnt"] == Json::parse(R"({"gain_e_per_adu": {"unit": "e-/ADU", "values": [2.25, null]}})"));
  CHECK(step["used"] == Json::parse(R"([{"setting": "offset", "from_step": 0, "from": "detect_gain", "name": "offset_adu",
                                         "unit": "ADU", "values": [100.5, 99.0]}])"));
  CHECK(step["warnings"] == Json({"The image is dim."}));
  CHECK(step["diagnostics"]["before"]["pearson_r"] == 0.75);
  CHECK(step["details"]["fit"]["slope"] == 0.5);
}

TEST_CASE("a report can be run again", "[report]") {
  const ReportParts all = parts();
  const auto again = parse_recipe(report(all, sample_kinds()).dump(2), sample_kinds());
  REQUIRE(again.ok());
  CHECK(again->recipe == all.recipe);
  CHECK(again->notes.empty());
}

TEST_CASE("what is not finite becomes null and is listed", "[report]") {
  ReportParts all = parts();
  all.steps[0].account.diagnostics["after"] =
      Json{{"pearson_r", std::nan("")}, {"list", {1.0, -std::numeric_limits<double>::infinity()}}};
  all.steps[0].learnt[0].values.emplace_back(std::numeric_limits<double>::infinity());
  const Json json = report(all, sample_kinds());
  CHECK(json["steps"][0]["diagnostics"]["after"]["pearson_r"].is_null());
  CHECK(json["steps"][0]["diagnostics"]["after"]["list"] == Json({1.0, nullptr}));
  CHECK(json["not_finite"] == Json::parse(R"([
    {"path": "steps[0].learnt.gain_e_per_adu.values[2]", "value": "Infinity"},
    {"path": "steps[0].diagnostics.after.pearson_r", "value": "NaN"},
    {"path": "steps[0].diagnostics.after.list[1]", "value": "-Infinity"}])"));
  // What is written reads back as the same JSON, so nothing was lost on the way into text.
  CHECK(Json::parse(json.dump()) == json);
}

TEST_CASE("with one unmixing step its details stand at the top level too", "[report]") {
  for (const char* name : {"unmix", "unmix_picasso"}) {
    ReportParts all = parts();
    all.steps.push_back(unmixing(name, Json{{"alpha", 0.25}, {"alpha_mode", "reference_t"}, {"recipe", "not ours"}}));
    const Json json = report(all, sample_kinds());
    CHECK(json["alpha"] == 0.25);
    CHECK(json["alpha_mode"] == "reference_t");
    CHECK(json["recipe"].is_object());
    CHECK(json["steps"][1]["details"]["alpha"] == 0.25);
  }
}

TEST_CASE("with two unmixing steps, or none, nothing stands at the top level", "[report]") {
  ReportParts all = parts();
  CHECK_FALSE(report(all, sample_kinds()).contains("fit"));
  all.steps.push_back(unmixing("unmix", Json{{"alpha", 0.25}}));
  all.steps.push_back(unmixing("unmix", Json{{"alpha", 0.5}}));
  CHECK_FALSE(report(all, sample_kinds()).contains("alpha"));
}

TEST_CASE("a value that is not finite is null at the top level too", "[report]") {
  ReportParts all = parts();
  all.steps.push_back(unmixing("unmix", Json{{"alpha", std::nan("")}}));
  const Json json = report(all, sample_kinds());
  CHECK(json["alpha"].is_null());
  CHECK(json["not_finite"] == Json::parse(R"([{"path": "steps[1].details.alpha", "value": "NaN"}])"));
}

TEST_CASE("a recipe that only measures has no output", "[report]") {
  ReportParts all = parts();
  all.output = nullptr;
  CHECK(report(all, sample_kinds())["output"].is_null());
}
