#include "recipe/sidecar.hpp"

#include <string_view>

namespace webunmix {
namespace {

const Json& value_of(const Json& sidecar, const std::string& key) {
  static const Json nothing;
  const auto found = sidecar.find(key);
  return found == sidecar.end() ? nothing : *found;
}

bool is_true(const Json& value) { return value.is_boolean() && value.get<bool>(); }

/// `alpha_mode` holds the mode that was used, `alpha_mode_requested` what was asked for (null: decided from alpha). `alpha` holds the
/// estimate as well as a given value: only `alpha_source` tells. The `_reverse` settings are reported resolved: one that equals its
/// forward setting is what null falls back to.
RestoredSettings restore_unmix(const Json& sidecar, const StepKind& kind) {
  constexpr std::string_view reverse = "_reverse";
  const bool bidirectional = is_true(value_of(sidecar, "bidirectional"));
  RestoredSettings restored{kind.name, Json::object(), {}};
  for (const auto& info : kind.infos) {
    const auto found = sidecar.find(info.name);
    if (found == sidecar.end()) continue;
    Json value = *found;
    if (info.name == "alpha") {
      if (value_of(sidecar, "alpha_source") != "user_provided") continue;
    } else if (info.name == "alpha_mode") {
      if (sidecar.contains("alpha_mode_requested")) value = value_of(sidecar, "alpha_mode_requested");
    } else if (info.name == "alpha_reverse") {
      const bool given = value_of(sidecar, "alpha_reverse_source") == "user_provided" &&
                         !is_true(value_of(sidecar, "alpha_reverse_inherited_from_forward"));
      if (!bidirectional || !given) continue;
    } else if (info.name.ends_with(reverse)) {
      const std::string forward = info.name.substr(0, info.name.size() - reverse.size());
      if (!bidirectional || value == value_of(sidecar, forward)) continue;
    }
    restored.settings[info.name] = std::move(value);
  }

  const Json& times = value_of(sidecar, "size_t");
  const bool several_times = !times.is_number() || times.get<double>() > 1;
  if (several_times && value_of(sidecar, "alpha_mode") == "reference_t" && !sidecar.contains("alpha_reference_t")) {
    restored.notes.emplace_back(
        "The report does not say at which time point alpha was estimated (alpha_reference_t): 0, the first, is assumed.");
  }
  return restored;
}

}  // namespace

bool is_sidecar(const Json& json) {
  return json.is_object() && json.contains("alpha_mode") && json.contains("method") && !json.contains("steps");
}

Result<RestoredSettings> settings_from_sidecar(const Json& sidecar, const StepKinds& kinds) {
  if (!sidecar.contains("source_channel") || !sidecar.contains("target_channel")) {
    return Error{Errc::bad_recipe, "This report is of the method " +
                                       value_of(sidecar, "method").dump(-1, ' ', false, Json::error_handler_t::replace) +
                                       ", whose settings cannot be restored; reports of two-channel unmixing can."};
  }
  WEBUNMIX_ASSIGN(const StepKind* const kind, find_kind(kinds, "unmix"));
  return restore_unmix(sidecar, *kind);
}

}  // namespace webunmix
