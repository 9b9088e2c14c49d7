// docs/recipe.md lists every setting as the tables have it. After a change to a table:
//
//   WEBUNMIX_UPDATE_DOCS=docs/recipe.md build/native-asan/tests/core/test_recipe '[docs]'
#include <catch2/catch.hpp>
#include <string>

#include "recipe/reference.hpp"
#include "recipe/sample_kinds.hpp"
#include "support/fixture.hpp"

#ifndef __EMSCRIPTEN__
#include <cstdlib>
#include <fstream>
#endif

using namespace webunmix;

namespace {

constexpr std::string_view page = "../../docs/recipe.md";
constexpr std::string_view begin_mark = "<!-- settings: begin (made from the tables) -->\n";
constexpr std::string_view end_mark = "<!-- settings: end -->\n";

std::string text_of(std::string_view path) {
  const auto bytes = test::read_fixture(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

TEST_CASE("docs/recipe.md lists the settings as they are", "[docs]") {
  const std::string text = text_of(page);
  const auto begin = text.find(begin_mark);
  const auto end = text.find(end_mark);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  const auto from = begin + begin_mark.size();
  const std::string expected = "\n" + settings_reference() + "\n";
#ifndef __EMSCRIPTEN__
  if (const char* path = std::getenv("WEBUNMIX_UPDATE_DOCS")) {
    std::ofstream file(path, std::ios::binary);
    file << text.substr(0, from) << expected << text.substr(end);
    REQUIRE(file.good());
    return;
  }
#endif
  INFO("Stale. WEBUNMIX_UPDATE_DOCS=docs/recipe.md build/native-asan/tests/core/test_recipe '[docs]' writes it anew.");
  CHECK(text.substr(from, end - from) == expected);
}

TEST_CASE("the reference says default, values, unit and when a setting applies", "[docs]") {
  const std::string text = settings_reference(test::sample_kinds());
  CHECK(text.find("### `blend`: Blend\n\nBlends channels.\n") != std::string::npos);
  CHECK(text.find("| `radius` | `3` | a whole number between 1 and 50; px |") != std::string::npos);
  CHECK(text.find("| `voxels` | `500000` | a whole number of at least 1, or null (all voxels) |") != std::string::npos);
  CHECK(text.find("| `alpha` | `null` | a number above 0, or null | (only used in plain mode) |") != std::string::npos);
  CHECK(text.find("### `sharpen_edges`: Sharpen") != std::string::npos);
}
