// One instance of the machine: inputs opened, a recipe planned, items worked, output encoded and placed in a file.
//
// Every worker holds one Engine; the lead's also holds the fit, the writer and the report. The wasm binding converts its calls and
// the native driver starts several of them, so that both drivers run exactly this code. An Engine is used by one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "image/byte_stream.hpp"
#include "image/result.hpp"
#include "run/step.hpp"

namespace webunmix {

/// What the output file is made with.
struct OutputOptions {
  std::string name;                      ///< file name without folder, for messages and the report
  std::string compression = "deflate";   ///< none, deflate, zstd, lzw
};

/// One strip or tile as it goes into the file, already encoded.
struct EncodedStrip {
  std::uint32_t page = 0;
  std::uint32_t strip = 0;
  Bytes bytes;
};

struct OutputItem {
  std::vector<EncodedStrip> strips;
  Bytes tally;  ///< for reduce_output on the lead: what the steps and the conversion to the output type counted
};

/// Where bytes that the caller holds belong in the output file.
struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct PassInfo {
  std::string label;
  std::size_t items = 0;
};

class Engine {
 public:
  Engine();
  ~Engine();

  // ---- inputs ----

  /// Opens a file by its content. Options: {"axes": "T9Z20C2"?, "index": base64-free bytes are passed to open_indexed instead}.
  /// Returns the inspection (docs/formats.md): shape, type, axes, channels, sizes; `question` when the axes must be asked for.
  [[nodiscard]] Result<Json> open_input(Role role, std::unique_ptr<ByteSource> source, const std::string& axes);
  /// The same for a file another engine has opened: `index` is that engine's input_index(), which spares walking the file again.
  [[nodiscard]] Result<Json> open_indexed(Role role, std::unique_ptr<ByteSource> source, BytesView index);
  [[nodiscard]] Result<Bytes> input_index(std::size_t input) const;
  /// Answers the question about the axes of an input ("T", "Z5T", "T9Z20C2": slowest first).
  [[nodiscard]] Result<Json> set_axes(std::size_t input, const std::string& axes);
  void close_inputs();

  // ---- recipe ----

  /// Plans a recipe over the open inputs. Returns {"recipe": normalised, "steps": [{"step", "settings", "fits", "changes_pixels"}],
  /// "output": {"shape", "type", "boxes", "bytes"} or null when every step only measures}.
  [[nodiscard]] Result<Json> set_recipe(const Json& recipe);

  // ---- fitting, on the lead ----

  [[nodiscard]] Result<void> begin_fit(std::size_t step, bool compare);
  [[nodiscard]] Result<std::optional<PassInfo>> next_pass(std::size_t step);
  [[nodiscard]] Result<Bytes> pass_item(std::size_t item) const;
  [[nodiscard]] Result<void> reduce(std::size_t step, std::size_t item, BytesView tally);
  [[nodiscard]] Result<Progress> advance(std::size_t step, std::uint64_t work);
  [[nodiscard]] Result<Bytes> state(std::size_t step) const;

  // ---- on workers ----

  [[nodiscard]] Result<void> load(std::size_t step, BytesView state);
  [[nodiscard]] Result<Bytes> work(std::size_t step, BytesView item);
  [[nodiscard]] Result<OutputItem> make_output(std::size_t box, const OutputOptions& options);

  // ---- materialising a step's input, so that it is read or computed once ----

  /// True when the current pass of `step` should read its input from a store: it is costly to make and will be read again.
  [[nodiscard]] bool wants_store(std::size_t step) const;
  /// The distinct boxes of the current pass, as {"boxes": n, "bytes": total}; store_box(i) computes one (on a worker).
  [[nodiscard]] Result<Json> store_plan(std::size_t step);
  [[nodiscard]] Result<Bytes> store_boxes(std::size_t step) const;
  [[nodiscard]] Result<SharedBlock> store_box(std::size_t step, BytesView boxes, std::size_t i);
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

  /// The report so far. `extras` holds what only the caller knows: {"application", "inputs": [{"name","size","sha256"}], "link",
  /// "output": {...}, "times": {...}}; they are merged where the report format puts them (docs/recipe.md).
  [[nodiscard]] Result<Json> report(const Json& extras) const;

  // ---- looking ----

  /// Pixels of `box` after the first `stage` steps (0: as the file has them).
  [[nodiscard]] Result<SharedBlock> view(std::size_t stage, const Box& box);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace webunmix
