// The wasm module's exports, as webunmix.d.ts names them: conversion and catching, nothing else.
#include <emscripten/bind.h>
#include <emscripten/heap.h>

#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/engine.hpp"
#include "engine/example.hpp"
#include "engine/planes_file.hpp"
#include "engine/profile_file.hpp"
#include "engine/version.hpp"
#include "flatfield/npy.hpp"
#include "javascript.hpp"
#include "recipe/parse.hpp"
#include "recipe/schema.hpp"
#include "recipe/string_form.hpp"
#include "run/caught.hpp"

namespace webunmix::wasm {
namespace {

using emscripten::val;

/// The Engine that JavaScript holds.
struct EngineHandle {
  Engine engine;
  LiveObject live;
};

// ---- conversion ----

val to_js(std::string text) { return val(std::move(text)); }
val to_js(const Json& json) { return val(to_text(json)); }
val to_js(const Bytes& bytes) { return to_uint8_array(bytes); }
val to_js(const std::vector<float>& values) { return to_uint8_array(std::as_bytes(std::span(values))); }

val to_js(const std::optional<PassInfo>& pass) {
  if (!pass) return val::null();
  val object = val::object();
  object.set("label", pass->label);
  object.set("items", static_cast<double>(pass->items));
  return object;
}

val to_js(const Progress& progress) {
  val object = val::object();
  object.set("busy", progress.busy);
  object.set("fraction", progress.fraction);
  return object;
}

val to_js(const OutputItem& item) {
  val strips = val::array();
  for (const EncodedStrip& encoded : item.strips) {
    val strip = val::object();
    strip.set("page", encoded.page);
    strip.set("strip", encoded.strip);
    strip.set("bytes", to_uint8_array(encoded.bytes));
    strips.call<void>("push", strip);
  }
  val object = val::object();
  object.set("strips", strips);
  object.set("tally", to_uint8_array(item.tally));
  return object;
}

val to_js(const StoredBox& stored) {
  val object = val::object();
  object.set("bytes", to_uint8_array(stored.block->bytes()));
  object.set("tally", to_uint8_array(stored.tally));
  return object;
}

val to_js(const std::vector<Extent>& extents) {
  val list = val::array();
  for (const Extent& extent : extents) {
    val object = val::object();
    object.set("offset", static_cast<double>(extent.offset));
    object.set("size", static_cast<double>(extent.size));
    list.call<void>("push", object);
  }
  return list;
}

val to_js(const SharedBlock& block) {
  val object = val::object();
  object.set("type", std::string(sample_type_name(block->type())));
  object.set("width", static_cast<double>(block->width()));
  object.set("height", static_cast<double>(block->box().rows()));
  object.set("bytes", to_uint8_array(block->bytes()));
  return object;
}

std::size_t index(double number) { return static_cast<std::size_t>(number); }

Result<OutputOptions> output_options(const std::string& text) {
  WEBUNMIX_ASSIGN(const Json json, to_json(text, Errc::bad_setting, "What the output is made with"));
  OutputOptions options;
  options.name = json.at("name").get<std::string>();
  options.compression = json.value("compression", options.compression);
  options.stack = json.value("stack", options.stack);
  return options;
}

Result<Box> box_from(const std::string& text) {
  WEBUNMIX_ASSIGN(const Json json, to_json(text, Errc::bad_setting, "The box to look at"));
  Box box;
  box.input = json.value("input", box.input);
  box.t = json.at("t").get<std::int32_t>();
  box.z = json.at("z").get<std::int32_t>();
  box.channels = json.at("channels").get<std::vector<std::int32_t>>();
  box.y_begin = json.at("y_begin").get<std::int64_t>();
  box.y_end = json.at("y_end").get<std::int64_t>();
  return box;
}

Result<Role> role_from(const std::string& name) {
  if (const auto role = role_from_name(name)) return *role;
  return Error{Errc::bad_setting, "There is no role '" + name + "': valid are main, profile, dark, level and mask."};
}

// ---- catching ----

/// The outcome of `call`, whose value is converted by to_js().
template <class Call>
val outcome(Call&& call) {
  // Conversion takes memory as well: it too is done where exceptions are caught.
  const Result<val> converted = caught([&]() -> Result<val> {
    auto result = call();
    if (!result.ok()) return result.error();
    if constexpr (std::is_same_v<decltype(result), Result<void>>) {
      return success(val::null());
    } else {
      return success(to_js(*result));
    }
  });
  return converted.ok() ? *converted : failure(converted.error());
}

// ---- Engine ----

val open_input(EngineHandle& self, const std::string& role, const val& source, const std::string& axes) {
  return outcome([&]() -> Result<Json> {
    WEBUNMIX_ASSIGN(const Role known, role_from(role));
    return self.engine.open_input(known, byte_source(source), axes);
  });
}

val open_indexed(EngineHandle& self, const std::string& role, const val& source, const val& index_bytes) {
  return outcome([&]() -> Result<Json> {
    WEBUNMIX_ASSIGN(const Role known, role_from(role));
    return self.engine.open_indexed(known, byte_source(source), from_uint8_array(index_bytes));
  });
}

val input_index(EngineHandle& self, double input) {
  return outcome([&] { return self.engine.input_index(index(input)); });
}

val image_index(EngineHandle& self, double input, double image) {
  return outcome([&] { return self.engine.image_index(index(input), static_cast<std::uint32_t>(image)); });
}

val set_axes(EngineHandle& self, double input, const std::string& axes) {
  return outcome([&] { return self.engine.set_axes(index(input), axes); });
}

void close_inputs(EngineHandle& self) { self.engine.close_inputs(); }

val set_recipe(EngineHandle& self, const std::string& recipe) {
  return outcome([&]() -> Result<Json> {
    WEBUNMIX_ASSIGN(const Json json, to_json(recipe, Errc::bad_recipe, "The recipe"));
    return self.engine.set_recipe(json);
  });
}

val output(EngineHandle& self) {
  return outcome([&] { return self.engine.output(); });
}

val begin_fit(EngineHandle& self, double step, bool compare) {
  return outcome([&] { return self.engine.begin_fit(index(step), compare); });
}

val next_pass(EngineHandle& self, double step) {
  return outcome([&] { return self.engine.next_pass(index(step)); });
}

val pass_item(EngineHandle& self, double item) {
  return outcome([&] { return self.engine.pass_item(index(item)); });
}

val reduce(EngineHandle& self, double step, double item, const val& tally) {
  return outcome([&] { return self.engine.reduce(index(step), index(item), from_uint8_array(tally)); });
}

val advance(EngineHandle& self, double step, double work) {
  return outcome([&] { return self.engine.advance(index(step), static_cast<std::uint64_t>(work)); });
}

val state(EngineHandle& self, double step) {
  return outcome([&] { return self.engine.state(index(step)); });
}

val maps(EngineHandle& self, double step) {
  return outcome([&] { return self.engine.maps(index(step)); });
}

val map(EngineHandle& self, double step, double number) {
  return outcome([&] { return self.engine.map(index(step), index(number)); });
}

val load(EngineHandle& self, double step, const val& state_bytes) {
  return outcome([&] { return self.engine.load(index(step), from_uint8_array(state_bytes)); });
}

val work(EngineHandle& self, double step, const val& item) {
  return outcome([&] { return self.engine.work(index(step), from_uint8_array(item)); });
}

val make_output(EngineHandle& self, double box, const std::string& options) {
  return outcome([&]() -> Result<OutputItem> {
    WEBUNMIX_ASSIGN(const OutputOptions read, output_options(options));
    return self.engine.make_output(index(box), read);
  });
}

bool wants_store(EngineHandle& self, double step) {
  // What is wrong here shows again when the step works.
  const Result<bool> wants = self.engine.wants_store(index(step));
  return wants.ok() && *wants;
}

val store_plan(EngineHandle& self, double step) {
  return outcome([&] { return self.engine.store_plan(index(step)); });
}

val store_boxes(EngineHandle& self, double step) {
  return outcome([&] { return self.engine.store_boxes(index(step)); });
}

val store_box(EngineHandle& self, double step, const val& boxes, double i) {
  return outcome([&] { return self.engine.store_box(index(step), from_uint8_array(boxes), index(i)); });
}

val reduce_stored(EngineHandle& self, double step, const val& boxes, const val& tally) {
  return outcome([&] { return self.engine.reduce_stored(index(step), from_uint8_array(boxes), from_uint8_array(tally)); });
}

val use_store(EngineHandle& self, double step, const val& boxes, const val& source) {
  return outcome([&] { return self.engine.use_store(index(step), from_uint8_array(boxes), byte_source(source)); });
}

void drop_store(EngineHandle& self, double step) { self.engine.drop_store(index(step)); }

val begin_write(EngineHandle& self, const std::string& options, const std::string& link, const val& sink) {
  return outcome([&]() -> Result<void> {
    WEBUNMIX_ASSIGN(const OutputOptions read, output_options(options));
    return self.engine.begin_write(read, link, byte_sink(sink));
  });
}

val place(EngineHandle& self, double box, const val& sizes) {
  return outcome([&] {
    std::vector<std::uint64_t> numbers;
    for (const double size : emscripten::vecFromJSArray<double>(sizes)) numbers.push_back(static_cast<std::uint64_t>(size));
    return self.engine.place(index(box), numbers);
  });
}

val reduce_output(EngineHandle& self, double box, const val& tally) {
  return outcome([&] { return self.engine.reduce_output(index(box), from_uint8_array(tally)); });
}

val finish_write(EngineHandle& self) {
  return outcome([&] { return self.engine.finish_write(); });
}

val report(EngineHandle& self, const std::string& extras) {
  return outcome([&]() -> Result<Json> {
    WEBUNMIX_ASSIGN(const Json json, to_json(extras, Errc::internal, "What the caller knows of the run"));
    return self.engine.report(json);
  });
}

val view(EngineHandle& self, double stage, const std::string& box) {
  return outcome([&]() -> Result<SharedBlock> {
    WEBUNMIX_ASSIGN(const Box wanted, box_from(box));
    return self.engine.view(index(stage), wanted);
  });
}

// ---- module ----

std::string step_kinds_text() { return to_text(step_kinds_json(step_kinds())); }

std::string schema_text() { return to_text(recipe_schema()); }

val parse_recipe_text(const std::string& text) {
  return outcome([&]() -> Result<Json> {
    WEBUNMIX_ASSIGN(const ParsedRecipe parsed, parse_recipe(text));
    return webunmix::to_json(parsed);
  });
}

val format_recipe_text(const std::string& recipe) {
  return outcome([&]() -> Result<std::string> {
    WEBUNMIX_ASSIGN(const Json json, to_json(recipe, Errc::bad_recipe, "The recipe"));
    WEBUNMIX_ASSIGN(const Recipe read, recipe_from_json(json));
    return format_recipe(read);
  });
}

val write_example_file(const std::string& options, const val& sink) {
  return outcome([&]() -> Result<Json> {
    WEBUNMIX_ASSIGN(const Json json, to_json(options, Errc::bad_setting, "What the example is made with"));
    return write_example(json, byte_sink(sink));
  });
}

val write_profile_file(const std::string& text, const val& contents, const val& sink) {
  return outcome([&]() -> Result<void> {
    WEBUNMIX_ASSIGN(const Json json, to_json(text, Errc::bad_file, "What the profile is made of"));
    std::vector<ProfileArray> arrays;
    for (const Json& each : json.at("arrays")) {
      arrays.push_back({each.at("file").get<std::string>(), each.at("channel").get<std::string>(),
                        each.at("key").get<std::string>(), from_uint8_array(contents[arrays.size()])});
    }
    return write_profile_stack(json.at("name").get<std::string>(), arrays, byte_sink(sink));
  });
}

val write_npy_array(const val& shape, const val& floats) {
  return outcome([&]() -> Result<Bytes> {
    std::vector<std::int64_t> lengths;
    for (const double length : emscripten::vecFromJSArray<double>(shape)) lengths.push_back(static_cast<std::int64_t>(length));
    const Bytes bytes = from_uint8_array(floats);
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return write_npy(values, lengths);
  });
}

val write_planes_file(const std::string& about, const val& values, const val& sink) {
  return outcome([&]() -> Result<void> {
    WEBUNMIX_ASSIGN(const Json json, to_json(about, Errc::bad_setting, "What the planes are"));
    return write_planes(json, from_uint8_array(values), byte_sink(sink));
  });
}

double heap_bytes() { return static_cast<double>(emscripten_get_heap_size()); }

}  // namespace

EMSCRIPTEN_BINDINGS(webunmix) {
  emscripten::class_<EngineHandle>("Engine")
      .constructor<>()
      .function("openInput", &open_input)
      .function("openIndexed", &open_indexed)
      .function("inputIndex", &input_index)
      .function("imageIndex", &image_index)
      .function("setAxes", &set_axes)
      .function("closeInputs", &close_inputs)
      .function("setRecipe", &set_recipe)
      .function("output", &output)
      .function("beginFit", &begin_fit)
      .function("nextPass", &next_pass)
      .function("passItem", &pass_item)
      .function("reduce", &reduce)
      .function("advance", &advance)
      .function("state", &state)
      .function("maps", &maps)
      .function("map", &map)
      .function("load", &load)
      .function("work", &work)
      .function("makeOutput", &make_output)
      .function("wantsStore", &wants_store)
      .function("storePlan", &store_plan)
      .function("storeBoxes", &store_boxes)
      .function("storeBox", &store_box)
      .function("reduceStored", &reduce_stored)
      .function("useStore", &use_store)
      .function("dropStore", &drop_store)
      .function("beginWrite", &begin_write)
      .function("place", &place)
      .function("reduceOutput", &reduce_output)
      .function("finishWrite", &finish_write)
      .function("report", &report)
      .function("view", &view);
  emscripten::function("stepKinds", &step_kinds_text);
  emscripten::function("schema", &schema_text);
  emscripten::function("parseRecipe", &parse_recipe_text);
  emscripten::function("formatRecipe", &format_recipe_text);
  emscripten::function("writeExample", &write_example_file);
  emscripten::function("writeProfile", &write_profile_file);
  emscripten::function("writeNpy", &write_npy_array);
  emscripten::function("writePlanes", &write_planes_file);
  emscripten::function("version", &program_version);
  emscripten::function("liveObjects", &LiveObject::count);
  emscripten::function("heapBytes", &heap_bytes);
}

}  // namespace webunmix::wasm
