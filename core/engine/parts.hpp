// What an Engine holds, shared by the files that implement it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/engine.hpp"
#include "image/convert.hpp"
#include "recipe/recipe.hpp"
#include "run/block_cache.hpp"
#include "run/caught.hpp"
#include "tiff/reader.hpp"
#include "tiff/writer.hpp"

namespace webunmix {

struct OpenInput {
  Role role = Role::main;
  std::shared_ptr<TiffReader> reader;
};

/// One output file, as far as it has come.
struct Output {
  OutputOptions options;
  std::unique_ptr<TiffWriter> writer;  ///< null once finished
  std::size_t boxes = 0;
  std::size_t placed = 0;
  std::size_t reduced = 0;
  std::uint64_t file_bytes = 0;
  std::vector<ConversionCounts> converted;  ///< by channel
};

struct Engine::Parts {
  std::vector<OpenInput> inputs;
  std::shared_ptr<BlockCache> cache = std::make_shared<BlockCache>(PipelineOptions{}.block_memory_bytes);
  Recipe recipe;
  std::unique_ptr<Pipeline> pipeline;

  std::map<std::size_t, Output> outputs;  ///< by stack
  std::optional<std::size_t> writing;     ///< the stack whose file is being written

  [[nodiscard]] Result<Pipeline*> planned() const;
  [[nodiscard]] Result<const OpenInput*> input(std::size_t index) const;
  void forget_recipe();

  [[nodiscard]] Result<Json> open(Role role, std::unique_ptr<ByteSource> source, const TiffOpenOptions& options);
  [[nodiscard]] Result<Json> set_recipe(const Json& json);
  [[nodiscard]] Json output_plan() const;
  [[nodiscard]] StackInfo output_info() const;
  /// The input that becomes output stack `stack`.
  [[nodiscard]] Result<std::int32_t> output_input(std::size_t stack) const;

  [[nodiscard]] Result<OutputItem> make_output(std::size_t box, const OutputOptions& options);
  [[nodiscard]] Result<void> begin_write(const OutputOptions& options, const std::string& link, std::unique_ptr<ByteSink> sink);
  [[nodiscard]] Result<Output*> current_output();
  [[nodiscard]] Result<std::vector<Extent>> place(std::size_t box, const std::vector<std::uint64_t>& sizes);
  [[nodiscard]] Result<void> reduce_output(std::size_t box, BytesView tally);
  [[nodiscard]] Result<void> finish_write();

  [[nodiscard]] Json report(const Json& extras) const;
};

}  // namespace webunmix
