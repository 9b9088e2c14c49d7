#include "recipe/report.hpp"

#include <cmath>

#include "image/number_text.hpp"
#include "recipe/string_form.hpp"

namespace webunmix {
namespace {

/// Replaces what JSON cannot hold by null and notes it: a null without a reason would be a riddle.
void replace_not_finite(Json& value, const std::string& path, Json& found) {
  if (value.is_number_float() && !std::isfinite(value.get<double>())) {
    found.push_back(Json{{"path", path}, {"value", number_text(value.get<double>())}});
    value = nullptr;
  } else if (value.is_object()) {
    for (auto [key, member] : value.items()) {
      std::string inner = path;
      if (!inner.empty()) inner += '.';
      inner += key;
      replace_not_finite(member, inner, found);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      std::string inner = path;
      inner += "[" + std::to_string(i) + "]";
      replace_not_finite(value[i], inner, found);
    }
  }
}

Json to_json(const LearntValue& learnt) {
  Json values = Json::array();
  for (const auto& value : learnt.values) values.push_back(value ? Json(*value) : Json());
  return Json{{"unit", learnt.unit}, {"values", std::move(values)}};
}

Json to_json(const ReportStep& step) {
  if (!step.known.is_null()) return step.known;
  Json learnt = Json::object();
  for (const auto& value : step.learnt) learnt[value.name] = to_json(value);
  Json used = Json::array();
  for (const auto& value : step.account.used) {
    Json entry{{"setting", value.setting},
               {"from_step", value.from.step},
               {"from", value.from.step_name},
               {"name", value.from.value.name}};
    entry.update(to_json(value.from.value));
    used.push_back(std::move(entry));
  }
  return Json{{"step", step.step},
              {"settings", step.settings},
              {"used", std::move(used)},
              {"learnt", std::move(learnt)},
              {"warnings", step.account.warnings},
              {"diagnostics", step.account.diagnostics},
              {"details", step.account.details}};
}

/// The step whose details scripts written for the Python package look for at the top level.
const ReportStep* unmixing_step(const std::vector<ReportStep>& steps) {
  const ReportStep* only = nullptr;
  for (const auto& step : steps) {
    if (step.step != "unmix" && step.step != "unmix_picasso") continue;
    if (only != nullptr) return nullptr;
    only = &step;
  }
  return only;
}

}  // namespace

Json report(const ReportParts& parts, const StepKinds& kinds) {
  Json steps = Json::array();
  for (const auto& step : parts.steps) steps.push_back(to_json(step));
  const std::string text = format_recipe(parts.recipe, kinds);
  Json json{{"version", report_version},
            {"application", parts.application},
            {"recipe", to_json(parts.recipe)},
            {"recipe_text", text},
            {"link", parts.link.empty() ? "#" + text : parts.link},
            {"inputs", parts.inputs},
            {"steps", std::move(steps)},
            {"output", parts.output},
            {"times", parts.times}};
  Json found = Json::array();
  replace_not_finite(json, "", found);
  if (const ReportStep* step = unmixing_step(parts.steps)) {
    Json details = step->known.is_null() ? step->account.details : step->known.at("details");
    Json found_before;  // the same places again
    replace_not_finite(details, "", found_before);
    for (const auto& [key, value] : details.items()) {
      if (!json.contains(key)) json[key] = value;
    }
  }
  if (!found.empty()) json["not_finite"] = std::move(found);
  return json;
}

}  // namespace webunmix
