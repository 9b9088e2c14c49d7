// A whole run of toy steps over toy stacks, with any number of threads.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "run/native_driver.hpp"
#include "run/partition.hpp"
#include "support/thread_counts.hpp"
#include "toy_stack.hpp"
#include "toy_steps.hpp"

namespace webunmix::test {

struct ToyInput {
  Role role = Role::main;
  std::shared_ptr<Pixels> pixels;
};

using MakeSteps = std::function<std::vector<PipelineStep>()>;

template <class S, class... Arguments>
PipelineStep toy(const char* name, Arguments... arguments) {
  return {name, std::make_unique<S>(arguments...)};
}

class ToyRun {
 public:
  ToyRun(std::vector<ToyInput> inputs, const MakeSteps& steps, std::size_t threads, DriverOptions options = {},
         std::size_t block_memory_bytes = std::size_t{128} << 20U) {
    for (std::size_t i = 0; i <= threads; ++i) {
      std::vector<PipelineInput> opened;
      for (const ToyInput& input : inputs) {
        opened.push_back({input.role, "toy " + std::to_string(opened.size()), std::make_shared<ToySource>(input.pixels)});
      }
      auto planned = Pipeline::plan(std::move(opened), steps(), {block_memory_bytes, nullptr});
      INFO((planned.ok() ? std::string() : planned.error().message));
      REQUIRE(planned.ok());
      pipelines_.push_back(std::move(*planned));
    }
    std::vector<Pipeline*> workers;
    for (std::size_t i = 1; i <= threads; ++i) workers.push_back(pipelines_[i].get());
    driver_ = std::make_unique<NativeDriver>(lead(), std::move(workers), std::move(options));
  }

  [[nodiscard]] Pipeline& lead() { return *pipelines_[0]; }
  [[nodiscard]] Pipeline& worker(std::size_t i) { return *pipelines_[i + 1]; }
  [[nodiscard]] NativeDriver& driver() { return *driver_; }
  template <class S>
  [[nodiscard]] const S& step(std::size_t i) {
    return dynamic_cast<const S&>(*lead().step(i));
  }

  /// Everything: fit, stores, output. The output's pixels by main input, in the order t, z, c, y, x.
  [[nodiscard]] Result<std::map<std::int32_t, std::vector<float>>> all() {
    WEBUNMIX_TRY(driver_->fit());
    WEBUNMIX_TRY(driver_->prepare_output());
    std::vector<Box> boxes;
    for (const std::int32_t input : lead().output_inputs()) {
      for (Box& box : stack_boxes(lead().stage(lead().steps()), input)) boxes.push_back(std::move(box));
    }
    const StackShape shape = lead().stage(lead().steps()).shape;
    std::map<std::int32_t, std::vector<float>> output;
    WEBUNMIX_TRY(driver_->output<MadeBlock>(
        boxes.size(), [&](std::size_t w, std::size_t i) { return worker(w).make_output(boxes[i]); },
        [&](std::size_t i, MadeBlock made) -> Result<void> {
          WEBUNMIX_TRY(lead().reduce_output(made.tallies));
          auto& stack = output[boxes[i].input];
          stack.resize(static_cast<std::size_t>(shape.samples()));
          for (std::size_t c = 0; c < boxes[i].channels.size(); ++c) {
            const auto plane = (boxes[i].t * shape.z + boxes[i].z) * shape.c + static_cast<std::int64_t>(c);
            const auto first = static_cast<std::size_t>(plane * shape.pixels_per_plane() + boxes[i].y_begin * shape.x);
            const auto from = doubles(*made.block, c);
            for (std::size_t k = 0; k < from.size(); ++k) stack[first + k] = static_cast<float>(from[k]);
          }
          return {};
        }));
    return output;
  }

 private:
  std::vector<std::unique_ptr<Pipeline>> pipelines_;
  std::unique_ptr<NativeDriver> driver_;
};

/// Runs with each number of threads; all outputs must be the same, and are returned.
inline std::map<std::int32_t, std::vector<float>> same_everywhere(const std::vector<ToyInput>& inputs, const MakeSteps& steps) {
  std::map<std::int32_t, std::vector<float>> first;
  for (const std::size_t threads : thread_counts) {
    ToyRun run(inputs, steps, threads);
    auto output = run.all();
    INFO((output.ok() ? std::string() : output.error().message));
    REQUIRE(output.ok());
    if (first.empty()) first = *output;
    REQUIRE(*output == first);
  }
  return first;
}

}  // namespace webunmix::test
