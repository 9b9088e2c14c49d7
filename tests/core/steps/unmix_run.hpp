// A run of one unmixing step over stacks of any sample type, in memory or in a file, and everything that comes out of it.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "image/convert.hpp"
#include "image/stack_source.hpp"
#include "run/box_check.hpp"
#include "run/native_driver.hpp"
#include "run/partition.hpp"
#include "steps/kinds.hpp"

namespace webunmix::test {

/// A stack in memory: samples of info.type in the order t, z, c, y, x.
struct MemoryStack {
  StackInfo info;
  std::vector<std::byte> samples;

  template <class T>
  [[nodiscard]] static MemoryStack of(const StackShape& shape, SampleType type, const std::vector<T>& values) {
    MemoryStack stack;
    stack.info.shape = shape;
    stack.info.type = type;
    stack.info.channels.resize(static_cast<std::size_t>(shape.c));
    const auto bytes = std::as_bytes(std::span<const T>(values));
    stack.samples.assign(bytes.begin(), bytes.end());
    return stack;
  }
};

class MemoryStackSource final : public StackSource {
 public:
  explicit MemoryStackSource(std::shared_ptr<const MemoryStack> stack) : stack_(std::move(stack)) {}

  [[nodiscard]] const StackInfo& info() const override { return stack_->info; }
  [[nodiscard]] Result<Block> read(const Box& box) override {
    WEBUNMIX_TRY(check_box(stack_->info, box));
    const StackShape& shape = stack_->info.shape;
    const std::size_t sample = bytes_per_sample(stack_->info.type);
    Block block(box, stack_->info.type, shape.x);
    const std::size_t bytes = block.pixels_per_channel() * sample;
    for (std::size_t i = 0; i < box.channels.size(); ++i) {
      const std::int64_t row = ((box.t * shape.z + box.z) * shape.c + box.channels[i]) * shape.y + box.y_begin;
      std::memcpy(block.bytes().data() + i * bytes, stack_->samples.data() + static_cast<std::size_t>(row * shape.x) * sample,
                  bytes);
    }
    return block;
  }

 private:
  std::shared_ptr<const MemoryStack> stack_;
};

/// Opens an input anew: every worker has sources of its own.
using OpenSource = std::function<std::shared_ptr<StackSource>()>;

inline OpenSource in_memory(MemoryStack stack) {
  auto shared = std::make_shared<const MemoryStack>(std::move(stack));
  return [shared] { return std::make_shared<MemoryStackSource>(shared); };
}

struct UnmixOutcome {
  Step::Account account;
  std::vector<LearntValue> learnt;
  StackShape shape;
  SampleType type = SampleType::float32;
  /// By input: the output after conversion to its type, in the order t, z, c, y, x.
  std::vector<std::vector<double>> pixels;
  ConversionCounts conversion;
  std::size_t passes = 0;

  [[nodiscard]] double at(std::int64_t t, std::int64_t z, std::int64_t c, std::int64_t y, std::int64_t x) const {
    return pixels[0][static_cast<std::size_t>((((t * shape.z + z) * shape.c + c) * shape.y + y) * shape.x + x)];
  }
};

struct UnmixRunOptions {
  std::size_t threads = 1;
  bool compare = false;
  bool output = true;
  std::function<StepKind()> kind = unmix_kind;
  /// Steps before it, made anew for each worker.
  std::function<std::vector<PipelineStep>()> earlier;
};

inline Result<UnmixOutcome> run_unmix(const std::vector<OpenSource>& inputs, const Json& settings,
                                      const UnmixRunOptions& options = {}) {
  const StepKind kind = options.kind();
  std::vector<std::unique_ptr<Pipeline>> pipelines;
  for (std::size_t i = 0; i <= options.threads; ++i) {
    std::vector<PipelineInput> opened;
    for (const OpenSource& open : inputs) opened.push_back({Role::main, "stack " + std::to_string(opened.size()), open()});
    std::vector<PipelineStep> steps;
    if (options.earlier) steps = options.earlier();
    WEBUNMIX_ASSIGN(auto step, kind.make(settings));
    steps.push_back({kind.name, std::move(step)});
    WEBUNMIX_ASSIGN(auto pipeline, Pipeline::plan(std::move(opened), std::move(steps)));
    pipelines.push_back(std::move(pipeline));
  }
  Pipeline& lead = *pipelines.front();
  std::vector<Pipeline*> workers;
  for (std::size_t i = 1; i < pipelines.size(); ++i) workers.push_back(pipelines[i].get());
  UnmixOutcome outcome;
  DriverOptions driver_options;
  driver_options.compare = options.compare;
  driver_options.progress = [&](const DriverProgress& progress) { outcome.passes += progress.done == 0 ? 1U : 0U; };
  NativeDriver driver(lead, workers, driver_options);
  WEBUNMIX_TRY(driver.fit());
  const std::size_t last = lead.steps();
  outcome.shape = lead.stage(last).shape;
  outcome.type = lead.output_type();
  if (options.output) {
    WEBUNMIX_TRY(driver.prepare_output());
    std::vector<Box> boxes;
    for (const std::int32_t input : lead.output_inputs()) {
      for (Box& box : stack_boxes(lead.stage(last), input)) boxes.push_back(std::move(box));
    }
    outcome.pixels.resize(inputs.size());
    const auto take = [&](std::size_t i, MadeBlock made) -> Result<void> {
      WEBUNMIX_TRY(lead.reduce_output(made.tallies));
      const Block& block = *made.block;
      const std::size_t samples = block.box().channels.size() * block.pixels_per_channel();
      std::vector<std::byte> converted(samples * bytes_per_sample(outcome.type));
      outcome.conversion.add(convert_samples(block.type(), block.bytes(), outcome.type, converted));
      std::vector<double> values(samples);
      convert_samples(outcome.type, converted, SampleType::float64, std::as_writable_bytes(std::span<double>(values)));
      auto& stack = outcome.pixels[static_cast<std::size_t>(boxes[i].input)];
      stack.resize(static_cast<std::size_t>(outcome.shape.samples()));
      for (std::size_t c = 0; c < boxes[i].channels.size(); ++c) {
        const std::int64_t plane = (boxes[i].t * outcome.shape.z + boxes[i].z) * outcome.shape.c + boxes[i].channels[c];
        const std::int64_t to = plane * outcome.shape.pixels_per_plane() + boxes[i].y_begin * outcome.shape.x;
        std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(c * block.pixels_per_channel()), block.pixels_per_channel(),
                    stack.begin() + static_cast<std::ptrdiff_t>(to));
      }
      return {};
    };
    WEBUNMIX_TRY(driver.output<MadeBlock>(
        boxes.size(), [&](std::size_t w, std::size_t i) { return workers[w]->make_output(boxes[i]); }, take));
  }
  outcome.account = lead.step(last - 1)->account();
  outcome.learnt = lead.step(last - 1)->learnt();
  return outcome;
}

}  // namespace webunmix::test
