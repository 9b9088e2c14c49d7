// The JSON Schema accepts what the tables accept and refuses what they refuse. Judged by a small validator written from the
// specification (draft 2020-12), for the words the schema uses.
#include "recipe/schema.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "recipe/sample_kinds.hpp"

using namespace webunmix;
using webunmix::test::sample_kinds;

namespace {

bool has_type(const Json& value, const std::string& type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_boolean();
  if (type == "string") return value.is_string();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "number") return value.is_number();
  if (type == "integer") return value.is_number() && std::trunc(value.get<double>()) == value.get<double>();
  FAIL("unknown type " << type);
  return false;
}

bool valid(const Json& root, const Json& schema, const Json& value);

std::size_t count_valid(const Json& root, const Json& schemas, const Json& value) {
  return static_cast<std::size_t>(
      std::count_if(schemas.begin(), schemas.end(), [&](const Json& schema) { return valid(root, schema, value); }));
}

/// What "#/$defs/NAME" points to.
const Json& definition(const Json& root, const std::string& pointer) {
  const std::string folder = "#/$defs/";
  REQUIRE(pointer.starts_with(folder));
  return root.at("$defs").at(pointer.substr(folder.size()));
}

bool valid_properties(const Json& root, const Json& schema, const Json& value) {
  if (!value.is_object()) return true;
  const Json properties = schema.value("properties", Json::object());
  for (const auto& [key, member] : value.items()) {
    if (properties.contains(key)) {
      if (!valid(root, properties[key], member)) return false;
    } else if (schema.contains("additionalProperties") && schema["additionalProperties"] == false) {
      return false;
    }
  }
  for (const auto& key : schema.value("required", Json::array())) {
    if (!value.contains(key.get<std::string>())) return false;
  }
  return true;
}

bool valid(const Json& root, const Json& schema, const Json& value) {
  for (const auto& [word, rule] : schema.items()) {
    bool good = true;
    if (word == "type") {
      good = has_type(value, rule.get<std::string>());
    } else if (word == "enum") {
      good = std::find(rule.begin(), rule.end(), value) != rule.end();
    } else if (word == "const") {
      good = value == rule;
    } else if (word == "minimum") {
      good = !value.is_number() || value.get<double>() >= rule.get<double>();
    } else if (word == "exclusiveMinimum") {
      good = !value.is_number() || value.get<double>() > rule.get<double>();
    } else if (word == "maximum") {
      good = !value.is_number() || value.get<double>() <= rule.get<double>();
    } else if (word == "minItems") {
      good = !value.is_array() || value.size() >= rule.get<std::size_t>();
    } else if (word == "maxItems") {
      good = !value.is_array() || value.size() <= rule.get<std::size_t>();
    } else if (word == "items") {
      for (std::size_t i = 0; good && value.is_array() && i < value.size(); ++i) good = valid(root, rule, value[i]);
    } else if (word == "anyOf") {
      good = count_valid(root, rule, value) >= 1;
    } else if (word == "oneOf") {
      good = count_valid(root, rule, value) == 1;
    } else if (word == "$ref") {
      good = valid(root, definition(root, rule.text()), value);
    } else if (word == "properties") {
      good = valid_properties(root, schema, value);
    } else if (word != "title" && word != "description" && word != "default" && word != "required" && word != "$schema" &&
               word != "additionalProperties" && word != "$defs" && word.substr(0, 2) != "x-") {
      FAIL("the schema uses a word that this test does not know: " << word);
    }
    if (!good) return false;
  }
  return true;
}

/// Whole numbers beyond what a member holds are refused by the tables; the schema does not bother people with such limits.
bool holds_huge_number(const Json& value) {
  if (value.is_number()) return std::abs(value.get<double>()) > 2e9;
  return value.is_structured() && std::any_of(value.begin(), value.end(), holds_huge_number);
}

}  // namespace

TEST_CASE("the schema of a setting accepts what its table accepts", "[schema]") {
  std::mt19937_64 random(3);
  for (const auto& info : sample_kinds()[0].infos) {
    INFO(info.name);
    const Json schema = setting_schema(info);
    CHECK(valid(schema, schema, info.default_value));
    for (int i = 0; i < 50; ++i) {
      const Json value = test::random_value(info, random);
      if (!valid(schema, schema, value)) FAIL(value.dump());
    }
    // Values of all the other settings: right by both or wrong by both.
    for (const auto& other : sample_kinds()[0].infos) {
      for (int i = 0; i < 20; ++i) {
        const Json value = test::random_value(other, random);
        if (holds_huge_number(value)) continue;
        if (valid(schema, schema, value) != check_setting(info, value).ok()) FAIL(value.dump());
      }
    }
  }
}

TEST_CASE("the schema of a recipe accepts recipes and nothing else", "[schema]") {
  const Json schema = recipe_schema(sample_kinds());
  std::mt19937_64 random(4);
  for (int i = 0; i < 100; ++i) {
    const Json recipe = to_json(test::random_recipe(random));
    if (!valid(schema, schema, recipe)) FAIL(recipe.dump());
  }
  const auto accepts = [&](const char* text) {
    const Json recipe = Json::parse(text);
    const bool good = valid(schema, schema, recipe);
    INFO(text);
    CHECK(good == recipe_from_json(recipe, sample_kinds()).ok());
    return good;
  };
  CHECK(accepts(R"({"steps": []})"));
  CHECK(accepts(R"({"version": 1, "steps": [{"step": "blend"}], "notes": ["x"]})"));
  CHECK_FALSE(accepts(R"({"version": 2, "steps": []})"));
  CHECK_FALSE(accepts(R"({"version": 1})"));
  CHECK_FALSE(accepts(R"({"steps": [{"step": "blnd"}]})"));
  CHECK_FALSE(accepts(R"({"steps": [{"settings": {}}]})"));
  CHECK_FALSE(accepts(R"({"steps": [{"step": "blend", "settings": {"sgma": 1}}]})"));
  CHECK_FALSE(accepts(R"({"steps": [{"step": "sharpen_edges", "settings": {"amount": 1.5}}]})"));
  CHECK_FALSE(accepts(R"({"steps": [{"step": "blend", "enabled": "yes"}]})"));
}

TEST_CASE("the schema carries what a form needs", "[schema]") {
  const auto& infos = sample_kinds()[0].infos;
  const Json radius = setting_schema(*find_setting(infos, "radius"));
  CHECK(radius["title"] == "Radius");
  CHECK(radius["type"] == "integer");
  CHECK(radius["minimum"] == 1);
  CHECK(radius["maximum"] == 50);
  CHECK(radius["default"] == 3);
  CHECK(radius["x-unit"] == "px");
  CHECK(setting_schema(*find_setting(infos, "enabled"))["description"] == "Whether.");
  const Json alpha = setting_schema(*find_setting(infos, "alpha"));
  CHECK(alpha["x-applies-when"][0]["setting"] == "mode");
  CHECK(alpha["x-applies-when"][0]["reason"] == "only used in plain mode");
  CHECK(alpha["anyOf"][0]["exclusiveMinimum"] == 0);
  CHECK(setting_schema(*find_setting(infos, "voxels"))["x-null-means"] == "all voxels");
  CHECK(setting_schema(*find_setting(infos, "mode"))["x-choice-labels"] == Json({"Plain", "Inverse"}));
  CHECK(setting_schema(*find_setting(infos, "channels"))["x-role"] == "channel");
  CHECK(setting_schema(*find_setting(infos, "sigma"))["x-rare"] == true);
}
