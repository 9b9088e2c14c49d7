// The protocol every step of a recipe follows: it says which pixels it wants, folds them, and learns from what the folds leave.
//
// The unit of work is the item: an ordered list of boxes and a small tag. A worker works an item as a fold: begin(tag), take()
// for each box in order, finish(). A pass is a list of items. Fitting: next_pass() gives the items of the next pass, reduce() takes
// what their folds left, in item order, advance() solves in slices. The result is state(), a few bytes that every worker load()s.
// Output: output_item() names the boxes that one output box needs, begin_output() the fold that makes it.
//
// One lead holds the fit; any number of workers work items. Drivers run this protocol and know no method. Everything a step
// computes is a function of its settings and of the pixels, never of the number of workers or of the order in which items end.
//
// Pixels a fold takes are those of the step before, in the type that step's plan() says (the file's type for the first step). Boxes
// of inputs of other roles than `main` are the exception: they are pixels of that input as its file has them, in its own type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "image/box.hpp"
#include "image/result.hpp"
#include "image/stack_info.hpp"
#include "json/json.hpp"

namespace webunmix {

using Bytes = std::vector<std::byte>;
using BytesView = std::span<const std::byte>;

struct Item {
  std::vector<Box> boxes;  ///< of the step's input, in the order in which the fold takes them
  Bytes tag;               ///< what the fold must know besides: which pool, which tile
};

struct Pass {
  std::string label;  ///< what the user reads while it runs: "Measuring backgrounds"
  std::vector<Item> items;
};

/// What an item leaves: `tally` travels to the lead's reduce(); `block` (output items only) to the next step or the writer.
struct Folded {
  Bytes tally;
  SharedBlock block;
};

/// One item being worked. Lives on one worker, from begin() to finish().
class Fold {
 public:
  Fold() = default;
  Fold(const Fold&) = delete;
  Fold& operator=(const Fold&) = delete;
  virtual ~Fold() = default;

  /// Takes the next box's pixels. Look at the block's box() and type(). May keep the shared block.
  [[nodiscard]] virtual Result<void> take(SharedBlock block) = 0;
  [[nodiscard]] virtual Result<Folded> finish() = 0;
};

/// The role an input plays. `main` may hold several stacks of one shape (tiles).
enum class Role : std::uint8_t { main, profile, dark, level, mask };
[[nodiscard]] std::string_view role_name(Role role);
[[nodiscard]] std::optional<Role> role_from_name(std::string_view name);

/// An input as a step sees it while planning. Its index in the list is Box::input.
struct InputInfo {
  Role role = Role::main;
  std::string name;
  StackInfo stack;
};

/// A named value a step has learnt, per channel ("gain_e_per_adu", "offset_adu") or as the step defines ("alpha", per time point).
struct LearntValue {
  std::string name;
  std::string unit;
  std::vector<std::optional<double>> values;
};

/// A learnt value together with the step it came from, for later steps whose setting of that name is null.
struct EarlierValue {
  std::size_t step = 0;
  std::string step_name;
  LearntValue value;
};

/// A setting left null that took an earlier step's value: the report must say so.
struct UsedValue {
  std::string setting;
  EarlierValue from;
};

/// A plane of values that a step has measured or fitted (a flat-field, a gain map): for files, and for people to look at.
struct LearntMap {
  std::string name;  ///< "flatfield", "gain"
  std::string unit;  ///< of the values; empty for ratios
  std::size_t channel = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
};

struct FitOptions {
  /// For a person to look at: also compute what the method's other choices would have given, and account for a measurement that comes
  /// to nothing instead of failing.
  bool compare = false;
};

/// How far advance() came.
struct Progress {
  bool busy = false;      ///< true: call advance() again before asking for the next pass
  double fraction = 1.0;  ///< of this solving phase, 0..1
};

class Step {
 public:
  Step() = default;
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  virtual ~Step() = default;

  /// Checks the settings against what comes in and says what comes out: `stack` with what the step changes. `inputs` are all inputs
  /// of the run; `stack` is the output of the step before (for step 0 the first `main` input; further ones have its shape and type).
  /// The output's type is float32 unless the step passes pixels through unchanged. `costly_to_read` stays as it came, or is set by a
  /// step whose output takes longer to compute again than to store. Called before anything else, on lead and workers alike, and once
  /// more, before this step's fit, when the fit of an earlier step has changed the shape (fitted_output).
  [[nodiscard]] virtual Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>& inputs) = 0;

  /// The sample type the writer should use, when this step's settings set one: the last step that does decides.
  [[nodiscard]] virtual std::optional<SampleType> output_type() const { return std::nullopt; }

  /// False for a measuring step: its output is its input, it is never asked to make it, and a recipe of such steps only writes no
  /// stack.
  [[nodiscard]] virtual bool changes_pixels() const { return true; }

  // ---- fitting, on the lead ----

  /// Called once before the first next_pass(), also for steps without a pass, when all earlier steps are fitted. `earlier` holds,
  /// nearest first, what they learnt.
  [[nodiscard]] virtual Result<void> begin_fit(const std::vector<EarlierValue>& earlier, const FitOptions& options);

  /// How often fitting reads its input; above 2 the driver may materialise that input first.
  [[nodiscard]] virtual int fitting_reads() const { return 0; }

  /// The next pass, or nothing when fitting is done. Called when all items of the pass before are reduced and advance() is idle.
  /// Passes may depend on what was learnt so far; a pass may have no items, and an item no boxes.
  [[nodiscard]] virtual Result<std::optional<Pass>> next_pass();

  /// Takes what item `item` of the current pass left. Called in item order. A pool that is complete should be closed at once.
  [[nodiscard]] virtual Result<void> reduce(std::size_t item, BytesView tally);

  /// Solves for about `work` elementary operations (one voxel visited once is one operation), then returns. Called after reduce().
  [[nodiscard]] virtual Result<Progress> advance(std::uint64_t work);

  // ---- what was learnt, on lead and workers ----

  /// All that a worker needs to begin folds of the current pass and, after fitting, to make output. Small.
  [[nodiscard]] virtual Bytes state() const { return {}; }
  [[nodiscard]] virtual Result<void> load(BytesView state);

  /// What comes out, when only the fit could tell (a registration that crops to the common area): nothing until then.
  [[nodiscard]] virtual std::optional<StackInfo> fitted_output() const { return std::nullopt; }

  /// Values for the report and for later steps. The same on lead and workers once fitted.
  [[nodiscard]] virtual std::vector<LearntValue> learnt() const { return {}; }

  /// The planes this step has learnt, channel by channel, on the lead once fitted (some only after the output pass).
  [[nodiscard]] virtual std::vector<LearntMap> maps() const { return {}; }
  /// The values of maps()[index], rows one after another.
  [[nodiscard]] virtual Result<std::vector<float>> map(std::size_t index) const;

  // ---- on workers ----

  /// Begins the fold of an item of the current pass.
  [[nodiscard]] virtual Result<std::unique_ptr<Fold>> begin(BytesView tag);

  /// The boxes of this step's input that its output box `wanted` is made of: any channels, in any order, any rows. Boxes asked for by
  /// different items of an output pass are either the same or disjoint, so that each is computed and counted once: a step that needs
  /// neighbouring rows asks for the whole bands that hold them (bands_covering, run/partition.hpp).
  [[nodiscard]] virtual Result<Item> output_item(const Box& wanted) const = 0;

  /// Begins the fold that makes the output box `wanted`; the fold's block is float32 (or the input's type when passed through).
  [[nodiscard]] virtual Result<std::unique_ptr<Fold>> begin_output(const Box& wanted) const = 0;

  // ---- during the output pass, on the lead ----

  /// Called before the first reduce_output() of an output pass: forgets what an earlier one counted.
  virtual void begin_output_pass() {}

  /// Takes the tally that the fold of output box `box` left: once per box, in output order. Empty tallies are not sent.
  [[nodiscard]] virtual Result<void> reduce_output(const Box& box, BytesView tally);

  /// Everything the report holds of this step besides settings and learnt values: keys as the method's users know them.
  struct Account {
    Json details = Json::object();      ///< what was estimated and how (for `unmix`: the keys of the Python package's sidecar)
    Json diagnostics = Json::object();  ///< before and after, from reduce_output()
    std::vector<std::string> warnings;
    std::vector<UsedValue> used;  ///< settings that took the value of an earlier step
  };
  [[nodiscard]] virtual Account account() const { return {}; }
};

}  // namespace webunmix
