#include "recipe/registry.hpp"

#include "settings/nearest.hpp"
#include "steps/kinds.hpp"

namespace webunmix {

const StepKinds& step_kinds() {
  static const StepKinds kinds = {
      unmix_kind(), unmix_picasso_kind(), flatfield_kind(), detect_gain_kind(), electrons_kind(),
  };
  return kinds;
}

Result<const StepKind*> find_kind(const StepKinds& kinds, std::string_view name) {
  std::vector<std::string> names;
  for (const auto& kind : kinds) {
    if (kind.name == name) return &kind;
    names.push_back(kind.name);
  }
  return Error{Errc::bad_recipe, "there is no step `" + std::string(name) + "`" + suggestion(name, names)};
}

Json step_kinds_json(const StepKinds& kinds) {
  Json list = Json::array();
  for (const auto& kind : kinds) {
    Json settings = Json::array();
    for (const auto& info : kind.infos) settings.push_back(to_json(info));
    Json inputs = Json::array();
    for (const Role role : kind.inputs) inputs.push_back(role_name(role));
    list.push_back(Json{{"name", kind.name},
                        {"title", kind.title},
                        {"meaning", kind.meaning},
                        {"settings", std::move(settings)},
                        {"inputs", std::move(inputs)},
                        {"planes_option", kind.planes_option}});
  }
  return list;
}

}  // namespace webunmix
