// The engine call by call: what it says of inputs and recipes, what it shows, and what it refuses.
#include "engine/engine.hpp"

#include "engine_run.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

const Json shape{2, 3, 2, 32, 40};
const Box plane{.input = 0, .t = 1, .z = 2, .channels = {0, 1}, .y_begin = 0, .y_end = 32};

std::unique_ptr<ByteSource> source(const FileBytes& bytes) { return std::make_unique<MemorySource>("stack.ome.tif", bytes); }

template <class T>
T require(Result<T> result) {
  INFO((result.ok() ? std::string() : result.error().message));
  REQUIRE(result.ok());
  return std::move(*result);
}

template <class T>
void check_error(const Result<T>& result, Errc code, const std::string& words) {
  REQUIRE_FALSE(result.ok());
  CHECK(errc_name(result.error().code) == errc_name(code));
  CHECK_THAT(result.error().message, Catch::Contains(words));
}

/// Fits every step with the engine itself as the only worker.
void fit(Engine& engine, std::size_t steps) {
  for (std::size_t step = 0; step < steps; ++step) {
    REQUIRE(engine.begin_fit(step, false).ok());
    while (const auto pass = require(engine.next_pass(step))) {
      for (std::size_t i = 0; i < pass->items; ++i) {
        const Bytes tally = require(engine.work(step, require(engine.pass_item(i))));
        REQUIRE(engine.reduce(step, i, tally).ok());
        while (require(engine.advance(step, 1000)).busy) {
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("an opened file is described, and opens elsewhere from its index", "[engine]") {
  const FileBytes file = example_file(shape, "deflate");
  Engine first;
  const Json inspection = require(first.open_input(Role::main, source(file), ""));
  CHECK(inspection.at("shape") == shape);
  CHECK(inspection.at("question").is_null());
  CHECK(inspection.at("compression") == "deflate");

  Engine second;
  CHECK(require(second.open_indexed(Role::main, source(file), require(first.input_index(0)))) == inspection);
  const auto here = require(first.view(0, plane));
  const auto there = require(second.view(0, plane));
  CHECK(std::equal(here->bytes().begin(), here->bytes().end(), there->bytes().begin(), there->bytes().end()));
  check_error(first.input_index(1), Errc::bad_setting, "Input 1 is not open");
  check_error(second.open_indexed(Role::main, source(file), BytesView{require(first.input_index(0))}.first(9)), Errc::internal,
              "");
}

TEST_CASE("a recipe is planned: normalised settings, what fits, what comes out", "[engine]") {
  Engine engine;
  require(engine.open_input(Role::main, source(example_file(shape)), ""));
  const Json plan = require(engine.set_recipe(
      recipe_of({{{"step", "unmix"}, {"enabled", false}}, {{"step", "unmix"}, {"settings", {{"output_dtype", "uint16"}}}}})));
  CHECK(plan.at("recipe").at("steps").at(1).at("settings").at("method") == "mean_ratio");
  const Json& steps = plan.at("steps");
  CHECK(steps.at(0).at("enabled") == false);
  CHECK(steps.at(0).at("fits") == false);
  CHECK(steps.at(1).at("fits") == true);
  CHECK(steps.at(1).at("changes_pixels") == true);
  CHECK(plan.at("output") ==
        Json{{"shape", shape}, {"type", "uint16"}, {"boxes", 6}, {"bytes", 2 * 3 * 2 * 32 * 40 * 2}, {"stacks", 1}});
  CHECK(require(engine.output()) == plan.at("output"));
  CHECK(require(engine.set_recipe(unmix({{"alpha", 0.1}}))).at("steps").at(0).at("fits") == false);

  check_error(engine.set_recipe(recipe_of({{{"step", "unmx"}}})), Errc::bad_recipe, "unmix");
  check_error(engine.set_recipe(unmix({{"target_channel", 7}})), Errc::bad_setting, "7");
}

TEST_CASE("pixels are shown at every stage, as the output has them", "[engine]") {
  const FileBytes file = example_file(shape);
  Engine engine;
  require(engine.open_input(Role::main, source(file), ""));
  const auto raw = require(engine.view(0, plane));
  check_error(engine.view(1, plane), Errc::internal, "No recipe");
  require(engine.set_recipe(unmix({{"method", "linear_fit"}})));
  fit(engine, 1);
  const auto again = require(engine.view(0, plane));
  CHECK(std::equal(raw->bytes().begin(), raw->bytes().end(), again->bytes().begin(), again->bytes().end()));

  const auto run = run_in_memory({input_of(file)}, unmix({{"method", "linear_fit"}}));
  const auto written = require(open_file(run->files.at(0))->read(plane));
  const auto shown = require(engine.view(1, plane));
  CHECK(shown->type() == SampleType::float32);
  CHECK(std::equal(shown->bytes().begin(), shown->bytes().end(), written.bytes().begin(), written.bytes().end()));

  // Any rows and channels, not only those of the output pass.
  Box part = plane;
  part.channels = {1};
  part.y_begin = 5;
  part.y_end = 9;
  const auto rows = require(engine.view(1, part));
  const auto expected = shown->channel<float>(1).subspan(5 * 40, 4 * 40);
  CHECK(std::equal(expected.begin(), expected.end(), rows->channel<float>(0).begin()));
  Box outside = plane;
  outside.t = 2;
  check_error(engine.view(1, outside), Errc::bad_setting, "Time point 2 is outside the stack: valid is 0 to 1");
  check_error(engine.view(2, plane), Errc::internal, "Stage 2");
}

TEST_CASE("a report tells inputs, settings, what was learnt, and what the caller knows", "[engine]") {
  Engine engine;
  require(engine.open_input(Role::main, source(example_file(shape)), ""));
  require(engine.set_recipe(unmix({{"method", "mean_ratio"}})));
  fit(engine, 1);
  const Json report =
      require(engine.report({{"inputs", {{{"name", "given.tif"}, {"sha256", "abc"}}}}, {"times", {{"total_s", 1.5}}}}));
  CHECK(report.at("application").at("name") == "WebUnmix");
  CHECK(report.at("inputs").at(0).at("name") == "given.tif");
  CHECK(report.at("inputs").at(0).at("sha256") == "abc");
  CHECK(report.at("inputs").at(0).at("role") == "main");
  CHECK(report.at("inputs").at(0).at("shape") == shape);
  CHECK(report.at("times").at("total_s") == 1.5);
  CHECK(report.at("output").is_null());
  CHECK(report.at("alpha").get<double>() > 0.1);
  CHECK(report.at("steps").at(0).at("settings").at("method") == "mean_ratio");
  CHECK(report.at("recipe_text") == "/1/unmix");
}

TEST_CASE("calls that make no sense are refused", "[engine]") {
  Engine engine;
  check_error(engine.set_recipe(recipe_of(Json::array())), Errc::bad_setting, "no stack");
  check_error(engine.begin_fit(0, false), Errc::internal, "No recipe");
  check_error(engine.report(Json::object()), Errc::internal, "No recipe");
  require(engine.open_input(Role::main, source(example_file(shape)), ""));
  require(engine.set_recipe(unmix({{"alpha", 0.1}})));
  check_error(engine.make_output(0, {"out.tif", "jpeg2000", 0}), Errc::bad_setting, "jpeg2000");
  check_error(engine.make_output(6, {"out.tif", "none", 0}), Errc::internal, "6");
  check_error(engine.make_output(0, {"out.tif", "none", 1}), Errc::internal, "stack 1");
  check_error(engine.place(0, {1}), Errc::internal, "No output file");
  check_error(engine.finish_write(), Errc::internal, "No output file");

  const auto buffer = std::make_shared<FileBytes>();
  REQUIRE(engine.begin_write({"out.tif", "none", 0}, "", std::make_unique<MemorySink>(buffer)).ok());
  check_error(engine.place(1, {1}), Errc::internal, "out of order");
  check_error(engine.place(0, {1}), Errc::internal, "strips");
  check_error(engine.reduce_output(0, Bytes(3)), Errc::internal, "tally");
  check_error(engine.finish_write(), Errc::internal, "0 of 6");
  CHECK(buffer->empty());

  engine.close_inputs();
  check_error(engine.view(0, plane), Errc::bad_setting, "not open");
  check_error(engine.set_recipe(recipe_of(Json::array())), Errc::bad_setting, "no stack");
}

TEST_CASE("a file that leaves its axes open is asked about before it is used", "[engine]") {
  FileBytes file = example_file(shape);
  // Without OME-XML and ImageJ's words the file is plain pages.
  const std::string mark = "<?xml";
  const auto as_bytes = [](char c) { return static_cast<std::byte>(c); };
  std::vector<std::byte> pattern;
  for (const char c : mark) pattern.push_back(as_bytes(c));
  const auto at = std::search(file.begin(), file.end(), pattern.begin(), pattern.end());
  REQUIRE(at != file.end());
  std::fill_n(at, mark.size(), as_bytes(' '));
  std::vector<std::byte> ome;
  for (const char c : std::string("<OME")) ome.push_back(as_bytes(c));
  for (auto found = std::search(file.begin(), file.end(), ome.begin(), ome.end()); found != file.end();
       found = std::search(found, file.end(), ome.begin(), ome.end())) {
    *found = as_bytes(' ');
  }

  Engine engine;
  const Json inspection = require(engine.open_input(Role::main, source(file), ""));
  REQUIRE(inspection.at("question").is_object());
  CHECK(inspection.at("question").at("pages") == 12);
  check_error(engine.set_recipe(recipe_of(Json::array())), Errc::axes_needed, "");
  check_error(engine.view(0, plane), Errc::axes_needed, "");
  check_error(engine.set_axes(0, "T5"), Errc::bad_setting, "");
  CHECK(require(engine.set_axes(0, "T2Z3C2")).at("shape") == shape);
  require(engine.set_recipe(recipe_of(Json::array())));
  require(engine.view(0, plane));
}
