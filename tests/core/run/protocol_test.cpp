// The step protocol with steps of every kind: what comes out is what a loop over the whole stack gives, with 1, 2 and 5 threads.
#include <catch2/catch.hpp>
#include <numeric>

#include "toy_run.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

/// Rows so wide that each is a band of its own.
const StackShape banded{.t = 1, .z = 2, .c = 1, .y = 3, .x = 2'200'000};
const StackShape small{.t = 5, .z = 3, .c = 2, .y = 16, .x = 12};

std::vector<PipelineStep> none() { return {}; }

template <class Value>
void check_pixels(const std::vector<float>& output, StackShape shape, Value value, std::int64_t stride = 1) {
  std::size_t wrong = 0;
  std::size_t i = 0;
  for (std::int64_t t = 0; t < shape.t; ++t) {
    for (std::int64_t z = 0; z < shape.z; ++z) {
      for (std::int64_t c = 0; c < shape.c; ++c) {
        for (std::int64_t y = 0; y < shape.y; ++y) {
          for (std::int64_t x = 0; x < shape.x; ++x, ++i) {
            if (x % stride == 0 && output[i] != static_cast<float>(value(t, z, c, y, x))) ++wrong;
          }
        }
      }
    }
  }
  CHECK(i == output.size());
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("no steps: the output is the input, in the file's type", "[protocol]") {
  const auto pixels = make_pixels(small, 1);
  ToyRun run({{Role::main, pixels}}, none, 1);
  CHECK(run.lead().writes());
  CHECK(run.lead().output_type() == SampleType::uint16);
  const auto output = same_everywhere({{Role::main, pixels}}, none);
  CHECK(std::equal(pixels->values.begin(), pixels->values.end(), output.at(0).begin(), output.at(0).end()));
}

TEST_CASE("steps that fit read the file through the steps before", "[protocol]") {
  const auto pixels = make_pixels(banded, 2);
  const MakeSteps steps = [] {
    std::vector<PipelineStep> made;
    made.push_back(toy<AddStep>("add", 100.0));
    made.push_back(toy<StandardiseStep>("standardise"));
    return made;
  };
  const auto output = same_everywhere({{Role::main, pixels}}, steps);

  // The same sums in the same order: bands of a plane, planes in order.
  ToyRun run({{Role::main, pixels}}, steps, 1);
  REQUIRE(row_bands(run.lead().stage(1)).size() > 1);
  const auto mean = [&](auto term) {
    double total = 0;
    for (const Box& box : stack_boxes(run.lead().stage(1), 0)) {
      double sum = 0;
      for (std::int64_t y = box.y_begin; y < box.y_end; ++y) {
        for (std::int64_t x = 0; x < banded.x; ++x) sum += term(pixels->at(box.t, box.z, 0, y, x) + 100);
      }
      total += sum;
    }
    return total / static_cast<double>(banded.samples());
  };
  const double centre = mean([](double v) { return v; });
  const double spread = mean([&](double v) { return std::abs(v - centre); });
  check_pixels(
      output.at(0), banded,
      [&](auto t, auto z, auto c, auto y, auto x) { return (pixels->at(t, z, c, y, x) + 100 - centre) / spread; }, 97);
}

TEST_CASE("a z-projection changes the number of planes", "[protocol]") {
  const auto pixels = make_pixels(small, 3);
  const auto output = same_everywhere({{Role::main, pixels}}, [] {
    std::vector<PipelineStep> made;
    made.push_back(toy<ProjectStep>("project"));
    made.push_back(toy<AddStep>("add", 1.0));
    return made;
  });
  StackShape shape = small;
  shape.z = 1;
  check_pixels(output.at(0), shape, [&](auto t, auto, auto c, auto y, auto x) {
    double largest = 0;
    for (std::int64_t z = 0; z < small.z; ++z) largest = std::max(largest, pixels->at(t, z, c, y, x));
    return largest + 1;
  });
}

TEST_CASE("a median over t folds narrow bands of all time points", "[protocol]") {
  const auto pixels = make_pixels(small, 4);
  const auto output = same_everywhere({{Role::main, pixels}}, [] {
    std::vector<PipelineStep> made;
    made.push_back(toy<AddStep>("add", 1.0));
    made.push_back(toy<MedianStep>("median", std::int64_t{3}));
    return made;
  });
  StackShape shape = small;
  shape.t = 1;
  check_pixels(output.at(0), shape, [&](auto, auto z, auto c, auto y, auto x) {
    std::vector<double> course;
    for (std::int64_t t = 0; t < small.t; ++t) course.push_back(pixels->at(t, z, c, y, x) + 1);
    std::sort(course.begin(), course.end());
    return course[course.size() / 2];
  });
}

TEST_CASE("a step with a halo takes the bands and planes around", "[protocol]") {
  const auto pixels = make_pixels(banded, 5);
  const auto output = same_everywhere({{Role::main, pixels}}, [] {
    std::vector<PipelineStep> made;
    made.push_back(toy<AddStep>("add", 1.0));
    made.push_back(toy<NeighbourStep>("neighbour"));
    return made;
  });
  check_pixels(
      output.at(0), banded,
      [&](auto t, auto z, auto c, auto y, auto x) {
        double sum = 0;
        for (int dz = -1; dz <= 1; ++dz) {
          for (int dy = -1; dy <= 1; ++dy) {
            sum += pixels->at(t, std::clamp<std::int64_t>(z + dz, 0, banded.z - 1), c,
                              std::clamp<std::int64_t>(y + dy, 0, banded.y - 1), x) +
                   1;
          }
        }
        return sum / 9;
      },
      1009);
}

TEST_CASE("several stacks are fitted together and written each for itself", "[protocol]") {
  const std::vector<ToyInput> tiles{
      {Role::main, make_pixels(small, 6)}, {Role::main, make_pixels(small, 7)}, {Role::main, make_pixels(small, 8)}};
  const auto output = same_everywhere(tiles, [] {
    std::vector<PipelineStep> made;
    made.push_back(toy<TileMeanStep>("tile mean"));
    return made;
  });
  REQUIRE(output.size() == 3);
  std::vector<double> profile(static_cast<std::size_t>(small.pixels_per_plane()));
  double frames = 0;
  for (const ToyInput& tile : tiles) {
    for (std::int64_t t = 0; t < small.t; ++t) {
      ++frames;
      for (std::size_t i = 0; i < profile.size(); ++i) {
        profile[i] += (tile.pixels->values[tile.pixels->index(t, 0, 0, 0, 0) + i] - profile[i]) / frames;
      }
    }
  }
  for (std::int32_t tile = 0; tile < 3; ++tile) {
    check_pixels(output.at(tile), small, [&](auto t, auto z, auto c, auto y, auto x) {
      return tiles[static_cast<std::size_t>(tile)].pixels->at(t, z, c, y, x) -
             profile[static_cast<std::size_t>(y * small.x + x)];
    });
  }
}

TEST_CASE("an input of another role is read as its file has it, at any stage", "[protocol]") {
  const auto pixels = make_pixels(small, 9);
  const auto dark = make_pixels({.t = 1, .z = 1, .c = 2, .y = 16, .x = 12}, 10);
  const auto output = same_everywhere({{Role::main, pixels}, {Role::dark, dark}}, [] {
    std::vector<PipelineStep> made;
    made.push_back(toy<AddStep>("add", 1.0));
    made.push_back(toy<DarkStep>("dark"));
    return made;
  });
  REQUIRE(output.size() == 1);
  check_pixels(output.at(0), small,
               [&](auto t, auto z, auto c, auto y, auto x) { return pixels->at(t, z, c, y, x) + 1 - dark->at(0, 0, c, y, x); });
}

TEST_CASE("a fit may change the shape; later steps are planned again, here and on the workers", "[protocol]") {
  const auto pixels = make_pixels(small, 11);
  const auto output = same_everywhere({{Role::main, pixels}}, [] {
    std::vector<PipelineStep> made;
    made.push_back(toy<CropStep>("crop", std::int64_t{5}));
    made.push_back(toy<NeighbourStep>("neighbour"));
    return made;
  });
  StackShape shape = small;
  shape.y -= 5;
  check_pixels(output.at(0), shape, [&](auto t, auto z, auto c, auto y, auto x) {
    double sum = 0;
    for (int dz = -1; dz <= 1; ++dz) {
      for (int dy = -1; dy <= 1; ++dy) {
        sum += pixels->at(t, std::clamp<std::int64_t>(z + dz, 0, shape.z - 1), c,
                          std::clamp<std::int64_t>(y + dy, 0, shape.y - 1), x);
      }
    }
    return sum / 9;
  });
}

TEST_CASE("steps that measure or are switched off pass pixels on untouched", "[protocol]") {
  const auto pixels = make_pixels(small, 12);
  const MakeSteps measure = [] {
    std::vector<PipelineStep> made;
    made.push_back(toy<MeasureStep>("measure"));
    made.push_back({"add", nullptr});
    return made;
  };
  ToyRun run({{Role::main, pixels}}, measure, 1);
  REQUIRE(run.driver().fit().ok());
  CHECK_FALSE(run.lead().writes());
  CHECK(run.lead().stage(2).type == SampleType::uint16);
  CHECK(run.step<MeasureStep>(0).learnt()[0].values[0] == *std::max_element(pixels->values.begin(), pixels->values.end()));

  const auto output = same_everywhere({{Role::main, pixels}}, [&] {
    auto made = measure();
    made.push_back(toy<AddStep>("add", 2.0));
    return made;
  });
  check_pixels(output.at(0), small, [&](auto t, auto z, auto c, auto y, auto x) { return pixels->at(t, z, c, y, x) + 2; });
}

TEST_CASE("what earlier steps learnt comes to later ones, nearest first", "[protocol]") {
  ToyRun run(
      {{Role::main, make_pixels(small, 13)}},
      [] {
        std::vector<PipelineStep> made;
        made.push_back(toy<MeasureStep>("measure"));
        made.push_back(toy<StandardiseStep>("first"));
        made.push_back({"off", nullptr});
        made.push_back(toy<StandardiseStep>("second"));
        return made;
      },
      1);
  REQUIRE(run.driver().fit().ok());
  const auto& earlier = run.step<StandardiseStep>(3).earlier();
  REQUIRE(earlier.size() == 2);
  CHECK(earlier[0].step == 1);
  CHECK(earlier[0].step_name == "first");
  CHECK(earlier[0].value.name == "mean");
  CHECK(earlier[1].step == 0);
  CHECK(earlier[1].value.name == "largest");
}

TEST_CASE("every box of every step is counted once, in order, however often it was computed", "[protocol]") {
  const auto pixels = make_pixels(small, 14);
  std::vector<Box> first;
  std::string diagnostics;
  for (const std::size_t threads : thread_counts) {
    // A cache too small to spare anything: neighbours are computed again and again.
    ToyRun run(
        {{Role::main, pixels}},
        [] {
          std::vector<PipelineStep> made;
          made.push_back(toy<AddStep>("add", 1.0));
          made.push_back(toy<NeighbourStep>("neighbour"));
          return made;
        },
        threads, {}, 1);
    REQUIRE(run.all().ok());
    const auto& add = run.step<AddStep>(0);
    auto counted = add.counted();
    if (first.empty()) {
      first = counted;
      diagnostics = add.account().diagnostics.dump();
    }
    CHECK(counted == first);
    CHECK(add.account().diagnostics.dump() == diagnostics);
    CHECK(add.account().diagnostics["pixels"] == small.samples());
    std::sort(counted.begin(), counted.end());
    auto expected = stack_boxes(run.lead().stage(1), 0);
    std::sort(expected.begin(), expected.end());
    CHECK(counted == expected);

    // A second output pass starts from nothing.
    REQUIRE(run.all().ok());
    CHECK(add.account().diagnostics.dump() == diagnostics);
  }
}

TEST_CASE("one pipeline alone can be lead and worker", "[protocol]") {
  const auto pixels = make_pixels(small, 15);
  const auto steps = [] {
    std::vector<PipelineStep> made;
    made.push_back(toy<StandardiseStep>("standardise"));
    return made;
  };
  ToyRun both({{Role::main, pixels}}, steps, 1);
  REQUIRE(both.driver().fit().ok());
  ToyRun one({{Role::main, pixels}}, steps, 1);
  NativeDriver alone(one.lead(), {&one.lead()}, {});
  REQUIRE(alone.fit().ok());
  CHECK(*one.lead().state(0) == *both.lead().state(0));
  const Box box = stack_boxes(one.lead().stage(1), 0).front();
  const auto here = one.lead().read(1, box);
  const auto there = both.worker(0).read(1, box);
  REQUIRE(here.ok());
  REQUIRE(there.ok());
  CHECK(doubles(**here, 0) == doubles(**there, 0));
}

TEST_CASE("main inputs of different shapes are refused by name", "[protocol]") {
  std::vector<PipelineInput> inputs;
  inputs.push_back({Role::main, "one.tif", std::make_shared<ToySource>(make_pixels(small, 1))});
  inputs.push_back({Role::main, "two.tif", std::make_shared<ToySource>(make_pixels(banded, 1))});
  const auto planned = Pipeline::plan(std::move(inputs), {});
  REQUIRE_FALSE(planned.ok());
  CHECK(planned.error().code == Errc::bad_setting);
  CHECK_THAT(planned.error().message, Catch::Contains("two.tif") && Catch::Contains("one.tif") && Catch::Contains("2200000"));
  CHECK(Pipeline::plan({}, {}).error().code == Errc::bad_setting);
}
