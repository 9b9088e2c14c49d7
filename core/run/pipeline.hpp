// A recipe over open inputs, on one worker: any pixel at any stage, on demand, and the fit of each step.
//
// Stage 0 is what the files hold, stage k what comes out of step k - 1. read(k, box) asks step k - 1 which boxes of stage k - 1 it
// needs, reads them the same way, and folds them; so a pixel of the last stage pulls what it needs through all steps, and nothing
// is ever held whole. Measuring steps and steps that are switched off pass their input on untouched.
//
// Kept in memory are blocks that are costly to make: decoded from compressed files, or computed; not what an uncompressed file
// holds as it is, which is as cheap to read again. What is kept and what a worker has in hand stays within one budget.
//
// A store holds the input of one step, computed once into memory or a file. It pays when fitting reads a costly input more than
// twice and a pass wants more of it than a worker keeps anyway, and when a pass wants narrow bands of it (a median over T): each
// would decode, or compute, the whole bands around it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "image/result.hpp"
#include "image/stack_source.hpp"
#include "run/block_cache.hpp"
#include "run/step.hpp"
#include "run/store_source.hpp"

namespace webunmix {

struct PipelineInput {
  Role role = Role::main;
  std::string name;
  std::shared_ptr<StackSource> source;
};

struct PipelineStep {
  std::string name;
  std::unique_ptr<Step> step;  ///< null: switched off
};

struct PassInfo {
  std::string label;
  std::size_t items = 0;
};

struct PipelineOptions {
  /// What a worker may hold in blocks: those it keeps and the few it has in hand.
  std::size_t block_memory_bytes = std::size_t{96} << 20U;
  /// From an earlier pipeline over the same inputs: what their files hold stays in it. Null: a new one.
  std::shared_ptr<BlockCache> cache;
};

class Pipeline {
 public:
  /// Plans every step. Errors: those of the steps; bad_setting when there is no main input or main inputs differ in shape or type.
  [[nodiscard]] static Result<std::unique_ptr<Pipeline>> plan(std::vector<PipelineInput> inputs,
                                                              std::vector<PipelineStep> steps,
                                                              const PipelineOptions& options = {});

  /// Work is given up with Errc::cancelled, between two boxes, once `flag` is true. Null: never.
  void cancel_on(const std::atomic<bool>* flag) { cancel_ = flag; }

  [[nodiscard]] std::size_t steps() const { return steps_.size(); }
  /// Null for a step that is switched off.
  [[nodiscard]] const Step* step(std::size_t index) const { return steps_[index].step.get(); }
  [[nodiscard]] const std::string& step_name(std::size_t index) const { return steps_[index].name; }
  [[nodiscard]] const std::vector<InputInfo>& inputs() const { return input_infos_; }
  /// Shape and type of stage 0..steps(). Known for sure when the steps before are fitted (Step::fitted_output).
  [[nodiscard]] const StackInfo& stage(std::size_t stage) const { return stages_[stage]; }

  // ---- pixels ----

  [[nodiscard]] Result<SharedBlock> read(std::size_t stage, const Box& box);

  // ---- fitting, on the lead ----

  [[nodiscard]] Result<void> begin_fit(std::size_t step, const FitOptions& options);
  [[nodiscard]] Result<std::optional<PassInfo>> next_pass(std::size_t step);
  [[nodiscard]] Result<Bytes> pass_item(std::size_t item) const;
  [[nodiscard]] Result<void> reduce(std::size_t step, std::size_t item, BytesView tally);
  [[nodiscard]] Result<Progress> advance(std::size_t step, std::uint64_t work);
  [[nodiscard]] Result<Bytes> state(std::size_t step) const;
  [[nodiscard]] Result<std::vector<LearntMap>> maps(std::size_t step) const;
  [[nodiscard]] Result<std::vector<float>> map(std::size_t step, std::size_t index) const;

  // ---- on workers ----

  [[nodiscard]] Result<void> load(std::size_t step, BytesView state);
  /// Works an item of the current pass of `step` and returns what it leaves for reduce().
  [[nodiscard]] Result<Bytes> work(std::size_t step, BytesView item);

  // ---- output ----

  /// False when there are steps and all of them only measure.
  [[nodiscard]] bool writes() const;
  [[nodiscard]] SampleType output_type() const;
  /// The inputs of role `main`: each becomes an output stack of the last stage's shape.
  [[nodiscard]] std::vector<std::int32_t> output_inputs() const;
  /// A box of the last stage, with what all steps left on the way.
  [[nodiscard]] Result<MadeBlock> make_output(const Box& box);
  /// Hands to the steps what make_output() left, on the lead, in output order. A box that was there before is not counted again.
  [[nodiscard]] Result<void> reduce_output(const std::vector<BoxTally>& tallies);
  /// The output pass is over, or given up: the next reduce_output() begins counting anew.
  void end_output() { counting_ = false; }

  // ---- stores ----

  /// True when step `step` should read its input from a store, which does not hold what is wanted yet: for its current pass, or,
  /// when all steps are fitted, for the output.
  [[nodiscard]] Result<bool> wants_store(std::size_t step);
  /// What such a store should hold.
  [[nodiscard]] Result<StorePlan> store_plan(std::size_t step);
  /// Computes a box of it. The tallies are for reduce_output(), in order, when the store is for the output.
  [[nodiscard]] Result<MadeBlock> store_box(std::size_t step, const Box& box);
  /// From here on step `step` reads what the store holds from it.
  [[nodiscard]] Result<void> use_store(std::size_t step, const StorePlan& plan, std::unique_ptr<ByteSource> source);
  void drop_store(std::size_t step);

  [[nodiscard]] const BlockCache& cache() const { return *cache_; }

 private:
  struct CurrentPass {
    std::size_t step = 0;
    Pass pass;
    std::size_t reduced = 0;
  };

  struct Store {
    std::unique_ptr<StoreSource> source;
    bool for_output = false;
  };
  /// What a block is wanted for.
  struct Purpose {
    bool keep = true;    ///< it may be asked for again
    bool count = false;  ///< what the folds on the way left must come with it
  };

  Pipeline(std::vector<PipelineInput> inputs, std::vector<PipelineStep> steps, const PipelineOptions& options);
  [[nodiscard]] Result<void> check_inputs() const;
  [[nodiscard]] Result<void> plan_from(std::size_t step);
  [[nodiscard]] Result<void> settle(std::size_t step);
  [[nodiscard]] Result<Step*> enabled(std::size_t step) const;
  [[nodiscard]] Result<void> go_on() const;
  [[nodiscard]] bool transforms(std::size_t step) const;
  [[nodiscard]] bool is_main(const Box& box) const;
  void forget_after(std::size_t step);

  [[nodiscard]] Result<MadeBlock> fetch(std::size_t stage, const Box& box, Purpose purpose);
  [[nodiscard]] Result<MadeBlock> read_file(const Box& box, Purpose purpose);
  [[nodiscard]] Result<MadeBlock> compute(std::size_t step, const Box& wanted, Purpose purpose);
  [[nodiscard]] const Store* usable_store(std::size_t stage, const Box& box, Purpose purpose) const;

  [[nodiscard]] bool fitting(std::size_t step) const { return pass_ && pass_->step == step; }
  [[nodiscard]] Result<std::vector<Box>> boxes_wanted(std::size_t step) const;
  [[nodiscard]] bool pays(std::size_t stage, const std::vector<Box>& boxes, int reads) const;

  std::vector<PipelineInput> inputs_;
  std::vector<InputInfo> input_infos_;
  std::vector<PipelineStep> steps_;
  std::vector<StackInfo> stages_;
  std::vector<std::optional<Bytes>> loaded_;  ///< by step: the state that blocks after it were computed with
  std::vector<bool> leads_;                   ///< by step: its fit was begun here
  std::size_t block_memory_bytes_;
  std::shared_ptr<BlockCache> cache_;
  std::map<std::size_t, Store> stores_;  ///< by stage
  std::optional<CurrentPass> pass_;
  std::set<std::pair<std::uint32_t, Box>> counted_;  ///< tallies that were handed to the steps
  bool counting_ = false;
  const std::atomic<bool>* cancel_ = nullptr;
};

}  // namespace webunmix
