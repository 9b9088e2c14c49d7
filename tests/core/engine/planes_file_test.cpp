// Planes in a file of their own: names and values come back as they were.
#include "engine/planes_file.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <limits>

#include "engine_run.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

Result<void> written(const Json& about, const std::vector<float>& values, const std::shared_ptr<FileBytes>& file) {
  return write_planes(about, std::as_bytes(std::span<const float>(values)), std::make_unique<MemorySink>(file));
}

}  // namespace

TEST_CASE("planes come back with their names and values", "[planes]") {
  std::vector<float> values(3 * 70 * 50);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i) * 0.37F - 100.0F;
  for (const char* compression : {"deflate", "none"}) {
    const auto file = std::make_shared<FileBytes>();
    const Json about{{"name", "maps.tif"},
                     {"planes", {"offset", "variance", "gain"}},
                     {"height", 70},
                     {"width", 50},
                     {"compression", compression}};
    REQUIRE(written(about, values, file).ok());
    const auto reader = open_file(*file);
    CHECK(reader->info().shape == StackShape{1, 1, 3, 70, 50});
    CHECK(reader->info().type == SampleType::float32);
    CHECK(reader->info().channels[0].name == "offset");
    CHECK(reader->info().channels[2].name == "gain");
    const auto pixels = pixels_of(*file);
    REQUIRE(pixels.size() == values.size());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < values.size(); ++i) wrong += pixels[i] == static_cast<double>(values[i]) ? 0U : 1U;
    CHECK(wrong == 0);
  }
}

TEST_CASE("planes that are not as large as they say are refused", "[planes]") {
  const auto file = std::make_shared<FileBytes>();
  const Json about{{"name", "maps.tif"}, {"planes", {"gain"}}, {"height", 4}, {"width", 4}};
  const auto refused = written(about, std::vector<float>(15), file);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message.find("1 planes of 4 x 4 are 64 bytes; given are 60") != std::string::npos);
  Json odd = about;
  odd["compression"] = "jpeg";
  CHECK_FALSE(written(odd, std::vector<float>(16), file).ok());
}
