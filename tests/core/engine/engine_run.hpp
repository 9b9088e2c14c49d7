// Whole native runs in memory for tests of the engine room: a scene as a file, a recipe, and the file that comes out.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/example.hpp"
#include "engine/native_run.hpp"
#include "image/memory_bytes.hpp"
#include "run/partition.hpp"
#include "tiff/reader.hpp"

namespace webunmix::test {

using FileBytes = std::vector<std::byte>;

/// The scene "circles" as an OME-TIFF.
inline FileBytes example_file(const Json& shape, const std::string& compression = "none", int seed = 0) {
  const auto buffer = std::make_shared<FileBytes>();
  const Json options{{"scene", "circles"}, {"seed", seed}, {"shape", shape}, {"compression", compression}};
  const auto truth = write_example(options, std::make_unique<MemorySink>(buffer));
  INFO((truth.ok() ? std::string() : truth.error().message));
  REQUIRE(truth.ok());
  return *buffer;
}

inline NativeInput input_of(const FileBytes& bytes, const std::string& name = "stack.ome.tif", Role role = Role::main) {
  return {role,
          [bytes, name]() -> Result<std::unique_ptr<ByteSource>> {
            return std::unique_ptr<ByteSource>(std::make_unique<MemorySource>(name, bytes));
          },
          ""};
}

inline Json recipe_of(Json steps) { return Json{{"version", 1}, {"steps", std::move(steps)}}; }

inline Json unmix(Json settings) { return recipe_of({{{"step", "unmix"}, {"settings", std::move(settings)}}}); }

struct RunOutcome {
  Json report;
  std::vector<FileBytes> files;  ///< by output stack
};

inline Result<RunOutcome> run_in_memory(std::vector<NativeInput> inputs, const Json& recipe, std::size_t threads = 1,
                                        const std::string& compression = "none", DriverOptions driver = {},
                                        std::uint64_t disk_bytes = std::uint64_t{1} << 40U) {
  std::vector<std::shared_ptr<FileBytes>> buffers;
  NativeRun run;
  run.inputs = std::move(inputs);
  run.recipe = recipe;
  run.threads = threads;
  run.driver = std::move(driver);
  run.output = {"out.ome.tif", compression, 0};
  run.open_sink = [&](std::size_t) -> Result<std::unique_ptr<ByteSink>> {
    buffers.push_back(std::make_shared<FileBytes>());
    return std::unique_ptr<ByteSink>(std::make_unique<MemorySink>(buffers.back(), disk_bytes));
  };
  WEBUNMIX_ASSIGN(Json report, run_native(run));
  RunOutcome outcome{std::move(report), {}};
  for (const auto& buffer : buffers) outcome.files.push_back(std::move(*buffer));
  return outcome;
}

inline std::unique_ptr<TiffReader> open_file(const FileBytes& bytes) {
  auto reader = TiffReader::open(std::make_unique<MemorySource>("out.ome.tif", bytes));
  INFO((reader.ok() ? std::string() : reader.error().message));
  REQUIRE(reader.ok());
  return std::move(*reader);
}

/// All pixels as doubles, in the order t, z, c, y, x.
inline std::vector<double> pixels_of(const FileBytes& bytes) {
  const auto reader = open_file(bytes);
  const StackInfo& info = reader->info();
  std::vector<double> pixels;
  for (std::int32_t t = 0; t < info.shape.t; ++t) {
    for (std::int32_t z = 0; z < info.shape.z; ++z) {
      const auto block =
          reader->read({.input = 0, .t = t, .z = z, .channels = all_channels(info), .y_begin = 0, .y_end = info.shape.y});
      REQUIRE(block.ok());
      for (std::size_t c = 0; c < static_cast<std::size_t>(info.shape.c); ++c) {
        visit_sample_type(info.type, [&]<class T>() {
          for (const T value : block->channel<T>(c)) pixels.push_back(static_cast<double>(value));
        });
      }
    }
  }
  return pixels;
}

}  // namespace webunmix::test
