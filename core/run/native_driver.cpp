#include "run/native_driver.hpp"

#include <utility>

namespace webunmix {
namespace {

/// Elementary operations per slice of solving: a few milliseconds, so that cancelling is prompt.
constexpr std::uint64_t slice_of_work = 4'000'000;

Result<std::unique_ptr<Scratch>> scratch_for(std::uint64_t bytes, const DriverOptions& options) {
  if (bytes <= options.store_memory_bytes) return memory_scratch(bytes);
  if (options.large_scratch) return options.large_scratch(bytes);
  return large_scratch(bytes);
}

}  // namespace

NativeDriver::NativeDriver(Pipeline& lead, std::vector<Pipeline*> workers, DriverOptions options)
    : lead_(lead), workers_(std::move(workers)), options_(std::move(options)) {
  lead_.cancel_on(options_.cancel);
  for (Pipeline* worker : workers_) worker->cancel_on(options_.cancel);
}

Result<void> NativeDriver::go_on() const {
  if (options_.cancel != nullptr && options_.cancel->load()) return Error{Errc::cancelled, "The work was cancelled."};
  return {};
}

void NativeDriver::report(const std::string& label, std::size_t done, std::size_t items) const {
  if (options_.progress) options_.progress({label, done, items});
}

Result<void> NativeDriver::fit() {
  for (std::size_t step = 0; step < lead_.steps(); ++step) {
    if (lead_.step(step) == nullptr) continue;
    WEBUNMIX_TRY(caught([&] { return fit_step(step); }));
  }
  return {};
}

Result<void> NativeDriver::fit_step(std::size_t step) {
  WEBUNMIX_TRY(lead_.begin_fit(step, {options_.compare}));
  WEBUNMIX_TRY(solve(step));
  while (true) {
    WEBUNMIX_ASSIGN(const std::optional<PassInfo> pass, lead_.next_pass(step));
    if (!pass) break;
    WEBUNMIX_TRY(share_state(step));
    WEBUNMIX_ASSIGN(const bool stored, lead_.wants_store(step));
    if (stored) WEBUNMIX_TRY(make_store(step));
    report(pass->label, 0, pass->items);
    WEBUNMIX_TRY(ordered_map<Bytes>(
        pass->items, workers_.size(),
        [&](std::size_t worker, std::size_t index) -> Result<Bytes> {
          WEBUNMIX_ASSIGN(const Bytes item, lead_.pass_item(index));
          return workers_[worker]->work(step, item);
        },
        [&](std::size_t index, Bytes tally) -> Result<void> {
          WEBUNMIX_TRY(lead_.reduce(step, index, tally));
          WEBUNMIX_TRY(solve(step));
          report(pass->label, index + 1, pass->items);
          return {};
        }));
    WEBUNMIX_TRY(solve(step));
  }
  return share_state(step);
}

Result<void> NativeDriver::solve(std::size_t step) {
  for (bool busy = true; busy;) {
    WEBUNMIX_TRY(go_on());
    WEBUNMIX_ASSIGN(const Progress progress, lead_.advance(step, slice_of_work));
    busy = progress.busy;
  }
  return {};
}

Result<void> NativeDriver::share_state(std::size_t step) {
  WEBUNMIX_ASSIGN(const Bytes state, lead_.state(step));
  for (Pipeline* worker : workers_) WEBUNMIX_TRY(worker->load(step, state));
  return {};
}

Result<void> NativeDriver::prepare_output() {
  return caught([&]() -> Result<void> {
    lead_.end_output();
    for (std::size_t step = 0; step < lead_.steps(); ++step) {
      if (lead_.step(step) == nullptr) continue;
      WEBUNMIX_ASSIGN(const bool stored, lead_.wants_store(step));
      if (stored) WEBUNMIX_TRY(make_store(step));
    }
    return {};
  });
}

Result<void> NativeDriver::make_store(std::size_t step) {
  WEBUNMIX_ASSIGN(const StorePlan plan, lead_.store_plan(step));
  const StackInfo& stack = lead_.stage(step);
  std::vector<std::uint64_t> offsets;
  std::uint64_t bytes = 0;
  for (const Box& box : plan.boxes) {
    offsets.push_back(bytes);
    bytes += stored_bytes(box, stack.type, stack.shape.x);
  }
  WEBUNMIX_ASSIGN(const std::unique_ptr<Scratch> scratch, scratch_for(bytes, options_));

  const std::string label = "Reading once";
  report(label, 0, plan.boxes.size());
  WEBUNMIX_TRY(ordered_map<MadeBlock>(
      plan.boxes.size(), workers_.size(),
      [&](std::size_t worker, std::size_t index) { return workers_[worker]->store_box(step, plan.boxes[index]); },
      [&](std::size_t index, const MadeBlock& made) -> Result<void> {
        WEBUNMIX_TRY(scratch->write(offsets[index], made.block->bytes()));
        if (plan.for_output) WEBUNMIX_TRY(lead_.reduce_output(made.tallies));
        report(label, index + 1, plan.boxes.size());
        return {};
      }));

  // The store before this one, which the new one may have been computed from, has served.
  std::vector<Pipeline*> all = workers_;
  all.push_back(&lead_);
  for (Pipeline* pipeline : all) {
    if (stored_step_) pipeline->drop_store(*stored_step_);
    WEBUNMIX_ASSIGN(std::unique_ptr<ByteSource> source, scratch->open());
    WEBUNMIX_TRY(pipeline->use_store(step, plan, std::move(source)));
  }
  stored_step_ = step;
  return {};
}

}  // namespace webunmix
