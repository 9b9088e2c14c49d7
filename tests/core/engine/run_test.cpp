// Whole runs: what goes in comes out corrected, the same with any number of threads, and nothing half-done looks whole.
#include <algorithm>
#include <cmath>

#include "engine_run.hpp"
#include "support/thread_counts.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

const Json cells_shape{3, 4, 2, 48, 64};

RunOutcome require_run(const Result<RunOutcome>& outcome) {
  INFO((outcome.ok() ? std::string() : outcome.error().message));
  REQUIRE(outcome.ok());
  return *outcome;
}

}  // namespace

TEST_CASE("a recipe without steps converts the file and changes no pixel", "[run]") {
  const FileBytes file = example_file(cells_shape);
  const auto expected = pixels_of(file);
  for (const char* compression : {"none", "deflate", "zstd", "lzw"}) {
    const auto outcome = require_run(run_in_memory({input_of(file)}, recipe_of(Json::array()), 1, compression));
    CHECK(pixels_of(outcome.files.at(0)) == expected);
    CHECK(open_file(outcome.files.at(0))->compression() == compression);
    CHECK(outcome.report.at("output").at("type") == "float32");
    CHECK(outcome.report.at("output").at("shape") == cells_shape);
    CHECK(outcome.report.at("output").at("size") == outcome.files.at(0).size());
  }
}

TEST_CASE("a fixed coefficient is subtracted from the target channel", "[run]") {
  const FileBytes file = example_file(cells_shape);
  const auto before = pixels_of(file);
  const auto outcome = require_run(run_in_memory({input_of(file)}, unmix({{"alpha", 0.25}, {"clip_negative", false}})));
  const auto after = pixels_of(outcome.files.at(0));
  REQUIRE(after.size() == before.size());
  const std::size_t plane = 48 * 64;
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < after.size(); ++i) {
    const bool target = i / plane % 2 == 1;
    const auto expected = static_cast<float>(target ? before[i] - 0.25 * before[i - plane] : before[i]);
    if (std::abs(after[i] - static_cast<double>(expected)) > 1e-4) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("every estimate and every pixel is the same with 1, 2 and 5 threads, the file too", "[run]") {
  const FileBytes file = example_file(cells_shape, "deflate");
  const std::vector<Json> recipes{unmix({{"method", "mi_min"}}),
                                  unmix({{"method", "mean_ratio"}, {"alpha_mode", "per_t"}, {"bidirectional", true}}),
                                  unmix({{"method", "corr_min"}, {"output_dtype", "uint16"}})};
  for (const Json& recipe : recipes) {
    Json report;
    std::vector<FileBytes> files;
    for (const std::size_t threads : thread_counts) {
      auto outcome = require_run(run_in_memory({input_of(file)}, recipe, threads, "deflate"));
      if (files.empty()) {
        files = outcome.files;
        report = outcome.report;
      }
      CHECK(outcome.report.dump() == report.dump());
      CHECK(outcome.files == files);
    }
    CHECK(report.at("steps").size() == 1);
  }
}

TEST_CASE("an integer output is rounded and saturated, and what was clipped is counted at both ends", "[run]") {
  const FileBytes file = example_file(cells_shape);
  const Json settings{{"alpha", 0.9}, {"clip_negative", false}};
  const auto exact = pixels_of(require_run(run_in_memory({input_of(file)}, unmix(settings))).files.at(0));
  Json rounded = settings;
  rounded["output_dtype"] = "uint8";
  const auto outcome = require_run(run_in_memory({input_of(file)}, unmix(rounded), thread_counts.back()));
  const auto values = pixels_of(outcome.files.at(0));
  std::vector<std::uint64_t> low(2), high(2);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const std::size_t channel = i / (48 * 64) % 2;
    const double nearest = std::nearbyint(exact[i]);
    if (nearest < 0) ++low[channel];
    if (nearest > 255) ++high[channel];
    if (values[i] != std::clamp(nearest, 0.0, 255.0)) ++wrong;
  }
  CHECK(wrong == 0);
  const Json& output = outcome.report.at("output");
  CHECK(output.at("type") == "uint8");
  CHECK(low[1] > 0);
  CHECK(output.at("clipped_low") == Json(low));
  CHECK(output.at("clipped_high") == Json(high));
}

TEST_CASE("voxels that were cut to fit the sample type are said, channel by channel", "[run]") {
  const FileBytes file = example_file(cells_shape);
  const auto outcome = require_run(run_in_memory({input_of(file)}, unmix({{"alpha", 0.1}, {"output_dtype", "int8"}})));
  const Json& output = outcome.report.at("output");
  const auto high = output.at("clipped_high").get<std::vector<std::uint64_t>>();
  REQUIRE(high[0] > 0);
  std::size_t cut = 0;
  for (const std::uint64_t count : high) cut += count > 0 ? 1 : 0;
  REQUIRE(output.at("warnings").size() == cut);
  const auto warning = output.at("warnings").at(0).get<std::string>();
  CHECK(warning.find("channel 0 (" + std::to_string(high[0]) + " voxels)") != std::string::npos);
  CHECK(warning.find("above 127, the largest value of int8") != std::string::npos);
  const auto fits = require_run(run_in_memory({input_of(file)}, unmix({{"alpha", 0.1}})));
  CHECK(fits.report.at("output").at("warnings").empty());
}

TEST_CASE("a large compressed stack, read more than twice, gives what the plain one gives", "[run]") {
  const Json large{2, 2, 2, 1200, 2000};
  const FileBytes plain = example_file(large, "none");
  const FileBytes packed = example_file(large, "lzw");
  const Json recipe = unmix({{"method", "mi_min"}, {"alpha_mode", "per_t"}});
  const auto expected = require_run(run_in_memory({input_of(plain)}, recipe));
  const auto outcome = require_run(run_in_memory({input_of(packed)}, recipe, thread_counts.back()));
  CHECK(outcome.report.at("alpha_values") == expected.report.at("alpha_values"));
  CHECK(pixels_of(outcome.files.at(0)) == pixels_of(expected.files.at(0)));
}

TEST_CASE("several stacks are written each to a file of its own", "[run]") {
  const std::vector<FileBytes> files{example_file(cells_shape, "none", 1), example_file(cells_shape, "none", 2)};
  const auto outcome = require_run(run_in_memory({input_of(files[0], "a.tif"), input_of(files[1], "b.tif")},
                                                 recipe_of(Json::array()), thread_counts.back()));
  REQUIRE(outcome.files.size() == 2);
  CHECK(pixels_of(outcome.files[0]) == pixels_of(files[0]));
  CHECK(pixels_of(outcome.files[1]) == pixels_of(files[1]));
  CHECK(outcome.report.at("output").size() == 2);
  CHECK(outcome.report.at("inputs").at(1).at("name") == "b.tif");
}

TEST_CASE("a disk that is full, wherever it is, is an error, and what was written is no TIFF", "[run]") {
  const FileBytes file = example_file(cells_shape);
  const auto whole = require_run(run_in_memory({input_of(file)}, unmix({{"alpha", 0.2}}))).files.at(0).size();
  for (std::uint64_t room = 0; room < whole; room += whole / 12) {
    const auto buffer = std::make_shared<FileBytes>();
    NativeRun run;
    run.inputs = {input_of(file)};
    run.recipe = unmix({{"alpha", 0.2}});
    run.threads = thread_counts.back();
    run.output = {"out.ome.tif", "none", 0};
    run.open_sink = [&](std::size_t) -> Result<std::unique_ptr<ByteSink>> {
      return std::unique_ptr<ByteSink>(std::make_unique<MemorySink>(buffer, room));
    };
    const auto outcome = run_native(run);
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error().code == Errc::write_failed);
    CHECK_FALSE(TiffReader::open(std::make_unique<MemorySource>("half.tif", *buffer)).ok());
  }
}

TEST_CASE("a source that cannot be opened or read is an error", "[run]") {
  NativeInput gone = input_of({});
  gone.open = []() -> Result<std::unique_ptr<ByteSource>> { return Error{Errc::read_failed, "stack.tif is gone"}; };
  CHECK(run_in_memory({gone}, recipe_of(Json::array())).error().message == "stack.tif is gone");

  FileBytes file = example_file(cells_shape);
  file.resize(file.size() / 2);
  const auto outcome = run_in_memory({input_of(file)}, unmix({{"method", "linear_fit"}}), 2);
  REQUIRE_FALSE(outcome.ok());
  CHECK(outcome.error().code == Errc::bad_file);
}

TEST_CASE("cancelling a run ends it", "[run]") {
  const FileBytes file = example_file(cells_shape);
  for (const std::size_t threads : thread_counts) {
    std::atomic<bool> cancel{false};
    DriverOptions driver;
    driver.cancel = &cancel;
    driver.progress = [&](const DriverProgress& progress) {
      if (progress.label == "Correcting" && progress.done == 2) cancel = true;
    };
    const auto outcome = run_in_memory({input_of(file)}, unmix({{"method", "mean_ratio"}}), threads, "none", driver);
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error().code == Errc::cancelled);
  }
}
