// Errors, cancelling and full disks: the same error with any number of threads, promptly, and nothing left running.
#include <catch2/catch.hpp>
#include <new>
#include <thread>

#include "toy_run.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

const StackShape forty_frames{.t = 40, .z = 1, .c = 1, .y = 8, .x = 8};

MakeSteps standardise(std::optional<std::size_t> fail_at_item = std::nullopt) {
  return [fail_at_item] {
    std::vector<PipelineStep> made;
    made.push_back({"standardise", std::make_unique<StandardiseStep>(2, fail_at_item)});
    return made;
  };
}

}  // namespace

TEST_CASE("a fold that fails ends the fit with the error of the first failing item", "[failures]") {
  for (const std::size_t threads : thread_counts) {
    ToyRun run({{Role::main, make_pixels(forty_frames, 1)}}, standardise(7), threads);
    const auto outcome = run.driver().fit();
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error().code == Errc::not_enough_data);
    CHECK(outcome.error().message == "item 7 has nothing to learn from");
  }
}

TEST_CASE("a source that fails ends the run with its error", "[failures]") {
  for (const std::size_t threads : thread_counts) {
    const auto pixels = make_pixels(forty_frames, 2);
    pixels->fail_at_read = 25;
    ToyRun run({{Role::main, pixels}}, standardise(), threads);
    const auto outcome = run.all();
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error().code == Errc::read_failed);
  }
}

TEST_CASE("a sink that fails ends the output with its error", "[failures]") {
  for (const std::size_t threads : thread_counts) {
    ToyRun run({{Role::main, make_pixels(forty_frames, 3)}}, standardise(), threads);
    REQUIRE(run.driver().fit().ok());
    REQUIRE(run.driver().prepare_output().ok());
    const auto boxes = stack_boxes(run.lead().stage(1), 0);
    std::size_t taken = 0;
    const auto outcome = run.driver().output<MadeBlock>(
        boxes.size(), [&](std::size_t w, std::size_t i) { return run.worker(w).make_output(boxes[i]); },
        [&](std::size_t i, const MadeBlock&) -> Result<void> {
          ++taken;
          if (i == 5) return Error{Errc::write_failed, "the disk is full"};
          return {};
        });
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error().code == Errc::write_failed);
    CHECK(taken == 6);
  }
}

TEST_CASE("cancelling ends a fit and an output between two boxes", "[failures]") {
  for (const std::size_t threads : thread_counts) {
    std::atomic<bool> cancel{false};
    std::size_t stop_at = 10;
    std::size_t last = 0;
    DriverOptions options;
    options.cancel = &cancel;
    options.progress = [&](const DriverProgress& progress) {
      last = progress.done;
      if (progress.done == stop_at) cancel = true;
    };
    ToyRun run({{Role::main, make_pixels(forty_frames, 4)}}, standardise(), threads, options);
    const auto fit = run.driver().fit();
    REQUIRE_FALSE(fit.ok());
    CHECK(fit.error().code == Errc::cancelled);
    CHECK(last == stop_at);

    cancel = false;
    stop_at = SIZE_MAX;
    REQUIRE(run.driver().fit().ok());
    stop_at = 3;
    const auto output = run.all();
    REQUIRE_FALSE(output.ok());
    CHECK(output.error().code == Errc::cancelled);
  }
}

TEST_CASE("progress counts every item of every pass", "[failures]") {
  for (const std::size_t threads : thread_counts) {
    std::vector<std::string> lines;
    DriverOptions options;
    options.progress = [&](const DriverProgress& p) {
      if (p.done == 0 || p.done == p.items)
        lines.push_back(p.label + " " + std::to_string(p.done) + "/" + std::to_string(p.items));
    };
    ToyRun run({{Role::main, make_pixels(forty_frames, 5)}}, standardise(), threads, options);
    REQUIRE(run.all().ok());
    CHECK(lines == std::vector<std::string>{"Pass 1 0/40", "Pass 1 40/40", "Pass 2 0/40", "Pass 2 40/40", "Correcting 0/40",
                                            "Correcting 40/40"});
  }
}

TEST_CASE("exceptions of a worker become errors", "[failures]") {
  for (const std::size_t threads : thread_counts) {
    const std::function<Result<void>(std::size_t, int)> take = [](std::size_t, int) -> Result<void> { return {}; };
    const auto memory = ordered_map<int>(
        9, threads,
        [](std::size_t, std::size_t i) -> Result<int> {
          if (i == 4) throw std::bad_alloc();
          return 1;
        },
        take);
    REQUIRE_FALSE(memory.ok());
    CHECK(memory.error().code == Errc::out_of_memory);
    const auto other = ordered_map<int>(
        9, threads,
        [](std::size_t, std::size_t i) -> Result<int> {
          if (i == 4) throw std::runtime_error("odd");
          return 1;
        },
        take);
    REQUIRE_FALSE(other.ok());
    CHECK(other.error().code == Errc::internal);
    CHECK_THAT(other.error().message, Catch::Contains("odd"));
  }
}

TEST_CASE("results are taken in order, and never more than two per worker are under way", "[failures]") {
  for (const std::size_t threads : thread_counts) {
    std::atomic<std::size_t> begun{0};
    std::size_t taken = 0;
    std::size_t most = 0;
    const auto outcome = ordered_map<std::size_t>(
        200, threads,
        [&](std::size_t, std::size_t i) -> Result<std::size_t> {
          ++begun;
#ifndef __EMSCRIPTEN__
          if (i % 7 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
#endif
          return i * i;
        },
        [&](std::size_t i, std::size_t made) -> Result<void> {
          CHECK(i == taken);
          CHECK(made == i * i);
          most = std::max(most, begun.load() - taken);
          ++taken;
          return {};
        });
    CHECK(outcome.ok());
    CHECK(taken == 200);
    CHECK(most <= 2 * threads);
  }
}

TEST_CASE("calls out of order are refused", "[failures]") {
  ToyRun run({{Role::main, make_pixels(forty_frames, 6)}}, standardise(), 1);
  Pipeline& lead = run.lead();
  REQUIRE(lead.begin_fit(0, {}).ok());
  REQUIRE(lead.next_pass(0)->has_value());
  const auto tally = lead.work(0, *lead.pass_item(0));
  REQUIRE(tally.ok());
  CHECK_FALSE(lead.reduce(0, 1, *tally).ok());
  CHECK_FALSE(lead.next_pass(0).ok());
  CHECK_FALSE(lead.pass_item(4000).ok());
  CHECK_FALSE(lead.begin_fit(1, {}).ok());
  CHECK_FALSE(lead.work(0, BytesView(*tally).first(3)).ok());
}

TEST_CASE("boxes outside the stack are refused with the valid range", "[failures]") {
  ToyRun run({{Role::main, make_pixels(forty_frames, 7)}}, standardise(), 1);
  const auto message = [&](Box box) {
    const auto block = run.lead().read(1, box);
    REQUIRE_FALSE(block.ok());
    CHECK(block.error().code == Errc::bad_setting);
    return block.error().message;
  };
  const Box good{.input = 0, .t = 0, .z = 0, .channels = {0}, .y_begin = 0, .y_end = 8};
  Box box = good;
  box.t = 40;
  CHECK(message(box) == "Time point 40 is outside the stack: valid is 0 to 39");
  box = good;
  box.z = -1;
  CHECK(message(box) == "Plane z -1 is outside the stack: valid is 0 to 0");
  box = good;
  box.channels = {0, 1};
  CHECK(message(box) == "Channel 1 is outside the stack: valid is 0 to 0");
  box = good;
  box.channels = {};
  CHECK_THAT(message(box), Catch::Contains("No channel"));
  box = good;
  box.y_begin = 8;
  box.y_end = 9;
  CHECK(message(box) == "Row 8 is outside the stack: valid is 0 to 7");
  box = good;
  box.y_end = 9;
  CHECK(message(box) == "Last row 8 is outside the stack: valid is 0 to 7");
  box = good;
  box.input = 1;
  CHECK_THAT(message(box), Catch::Contains("Input 1 is not open"));
}
