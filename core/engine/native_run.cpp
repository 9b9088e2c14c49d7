#include "engine/native_run.hpp"

#include <algorithm>
#include <utility>

#include "run/caught.hpp"
#include "run/travel.hpp"

namespace webunmix {
namespace {

/// Hands on what is written; lets the writer of the head and the writer of the pixels share one sink.
class SharedSink final : public ByteSink {
 public:
  explicit SharedSink(std::shared_ptr<ByteSink> sink) : sink_(std::move(sink)) {}
  [[nodiscard]] Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    return sink_->write(offset, bytes);
  }

 private:
  std::shared_ptr<ByteSink> sink_;
};

/// The lead and one engine a thread, all with the inputs open and the recipe planned.
Result<std::vector<std::unique_ptr<Engine>>> assemble(const NativeRun& run, std::size_t threads) {
  std::vector<std::unique_ptr<Engine>> engines;
  for (std::size_t i = 0; i <= threads; ++i) {
    engines.push_back(std::make_unique<Engine>());
    Engine& engine = *engines.back();
    for (std::size_t input = 0; input < run.inputs.size(); ++input) {
      const NativeInput& wanted = run.inputs[input];
      WEBUNMIX_ASSIGN(std::unique_ptr<ByteSource> source, wanted.open());
      if (i == 0) {
        WEBUNMIX_TRY(engine.open_input(wanted.role, std::move(source), wanted.axes));
      } else {
        WEBUNMIX_ASSIGN(const Bytes index, engines.front()->input_index(input));
        WEBUNMIX_TRY(engine.open_indexed(wanted.role, std::move(source), index));
      }
    }
    WEBUNMIX_TRY(engine.set_recipe(run.recipe));
  }
  return engines;
}

Result<void> write(const NativeRun& run, std::size_t stack, Engine& lead, const std::vector<std::unique_ptr<Engine>>& engines,
                   NativeDriver& driver, std::size_t boxes) {
  OutputOptions options = run.output;
  options.stack = stack;
  WEBUNMIX_ASSIGN(std::unique_ptr<ByteSink> opened, run.open_sink(stack));
  const std::shared_ptr<ByteSink> sink = std::move(opened);
  WEBUNMIX_TRY(lead.begin_write(options, "", std::make_unique<SharedSink>(sink)));
  WEBUNMIX_TRY(driver.output<OutputItem>(
      boxes, [&](std::size_t worker, std::size_t box) { return engines[worker + 1]->make_output(box, options); },
      [&](std::size_t box, OutputItem item) -> Result<void> {
        std::vector<std::uint64_t> sizes;
        for (const EncodedStrip& strip : item.strips) sizes.push_back(strip.bytes.size());
        WEBUNMIX_ASSIGN(const std::vector<Extent> extents, lead.place(box, sizes));
        for (std::size_t i = 0; i < extents.size(); ++i) WEBUNMIX_TRY(sink->write(extents[i].offset, item.strips[i].bytes));
        return lead.reduce_output(box, item.tally);
      }));
  return lead.finish_write();
}

Result<Json> run_all(const NativeRun& run) {
  const std::size_t threads = std::max<std::size_t>(1, run.threads);
  WEBUNMIX_ASSIGN(const auto engines, assemble(run, threads));
  Engine& lead = *engines.front();
  std::vector<Pipeline*> workers;
  for (std::size_t i = 1; i < engines.size(); ++i) workers.push_back(engines[i]->pipeline());
  NativeDriver driver(*lead.pipeline(), std::move(workers), run.driver);
  WEBUNMIX_TRY(driver.fit());

  WEBUNMIX_ASSIGN(const Json output, lead.output());
  if (run.open_sink && !output.is_null()) {
    WEBUNMIX_TRY(driver.prepare_output());
    for (std::size_t stack = 0; stack < output.at("stacks").get<std::size_t>(); ++stack) {
      WEBUNMIX_TRY(write(run, stack, lead, engines, driver, output.at("boxes").get<std::size_t>()));
    }
  }
  return lead.report(run.extras);
}

}  // namespace

Result<Json> run_native(const NativeRun& run) {
  return caught([&] { return run_all(run); });
}

}  // namespace webunmix
