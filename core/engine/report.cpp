// The report of a run: what the caller knows and what the engine knows of the same inputs and outputs, put together.
#include "recipe/report.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/parts.hpp"
#include "engine/version.hpp"
#include "image/number_text.hpp"
#include "tiff/inspection.hpp"

namespace webunmix {
namespace {

/// Keys of `known` that stand in a report beside what the caller says of an input.
constexpr std::array<const char*, 6> input_keys{"format", "shape", "type", "channels", "pixel_size", "time_increment"};

Json member(const Json& object, const char* key, const Json& otherwise) {
  return object.is_object() && object.contains(key) ? object.at(key) : otherwise;
}

Json element(const Json& array, std::size_t i) {
  return array.is_array() && i < array.size() && array[i].is_object() ? array[i] : Json::object();
}

Json describe(const OpenInput& opened, const Json& extra) {
  const Json known = inspection(*opened.reader);
  Json input{{"role", role_name(opened.role)}, {"name", known.at("name")}, {"size", known.at("bytes")}};
  input.update(extra);
  for (const char* key : input_keys) {
    if (!input.contains(key)) input[key] = known.at(key);
  }
  return input;
}

Json per_channel(const std::vector<ConversionCounts>& counts, std::uint64_t ConversionCounts::*which) {
  Json list = Json::array();
  for (const ConversionCounts& count : counts) list.push_back(count.*which);
  return list;
}

std::string percent(std::uint64_t part, std::int64_t whole) {
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  return share < 0.1 ? "less than 0.1" : rounded_text(share, 1);
}

/// What was lost when pixels were brought to an integer type. What a step clips by its settings (`clip_negative`) does not come here.
Json conversion_warnings(const std::vector<ConversionCounts>& counts, const StackInfo& info) {
  Json warnings = Json::array();
  const std::int64_t voxels = info.shape.samples() / std::max<std::int64_t>(info.shape.c, 1);
  const std::string type(sample_type_name(info.type));
  for (std::size_t c = 0; c < counts.size(); ++c) {
    const std::string channel = "channel " + std::to_string(c);
    if (counts[c].clipped_high > 0) {
      std::string warning = percent(counts[c].clipped_high, voxels);
      warning.append(" % of ").append(channel).append(" (").append(std::to_string(counts[c].clipped_high));
      warning.append(" voxels) lie above ").append(number_text(sample_range(info.type).highest));
      warning.append(", the largest value of ").append(type).append(", and were cut to it. ");
      warning.append("Write a larger type (output_dtype) to keep them.");
      warnings.push_back(std::move(warning));
    }
    if (counts[c].clipped_low > 0) {
      std::string warning = percent(counts[c].clipped_low, voxels);
      warning.append(" % of ").append(channel).append(" (").append(std::to_string(counts[c].clipped_low));
      warning.append(" voxels) lie below ").append(number_text(sample_range(info.type).lowest));
      warning.append(", the smallest value of ")
          .append(type)
          .append(", and were raised to it, which raises means of dark regions. ");
      warning.append("Write float32 (output_dtype) to keep them.");
      warnings.push_back(std::move(warning));
    }
    if (counts[c].not_a_number > 0) {
      std::string warning = std::to_string(counts[c].not_a_number);
      warning.append(" voxels of ").append(channel).append(" are NaN and were written as 0, because ");
      warning.append(type).append(" has no NaN.");
      warnings.push_back(std::move(warning));
    }
  }
  return warnings;
}

/// Computing is in float32, whatever comes in: what types with more digits lose by it.
std::string precision_warning(SampleType input) {
  const std::string type(sample_type_name(input));
  if (input == SampleType::uint32 || input == SampleType::int32)
    return "The input is " + type + " and was computed as float32: whole numbers beyond 16777216 were rounded to 7 digits.";
  if (input == SampleType::float64) return "The input is float64 and was computed as float32: values have 7 digits.";
  return {};
}

Json describe(const Output& output, SampleType input, const StackInfo& info, const Json& extra) {
  const StackShape& shape = info.shape;
  Json json{{"name", output.options.name}, {"size", output.file_bytes}, {"compression", output.options.compression}};
  json.update(extra);
  json["shape"] = {shape.t, shape.z, shape.c, shape.y, shape.x};
  json["type"] = sample_type_name(info.type);
  if (is_integer(info.type)) {
    json["clipped_low"] = per_channel(output.converted, &ConversionCounts::clipped_low);
    json["clipped_high"] = per_channel(output.converted, &ConversionCounts::clipped_high);
    json["not_a_number"] = per_channel(output.converted, &ConversionCounts::not_a_number);
  }
  json["warnings"] = is_integer(info.type) ? conversion_warnings(output.converted, info) : Json::array();
  if (const std::string warning = precision_warning(input); !warning.empty()) json["warnings"].push_back(warning);
  return json;
}

}  // namespace

Json Engine::Parts::report(const Json& extras) const {
  ReportParts parts;
  parts.application = member(extras, "application", {{"name", "WebUnmix"}, {"version", program_version()}});
  parts.recipe = recipe;
  parts.link = member(extras, "link", "").text();
  parts.times = member(extras, "times", Json::object());
  const Json named_inputs = member(extras, "inputs", Json::array());
  for (std::size_t i = 0; i < inputs.size(); ++i) parts.inputs.push_back(describe(inputs[i], element(named_inputs, i)));
  const Json known_steps = member(extras, "known_steps", Json::object());
  for (std::size_t i = 0; i < pipeline->steps(); ++i) {
    if (const Step* step = pipeline->step(i)) {
      parts.steps.push_back({recipe.steps[i].step, recipe.steps[i].settings, step->learnt(), step->account(),
                             member(known_steps, std::to_string(i).c_str(), nullptr)});
    }
  }
  const SampleType input_type = pipeline->stage(0).type;
  // One file is an object; several, of several main inputs, are a list.
  const Json named_output = member(extras, "output", nullptr);
  if (pipeline->output_inputs().size() > 1) {
    for (const auto& [stack, output] : outputs) {
      parts.output.push_back(webunmix::describe(output, input_type, output_info(), element(named_output, stack)));
    }
  } else if (!outputs.empty()) {
    parts.output = webunmix::describe(outputs.begin()->second, input_type, output_info(),
                                      named_output.is_object() ? named_output : Json::object());
  }
  return webunmix::report(parts);
}

}  // namespace webunmix
