// Scenes by name, and what holds for all of them: any shape, any box, the same pixels every time.
#include "synth/scene.hpp"

#include <catch2/catch.hpp>
#include <cstring>

#include "synth/samples.hpp"

using namespace webunmix;
using webunmix::test::checksum;

namespace {

std::unique_ptr<Scene> scene(const Json& options) {
  auto made = make_scene(options);
  if (!made.ok()) FAIL(made.error().message);
  return std::move(*made);
}

std::string refusal(const Json& options) {
  const auto made = make_scene(options);
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().code == Errc::bad_setting);
  return made.error().message;
}

Box rows(std::int32_t t, std::int32_t z, std::vector<std::int32_t> channels, std::int64_t begin, std::int64_t end) {
  return {0, t, z, std::move(channels), begin, end};
}

Block read(Scene& from, const Box& box) {
  auto block = from.read(box);
  if (!block.ok()) FAIL(block.error().message);
  return std::move(*block);
}

}  // namespace

TEST_CASE("scenes have the same bytes on every platform", "[synth]") {
  const auto circles = scene({{"scene", "circles"}, {"shape", {3, 5, 2, 48, 40}}});
  CHECK(checksum(read(*circles, rows(1, 2, {0, 1}, 0, 48)).bytes()) == 0x115368abc2153d06U);
  const auto cells = scene({{"scene", "cells"}, {"shape", {2, 5, 2, 160, 200}}, {"colocalisation", 0.3}});
  CHECK(checksum(read(*cells, rows(1, 1, {0, 1}, 0, 160)).bytes()) == 0x28a967825b5796f6U);
  CHECK(checksum(cells->clean(rows(0, 3, {0, 1}, 0, 160))->bytes()) == 0x5c3b0895a8d529d3U);
  const auto shading = scene({{"scene", "shading"}, {"shape", {3, 2, 2, 48, 40}}});
  CHECK(checksum(read(*shading, rows(1, 1, {0, 1}, 0, 48)).bytes()) == 0x720d8b1d602968a6U);
}

TEST_CASE("a band of rows holds what the plane holds there", "[synth]") {
  for (const char* name : {"circles", "cells", "shading"}) {
    INFO(name);
    // Wider and higher than a tile of 512, so that bands and tiles cross.
    const auto whole_scene = scene({{"scene", name}, {"shape", {2, 3, 2, 531, 540}}});
    const auto band_scene = scene({{"scene", name}, {"shape", {2, 3, 2, 531, 540}}});
    const Block whole = read(*whole_scene, rows(1, 1, {0, 1}, 0, 531));
    const std::size_t row_bytes = 540 * bytes_per_sample(whole.type());
    for (const auto& [begin, end] : {std::pair{505, 531}, std::pair{0, 1}, std::pair{37, 90}}) {
      for (const std::int32_t channel : {1, 0}) {
        const Block band = read(*band_scene, rows(1, 1, {channel}, begin, end));
        const std::byte* expected =
            whole.bytes().data() + (static_cast<std::size_t>(channel) * 531 + static_cast<std::size_t>(begin)) * row_bytes;
        REQUIRE(band.bytes().size() == static_cast<std::size_t>(end - begin) * row_bytes);
        CHECK(std::memcmp(band.bytes().data(), expected, band.bytes().size()) == 0);
      }
    }
  }
}

TEST_CASE("seeds and places change the pixels", "[synth]") {
  for (const char* name : {"circles", "cells", "shading"}) {
    INFO(name);
    const Json base = {{"scene", name}, {"shape", {2, 2, 2, 32, 32}}};
    Json other = base;
    other["seed"] = 12345;
    const auto a = scene(base);
    const auto b = scene(other);
    const auto sum = [](Scene& from, std::int32_t t, std::int32_t z) {
      return checksum(read(from, rows(t, z, {0}, 0, 32)).bytes());
    };
    CHECK(sum(*a, 0, 0) != sum(*b, 0, 0));
    CHECK(sum(*a, 0, 0) != sum(*a, 1, 0));
    CHECK(sum(*a, 0, 0) != sum(*a, 0, 1));
    CHECK(sum(*a, 0, 0) == sum(*a, 0, 0));
  }
}

TEST_CASE("any shape will do", "[synth]") {
  for (const char* name : {"circles", "cells"}) {
    for (const Json& shape : {Json({1, 1, 2, 1, 1}), Json({1, 1, 2, 7, 3}), Json({1, 2, 2, 5, 700}), Json({2, 1, 2, 130, 2})}) {
      INFO(name << " " << shape.dump());
      const auto made = scene({{"scene", name}, {"shape", shape}});
      const auto height = shape[3].get<std::int64_t>();
      const Block block = read(*made, rows(0, 0, {0, 1}, 0, height));
      CHECK(block.pixels_per_channel() == shape[3].get<std::size_t>() * shape[4].get<std::size_t>());
      CHECK(made->truth()["shape"] == shape);
    }
  }
}

TEST_CASE("the truth makes the same scene again", "[synth]") {
  for (const char* name : {"circles", "cells"}) {
    const auto made = scene({{"scene", name}, {"shape", {1, 1, 2, 24, 24}}, {"alpha", 0.125}, {"seed", 9}});
    Json options = made->truth();
    CHECK(options["alpha"] == 0.125);
    options.erase("blobs");
    options.erase("cells");
    const auto again = scene(options);
    CHECK(checksum(read(*made, rows(0, 0, {1}, 0, 24)).bytes()) == checksum(read(*again, rows(0, 0, {1}, 0, 24)).bytes()));
  }
}

TEST_CASE("wrong options are refused by name", "[synth]") {
  CHECK(refusal(Json::object()) == "An example needs the name of its scene: {\"scene\": \"circles\"}.");
  CHECK(refusal({{"scene", "cell"}}) == "There is no scene `cell`; did you mean `cells`?");
  CHECK(refusal({{"scene", "cells"}, {"alfa", 0.3}}) == "There is no setting `alfa`; did you mean `alpha`?");
  CHECK(refusal({{"scene", "cells"}, {"colocalisation", 1.5}}) ==
        "`colocalisation` is 1.5, but must be a number between 0 and 1.");
  CHECK(refusal({{"scene", "circles"}, {"shape", {9, 20, 3, 128, 128}}}) == "`shape` asks for 3 channels; this scene has 2.");
  CHECK(refusal({{"scene", "circles"}, {"shape", {9, 20, 2, 128}}}).find("list of 5") != std::string::npos);
  CHECK(refusal({{"scene", "circles"}, {"shape", {9, 20, 2, 128, 2000000}}}).find("between 1 and 1048576") !=
        std::string::npos);
}

TEST_CASE("a box outside the stack, or too large for a block, is an error", "[synth]") {
  const auto made = scene({{"scene", "cells"}, {"shape", {1, 1, 2, 16, 16}}});
  for (const Box& box : {Box{0, 1, 0, {0}, 0, 16}, Box{0, 0, -1, {0}, 0, 16}, Box{0, 0, 0, {2}, 0, 16}, Box{0, 0, 0, {}, 0, 16},
                         Box{0, 0, 0, {0}, 0, 17}, Box{0, 0, 0, {0}, 8, 8}}) {
    CHECK_FALSE(made->read(box).ok());
    CHECK_FALSE(made->clean(box).ok());
  }
  const auto wide = scene({{"scene", "circles"}, {"shape", {1, 1, 2, 100000, 100000}}});
  CHECK_FALSE(wide->read({0, 0, 0, {0}, 0, 100000}).ok());
  CHECK(wide->read({0, 0, 0, {0}, 99999, 100000}).ok());
}

TEST_CASE("the list of scenes says what each can be asked for", "[synth]") {
  REQUIRE(scene_kinds().size() == 5);
  for (const auto& kind : scene_kinds()) {
    CHECK(make_scene({{"scene", kind.name}, {"shape", {1, 1, 2, 8, 8}}}).ok());
    const std::string own = kind.name == "dyes"              ? "mixing"
                            : kind.name == "shading"         ? "blobs"
                            : kind.name == "photon_transfer" ? "gain_e_per_adu"
                                                             : "alpha";
    CHECK(find_setting(kind.infos, own) != nullptr);
    CHECK(find_setting(kind.infos, "shape") != nullptr);
  }
}
