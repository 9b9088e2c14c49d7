// JSON values: what braces mean, how numbers compare, what text is read and written, and what is refused.
#include "json/json.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

using webunmix::Json;
using webunmix::JsonError;

TEST_CASE("a list in braces is an object when all of it are names with values, else an array", "[json]") {
  CHECK(Json({{"a", 1}, {"b", "two"}}).dump() == R"({"a":1,"b":"two"})");
  CHECK(Json({{"a", 1}, {2, 3}}).dump() == R"([["a",1],[2,3]])");
  CHECK(Json({"text"}).dump() == R"(["text"])");
  CHECK(Json({"one", "two"}).dump() == R"(["one","two"])");
  CHECK(Json({1, 2.5, true, nullptr}).dump() == "[1,2.5,true,null]");
  CHECK(Json::array({{"a", 1}}).dump() == R"([["a",1]])");
  CHECK(Json{{"deep", {{"deeper", {1, {2}}}}}}.dump() == R"({"deep":{"deeper":[1,[2]]}})");
  CHECK(Json{{"a", 1}, {"a", 2}}.dump() == R"({"a":1})");
  CHECK(Json().dump() == "null");
  CHECK(Json::array().dump() == "[]");
  CHECK(Json::object().dump() == "{}");
}

TEST_CASE("C++ values become JSON and come back", "[json]") {
  CHECK(Json(std::vector<double>{0.5, -1e300}).get<std::vector<double>>() == std::vector<double>{0.5, -1e300});
  CHECK(Json(std::vector<bool>{true, false}).dump() == "[true,false]");
  CHECK(Json(std::vector<std::vector<int>>{{1}, {}, {2, 3}}).dump() == "[[1],[],[2,3]]");
  CHECK(Json(std::string("a\"b\n")).dump() == R"("a\"b\n")");
  CHECK(Json(std::numeric_limits<std::int64_t>::min()).dump() == "-9223372036854775808");
  CHECK(Json(std::numeric_limits<std::uint64_t>::max()).dump() == "18446744073709551615");
  CHECK(Json(std::numeric_limits<std::uint64_t>::max()).get<std::uint64_t>() == std::numeric_limits<std::uint64_t>::max());
  CHECK(Json(3.75).get<int>() == 3);
  CHECK(Json(7).get<double>() == 7.0);
  CHECK(Json(0.1).dump() == "0.1");
  CHECK(Json(100.0).dump() == "100.0");
  CHECK(Json(std::numeric_limits<double>::quiet_NaN()).dump() == "null");
}

TEST_CASE("members keep the order in which they came, also through text", "[json]") {
  Json json;
  json["z"] = 1;
  json["a"]["inner"] = true;
  json["m"].push_back(2);
  CHECK(json.dump() == R"({"z":1,"a":{"inner":true},"m":[2]})");
  CHECK(Json::parse(json.dump(2)) == json);
  json["z"] = 9;
  json.erase("a");
  json.erase("not there");
  json.update({{"m", nullptr}, {"b", "new"}});
  CHECK(json.dump() == R"({"z":9,"m":null,"b":"new"})");
  std::string keys;
  for (const auto& [key, value] : json.items()) keys += key + "=" + value.dump() + ";";
  CHECK(keys == R"(z=9;m=null;b="new";)");
  for (auto [key, value] : json.items()) value = key;
  CHECK(json.dump() == R"({"z":"z","m":"m","b":"b"})");
  std::ostringstream out;
  out << json;
  CHECK(out.str() == json.dump());
}

TEST_CASE("numbers are equal by value, objects by members and their order", "[json]") {
  CHECK(Json(1) == Json(1U));
  CHECK(Json(1) == Json(1.0));
  CHECK(Json(-1) != Json(std::numeric_limits<std::uint64_t>::max()));
  CHECK(Json(std::numeric_limits<double>::quiet_NaN()) != Json(std::numeric_limits<double>::quiet_NaN()));
  CHECK(Json(1) != Json(true));
  CHECK(Json("1") != Json(1));
  CHECK(Json() == nullptr);
  CHECK(Json({{"a", 1}, {"b", 2}}) == Json::parse(R"({"a": 1.0, "b": 2})"));
  CHECK(Json({{"a", 1}, {"b", 2}}) != Json({{"b", 2}, {"a", 1}}));
  CHECK(Json({1, 2}) != Json({1, 2, 3}));
}

TEST_CASE("a value may be assigned to what holds it, and appended to itself", "[json]") {
  Json json = Json::parse(R"({"inner": {"list": [1, 2]}})");
  json = json["inner"];
  CHECK(json.dump() == R"({"list":[1,2]})");
  json = std::move(json["list"]);
  CHECK(json.dump() == "[1,2]");
  json.push_back(json);
  CHECK(json.dump() == "[1,2,[1,2]]");
  Json& same = json;
  json = same;
  CHECK(json.dump() == "[1,2,[1,2]]");
  for (Json held :
       {Json{{"b", 1.5}, {"c", "d"}}, Json{{"b", true}}, Json{{"b", {1, 2}}}, Json{{"b", nullptr}}, Json{{"b", 7U}}}) {
    const std::string inner = held["b"].dump();
    held = held["b"];
    CHECK(held.dump() == inner);
  }
  Json lists = {{1, 2, 3}, 4};
  lists = lists[0];
  CHECK(lists.dump() == "[1,2,3]");
  Json growing = {{"old", "a text that is too long to be kept in place"}};
  for (int i = 0; i < 20; ++i) growing[std::to_string(i)] = growing["old"];
  CHECK(growing["19"] == growing["old"]);
  const Json moved = std::move(json);
  CHECK(moved.size() == 3);
}

TEST_CASE("text that is not JSON is refused with its place, a number beyond a double without", "[json]") {
  const auto place = [](const char* text) {
    try {
      return std::to_string(Json::parse(text).size());
    } catch (const JsonError& error) {
      return error.byte() ? "byte " + std::to_string(*error.byte()) : std::string("no byte");
    }
  };
  CHECK(place("[1, 2") == "byte 6");
  CHECK(place("[1, x]") == "byte 5");
  CHECK(place("") == "byte 1");
  CHECK(place("1 2") == "byte 3");
  CHECK(place("[1e999]") == "no byte");
  const std::string deep(100000, '[');
  CHECK(place(deep.c_str()) == "no byte");
  CHECK(place((std::string(400, '[') + std::string(400, ']')).c_str()) == "1");
  CHECK_FALSE(Json::parse_if_valid("{\"a\":}").has_value());
  CHECK_FALSE(Json::parse_if_valid("1e999").has_value());
  CHECK(Json::parse_if_valid(" [true] ") == Json({true}));
  CHECK(Json("\xFF").dump() == "\"\xEF\xBF\xBD\"");
}

TEST_CASE("what is not there or of another kind is refused", "[json]") {
  const Json json = Json::parse(R"({"text": "a", "list": [1, 2], "none": null})");
  CHECK_THROWS_AS(json["nothing"], JsonError);
  CHECK_THROWS_AS(json.at("list").at(2), JsonError);
  CHECK_THROWS_AS(json["text"][0], JsonError);
  CHECK_THROWS_AS(json["text"].get<double>(), JsonError);
  CHECK_THROWS_AS(json["list"].get<std::string>(), JsonError);
  CHECK_THROWS_AS(json["none"].get<bool>(), JsonError);
  CHECK_THROWS_AS(json["text"].get<std::vector<int>>(), JsonError);
  CHECK_THROWS_AS(Json("a")["b"], JsonError);
  CHECK_THROWS_AS(Json("a").push_back(1), JsonError);
  CHECK_THROWS_AS(Json(1e300).get<std::int64_t>(), JsonError);
  CHECK_THROWS_AS(Json(4294967297).get<std::int32_t>(), JsonError);
  CHECK_THROWS_AS(Json(-1).get<std::size_t>(), JsonError);
  CHECK_THROWS_AS(Json(std::numeric_limits<double>::quiet_NaN()).get<int>(), JsonError);
  CHECK(Json(-3.75).get<int>() == -3);
  for (const auto& [key, value] : json["list"].items()) FAIL(key << " of a list: " << value);
  CHECK(json.value("text", "b") == "a");
  CHECK(json.value("other", "b") == "b");
  CHECK(json.value("other", 3) == 3);
  CHECK(json.find("other") == json.end());
  CHECK(Json(3).find("other") == Json(3).end());
  CHECK_FALSE(Json({1}).contains("a"));
  CHECK(json["none"].empty());
  CHECK(json["text"].size() == 1);
  CHECK(json["list"].front() == 1);
  CHECK(json["list"].back() == 2);
}
