// A settings table: defaults from the struct, every kind of value in and out, and refusals that say what would be right.
#include "settings/table.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <limits>

using namespace webunmix;

namespace {

enum class Edge { mirror, zero };
enum class Measured { automatic, earlier };

struct BlurSettings {
  bool enabled = true;
  std::optional<bool> flag;
  int radius = 3;
  std::uint32_t seed = 0;
  std::optional<std::int64_t> voxels = 500000;
  double sigma = 1.5;
  std::optional<double> cut_off;
  Edge edge = Edge::mirror;
  std::optional<Edge> edge_reverse;
  std::string name = "blur";
  std::optional<std::string> note;
  std::vector<int> channels = {0, 1};
  std::optional<std::vector<std::int64_t>> z_range;
  std::vector<std::optional<double>> gain;
  std::vector<std::string> filters = {"median"};
  std::optional<std::vector<std::vector<double>>> graph;
  std::vector<std::vector<std::optional<double>>> relation;
  NumberOr<Measured> black = 100.0;
  std::optional<NumberOr<Measured>> offset;
  Json windows = "median";
  Json working_size = 128;
  Json free;
};

const SettingsTable<BlurSettings>& table() {
  static const SettingsTable<BlurSettings> rows({
      boolean("enabled", &BlurSettings::enabled).means("Whether."),
      boolean("flag", &BlurSettings::flag),
      integer("radius", &BlurSettings::radius).range(1, 50).unit("px").label("Radius of it"),
      integer("seed", &BlurSettings::seed),
      integer("voxels", &BlurSettings::voxels).at_least(1).null_means("all voxels"),
      number("sigma", &BlurSettings::sigma).range(0, 100),
      number("cut_off", &BlurSettings::cut_off)
          .above(0)
          .applies_when("edge", {"zero"}, "only used with edge zero")
          .applies_unless("radius", {1}, "not used with radius 1"),
      choice("edge", &BlurSettings::edge, {{Edge::mirror, "mirror"}, {Edge::zero, "zero"}}).choice_labels({"Mirrored", "Zero"}),
      choice("edge_reverse", &BlurSettings::edge_reverse, {{Edge::mirror, "mirror"}, {Edge::zero, "zero"}})
          .applies_when("edge", {"zero"}, "only used when an edge is zero")
          .applies_when("flag", {true}, "only used when an edge is zero"),
      text("name", &BlurSettings::name),
      text("note", &BlurSettings::note),
      integer_list("channels", &BlurSettings::channels).at_least(0),
      integer_list("z_range", &BlurSettings::z_range).length(2, 2),
      number_list("gain", &BlurSettings::gain).above(0).unit("e-/ADU"),
      text_list("filters", &BlurSettings::filters).choices({"median", "gaussian"}),
      matrix("graph", &BlurSettings::graph).range(-1, 1),
      matrix("relation", &BlurSettings::relation),
      any("black", &BlurSettings::black, {{Measured::automatic, "auto"}}),
      any("offset", &BlurSettings::offset, {{Measured::automatic, "auto"}, {Measured::earlier, "earlier"}}).at_least(0),
      any("windows", &BlurSettings::windows, {SettingKind::choice, SettingKind::text_list, SettingKind::text_lists})
          .choices({"median", "gaussian"}),
      any("working_size", &BlurSettings::working_size, {SettingKind::integer, SettingKind::integer_list})
          .at_least(1)
          .length(2, 2)
          .null_means("full size"),
      any("free", &BlurSettings::free, {}),
  });
  return rows;
}

std::string refusal(const Json& settings) {
  const auto read = table().from_json(settings);
  REQUIRE_FALSE(read.ok());
  CHECK(read.error().code == Errc::bad_setting);
  return read.error().message;
}

BlurSettings accepted(const Json& settings) {
  const auto read = table().from_json(settings);
  if (!read.ok()) FAIL(read.error().message);
  return *read;
}

}  // namespace

TEST_CASE("defaults come from the struct", "[settings]") {
  const BlurSettings read = accepted(Json::object());
  CHECK(read.sigma == 1.5);
  CHECK(read.voxels == 500000);
  CHECK_FALSE(read.cut_off.has_value());
  CHECK(table().to_json(read) == table().to_json(BlurSettings{}));
  const auto* sigma = find_setting(table().infos(), "sigma");
  REQUIRE(sigma != nullptr);
  CHECK(sigma->default_value == 1.5);
  CHECK(find_setting(table().infos(), "gain")->default_value == Json::array());
}

TEST_CASE("settings come out complete and in table order", "[settings]") {
  const Json json = table().to_json(BlurSettings{});
  REQUIRE(json.size() == table().infos().size());
  std::size_t i = 0;
  for (const auto& [name, value] : json.items()) CHECK(name == table().infos()[i++].name);
}

TEST_CASE("every kind of value comes back as it went in", "[settings]") {
  const Json given = Json::parse(R"({
    "enabled": false, "flag": true, "radius": 7, "seed": 4294967295, "voxels": null, "sigma": 0.25, "cut_off": 1e-9,
    "edge": "zero", "edge_reverse": "mirror", "name": "", "note": "µm / % & null", "channels": [], "z_range": [2, 5],
    "gain": [null, 2.25], "filters": ["gaussian", "median"], "graph": [[1, -1], [0, 1]], "relation": [[1, null], [0.5]],
    "black": "auto", "offset": 12.5, "windows": [["median"], ["gaussian", "median"]], "working_size": [64, 32],
    "free": {"polygon": [[1, 2.5]]}})");
  const BlurSettings read = accepted(given);
  CHECK(table().to_json(read) == given);
  CHECK(read.seed == 4294967295U);
  CHECK_FALSE(read.voxels.has_value());
  CHECK(read.edge == Edge::zero);
  CHECK(read.edge_reverse == Edge::mirror);
  CHECK(read.z_range == std::vector<std::int64_t>{2, 5});
  CHECK(read.gain == std::vector<std::optional<double>>{std::nullopt, 2.25});
  CHECK_FALSE(read.relation[0][1].has_value());
  CHECK(std::get<Measured>(read.black) == Measured::automatic);
  CHECK(std::get<double>(*read.offset) == 12.5);
}

TEST_CASE("a setting that may be null takes null, another refuses it", "[settings]") {
  for (const auto& info : table().infos()) {
    INFO(info.name);
    const bool takes_null = table().from_json(Json{{info.name, nullptr}}).ok();
    CHECK(takes_null == info.nullable);
  }
  CHECK(find_setting(table().infos(), "working_size")->nullable);
  CHECK_FALSE(find_setting(table().infos(), "windows")->nullable);
}

TEST_CASE("a whole number may be written with a point, a broken one not", "[settings]") {
  CHECK(accepted({{"radius", 4.0}}).radius == 4);
  CHECK(table().to_json(accepted({{"radius", 4.0}}))["radius"].is_number_integer());
  CHECK(refusal({{"radius", 4.5}}) == "`radius` is 4.5, but must be a whole number between 1 and 50.");
}

TEST_CASE("what is out of range is refused with the range", "[settings]") {
  CHECK(refusal({{"sigma", 100.5}}) == "`sigma` is 100.5, but must be a number between 0 and 100.");
  CHECK(refusal({{"cut_off", 0}}) == "`cut_off` is 0, but must be a number above 0, or null.");
  CHECK(refusal({{"voxels", 0}}) == "`voxels` is 0, but must be a whole number of at least 1, or null (all voxels).");
  CHECK(refusal({{"seed", -1}}) == "`seed` is -1, but must be a whole number of at least 0.");
  CHECK(refusal({{"gain", {1.0, 0.0}}}) == "`gain` is [1.0,0.0], but must be a list of numbers above 0, each may be null.");
  CHECK(refusal({{"graph", Json::parse("[[1,2]]")}}).find("between -1 and 1") != std::string::npos);
  CHECK(refusal({{"z_range", {1, 2, 3}}}) == "`z_range` is [1,2,3], but must be a list of 2 whole numbers, or null.");
  refusal({{"channels", {3000000000}}});  // more than the struct's integers hold
  CHECK(accepted({{"sigma", 0}}).sigma == 0.0);
  CHECK(accepted({{"sigma", 100}}).sigma == 100.0);
}

TEST_CASE("whole numbers beyond what a double holds are refused", "[settings]") {
  CHECK(accepted({{"voxels", 9007199254740991}}).voxels == 9007199254740991);
  refusal({{"voxels", 9007199254740993}});
  refusal({{"voxels", 18446744073709551615U}});
  refusal({{"voxels", 1e300}});
}

TEST_CASE("what the struct's member cannot hold is refused, also inside a list", "[settings]") {
  CHECK(accepted({{"seed", 4294967295}}).seed == 4294967295U);
  CHECK(refusal({{"seed", 4294967296}}) == "`seed` is 4294967296, beyond what can be used (0 to 4294967295).");
  CHECK(refusal({{"channels", {3000000000}}}) ==
        "`channels` is [3000000000], beyond what can be used (-2147483648 to 2147483647).");
}

TEST_CASE("what is not finite is refused by name", "[settings]") {
  CHECK(refusal({{"sigma", std::nan("")}}) == "`sigma` is NaN, but must be a number between 0 and 100.");
  refusal({{"cut_off", std::numeric_limits<double>::infinity()}});
  refusal({{"gain", {std::nan("")}}});
  refusal({{"relation", Json::array({Json::array({std::nan("")})})}});
  refusal({{"free", {{"polygon", Json::array({std::nan("")})}}}});
}

TEST_CASE("wrong types are refused", "[settings]") {
  refusal({{"enabled", 1}});
  refusal({{"radius", "7"}});
  refusal({{"radius", true}});
  refusal({{"name", 5}});
  refusal({{"channels", 0}});
  refusal({{"channels", {0.5}}});
  refusal({{"relation", {1, 2}}});
  refusal({{"working_size", {1}}});
  CHECK(refusal(Json::array()) == "Settings must be an object of names and values, not [].");
}

TEST_CASE("a mistyped choice names the choices and the nearest", "[settings]") {
  CHECK(refusal({{"edge", "miror"}}) == "`edge` is \"miror\", but must be one of mirror, zero. Did you mean mirror?");
  CHECK(refusal({{"offset", "atuo"}}) ==
        "`offset` is \"atuo\", but must be a number of at least 0, or one of auto, earlier, or null. Did you mean auto?");
  CHECK(refusal({{"filters", {"median", "gausian"}}}).find("Did you mean gaussian?") != std::string::npos);
}

TEST_CASE("an unknown setting names the nearest right one", "[settings]") {
  CHECK(refusal({{"edge_revers", "zero"}}) == "There is no setting `edge_revers`; did you mean `edge_reverse`?");
  CHECK(refusal({{"colour", 1}}).find("there are `enabled`, `flag`, `radius`") != std::string::npos);
}

TEST_CASE("a long value is cut in the message, between characters", "[settings]") {
  std::string long_text;
  for (int i = 0; i < 100; ++i) long_text += "µ";
  const std::string message = refusal({{"edge", long_text}});
  CHECK(message.size() < 200);
  CHECK(Json::parse(Json(message).dump()) == message);  // half a character would have been replaced
}

TEST_CASE("why a setting does not apply", "[settings]") {
  const auto why = [](const char* name, const Json& given) {
    const Json complete = complete_settings(table().infos(), given);
    return why_not_applied(*find_setting(table().infos(), name), complete);
  };
  CHECK(why("sigma", Json::object()) == std::nullopt);
  CHECK(why("cut_off", Json::object()) == "only used with edge zero");
  CHECK(why("cut_off", {{"edge", "zero"}}) == std::nullopt);
  CHECK(why("cut_off", {{"edge", "zero"}, {"radius", 1}}) == "not used with radius 1");
  // Alternatives: one of the conditions with the same reason is enough.
  CHECK(why("edge_reverse", Json::object()) == "only used when an edge is zero");
  CHECK(why("edge_reverse", {{"edge", "zero"}}) == std::nullopt);
  CHECK(why("edge_reverse", {{"flag", true}}) == std::nullopt);
}

TEST_CASE("complete settings hold defaults for what was left out", "[settings]") {
  const Json complete = complete_settings(table().infos(), {{"sigma", 9}});
  CHECK(complete.size() == table().infos().size());
  CHECK(complete["sigma"] == 9);
  CHECK(complete["radius"] == 3);
}

TEST_CASE("an info as JSON has what a form needs", "[settings]") {
  const Json radius = to_json(*find_setting(table().infos(), "radius"));
  CHECK(radius["kind"] == "integer");
  CHECK(radius["default"] == 3);
  CHECK(radius["minimum"] == 1);
  CHECK(radius["maximum"] == 50);
  CHECK(radius["unit"] == "px");
  CHECK(radius["label"] == "Radius of it");
  CHECK(to_json(*find_setting(table().infos(), "cut_off"))["label"] == "Cut off");
  CHECK(to_json(*find_setting(table().infos(), "cut_off"))["exclusive_minimum"] == true);
  CHECK(to_json(*find_setting(table().infos(), "sigma"))["maximum"] == 100);
  CHECK(to_json(*find_setting(table().infos(), "name"))["minimum"].is_null());
  const Json condition = to_json(*find_setting(table().infos(), "cut_off"))["applies_when"][1];
  CHECK(condition == Json::parse(R"({"setting":"radius","values":[1],"negated":true,"reason":"not used with radius 1"})"));
  CHECK(to_json(*find_setting(table().infos(), "windows"))["forms"] == Json::parse(R"(["choice","text_list","text_lists"])"));
}
