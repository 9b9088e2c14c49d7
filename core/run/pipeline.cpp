#include "run/pipeline.hpp"

#include <algorithm>

#include "run/box_check.hpp"
#include "run/partition.hpp"

namespace webunmix {
namespace {

/// Blocks a worker has in hand besides those it keeps: one it reads, one it computes, one converted or encoded.
constexpr std::size_t blocks_in_hand = 3;

std::size_t band_bytes(const StackInfo& stack) {
  const auto samples = static_cast<std::size_t>(rows_per_box(stack) * stack.shape.c * stack.shape.x);
  return samples * std::max<std::size_t>(4, bytes_per_sample(stack.type));
}

void append(std::vector<BoxTally>& to, std::vector<BoxTally>&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

// ---- planning ----

Pipeline::Pipeline(std::vector<PipelineInput> inputs, std::vector<PipelineStep> steps, const PipelineOptions& options)
    : inputs_(std::move(inputs)),
      steps_(std::move(steps)),
      stages_(steps_.size() + 1),
      loaded_(steps_.size()),
      leads_(steps_.size()),
      block_memory_bytes_(options.block_memory_bytes),
      cache_(options.cache) {
  if (!cache_) cache_ = std::make_shared<BlockCache>(block_memory_bytes_);
  for (const PipelineInput& input : inputs_) input_infos_.push_back({input.role, input.name, input.source->info()});
}

Result<std::unique_ptr<Pipeline>> Pipeline::plan(std::vector<PipelineInput> inputs, std::vector<PipelineStep> steps,
                                                 const PipelineOptions& options) {
  std::unique_ptr<Pipeline> pipeline(new Pipeline(std::move(inputs), std::move(steps), options));
  WEBUNMIX_TRY(pipeline->check_inputs());
  const auto outputs = pipeline->output_inputs();
  pipeline->stages_[0] = pipeline->input_infos_[static_cast<std::size_t>(outputs.front())].stack;
  pipeline->cache_->drop_from(1);
  WEBUNMIX_TRY(pipeline->plan_from(0));
  return pipeline;
}

Result<void> Pipeline::check_inputs() const {
  const InputInfo* first = nullptr;
  for (const InputInfo& input : input_infos_) {
    if (input.role != Role::main) continue;
    if (first == nullptr) first = &input;
    if (input.stack.shape != first->stack.shape || input.stack.type != first->stack.type) {
      return Error{Errc::bad_setting, input.name + " is " + std::string(sample_type_name(input.stack.type)) + " with " +
                                          to_string(input.stack.shape) + ", but " + first->name + " is " +
                                          std::string(sample_type_name(first->stack.type)) + " with " +
                                          to_string(first->stack.shape) +
                                          ": stacks that are worked on together must have one shape and one sample type."};
    }
  }
  if (first == nullptr) return Error{Errc::bad_setting, "There is no stack to work on: open one in the role main."};
  return {};
}

Result<void> Pipeline::plan_from(std::size_t step) {
  for (std::size_t i = step; i < steps_.size(); ++i) {
    stages_[i + 1] = stages_[i];
    Step* const planned = steps_[i].step.get();
    if (planned == nullptr) continue;
    WEBUNMIX_ASSIGN(StackInfo output, planned->plan(stages_[i], input_infos_));
    if (!planned->changes_pixels()) continue;
    const bool known_type = output.type == SampleType::float32 || output.type == stages_[i].type;
    const StackShape& shape = output.shape;
    const bool has_pixels = shape.t > 0 && shape.z > 0 && shape.c > 0 && shape.y > 0 && shape.x > 0;
    if (!known_type || !has_pixels || output.channels.size() != static_cast<std::size_t>(shape.c)) {
      return Error{Errc::internal, "Step " + steps_[i].name + " plans an output that cannot be: " + to_string(shape) + ", " +
                                       std::string(sample_type_name(output.type)) + ", " +
                                       std::to_string(output.channels.size()) + " channels described"};
    }
    stages_[i + 1] = std::move(output);
  }
  std::size_t largest = 0;
  for (const StackInfo& stack : stages_) largest = std::max(largest, band_bytes(stack));
  cache_->set_budget(block_memory_bytes_ - std::min(block_memory_bytes_ / 2, blocks_in_hand * largest));
  return {};
}

Result<void> Pipeline::settle(std::size_t step) {
  const auto fitted = steps_[step].step->fitted_output();
  if (!fitted || fitted->shape == stages_[step + 1].shape) return {};
  stages_[step + 1] = *fitted;
  forget_after(step);
  return plan_from(step + 1);
}

Result<Step*> Pipeline::enabled(std::size_t step) const {
  if (step >= steps_.size()) {
    return Error{Errc::internal, "Step " + std::to_string(step) + " of a recipe of " + std::to_string(steps_.size())};
  }
  Step* const found = steps_[step].step.get();
  if (found == nullptr)
    return Error{Errc::internal, "Step " + std::to_string(step) + " (" + steps_[step].name + ") is switched off"};
  return found;
}

Result<void> Pipeline::go_on() const {
  if (cancel_ != nullptr && cancel_->load(std::memory_order_relaxed)) return Error{Errc::cancelled, "The work was cancelled."};
  return {};
}

bool Pipeline::transforms(std::size_t step) const { return steps_[step].step && steps_[step].step->changes_pixels(); }

bool Pipeline::is_main(const Box& box) const {
  return box.input >= 0 && static_cast<std::size_t>(box.input) < input_infos_.size() &&
         input_infos_[static_cast<std::size_t>(box.input)].role == Role::main;
}

void Pipeline::forget_after(std::size_t step) {
  cache_->drop_from(step + 1);
  stores_.erase(stores_.upper_bound(step), stores_.end());
}

// ---- pixels ----

Result<SharedBlock> Pipeline::read(std::size_t stage, const Box& box) {
  if (stage >= stages_.size())
    return Error{Errc::internal, "Stage " + std::to_string(stage) + " of " + std::to_string(steps_.size())};
  WEBUNMIX_ASSIGN(MadeBlock made, fetch(stage, box, {}));
  return std::move(made.block);
}

Result<MadeBlock> Pipeline::fetch(std::size_t stage, const Box& box, Purpose purpose) {
  WEBUNMIX_TRY(go_on());
  if (!is_main(box)) return read_file(box, purpose);
  WEBUNMIX_TRY(check_box(stages_[stage], box));
  if (const Store* store = usable_store(stage, box, purpose)) {
    WEBUNMIX_ASSIGN(Block block, store->source->read(box));
    return MadeBlock{std::make_shared<const Block>(std::move(block)), {}, store->for_output};
  }
  if (stage == 0) return read_file(box, purpose);
  if (!transforms(stage - 1)) return fetch(stage - 1, box, purpose);
  if (const MadeBlock* kept = cache_->find(stage, box); kept != nullptr && (kept->complete || !purpose.count)) return *kept;
  WEBUNMIX_ASSIGN(MadeBlock made, compute(stage - 1, box, purpose));
  if (purpose.keep) cache_->insert(stage, box, made);
  return made;
}

Result<MadeBlock> Pipeline::read_file(const Box& box, Purpose purpose) {
  if (box.input < 0 || static_cast<std::size_t>(box.input) >= inputs_.size()) {
    return Error{Errc::bad_setting,
                 "Input " + std::to_string(box.input) + " is not open: there are " + std::to_string(inputs_.size())};
  }
  const auto input = static_cast<std::size_t>(box.input);
  WEBUNMIX_TRY(check_box(input_infos_[input].stack, box));
  const bool costly = input_infos_[input].stack.costly_to_read;
  if (costly) {
    if (const MadeBlock* kept = cache_->find(0, box)) return *kept;
  }
  WEBUNMIX_ASSIGN(Block block, inputs_[input].source->read(box));
  MadeBlock made{std::make_shared<const Block>(std::move(block)), {}, true};
  if (costly && purpose.keep) cache_->insert(0, box, made);
  return made;
}

Result<MadeBlock> Pipeline::compute(std::size_t step, const Box& wanted, Purpose purpose) {
  const Step& maker = *steps_[step].step;
  WEBUNMIX_ASSIGN(const Item item, maker.output_item(wanted));
  WEBUNMIX_ASSIGN(const std::unique_ptr<Fold> fold, maker.begin_output(wanted));
  MadeBlock result;
  for (const Box& box : item.boxes) {
    WEBUNMIX_ASSIGN(MadeBlock made, fetch(step, box, {.keep = true, .count = purpose.count}));
    result.complete = result.complete && made.complete;
    append(result.tallies, std::move(made.tallies));
    WEBUNMIX_TRY(fold->take(std::move(made.block)));
  }
  WEBUNMIX_ASSIGN(Folded folded, fold->finish());
  const StackInfo& output = stages_[step + 1];
  if (!folded.block || folded.block->box() != wanted || folded.block->type() != output.type ||
      folded.block->width() != output.shape.x) {
    return Error{Errc::internal, "Step " + steps_[step].name + " did not make the block it was asked for: " + describe(wanted)};
  }
  if (!folded.tally.empty()) result.tallies.push_back({static_cast<std::uint32_t>(step), wanted, std::move(folded.tally)});
  result.block = std::move(folded.block);
  return result;
}

// ---- fitting ----

Result<void> Pipeline::begin_fit(std::size_t step, const FitOptions& options) {
  WEBUNMIX_ASSIGN(Step* const fitted, enabled(step));
  std::vector<EarlierValue> earlier;
  for (std::size_t i = step; i-- > 0;) {
    if (!steps_[i].step) continue;
    for (LearntValue& value : steps_[i].step->learnt()) earlier.push_back({i, steps_[i].name, std::move(value)});
  }
  pass_.reset();
  end_output();
  loaded_[step].reset();
  leads_[step] = true;
  forget_after(step);
  return fitted->begin_fit(earlier, options);
}

Result<std::optional<PassInfo>> Pipeline::next_pass(std::size_t step) {
  WEBUNMIX_ASSIGN(Step* const fitted, enabled(step));
  if (fitting(step) && pass_->reduced != pass_->pass.items.size()) {
    return Error{Errc::internal, "The next pass of " + steps_[step].name + " was asked for after " +
                                     std::to_string(pass_->reduced) + " of " + std::to_string(pass_->pass.items.size()) +
                                     " items"};
  }
  pass_.reset();
  WEBUNMIX_ASSIGN(std::optional<Pass> next, fitted->next_pass());
  if (!next) {
    WEBUNMIX_TRY(settle(step));
    return std::optional<PassInfo>{};
  }
  PassInfo info{next->label, next->items.size()};
  pass_ = CurrentPass{step, std::move(*next), 0};
  return std::optional<PassInfo>{std::move(info)};
}

Result<Bytes> Pipeline::pass_item(std::size_t item) const {
  if (!pass_ || item >= pass_->pass.items.size())
    return Error{Errc::internal, "Item " + std::to_string(item) + " is not of a current pass"};
  return pack_item(pass_->pass.items[item]);
}

Result<void> Pipeline::reduce(std::size_t step, std::size_t item, BytesView tally) {
  WEBUNMIX_ASSIGN(Step* const fitted, enabled(step));
  if (!fitting(step) || item != pass_->reduced || item >= pass_->pass.items.size()) {
    return Error{Errc::internal, "Item " + std::to_string(item) + " of " + steps_[step].name + " was reduced out of order"};
  }
  ++pass_->reduced;
  return fitted->reduce(item, tally);
}

Result<Progress> Pipeline::advance(std::size_t step, std::uint64_t work) {
  WEBUNMIX_ASSIGN(Step* const fitted, enabled(step));
  return fitted->advance(work);
}

Result<Bytes> Pipeline::state(std::size_t step) const {
  WEBUNMIX_ASSIGN(const Step* const fitted, enabled(step));
  return fitted->state();
}

Result<std::vector<LearntMap>> Pipeline::maps(std::size_t step) const {
  WEBUNMIX_ASSIGN(const Step* const fitted, enabled(step));
  return fitted->maps();
}

Result<std::vector<float>> Pipeline::map(std::size_t step, std::size_t index) const {
  WEBUNMIX_ASSIGN(const Step* const fitted, enabled(step));
  return fitted->map(index);
}

Result<void> Pipeline::load(std::size_t step, BytesView state) {
  WEBUNMIX_ASSIGN(Step* const loading, enabled(step));
  std::optional<Bytes>& loaded = loaded_[step];
  if (loaded && std::equal(loaded->begin(), loaded->end(), state.begin(), state.end())) return {};
  loaded = Bytes(state.begin(), state.end());
  forget_after(step);
  // A lead that works items too has it already, and more: the fit.
  const bool has_it = leads_[step] && loading->state() == *loaded;
  if (!has_it) WEBUNMIX_TRY(loading->load(state));
  return settle(step);
}

Result<Bytes> Pipeline::work(std::size_t step, BytesView bytes) {
  WEBUNMIX_ASSIGN(Step* const fitted, enabled(step));
  WEBUNMIX_ASSIGN(const Item item, unpack_item(bytes));
  WEBUNMIX_ASSIGN(const std::unique_ptr<Fold> fold, fitted->begin(item.tag));
  for (const Box& box : item.boxes) {
    WEBUNMIX_ASSIGN(MadeBlock made, fetch(step, box, {}));
    WEBUNMIX_TRY(fold->take(std::move(made.block)));
  }
  WEBUNMIX_TRY(go_on());
  WEBUNMIX_ASSIGN(Folded folded, fold->finish());
  return std::move(folded.tally);
}

// ---- output ----

bool Pipeline::writes() const {
  const bool measures = std::any_of(steps_.begin(), steps_.end(), [](const PipelineStep& s) { return s.step != nullptr; });
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (transforms(i)) return true;
  }
  return !measures;
}

SampleType Pipeline::output_type() const {
  for (std::size_t i = steps_.size(); i-- > 0;) {
    if (!steps_[i].step) continue;
    if (const auto type = steps_[i].step->output_type()) return *type;
  }
  return stages_.back().type;
}

std::vector<std::int32_t> Pipeline::output_inputs() const {
  std::vector<std::int32_t> outputs;
  for (std::size_t i = 0; i < input_infos_.size(); ++i) {
    if (input_infos_[i].role == Role::main) outputs.push_back(static_cast<std::int32_t>(i));
  }
  return outputs;
}

Result<MadeBlock> Pipeline::make_output(const Box& box) { return fetch(steps_.size(), box, {.keep = false, .count = true}); }

Result<void> Pipeline::reduce_output(const std::vector<BoxTally>& tallies) {
  if (!counting_) {
    counting_ = true;
    counted_.clear();
    for (const PipelineStep& step : steps_) {
      if (step.step) step.step->begin_output_pass();
    }
  }
  for (const BoxTally& entry : tallies) {
    WEBUNMIX_ASSIGN(Step* const step, enabled(entry.step));
    if (!counted_.insert({entry.step, entry.box}).second) continue;
    WEBUNMIX_TRY(step->reduce_output(entry.box, entry.tally));
  }
  return {};
}

}  // namespace webunmix
