// Recipes as JSON: complete when read, strict about what they do not know.
#include "recipe/recipe.hpp"

#include <catch2/catch.hpp>

#include "recipe/parse.hpp"
#include "recipe/sample_kinds.hpp"

using namespace webunmix;
using webunmix::test::sample_kinds;

namespace {

Recipe read_json(const char* text) {
  const auto recipe = recipe_from_json(Json::parse(text), sample_kinds());
  if (!recipe.ok()) FAIL(recipe.error().message);
  return *recipe;
}

std::string json_refusal(const char* text, Errc code = Errc::bad_recipe) {
  const auto recipe = parse_recipe(text, sample_kinds());
  INFO(text);
  REQUIRE_FALSE(recipe.ok());
  CHECK(errc_name(recipe.error().code) == errc_name(code));
  return recipe.error().message;
}

}  // namespace

TEST_CASE("what a recipe leaves out takes its default", "[recipe]") {
  const Recipe recipe = read_json(R"({"steps": [{"step": "blend", "settings": {"sigma": 2}}, {"step": "sharpen_edges"}]})");
  CHECK(recipe.version == recipe_version);
  REQUIRE(recipe.steps.size() == 2);
  CHECK(recipe.steps[0].enabled);
  CHECK(recipe.steps[0].settings.size() == sample_kinds()[0].infos.size());
  CHECK(recipe.steps[0].settings["sigma"] == 2.0);
  CHECK(recipe.steps[1].settings == Json{{"amount", 0.5}});
  CHECK(to_json(recipe)["steps"][1] == Json::parse(R"({"step":"sharpen_edges","settings":{"amount":0.5},"enabled":true})"));
}

TEST_CASE("random recipes come back from JSON exactly", "[recipe]") {
  std::mt19937_64 random(99);
  for (int i = 0; i < 500; ++i) {
    const Recipe recipe = test::random_recipe(random);
    const auto back = parse_recipe(to_json(recipe).dump(), sample_kinds());
    if (!back.ok()) FAIL(back.error().message);
    CHECK(back->notes.empty());
    if (back->recipe != recipe) FAIL(to_json(recipe).dump());
  }
}

TEST_CASE("a recipe is refused for what it does not know", "[recipe]") {
  CHECK(json_refusal(R"({"steps": [{"step": "blend", "setings": {}}]})") ==
        "Step 1 has an unknown key `setings`; did you mean `settings`?");
  CHECK(json_refusal(R"({"steps": [], "verson": 1})") == "The recipe has an unknown key `verson`; did you mean `version`?");
  CHECK(json_refusal(R"({"steps": [{"step": "sharpen"}]})") ==
        "Step 1: there is no step `sharpen`; did you mean `sharpen_edges`?");
  CHECK(json_refusal(R"({"steps": [{"step": "blend"}, {"step": "blend", "settings": {"radius": 99}}]})", Errc::bad_setting) ==
        "Step 2, blend: `radius` is 99, but must be a whole number between 1 and 50.");
  CHECK(json_refusal(R"({"steps": [{"step": "blend", "settings": [1]}]})", Errc::bad_setting).find("must be an object") !=
        std::string::npos);
}

TEST_CASE("a recipe of the wrong shape is refused", "[recipe]") {
  CHECK(json_refusal(R"({"step": "blend"})").find("neither a recipe") != std::string::npos);
  CHECK(json_refusal(R"({"steps": {}})").find("`steps`, a list") != std::string::npos);
  CHECK(json_refusal(R"({"steps": ["blend"]})").find("must be an object") != std::string::npos);
  CHECK(json_refusal(R"({"steps": [{}]})").find("which step") != std::string::npos);
  CHECK(json_refusal(R"({"steps": [{"step": "blend", "enabled": 1}]})").find("`enabled`") != std::string::npos);
  CHECK(json_refusal(R"({"version": "1", "steps": []})").find("whole number") != std::string::npos);
  CHECK(json_refusal(R"({"version": 1.5, "steps": []})").find("newer program") != std::string::npos);
  CHECK(json_refusal(R"({"version": 0, "steps": []})").find("from 1 to") != std::string::npos);
}

TEST_CASE("broken JSON is located", "[recipe]") {
  CHECK(json_refusal("{\"steps\": [\n  {\"step\": }\n]}") == "The recipe is not valid JSON: line 2, column 12.");
  CHECK(json_refusal("{").find("line 1, column") != std::string::npos);
  CHECK(json_refusal("{\"version\": 1e999, \"steps\": []}").find("too large") != std::string::npos);
  CHECK(json_refusal((std::string("{\"steps\":") + std::string(100000, '[')).c_str()).find("nest") != std::string::npos);
  CHECK(json_refusal("{\"steps\": \"\xFF\"}").find("not valid JSON") != std::string::npos);
}

TEST_CASE("a byte order mark does not matter", "[recipe]") {
  CHECK(parse_recipe("\xEF\xBB\xBF{\"steps\": [{\"step\": \"blend\"}]}", sample_kinds()).ok());
  CHECK(parse_recipe("\xEF\xBB\xBF/1/blend", sample_kinds()).ok());
  CHECK(json_refusal("\xEF\xBB\xBF").find("is empty") != std::string::npos);
}

TEST_CASE("JSON that is no object is refused as JSON, not as a step of a strange name", "[recipe]") {
  CHECK(json_refusal("[]").find("neither a recipe") != std::string::npos);
  CHECK(json_refusal("\"/1/blend\"").find("neither a recipe") != std::string::npos);
  CHECK(json_refusal(" [1, ").find("not valid JSON: line 1, column") != std::string::npos);
  CHECK(json_refusal(std::string(1000000, '[').c_str()).find("nest") != std::string::npos);
}

TEST_CASE("a kind makes its step, and refuses what the table refuses", "[recipe]") {
  const auto kind = find_kind(sample_kinds(), "blend");
  REQUIRE(kind.ok());
  const auto step = (*kind)->make(Json{{"sigma", 2}});
  REQUIRE(step.ok());
  CHECK(*step != nullptr);
  CHECK_FALSE((*kind)->make(Json{{"sgma", 2}}).ok());
  CHECK_FALSE((*kind)->normalise(Json{{"radius", 0}}).ok());
}

TEST_CASE("kinds as JSON carry their settings in order", "[recipe]") {
  const Json kinds = step_kinds_json(sample_kinds());
  REQUIRE(kinds.size() == 2);
  CHECK(kinds[0]["name"] == "blend");
  CHECK(kinds[0]["title"] == "Blend");
  CHECK(kinds[0]["settings"].size() == sample_kinds()[0].infos.size());
  CHECK(kinds[0]["settings"][2]["name"] == "radius");
}
