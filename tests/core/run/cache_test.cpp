// What is kept in memory, what is read again, and when a step's input is stored.
#include <catch2/catch.hpp>

#include "image/memory_bytes.hpp"
#include "run/block_cache.hpp"
#include "run/store_source.hpp"
#include "toy_run.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

const StackShape shape{.t = 6, .z = 2, .c = 2, .y = 16, .x = 8};

MadeBlock block_of(const Box& box) { return {std::make_shared<const Block>(box, SampleType::uint8, 10), {}, true}; }

Box plane(std::int32_t t) { return {.input = 0, .t = t, .z = 0, .channels = {0}, .y_begin = 0, .y_end = 10}; }

MakeSteps one(std::function<PipelineStep()> make) {
  return [make = std::move(make)] {
    std::vector<PipelineStep> made;
    made.push_back(make());
    return made;
  };
}

}  // namespace

TEST_CASE("the least recently used blocks go first", "[cache]") {
  BlockCache cache(300);
  for (const std::int32_t t : {0, 1, 2}) cache.insert(0, plane(t), block_of(plane(t)));
  CHECK(cache.find(0, plane(0)) != nullptr);
  cache.insert(0, plane(3), block_of(plane(3)));
  CHECK(cache.bytes() == 300);
  CHECK(cache.find(0, plane(1)) == nullptr);
  CHECK(cache.find(0, plane(0)) != nullptr);
  CHECK(cache.find(1, plane(0)) == nullptr);
  CHECK(cache.hits() == 2);

  cache.insert(1, plane(0), block_of(plane(0)));
  cache.drop_from(1);
  CHECK(cache.find(1, plane(0)) == nullptr);
  CHECK(cache.find(0, plane(0)) != nullptr);
  cache.set_budget(100);
  CHECK(cache.bytes() == 100);
  CHECK(cache.find(0, plane(0)) != nullptr);
  cache.set_budget(99);
  cache.insert(0, plane(5), block_of(plane(5)));
  CHECK(cache.bytes() == 0);
}

TEST_CASE("what an uncompressed file holds is read again, what a compressed one holds is kept", "[cache]") {
  for (const bool costly : {false, true}) {
    const auto pixels = make_pixels(shape, 1, 1, costly);
    ToyRun run(
        {{Role::main, pixels}}, [] { return std::vector<PipelineStep>(); }, 1);
    const Box box = stack_boxes(pixels->info, 0).front();
    for (int i = 0; i < 3; ++i) REQUIRE(run.lead().read(0, box).ok());
    CHECK(pixels->reads == (costly ? 1U : 3U));
    CHECK(run.lead().cache().hits() == (costly ? 2U : 0U));
  }
}

TEST_CASE("computed blocks are kept until the state they came from changes", "[cache]") {
  const auto pixels = make_pixels(shape, 2);
  ToyRun run({{Role::main, pixels}}, one([] { return toy<StandardiseStep>("standardise"); }), 1);
  REQUIRE(run.driver().fit().ok());
  Pipeline& worker = run.worker(0);
  const Box box = stack_boxes(pixels->info, 0).front();
  const auto before = worker.read(1, box);
  REQUIRE(before.ok());
  const std::size_t reads = pixels->reads;
  CHECK(*worker.read(1, box) == *before);
  const Bytes state = *worker.state(0);
  REQUIRE(worker.load(0, state).ok());
  CHECK(*worker.read(1, box) == *before);
  CHECK(pixels->reads == reads);

  const Bytes other = std::move(ByteWriter().i32(2).values(std::vector<double>{0, 0}).values(std::vector<double>{1, 1})).take();
  REQUIRE(worker.load(0, other).ok());
  const auto after = worker.read(1, box);
  REQUIRE(after.ok());
  CHECK(pixels->reads == reads + 1);
  CHECK(doubles(**after, 0)[3] == pixels->values[3]);
}

TEST_CASE("a cache outlives a change of recipe with what the file holds", "[cache]") {
  const auto pixels = make_pixels(shape, 3, 1, true);
  const auto cache = std::make_shared<BlockCache>(1 << 20);
  const Box box = stack_boxes(pixels->info, 0).front();
  for (const double add : {1.0, 2.0}) {
    std::vector<PipelineInput> inputs;
    inputs.push_back({Role::main, "toy", std::make_shared<ToySource>(pixels)});
    std::vector<PipelineStep> steps;
    steps.push_back(toy<AddStep>("add", add));
    const auto planned = Pipeline::plan(std::move(inputs), std::move(steps), {1 << 20, cache});
    REQUIRE(planned.ok());
    const auto block = (*planned)->read(1, box);
    REQUIRE(block.ok());
    CHECK(doubles(**block, 0)[0] == pixels->values[0] + add);
  }
  CHECK(pixels->reads == 1);
}

TEST_CASE("a store gives any box whose pixels it holds", "[store]") {
  const auto pixels = make_pixels(shape, 4);
  ToySource source(pixels);
  std::vector<Box> boxes;
  std::vector<std::byte> bytes;
  const auto put = [&](const Box& box) {
    boxes.push_back(box);
    const Block block = std::move(*source.read(box));
    bytes.insert(bytes.end(), block.bytes().begin(), block.bytes().end());
  };
  put({.input = 0, .t = 2, .z = 1, .channels = {0, 1}, .y_begin = 0, .y_end = 5});
  put({.input = 0, .t = 2, .z = 1, .channels = {1}, .y_begin = 5, .y_end = 16});
  put({.input = 0, .t = 2, .z = 1, .channels = {0}, .y_begin = 5, .y_end = 9});
  auto opened = StoreSource::open(pixels->info, boxes, std::make_unique<MemorySource>("store", bytes));
  REQUIRE(opened.ok());
  StoreSource& store = **opened;

  const Box across{.input = 0, .t = 2, .z = 1, .channels = {1, 0}, .y_begin = 3, .y_end = 8};
  REQUIRE(store.covers(across));
  const auto got = store.read(across);
  REQUIRE(got.ok());
  const auto expected = source.read(across);
  CHECK(doubles(*got, 0) == doubles(*expected, 0));
  CHECK(doubles(*got, 1) == doubles(*expected, 1));

  Box beyond = across;
  beyond.y_end = 10;
  CHECK_FALSE(store.covers(beyond));
  CHECK_FALSE(store.read(beyond).ok());
  beyond.channels = {1};
  CHECK(store.covers(beyond));
  beyond.t = 3;
  CHECK_FALSE(store.covers(beyond));

  bytes.pop_back();
  CHECK_FALSE(StoreSource::open(pixels->info, boxes, std::make_unique<MemorySource>("store", bytes)).ok());
}

TEST_CASE("what a worker keeps in memory anyway is not stored", "[store]") {
  const auto pixels = make_pixels(shape, 5, 1, true);
  DriverOptions options;
  options.store_memory_bytes = 0;
  options.large_scratch = [](std::uint64_t) -> Result<std::unique_ptr<Scratch>> {
    return Error{Errc::internal, "a store was made"};
  };
  ToyRun run({{Role::main, pixels}}, one([] { return toy<StandardiseStep>("standardise", 5); }), 1, options);
  REQUIRE(run.driver().fit().ok());
  CHECK(pixels->reads == static_cast<std::size_t>(shape.t * shape.z));
}

TEST_CASE("a costly input that a fit reads more than twice is read once", "[store]") {
  for (const int reads : {2, 3, 5}) {
    for (const bool costly : {false, true}) {
      for (const std::uint64_t memory : {std::uint64_t{1} << 20U, std::uint64_t{0}}) {
        const auto pixels = make_pixels(shape, 5, 1, costly);
        DriverOptions options;
        options.store_memory_bytes = memory;
        // No block memory: without a store every read goes to the file.
        ToyRun run({{Role::main, pixels}}, one([reads] { return toy<StandardiseStep>("standardise", reads); }), 1, options, 0);
        REQUIRE(run.driver().fit().ok());
        const std::size_t boxes = static_cast<std::size_t>(shape.t * shape.z);
        CHECK(pixels->reads == boxes * static_cast<std::size_t>(costly && reads > 2 ? 1 : reads));
      }
    }
  }
}

TEST_CASE("a store changes no number, with any number of threads", "[store]") {
  const MakeSteps steps = [] {
    std::vector<PipelineStep> made;
    made.push_back(toy<AddStep>("add", 3.0));
    made.push_back(toy<StandardiseStep>("standardise", 4));
    made.push_back(toy<NeighbourStep>("neighbour"));
    made.push_back(toy<StandardiseStep>("standardise", 3));
    return made;
  };
  const auto plain = same_everywhere({{Role::main, make_pixels(shape, 6)}}, steps);
  for (const std::size_t threads : thread_counts) {
    ToyRun run({{Role::main, make_pixels(shape, 6, 1, true)}}, steps, threads, {}, 0);
    const auto stored = run.all();
    REQUIRE(stored.ok());
    CHECK(*stored == plain);
  }
}

TEST_CASE("a store made for a fit does not hide from the output what earlier steps count", "[store]") {
  ToyRun run(
      {{Role::main, make_pixels(shape, 7, 1, true)}},
      [] {
        std::vector<PipelineStep> made;
        made.push_back(toy<AddStep>("add", 3.0));
        made.push_back(toy<StandardiseStep>("standardise", 4));
        made.push_back(toy<StandardiseStep>("again", 1));
        return made;
      },
      1, {}, 0);
  REQUIRE(run.all().ok());
  for (const std::size_t step : {0U, 1U, 2U}) {
    CHECK(run.step<PointStep>(step).account().diagnostics["pixels"] == shape.samples());
  }
}

TEST_CASE("narrow bands over t of a costly stack are read from a store of whole bands", "[store]") {
  for (const bool heavy : {false, true}) {
    const auto pixels = make_pixels(shape, 8, 8, true);
    ToyRun run(
        {{Role::main, pixels}},
        [heavy] {
          std::vector<PipelineStep> made;
          made.push_back(toy<AddStep>("add", 3.0, heavy));
          made.push_back(toy<MedianStep>("median", std::int64_t{2}));
          return made;
        },
        1, {}, 0);
    const auto output = run.all();
    REQUIRE(output.ok());
    CHECK(pixels->reads == static_cast<std::size_t>(shape.t * shape.z));
    // Each pixel went through the first step once, and was counted once.
    CHECK(run.step<AddStep>(0).account().diagnostics["pixels"] == shape.samples());
    ToyRun plain(
        {{Role::main, make_pixels(shape, 8)}},
        [] {
          std::vector<PipelineStep> made;
          made.push_back(toy<AddStep>("add", 3.0));
          made.push_back(toy<MedianStep>("median", std::int64_t{2}));
          return made;
        },
        1);
    CHECK(*plain.all() == *output);
  }
}

TEST_CASE("a store that does not fit where it should go is an error", "[store]") {
  DriverOptions options;
  options.store_memory_bytes = 0;
  options.large_scratch = [](std::uint64_t bytes) -> Result<std::unique_ptr<Scratch>> {
    return Error{Errc::write_failed, "no room for " + std::to_string(bytes)};
  };
  ToyRun run({{Role::main, make_pixels(shape, 9, 1, true)}}, one([] { return toy<StandardiseStep>("standardise", 3); }), 1,
             options, 0);
  const auto outcome = run.driver().fit();
  REQUIRE_FALSE(outcome.ok());
  CHECK(outcome.error().message == "no room for " + std::to_string(shape.samples() * 2));
}
