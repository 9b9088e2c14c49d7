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

/// Whether `channels` lists every channel of the input that the report describes, in order: what null stands for.
bool are_all_channels(const Json& channels, const Json& sidecar) {
  const Json& shape = value_of(sidecar, "input_shape");
  if (!channels.is_array() || !shape.is_array() || shape.size() != 5 || shape[2] != channels.size()) return false;
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (channels[i] != i) return false;
  }
  return true;
}

/// `channels` and `source_sink_matrix` are reported resolved: null lists all channels, and lists of sinks have become a matrix (which
/// may not be given together with them).
RestoredSettings restore_picasso(const Json& sidecar, const StepKind& kind) {
  RestoredSettings restored{kind.name, Json::object(), {}};
  const bool has_lists = !value_of(sidecar, "sink_channels").is_null() || !value_of(sidecar, "neutral_channels").is_null();
  for (const auto& info : kind.infos) {
    const auto found = sidecar.find(info.name == "qn" ? "qN" : info.name);
    if (found == sidecar.end()) continue;
    if (info.name == "source_sink_matrix" && has_lists) continue;
    if (info.name == "channels" && are_all_channels(*found, sidecar)) continue;
    restored.settings[info.name] = *found;
  }
  return restored;
}

}  // namespace

bool is_sidecar(const Json& json) {
  return json.is_object() && json.contains("alpha_mode") && json.contains("method") && !json.contains("steps");
}

Result<RestoredSettings> settings_from_sidecar(const Json& sidecar, const StepKinds& kinds) {
  if (sidecar.contains("source_channel") && sidecar.contains("target_channel")) {
    WEBUNMIX_ASSIGN(const StepKind* const kind, find_kind(kinds, "unmix"));
    return restore_unmix(sidecar, *kind);
  }
  if (sidecar.contains("implementation")) {
    WEBUNMIX_ASSIGN(const StepKind* const kind, find_kind(kinds, "unmix_picasso"));
    return restore_picasso(sidecar, *kind);
  }
  const std::string method = value_of(sidecar, "method").dump();
  return Error{Errc::bad_recipe,
               "This report is of the method " + method +
                   ", whose settings cannot be restored; reports of two-channel unmixing and of PICASSO can."};
}

}  // namespace webunmix
