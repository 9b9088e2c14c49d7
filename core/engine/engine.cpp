#include "engine/engine.hpp"

#include <utility>

#include "engine/parts.hpp"
#include "run/travel.hpp"
#include "tiff/inspection.hpp"

namespace webunmix {

Engine::Engine() : parts_(std::make_unique<Parts>()) {}
Engine::~Engine() = default;

// ---- inputs ----

Result<const OpenInput*> Engine::Parts::input(std::size_t index) const {
  if (index < inputs.size()) return &inputs[index];
  return Error{Errc::bad_setting,
               "Input " + std::to_string(index) + " is not open: there are " + std::to_string(inputs.size())};
}

void Engine::Parts::forget_recipe() {
  pipeline.reset();
  outputs.clear();
  writing.reset();
}

Result<Json> Engine::Parts::open(Role role, std::unique_ptr<ByteSource> source, const TiffOpenOptions& options) {
  WEBUNMIX_ASSIGN(std::unique_ptr<TiffReader> reader, TiffReader::open(std::move(source), options));
  // Beside the stack there is no need to ask: a profile has a page for each channel, recordings without a sample go on in time.
  if (role != Role::main && reader->question()) WEBUNMIX_TRY(reader->set_axes(role == Role::profile ? "C" : "T"));
  forget_recipe();
  inputs.push_back({role, std::move(reader)});
  return inspection(*inputs.back().reader);
}

Result<Json> Engine::open_input(Role role, std::unique_ptr<ByteSource> source, const std::string& axes) {
  return caught([&] { return parts_->open(role, std::move(source), {axes, {}}); });
}

Result<Json> Engine::open_indexed(Role role, std::unique_ptr<ByteSource> source, BytesView index) {
  return caught([&] { return parts_->open(role, std::move(source), {"", index}); });
}

Result<Bytes> Engine::input_index(std::size_t input) const {
  return caught([&]() -> Result<Bytes> {
    WEBUNMIX_ASSIGN(const OpenInput* const opened, parts_->input(input));
    return opened->reader->index();
  });
}

Result<Bytes> Engine::image_index(std::size_t input, std::uint32_t image) const {
  return caught([&]() -> Result<Bytes> {
    WEBUNMIX_ASSIGN(const OpenInput* const opened, parts_->input(input));
    return opened->reader->index_of(image);
  });
}

Result<Json> Engine::set_axes(std::size_t input, const std::string& axes) {
  return caught([&]() -> Result<Json> {
    WEBUNMIX_ASSIGN(const OpenInput* const opened, parts_->input(input));
    WEBUNMIX_TRY(opened->reader->set_axes(axes));
    parts_->forget_recipe();
    parts_->cache->drop_from(0);
    return inspection(*opened->reader);
  });
}

void Engine::close_inputs() {
  parts_->forget_recipe();
  parts_->inputs.clear();
  parts_->cache->drop_from(0);
}

// ---- recipe ----

Result<Pipeline*> Engine::Parts::planned() const {
  if (pipeline) return pipeline.get();
  return Error{Errc::internal, "No recipe has been set since the inputs were opened"};
}

Result<Json> Engine::Parts::set_recipe(const Json& json) {
  WEBUNMIX_ASSIGN(Recipe read, recipe_from_json(json));
  std::vector<PipelineInput> sources;
  for (const OpenInput& opened : inputs) {
    if (const auto& question = opened.reader->question()) return Error{Errc::axes_needed, question->message};
    sources.push_back({opened.role, opened.reader->name(), opened.reader});
  }
  std::vector<PipelineStep> steps;
  for (const RecipeStep& step : read.steps) {
    std::unique_ptr<Step> made;
    if (step.enabled) {
      WEBUNMIX_ASSIGN(const StepKind* const kind, find_kind(step_kinds(), step.step));
      WEBUNMIX_ASSIGN(made, kind->make(step.settings));
    }
    steps.push_back({step.step, std::move(made)});
  }
  PipelineOptions options;
  options.cache = cache;
  WEBUNMIX_ASSIGN(std::unique_ptr<Pipeline> planned, Pipeline::plan(std::move(sources), std::move(steps), options));
  forget_recipe();
  recipe = std::move(read);
  pipeline = std::move(planned);

  Json described = Json::array();
  for (std::size_t i = 0; i < recipe.steps.size(); ++i) {
    const Step* const step = pipeline->step(i);
    described.push_back({{"step", recipe.steps[i].step},
                         {"settings", recipe.steps[i].settings},
                         {"enabled", step != nullptr},
                         {"fits", step != nullptr && step->fitting_reads() > 0},
                         {"changes_pixels", step != nullptr && step->changes_pixels()}});
  }
  return Json{{"recipe", to_json(recipe)}, {"steps", std::move(described)}, {"output", output_plan()}};
}

Result<Json> Engine::set_recipe(const Json& recipe) {
  return caught([&] { return parts_->set_recipe(recipe); });
}

Result<Json> Engine::output() const {
  return caught([&]() -> Result<Json> {
    WEBUNMIX_TRY(parts_->planned());
    return parts_->output_plan();
  });
}

Pipeline* Engine::pipeline() { return parts_->pipeline.get(); }

// ---- fitting and working ----

Result<void> Engine::begin_fit(std::size_t step, bool compare) {
  return caught([&]() -> Result<void> {
    WEBUNMIX_ASSIGN(Pipeline* const pipeline, parts_->planned());
    return pipeline->begin_fit(step, {compare});
  });
}

Result<std::optional<PassInfo>> Engine::next_pass(std::size_t step) {
  return caught([&]() -> Result<std::optional<PassInfo>> {
    WEBUNMIX_ASSIGN(Pipeline* const pipeline, parts_->planned());
    return pipeline->next_pass(step);
  });
}

Result<Bytes> Engine::pass_item(std::size_t item) const {
  return caught([&]() -> Result<Bytes> {
    WEBUNMIX_ASSIGN(const Pipeline* const pipeline, parts_->planned());
    return pipeline->pass_item(item);
  });
}

Result<void> Engine::reduce(std::size_t step, std::size_t item, BytesView tally) {
  return caught([&]() -> Result<void> {
    WEBUNMIX_ASSIGN(Pipeline* const pipeline, parts_->planned());
    return pipeline->reduce(step, item, tally);
  });
}

Result<Progress> Engine::advance(std::size_t step, std::uint64_t work) {
  return caught([&]() -> Result<Progress> {
    WEBUNMIX_ASSIGN(Pipeline* const pipeline, parts_->planned());
    return pipeline->advance(step, work);
  });
}

Result<Bytes> Engine::state(std::size_t step) const {
  return caught([&]() -> Result<Bytes> {
    WEBUNMIX_ASSIGN(const Pipeline* const pipeline, parts_->planned());
    return pipeline->state(step);
  });
}

Result<Json> Engine::maps(std::size_t step) const {
  return caught([&]() -> Result<Json> {
    WEBUNMIX_ASSIGN(const Pipeline* const pipeline, parts_->planned());
    WEBUNMIX_ASSIGN(const std::vector<LearntMap> maps, pipeline->maps(step));
    Json list = Json::array();
    for (const LearntMap& map : maps) {
      list.push_back(
          {{"name", map.name}, {"unit", map.unit}, {"channel", map.channel}, {"height", map.height}, {"width", map.width}});
    }
    return list;
  });
}

Result<std::vector<float>> Engine::map(std::size_t step, std::size_t index) const {
  return caught([&]() -> Result<std::vector<float>> {
    WEBUNMIX_ASSIGN(const Pipeline* const pipeline, parts_->planned());
    return pipeline->map(step, index);
  });
}

Result<void> Engine::load(std::size_t step, BytesView state) {
  return caught([&]() -> Result<void> {
    WEBUNMIX_ASSIGN(Pipeline* const pipeline, parts_->planned());
    return pipeline->load(step, state);
  });
}

Result<Bytes> Engine::work(std::size_t step, BytesView item) {
  return caught([&]() -> Result<Bytes> {
    WEBUNMIX_ASSIGN(Pipeline* const pipeline, parts_->planned());
    return pipeline->work(step, item);
  });
}

// ---- stores ----

Result<bool> Engine::wants_store(std::size_t step) {
  return caught([&]() -> Result<bool> {
    WEBUNMIX_ASSIGN(Pipeline* const pipeline, parts_->planned());
    return pipeline->wants_store(step);
  });
}

Result<Json> Engine::store_plan(std::size_t step) {
  return caught([&]() -> Result<Json> {
    WEBUNMIX_ASSIGN(Pipeline* const pipeline, parts_->planned());
    WEBUNMIX_ASSIGN(const StorePlan plan, pipeline->store_plan(step));
    const StackInfo& stack = pipeline->stage(step);
    std::uint64_t bytes = 0;
    for (const Box& box : plan.boxes) bytes += stored_bytes(box, stack.type, stack.shape.x);
    return Json{{"boxes", plan.boxes.size()}, {"bytes", bytes}};
  });
}

Result<Bytes> Engine::store_boxes(std::size_t step) {
  return caught([&]() -> Result<Bytes> {
    WEBUNMIX_ASSIGN(Pipeline* const pipeline, parts_->planned());
    WEBUNMIX_ASSIGN(const StorePlan plan, pipeline->store_plan(step));
    return pack_store_plan(plan);
  });
}

Result<StoredBox> Engine::store_box(std::size_t step, BytesView boxes, std::size_t i) {
  return caught([&]() -> Result<StoredBox> {
    WEBUNMIX_ASSIGN(Pipeline* const pipeline, parts_->planned());
    WEBUNMIX_ASSIGN(const StorePlan plan, unpack_store_plan(boxes));
    if (i >= plan.boxes.size()) {
      return Error{Errc::internal, "Box " + std::to_string(i) + " of a store of " + std::to_string(plan.boxes.size())};
    }
    WEBUNMIX_ASSIGN(MadeBlock made, pipeline->store_box(step, plan.boxes[i]));
    return StoredBox{std::move(made.block), pack_tallies(made.tallies)};
  });
}

Result<void> Engine::reduce_stored(std::size_t /*step*/, BytesView boxes, BytesView tally) {
  return caught([&]() -> Result<void> {
    WEBUNMIX_ASSIGN(Pipeline* const pipeline, parts_->planned());
    WEBUNMIX_ASSIGN(const StorePlan plan, unpack_store_plan(boxes));
    if (!plan.for_output) return {};
    WEBUNMIX_ASSIGN(const std::vector<BoxTally> tallies, unpack_tallies(tally));
    return pipeline->reduce_output(tallies);
  });
}

Result<void> Engine::use_store(std::size_t step, BytesView boxes, std::unique_ptr<ByteSource> source) {
  return caught([&]() -> Result<void> {
    WEBUNMIX_ASSIGN(Pipeline* const pipeline, parts_->planned());
    WEBUNMIX_ASSIGN(const StorePlan plan, unpack_store_plan(boxes));
    return pipeline->use_store(step, plan, std::move(source));
  });
}

void Engine::drop_store(std::size_t step) {
  if (parts_->pipeline) parts_->pipeline->drop_store(step);
}

// ---- output ----

Result<OutputItem> Engine::make_output(std::size_t box, const OutputOptions& options) {
  return caught([&] { return parts_->make_output(box, options); });
}

Result<void> Engine::begin_write(const OutputOptions& options, const std::string& link, std::unique_ptr<ByteSink> sink) {
  return caught([&] { return parts_->begin_write(options, link, std::move(sink)); });
}

Result<std::vector<Extent>> Engine::place(std::size_t box, const std::vector<std::uint64_t>& sizes) {
  return caught([&] { return parts_->place(box, sizes); });
}

Result<void> Engine::reduce_output(std::size_t box, BytesView tally) {
  return caught([&] { return parts_->reduce_output(box, tally); });
}

Result<void> Engine::finish_write() {
  return caught([&] { return parts_->finish_write(); });
}

Result<Json> Engine::report(const Json& extras) const {
  return caught([&]() -> Result<Json> {
    WEBUNMIX_TRY(parts_->planned());
    return parts_->report(extras);
  });
}

// ---- looking ----

Result<SharedBlock> Engine::view(std::size_t stage, const Box& box) {
  return caught([&]() -> Result<SharedBlock> {
    if (parts_->pipeline) return parts_->pipeline->read(stage, box);
    if (stage != 0) return parts_->planned().error();
    WEBUNMIX_ASSIGN(const OpenInput* const opened, parts_->input(static_cast<std::size_t>(box.input)));
    WEBUNMIX_ASSIGN(Block block, opened->reader->read(box));
    return std::make_shared<const Block>(std::move(block));
  });
}

}  // namespace webunmix
