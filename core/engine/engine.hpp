// One instance of the machine: inputs opened, a recipe planned, items worked, output encoded and placed in a file.
//
// Every worker holds one Engine; the lead's also holds the fit, the writer and the report. The wasm binding converts its calls and
// the native run starts several of them, so that both drivers run exactly this code. An Engine is used by one thread at a time.
// Nothing throws: what a call could not do, memory it could not have included, is in its Result.
//
// A driver's calls, in order: open_input (open_indexed on the other engines); set_recipe; for every step that is not switched off
// begin_fit, then next_pass, state and load, the store if wants_store, work and reduce of each item with advance until it is idle,
// until there is no further pass; state and load once more; for the output the stores again, begin_write, make_output, place and
// reduce_output of each box in order, finish_write; report.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "image/byte_stream.hpp"
#include "image/result.hpp"
#include "run/pipeline.hpp"
#include "run/step.hpp"

namespace webunmix {

/// What an output file is made with.
struct OutputOptions {
  std::string name;                     ///< file name without folder, for messages and the report
  std::string compression = "deflate";  ///< none, deflate, zstd, lzw
  std::size_t stack = 0;                ///< which output: each main input becomes one, in the order in which they were opened
};

/// One strip as it goes into the file, already encoded.
struct EncodedStrip {
  std::uint32_t page = 0;
  std::uint32_t strip = 0;
  Bytes bytes;
};

struct OutputItem {
  std::vector<EncodedStrip> strips;
  Bytes tally;  ///< for reduce_output on the lead: what the steps and the conversion to the output type counted
};

/// A box of a store, with what is to be handed to reduce_stored() on the lead.
struct StoredBox {
  SharedBlock block;
  Bytes tally;
};

/// Where bytes that the caller holds belong in the output file.
struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

class Engine {
 public:
  Engine();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // ---- inputs ----

  /// Opens a file, recognised by its content. `axes` says what its pages are (docs/formats.md); empty: as the file says. Returns the
  /// inspection: shape, type, axes, channels, sizes, and `question` when the axes must be asked for.
  [[nodiscard]] Result<Json> open_input(Role role, std::unique_ptr<ByteSource> source, const std::string& axes);
  /// The same for a file another engine has opened: `index` is that engine's input_index(), which spares walking the file again.
  [[nodiscard]] Result<Json> open_indexed(Role role, std::unique_ptr<ByteSource> source, BytesView index);
  [[nodiscard]] Result<Bytes> input_index(std::size_t input) const;
  /// For opening another image of an input's file with open_indexed(): one of those its inspection lists as tiles.
  [[nodiscard]] Result<Bytes> image_index(std::size_t input, std::uint32_t image) const;
  /// Answers the question about the axes of an input ("T", "Z5T", "T9Z20C2": slowest first). The recipe must be set again.
  [[nodiscard]] Result<Json> set_axes(std::size_t input, const std::string& axes);
  void close_inputs();

  // ---- recipe ----

  /// Plans a recipe over the open inputs. Returns {"recipe": normalised, "steps": [{"step", "settings", "enabled", "fits",
  /// "changes_pixels"}], "output": see output()}. Step numbers count all steps of the recipe, those switched off too.
  [[nodiscard]] Result<Json> set_recipe(const Json& recipe);
  /// {"shape", "type", "boxes", "bytes", "stacks"}: of each output stack, and how many there are; null when every step only measures.
  /// Fitting may change it.
  [[nodiscard]] Result<Json> output() const;

  // ---- fitting, on the lead ----

  [[nodiscard]] Result<void> begin_fit(std::size_t step, bool compare);
  [[nodiscard]] Result<std::optional<PassInfo>> next_pass(std::size_t step);
  [[nodiscard]] Result<Bytes> pass_item(std::size_t item) const;
  [[nodiscard]] Result<void> reduce(std::size_t step, std::size_t item, BytesView tally);
  [[nodiscard]] Result<Progress> advance(std::size_t step, std::uint64_t work);
  [[nodiscard]] Result<Bytes> state(std::size_t step) const;
  /// The planes step `step` has learnt: [{"name", "unit", "channel", "height", "width"}].
  [[nodiscard]] Result<Json> maps(std::size_t step) const;
  /// The values of one of them, rows one after another.
  [[nodiscard]] Result<std::vector<float>> map(std::size_t step, std::size_t index) const;

  // ---- on workers, the lead among them if it works too ----

  [[nodiscard]] Result<void> load(std::size_t step, BytesView state);
  [[nodiscard]] Result<Bytes> work(std::size_t step, BytesView item);
  [[nodiscard]] Result<OutputItem> make_output(std::size_t box, const OutputOptions& options);

  // ---- materialising a step's input, so that it is read or computed once ----

  /// True when `step` should read its input from a store, which it does not have yet: for its current pass, or, when all steps are
  /// fitted, for the output (core/run/pipeline.hpp says when that pays).
  [[nodiscard]] Result<bool> wants_store(std::size_t step);
  /// What the store should hold: {"boxes": n, "bytes": total}; store_boxes() is the same for store_box() and use_store().
  [[nodiscard]] Result<Json> store_plan(std::size_t step);
  [[nodiscard]] Result<Bytes> store_boxes(std::size_t step);
  /// Computes box i of the store, on a worker.
  [[nodiscard]] Result<StoredBox> store_box(std::size_t step, BytesView boxes, std::size_t i);
  /// Takes what a box of a store left, on the lead, in order.
  [[nodiscard]] Result<void> reduce_stored(std::size_t step, BytesView boxes, BytesView tally);
  /// From here on step `step` reads the boxes of `boxes` from `source`, where they lie one after another in order.
  [[nodiscard]] Result<void> use_store(std::size_t step, BytesView boxes, std::unique_ptr<ByteSource> source);
  void drop_store(std::size_t step);

  // ---- writing, on the lead ----

  /// Begins the OME-TIFF. The sink receives headers and directories; pixel bytes go to the extents that place() returns.
  [[nodiscard]] Result<void> begin_write(const OutputOptions& options, const std::string& link, std::unique_ptr<ByteSink> sink);
  /// Reserves room for the strips of output box `box` (their sizes, in order). Boxes are placed in order, each once.
  [[nodiscard]] Result<std::vector<Extent>> place(std::size_t box, const std::vector<std::uint64_t>& sizes);
  [[nodiscard]] Result<void> reduce_output(std::size_t box, BytesView tally);
  [[nodiscard]] Result<void> finish_write();

  /// The report so far (docs/recipe.md). `extras` holds what only the caller knows: {"application", "inputs": [{"role", "name",
  /// "size", "sha256"}], "link", "output": {...}, "times": {...}, "known_steps": {"0": entry of an earlier report, for a step that was
  /// loaded instead of fitted}}. What is known of inputs and output here is put in beside it.
  [[nodiscard]] Result<Json> report(const Json& extras) const;

  // ---- looking ----

  /// Pixels of `box` after the first `stage` steps (0: as the file has them; no recipe is needed).
  [[nodiscard]] Result<SharedBlock> view(std::size_t stage, const Box& box);

  // ---- for drivers that share memory with their engines ----

  /// The planned recipe: null before set_recipe().
  [[nodiscard]] Pipeline* pipeline();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace webunmix
