// The one-line form of a recipe: exactly as links carry it, and back without loss.
#include "recipe/string_form.hpp"

#include <catch2/catch.hpp>
#include <clocale>

#include "recipe/sample_kinds.hpp"

using namespace webunmix;
using webunmix::test::sample_kinds;

namespace {

Recipe read_string(std::string_view text) {
  const auto recipe = recipe_from_string(text, sample_kinds());
  if (!recipe.ok()) FAIL(text << ": " << recipe.error().message);
  return *recipe;
}

std::string string_refusal(std::string_view text, Errc code) {
  const auto recipe = recipe_from_string(text, sample_kinds());
  INFO(text);
  REQUIRE_FALSE(recipe.ok());
  CHECK(errc_name(recipe.error().code) == errc_name(code));
  return recipe.error().message;
}

/// The text of a recipe of one `blend` step with these settings.
std::string blend(const Json& settings) {
  const auto step = make_recipe_step(sample_kinds(), 1, "blend", settings, true);
  if (!step.ok()) FAIL(step.error().message);
  Recipe recipe;
  recipe.steps.push_back(*step);
  return format_recipe(recipe, sample_kinds());
}

}  // namespace

TEST_CASE("only what differs from the defaults is written", "[string_form]") {
  CHECK(format_recipe(Recipe{}, sample_kinds()) == "/1");
  CHECK(blend(Json::object()) == "/1/blend");
  CHECK(blend({{"sigma", 1.5}, {"radius", 3}}) == "/1/blend");
  CHECK(blend({{"mode", "inverse"}, {"enabled", false}}) == "/1/blend?enabled=false&mode=inverse");
}

TEST_CASE("values are written the way links carry them", "[string_form]") {
  CHECK(blend({{"sigma", 0.1}}) == "/1/blend?sigma=0.1");
  CHECK(blend({{"sigma", 99.0}}) == "/1/blend?sigma=99");
  CHECK(blend({{"sigma", 1e21}}) == "/1/blend?sigma=1e21");
  CHECK(blend({{"voxels", nullptr}}) == "/1/blend?voxels=null");
  CHECK(blend({{"channels", {1, 2}}}) == "/1/blend?channels=1,2");
  CHECK(blend({{"channels", Json::array()}}) == "/1/blend?channels=");
  CHECK(blend({{"gain", {nullptr, 2.5}}}) == "/1/blend?gain=null,2.5");
  CHECK(blend({{"graph", Json::parse("[[1,-1],[0,1]]")}}) == "/1/blend?graph=1,-1;0,1");
  CHECK(blend({{"relation", Json::parse("[[1,null],[0.5,1]]")}}) == "/1/blend?relation=1,null;0.5,1");
  CHECK(blend({{"offset", "auto"}}) == "/1/blend?offset=auto");
  CHECK(blend({{"working_size", {64, 32}}}) == "/1/blend?working_size=64,32");
  CHECK(blend({{"windows", {"median", "gaussian"}}}) == "/1/blend?windows=median,gaussian");
  CHECK(blend({{"name", "a/b&c"}}) == "/1/blend?name=a%2Fb%26c");
  CHECK(blend({{"labels", {"a,b", "c;d"}}}) == "/1/blend?labels=a%2Cb,c%3Bd");
}

TEST_CASE("what would read as something else is written as JSON", "[string_form]") {
  CHECK(blend({{"note", "null"}}) == "/1/blend?note=%22null%22");
  CHECK(blend({{"note", nullptr}}) == "/1/blend");
  CHECK(blend({{"labels", {""}}}) == "/1/blend?labels=%5B%22%22%5D");
  CHECK(blend({{"windows", {"median"}}}) == "/1/blend?windows=%5B%22median%22%5D");
  CHECK(blend({{"region", {{"t", {0, 3}}}}}) == "/1/blend?region=%7B%22t%22%3A%5B0%2C3%5D%7D");
}

TEST_CASE("settings about the machine stay out of links", "[string_form]") { CHECK(blend({{"max_workers", 4}}) == "/1/blend"); }

TEST_CASE("several steps, one switched off", "[string_form]") {
  const Recipe recipe = read_string("/1/!sharpen_edges?amount=0.25/blend?mode=inverse");
  REQUIRE(recipe.steps.size() == 2);
  CHECK_FALSE(recipe.steps[0].enabled);
  CHECK(recipe.steps[0].settings["amount"] == 0.25);
  CHECK(recipe.steps[1].enabled);
  CHECK(recipe.steps[1].settings["mode"] == "inverse");
  CHECK(recipe.steps[1].settings["sigma"] == 1.5);
  CHECK(format_recipe(recipe, sample_kinds()) == "/1/!sharpen_edges?amount=0.25/blend?mode=inverse");
}

TEST_CASE("a recipe is read from every form a link takes", "[string_form]") {
  const Recipe expected = read_string("/1/blend?mode=inverse");
  for (const auto* text : {"1/blend?mode=inverse", "#/1/blend?mode=inverse", "/blend?mode=inverse", "blend?mode=inverse",
                           "  /1/blend?mode=inverse\n", "/1/blend?mode=inverse/", "/1/%62lend?%6dode=inver%73e",
                           "%2F1%2Fblend%3Fmode%3Dinverse", "https://example.org/unmix/#/1/blend?mode=inverse",
                           "https://example.org/#open=https%3A%2F%2Fx.org%2Fa.tif;lesson=2;/1/blend?mode=inverse",
                           "#open=https://x.org/a.tif;/1/blend?mode=inverse"}) {
    INFO(text);
    CHECK(read_string(text) == expected);
  }
  CHECK(read_string("/1").steps.empty());
  CHECK(read_string("blend?").steps.size() == 1);
}

TEST_CASE("lists that another program has encoded are read", "[string_form]") {
  CHECK(read_string("blend?channels=1%2C2").steps[0].settings["channels"] == Json({1, 2}));
  CHECK(read_string("blend?graph=1%2C-1%3B0%2C1").steps[0].settings["graph"] == Json::parse("[[1,-1],[0,1]]"));
  CHECK(read_string("blend?region={\"t\":[0,3]}").steps[0].settings["region"] == Json::parse(R"({"t":[0,3]})"));
}

TEST_CASE("random recipes come back exactly", "[string_form]") {
  std::mt19937_64 random(20240611);
  for (int i = 0; i < 3000; ++i) {
    const Recipe recipe = test::random_recipe(random);
    const std::string text = format_recipe(recipe, sample_kinds());
    const auto back = recipe_from_string(text, sample_kinds());
    if (!back.ok()) FAIL(text << ": " << back.error().message);
    if (*back != recipe) FAIL(text << "\n" << to_json(recipe).dump() << "\n" << to_json(*back).dump());
    CHECK(format_recipe(*back, sample_kinds()) == text);
    // Nothing in it that an address could not hold.
    if (text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/?&=;,!%") !=
        std::string::npos) {
      FAIL("not fit for an address: " << text);
    }
  }
}

TEST_CASE("no text makes the reader fail otherwise than with a message", "[string_form]") {
  std::mt19937_64 random(5);
  const std::string letters = "/?&=;,!%#[]{}\"\\.-+eE0123456789nulltruebendsharp_\x80\xFF";
  for (int i = 0; i < 20000; ++i) {
    std::string text = i % 2 == 0 ? "/1/blend?" : "";
    for (std::size_t n = random() % 24; n > 0; --n) text += letters[random() % letters.size()];
    const auto recipe = recipe_from_string(text, sample_kinds());
    if (!recipe.ok()) CHECK_FALSE(recipe.error().message.empty());
  }
  // The same with damaged recipes, which come further.
  for (int i = 0; i < 5000; ++i) {
    std::string text = format_recipe(test::random_recipe(random), sample_kinds());
    text[random() % text.size()] = letters[random() % letters.size()];
    const auto recipe = recipe_from_string(text, sample_kinds());
    if (!recipe.ok()) CHECK_FALSE(recipe.error().message.empty());
  }
}

TEST_CASE("numbers do not depend on the locale", "[string_form]") {
  for (const char* name : {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "C"}) {
    if (std::setlocale(LC_ALL, name) == nullptr) continue;
    CHECK(blend({{"sigma", 0.25}}) == "/1/blend?sigma=0.25");
    CHECK(read_string("/1/blend?sigma=0.25").steps[0].settings["sigma"] == 0.25);
  }
  std::setlocale(LC_ALL, "C");
}

TEST_CASE("an unknown step names the nearest right one", "[string_form]") {
  CHECK(string_refusal("/1/blnd", Errc::bad_recipe) == "Step 1: there is no step `blnd`; did you mean `blend`?");
  CHECK(string_refusal("/1/blend/sharpen", Errc::bad_recipe) ==
        "Step 2: there is no step `sharpen`; did you mean `sharpen_edges`?");
}

TEST_CASE("a wrong setting is named with its step", "[string_form]") {
  CHECK(string_refusal("/1/blend?mod=plain", Errc::bad_setting) ==
        "Step 1, blend: There is no setting `mod`; did you mean `mode`?");
  CHECK(string_refusal("/1/blend/sharpen_edges?amount=2", Errc::bad_setting) ==
        "Step 2, sharpen_edges: `amount` is 2, but must be a number between 0 and 1.");
  CHECK(string_refusal("/1/blend?sigma=1,5", Errc::bad_setting) == "Step 1, blend: `sigma` is \"1,5\", but must be a number.");
  CHECK(string_refusal("/1/blend?enabled=yes", Errc::bad_setting).find("true or false") != std::string::npos);
  CHECK(string_refusal("/1/blend?radius=1e999", Errc::bad_setting).find("whole number") != std::string::npos);
}

TEST_CASE("broken syntax is said plainly", "[string_form]") {
  CHECK(string_refusal("", Errc::bad_recipe).find("empty") != std::string::npos);
  CHECK(string_refusal("/", Errc::bad_recipe).find("empty") != std::string::npos);
  CHECK(string_refusal("/1//blend", Errc::bad_recipe).find("Step 1 has no name") != std::string::npos);
  CHECK(string_refusal("/1/!", Errc::bad_recipe).find("Step 1 has no name") != std::string::npos);
  CHECK(string_refusal("/1/blend?mode", Errc::bad_recipe).find("setting=value") != std::string::npos);
  CHECK(string_refusal("/1/blend?=3", Errc::bad_recipe).find("setting=value") != std::string::npos);
  CHECK(string_refusal("/1/blend?name=%zz", Errc::bad_recipe).find("% escape") != std::string::npos);
  CHECK(string_refusal("/1/blend?name=%FF", Errc::bad_recipe).find("% escape") != std::string::npos);
  CHECK(string_refusal("/1/blend?sigma=1&sigma=2", Errc::bad_recipe).find("given twice") != std::string::npos);
  CHECK(string_refusal("/1/blend?region={", Errc::bad_recipe).find("not valid JSON") != std::string::npos);
  CHECK(string_refusal("/2/blend", Errc::bad_recipe).find("Use a newer program") != std::string::npos);
  CHECK(string_refusal("/0000000010/blend", Errc::bad_recipe).find("has version 10;") != std::string::npos);
  CHECK(string_refusal("/1000000000000/blend", Errc::bad_recipe).find("has version 1000000000000;") != std::string::npos);
  CHECK(string_refusal("/" + std::string(1000, '9') + "/blend", Errc::bad_recipe).find("newer program") != std::string::npos);
  CHECK(string_refusal("/0/blend", Errc::bad_recipe).find("from 1 to 1") != std::string::npos);
  CHECK(string_refusal("/99999999999999999999/blend", Errc::bad_recipe).find("Use a newer program") != std::string::npos);
}
