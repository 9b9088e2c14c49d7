// Profiles of numpy as the stack that a step reads.
#include "engine/profile_file.hpp"

#include <cmath>

#include "engine/engine_run.hpp"
#include "flatfield/npy.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

ProfileArray array(const std::string& file, const std::string& key, const std::vector<float>& values,
                   const std::vector<std::int64_t>& shape, const std::string& channel = "") {
  return {file, channel, key, write_npy(values, shape)};
}

FileBytes stack_of(const std::vector<ProfileArray>& arrays) {
  const auto buffer = std::make_shared<FileBytes>();
  const Result<void> made = write_profile_stack("profiles", arrays, std::make_unique<MemorySink>(buffer));
  INFO((made.ok() ? std::string() : made.error().message));
  REQUIRE(made.ok());
  return *buffer;
}

std::string refusal(const std::vector<ProfileArray>& arrays) {
  const Result<void> made =
      write_profile_stack("profiles", arrays, std::make_unique<MemorySink>(std::make_shared<FileBytes>()));
  REQUIRE_FALSE(made.ok());
  CHECK(made.error().code == Errc::bad_file);
  return made.error().message;
}

}  // namespace

TEST_CASE("a flat-field alone is one plane as it was", "[profile]") {
  const FileBytes stack = stack_of({array("p.npz", "flatfield", {1, 2, 3, 4, 5, 6}, {2, 3})});
  const auto reader = open_file(stack);
  const StackInfo& info = reader->info();
  CHECK(info.shape == StackShape{1, 1, 1, 2, 3});
  CHECK(info.type == SampleType::float32);
  CHECK(pixels_of(stack) == std::vector<double>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("dark-field and baseline lie below it, NaN where a channel has none", "[profile]") {
  const FileBytes stack =
      stack_of({array("a/p.npz", "flatfield", {1, 2, 3, 4}, {2, 2}, "a"), array("a/p.npz", "baseline", {7, 8, 9}, {3}, "a"),
                array("b/p.npz", "flatfield", {5, 6, 7, 8}, {2, 2}, "b"), array("b/p.npz", "darkfield", {100}, {}, "b")});
  const auto reader = open_file(stack);
  CHECK(reader->info().shape == StackShape{1, 3, 2, 2, 2});
  CHECK(reader->info().channels[0].name == "a");
  CHECK(reader->info().channels[1].name == "b");
  const std::vector<double> pixels = pixels_of(stack);
  const auto all_nan = [&](std::size_t begin, std::size_t end) {
    return std::all_of(pixels.begin() + static_cast<std::ptrdiff_t>(begin), pixels.begin() + static_cast<std::ptrdiff_t>(end),
                       [](double value) { return std::isnan(value); });
  };
  CHECK(std::vector<double>(pixels.begin(), pixels.begin() + 8) == std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(all_nan(8, 12));
  CHECK(std::vector<double>(pixels.begin() + 12, pixels.begin() + 19) == std::vector<double>{100, 100, 100, 100, 7, 8, 9});
  CHECK(all_nan(19, 24));
}

TEST_CASE("what a profile cannot be is said with file, key and shape", "[profile]") {
  CHECK(refusal({array("p.npz", "darkfield", {1, 1}, {1, 2})}).find("p.npz has no array `flatfield`; it holds darkfield") == 0);
  CHECK(refusal({array("p.npz", "flatfield", {1, 1}, {2})}).find("has the shape 2;") != std::string::npos);
  CHECK(refusal({array("p.npz", "flatfield", {1, NAN}, {1, 2})}).find("element 1 of 2") != std::string::npos);
  CHECK(refusal({array("p.npz", "flatfield", {1, 1}, {1, 2}), array("p.npz", "baseline", {1, 2, 3}, {3})})
            .find("no more than a profile has pixels") != std::string::npos);
  CHECK(refusal({array("a.npz", "flatfield", {1, 1}, {1, 2}, "a"), array("b.npz", "flatfield", {1, 1}, {2, 1}, "b")})
            .find("a.npz has 1 x 2 pixels, b.npz has 2 x 1") != std::string::npos);
  CHECK(refusal({}).find("flatfield") != std::string::npos);
}
