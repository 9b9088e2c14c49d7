#include "recipe/schema.hpp"

#include "recipe/recipe.hpp"

namespace webunmix {
namespace {

Json number_schema(const SettingInfo& info, const char* type) {
  Json schema{{"type", type}};
  if (info.minimum) schema[info.exclusive_minimum ? "exclusiveMinimum" : "minimum"] = *info.minimum;
  if (info.maximum) schema["maximum"] = *info.maximum;
  return schema;
}

Json text_schema(const SettingInfo& info) {
  if (info.choices.empty()) return Json{{"type", "string"}};
  return Json{{"enum", info.choices}};
}

Json list_schema(Json elements) { return Json{{"type", "array"}, {"items", std::move(elements)}}; }

Json with_length(const SettingInfo& info, Json schema) {
  if (info.minimum_length) schema["minItems"] = *info.minimum_length;
  if (info.maximum_length) schema["maxItems"] = *info.maximum_length;
  return schema;
}

Json or_null(Json schema) { return Json{{"anyOf", Json::array({std::move(schema), Json{{"type", "null"}}})}}; }

Json element(const SettingInfo& info, Json schema) { return info.elements_nullable ? or_null(std::move(schema)) : schema; }

Json form_schema(const SettingInfo& info, SettingKind form) {
  switch (form) {
    case SettingKind::boolean: return Json{{"type", "boolean"}};
    case SettingKind::integer: return number_schema(info, "integer");
    case SettingKind::number: return number_schema(info, "number");
    case SettingKind::choice: return Json{{"enum", info.choices}};
    case SettingKind::text: return Json{{"type", "string"}};
    case SettingKind::integer_list: return with_length(info, list_schema(element(info, number_schema(info, "integer"))));
    case SettingKind::number_list: return with_length(info, list_schema(element(info, number_schema(info, "number"))));
    case SettingKind::text_list: return with_length(info, list_schema(element(info, text_schema(info))));
    case SettingKind::text_lists: return with_length(info, list_schema(list_schema(element(info, text_schema(info)))));
    case SettingKind::matrix: return with_length(info, list_schema(list_schema(element(info, number_schema(info, "number")))));
    case SettingKind::any: break;
  }
  return Json::object();
}

/// The values alone, without words for people.
Json value_schema(const SettingInfo& info) {
  Json forms = Json::array();
  if (info.kind == SettingKind::any) {
    if (info.forms.empty()) return Json::object();
    for (const SettingKind form : info.forms) forms.push_back(form_schema(info, form));
  } else {
    forms.push_back(form_schema(info, info.kind));
  }
  if (info.nullable) forms.push_back(Json{{"type", "null"}});
  if (forms.size() == 1) return forms[0];
  return Json{{"anyOf", std::move(forms)}};
}

Json step_schema(const StepKind& kind) {
  Json properties = Json::object();
  for (const auto& info : kind.infos) properties[info.name] = setting_schema(info);
  return Json{
      {"title", kind.title},
      {"description", kind.meaning},
      {"type", "object"},
      {"properties",
       Json{{"step", Json{{"const", kind.name}}},
            {"settings", Json{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}}},
            {"enabled", Json{{"type", "boolean"}, {"default", true}}}}},
      {"required", Json::array({"step"})},
      {"additionalProperties", false}};
}

}  // namespace

Json setting_schema(const SettingInfo& info) {
  Json schema{{"title", info.label}, {"description", info.meaning}};
  schema.update(value_schema(info));
  schema["default"] = info.default_value;
  if (!info.unit.empty()) schema["x-unit"] = info.unit;
  if (!info.null_means.empty()) schema["x-null-means"] = info.null_means;
  if (!info.role.empty()) schema["x-role"] = info.role;
  if (!info.choice_labels.empty()) schema["x-choice-labels"] = info.choice_labels;
  if (info.rare) schema["x-rare"] = true;
  if (!info.applies_when.empty()) schema["x-applies-when"] = to_json(info).at("applies_when");
  return schema;
}

Json recipe_schema(const StepKinds& kinds) {
  Json definitions = Json::object();
  Json references = Json::array();
  for (const auto& kind : kinds) {
    definitions[kind.name] = step_schema(kind);
    references.push_back(Json{{"$ref", "#/$defs/" + kind.name}});
  }
  Json version{{"description", "Version of the recipe format. Within a version no default changes. Missing: the current."},
               {"type", "integer"},
               {"minimum", 1},
               {"maximum", recipe_version},
               {"default", recipe_version}};
  Json steps{{"description", "The steps in the order in which they run."},
             {"type", "array"},
             {"items", Json{{"oneOf", std::move(references)}}}};
  Json notes{{"description", "For people; without effect."}, {"type", "array"}, {"items", Json{{"type", "string"}}}};
  return Json{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "WebUnmix recipe"},
              {"description", "Steps that correct a microscopy stack, with their settings."},
              {"type", "object"},
              {"properties", Json{{"version", std::move(version)}, {"steps", std::move(steps)}, {"notes", std::move(notes)}}},
              {"required", Json::array({"steps"})},
              {"additionalProperties", false},
              {"$defs", std::move(definitions)}};
}

}  // namespace webunmix
