// What is known of a setting without its struct: name, kind, default, range, meaning, and when it applies.
//
// Everything that shows or checks settings works on these: JSON Schema, the form on the page, the link, the docs. A value is checked
// here once, so that a bad one is refused with the same sentence wherever it came from.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/result.hpp"
#include "json/json.hpp"

namespace webunmix {

/// How a value is written in JSON, in a link and on a form.
enum class SettingKind {
  boolean,
  integer,
  number,
  choice,
  text,
  integer_list,
  number_list,
  text_list,
  text_lists,  ///< a list of lists of texts
  matrix,      ///< a list of rows of numbers; rows may differ in length
  any,         ///< one of several forms, see SettingInfo::forms
};

[[nodiscard]] std::string_view setting_kind_name(SettingKind kind);  ///< "integer_list"

/// "This setting applies when `setting` has one of `values`." All conditions of a setting must hold, except that conditions which
/// share a reason are alternatives: one of them is enough.
struct AppliesWhen {
  std::string setting;
  std::vector<Json> values;
  bool negated = false;  ///< true: applies when `setting` has none of `values`
  std::string reason;    ///< shown when it does not hold: "only used by mi_min"
};

struct SettingInfo {
  std::string name;
  SettingKind kind = SettingKind::number;
  std::vector<SettingKind>
      forms;  ///< of an `any`: what it may be, in the order in which a text is tried; empty: any JSON value
  bool nullable = false;
  bool elements_nullable = false;  ///< elements of a list or matrix may be null
  Json default_value;
  std::vector<std::string> choices;        ///< of a choice, or the texts a text list accepts; in the order shown
  std::vector<std::string> choice_labels;  ///< what a person reads instead, same length, or empty
  std::optional<double> minimum;           ///< of a number, or of each element
  std::optional<double> maximum;
  bool exclusive_minimum = false;
  std::optional<double> lowest_held;  ///< what the struct's member can hold: enforced, but no limit that a person need know
  std::optional<double> highest_held;
  std::optional<std::size_t> minimum_length;  ///< elements of a list, rows of a matrix
  std::optional<std::size_t> maximum_length;
  std::string unit;        ///< "%", "px", "counts", "e-/ADU", ...
  std::string label;       ///< two or three words for the form
  std::string meaning;     ///< one or two sentences
  std::string null_means;  ///< what a null stands for: "all voxels"
  bool rare = false;       ///< folded away on the form
  bool in_link = true;     ///< false: about the machine, not about the result; kept out of links
  std::string role;        ///< "source_channel", "target_channel", "time_point", ...: lets the form offer names
  std::vector<AppliesWhen> applies_when;
};

/// A table of settings without its struct.
using SettingInfos = std::vector<SettingInfo>;

[[nodiscard]] const SettingInfo* find_setting(const SettingInfos& infos, std::string_view name);

/// Nothing, or bad_setting: a wrong type, a value out of range or not finite, a text that is no choice. Names the setting, the value
/// and what would be valid.
[[nodiscard]] Result<void> check_setting(const SettingInfo& info, const Json& value);

/// Checks an object of settings: every key must be known (an unknown one names the nearest right one), every value right.
[[nodiscard]] Result<void> check_settings(const SettingInfos& infos, const Json& settings);

/// All settings in table order: those of `settings`, the others at their defaults. `settings` must have been checked.
[[nodiscard]] Json complete_settings(const SettingInfos& infos, const Json& settings);

/// Why a setting has no effect with these (complete) settings, or nothing when it has.
[[nodiscard]] std::optional<std::string> why_not_applied(const SettingInfo& info, const Json& settings);

/// What values are valid, in words: "between 0 and 100", "one of manual, mean_ratio".
[[nodiscard]] std::string valid_values(const SettingInfo& info);

/// The SettingInfo as JSON: SettingInfo of workers/api.ts.
[[nodiscard]] Json to_json(const SettingInfo& info);

}  // namespace webunmix
