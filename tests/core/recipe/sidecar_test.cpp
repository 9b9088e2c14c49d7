// Reports of the Python package give back the settings that were asked for. Judged on its own reports: each case of
// tests/data/unmix/*.json and tests/data/picasso/*.json holds the settings that were given and the report that came out.
#include "recipe/sidecar.hpp"

#include <catch2/catch.hpp>

#include "recipe/parse.hpp"
#include "support/fixture.hpp"

using namespace webunmix;

namespace {

Json fixture(const char* path) {
  const auto bytes = test::read_fixture(path);
  return Json::parse(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

/// A `_reverse` setting that repeats its forward one means the same as null, and no report tells them apart.
Json with_reverse_resolved(Json settings) {
  for (const char* name :
       {"method", "signal_percentile", "background_percentile", "target_low_percentile", "alpha_max", "mi_bins"}) {
    const std::string reverse = std::string(name) + "_reverse";
    if (settings[reverse].is_null()) settings[reverse] = settings[name];
  }
  return settings;
}

Json normalised(const Json& settings, const char* step = "unmix") {
  const auto kind = find_kind(step_kinds(), step);
  REQUIRE(kind.ok());
  const auto complete = (*kind)->normalise(settings);
  if (!complete.ok()) FAIL(complete.error().message);
  return *complete;
}

const std::vector<const char*> files = {"unmix/unmix_oneway_u16_T3Z4C2.json", "unmix/unmix_oneway_f32_T1Z3C2.json",
                                        "unmix/unmix_bidirectional_u16_T2Z2C2.json", "unmix/unmix_tutorial_T2Z20C2_f32.json"};

}  // namespace

TEST_CASE("the settings of every reference report are restored", "[sidecar]") {
  std::size_t restored = 0;
  for (const char* file : files) {
    const Json reference = fixture(file);
    for (const auto& entry : reference["cases"]) {
      const Json& sidecar = entry["report"];
      if (sidecar.contains("error")) continue;
      const Json given = entry["settings"];
      INFO(file << " " << given.dump());
      const auto parsed = parse_recipe(sidecar.dump(2));
      if (!parsed.ok()) FAIL(parsed.error().message);
      REQUIRE(parsed->recipe.steps.size() == 1);
      CHECK(parsed->recipe.steps[0].step == "unmix");
      CHECK(parsed->recipe.steps[0].enabled);

      // The package does not write the time point down; then a note must say so, unless it cannot matter.
      Json expected = normalised(given);
      const bool time_matters = sidecar["alpha_mode"] == "reference_t" && sidecar["size_t"].get<int>() > 1;
      CHECK(parsed->notes.size() == (time_matters ? 1 : 0));
      if (time_matters) expected["alpha_reference_t"] = 0;
      CHECK(with_reverse_resolved(parsed->recipe.steps[0].settings) == with_reverse_resolved(expected));
      ++restored;
    }
  }
  CHECK(restored == 24 + 24 + 2 + 24 + 1 + 8);
}

TEST_CASE("the settings of every reference report of PICASSO are restored", "[sidecar]") {
  std::size_t restored = 0;
  for (const char* file : {"picasso/picasso_3c_u16_T2Z2.json", "picasso/picasso_5c_u16_T1Z1.json"}) {
    const Json reference = fixture(file);
    for (const auto& entry : reference["cases"]) {
      const Json& sidecar = entry["report"];
      if (sidecar.contains("error")) continue;
      INFO(file << " " << entry["settings"].dump());
      const auto parsed = parse_recipe(sidecar.dump());
      if (!parsed.ok()) FAIL(parsed.error().message);
      REQUIRE(parsed->recipe.steps.size() == 1);
      CHECK(parsed->recipe.steps[0].step == "unmix_picasso");
      CHECK(parsed->recipe.steps[0].settings == normalised(entry["settings"], "unmix_picasso"));
      CHECK(parsed->notes.empty());
      ++restored;
    }
  }
  CHECK(restored == 8 + 2);
}

TEST_CASE("an estimate is not taken for a given alpha", "[sidecar]") {
  const Json report = Json::parse(R"({"alpha_mode": "reference_t", "alpha_mode_requested": null, "method": "mi_min",
    "alpha_source": "estimated", "alpha": 0.3, "source_channel": 0, "target_channel": 1, "size_t": 1})");
  const auto parsed = parse_recipe(report.dump());
  REQUIRE(parsed.ok());
  CHECK(parsed->recipe.steps[0].settings["alpha"].is_null());
  CHECK(parsed->recipe.steps[0].settings["alpha_mode"].is_null());
  CHECK(parsed->recipe.steps[0].settings["method"] == "mi_min");
  CHECK(parsed->notes.empty());
}

TEST_CASE("a time point that the report names is taken", "[sidecar]") {
  const Json report = Json::parse(R"({"alpha_mode": "reference_t", "alpha_mode_requested": "reference_t", "method": "mi_min",
    "alpha_reference_t": 3, "alpha_source": "estimated", "alpha": 0.3, "source_channel": 1, "target_channel": 0, "size_t": 9})");
  const auto parsed = parse_recipe(report.dump());
  REQUIRE(parsed.ok());
  CHECK(parsed->recipe.steps[0].settings["alpha_reference_t"] == 3);
  CHECK(parsed->recipe.steps[0].settings["source_channel"] == 1);
  CHECK(parsed->notes.empty());
}

TEST_CASE("notes travel with the recipe and are accepted back", "[sidecar]") {
  const Json report = Json::parse(R"({"alpha_mode": "reference_t", "method": "mi_min", "source_channel": 0, "target_channel": 1,
    "size_t": 4})");
  const auto parsed = parse_recipe(report.dump());
  REQUIRE(parsed.ok());
  const Json json = to_json(*parsed);
  REQUIRE(json["notes"].size() == 1);
  CHECK(json["notes"][0].get<std::string>().find("alpha_reference_t") != std::string::npos);
  CHECK(recipe_from_json(json).ok());
}

TEST_CASE("a damaged report is refused by the setting's name", "[sidecar]") {
  const auto refusal = [](const char* text) {
    const auto parsed = parse_recipe(text);
    REQUIRE_FALSE(parsed.ok());
    return parsed.error().message;
  };
  CHECK(refusal(R"({"alpha_mode": "x", "method": "mi_min", "source_channel": 0, "target_channel": 1})").find("`alpha_mode`") !=
        std::string::npos);
  CHECK(refusal(R"({"alpha_mode": null, "method": 5, "source_channel": 0, "target_channel": 1})").find("`method`") !=
        std::string::npos);
  CHECK(refusal(R"({"alpha_mode": "per_t", "method": "other"})").find("cannot be restored") != std::string::npos);
}
