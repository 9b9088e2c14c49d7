// A step's settings are one struct with one table beside it. JSON, validation, JSON Schema, the form on the page, the link,
// the command line and the docs all come from the table; nothing repeats it.
//
//   struct BlurSettings { double sigma = 1.0; std::optional<int> radius; };
//   const SettingsTable<BlurSettings>& blur_table() {
//     static const SettingsTable<BlurSettings> table({
//         number("sigma", &BlurSettings::sigma).range(0, 100).unit("px").means("Standard deviation of the Gaussian."),
//         ...});
//     return table;
//   }
//
// A table knows the default of every setting from a default-constructed struct, so a default is written once, in the struct.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "image/result.hpp"

namespace webunmix {

/// JSON whose keys keep their order, everywhere in the project.
using Json = nlohmann::ordered_json;

/// How a value is written in JSON, in a link and on a form.
enum class SettingKind { boolean, integer, number, choice, text, integer_list, number_list, text_list, matrix, any };

/// "This setting applies when `setting` has one of `values`." Several conditions of one setting must all hold.
struct AppliesWhen {
  std::string setting;
  std::vector<Json> values;
  bool negated = false;  ///< true: applies when `setting` has none of `values`
  std::string reason;    ///< shown when it does not hold: "only used with per_t"
};

/// What is known of one setting, without its struct.
struct SettingInfo {
  std::string name;
  SettingKind kind = SettingKind::number;
  bool nullable = false;
  Json default_value;
  std::vector<std::string> choices;           ///< of a choice (or of the texts an `any` accepts), in the order shown
  std::vector<std::string> choice_labels;     ///< what a person reads instead, same length, or empty
  std::optional<double> minimum;
  std::optional<double> maximum;
  bool exclusive_minimum = false;
  std::string unit;                           ///< "%", "px", "counts", "e-/ADU", ...
  std::string label;                          ///< two or three words for the form
  std::string meaning;                        ///< one or two sentences
  std::string null_means;                     ///< what a null stands for: "all voxels"
  bool rare = false;                          ///< folded away on the form
  std::string role;                           ///< "source_channel", "target_channel", "time_point", ... : lets the form offer names
  std::vector<AppliesWhen> applies_when;
};

/// One row: a SettingInfo and how to get the value out of, and into, a struct S. Built by boolean(), integer(), ... below.
template <class S>
class Setting {
 public:
  using Get = std::function<Json(const S&)>;
  using Set = std::function<void(S&, const Json&)>;  ///< called only with a value that the row's info accepts

  Setting(SettingInfo info, Get get, Set set) : info_(std::move(info)), get_(std::move(get)), set_(std::move(set)) {}

  Setting&& range(double lowest, double highest) && { info_.minimum = lowest; info_.maximum = highest; return std::move(*this); }
  Setting&& at_least(double lowest) && { info_.minimum = lowest; return std::move(*this); }
  Setting&& above(double limit) && { info_.minimum = limit; info_.exclusive_minimum = true; return std::move(*this); }
  Setting&& unit(std::string unit) && { info_.unit = std::move(unit); return std::move(*this); }
  Setting&& label(std::string label) && { info_.label = std::move(label); return std::move(*this); }
  Setting&& means(std::string meaning) && { info_.meaning = std::move(meaning); return std::move(*this); }
  Setting&& null_means(std::string meaning) && { info_.null_means = std::move(meaning); return std::move(*this); }
  Setting&& choice_labels(std::vector<std::string> labels) && { info_.choice_labels = std::move(labels); return std::move(*this); }
  Setting&& rare() && { info_.rare = true; return std::move(*this); }
  Setting&& role(std::string role) && { info_.role = std::move(role); return std::move(*this); }
  Setting&& applies_when(std::string setting, std::vector<Json> values, std::string reason) && {
    info_.applies_when.push_back({std::move(setting), std::move(values), false, std::move(reason)});
    return std::move(*this);
  }
  Setting&& applies_unless(std::string setting, std::vector<Json> values, std::string reason) && {
    info_.applies_when.push_back({std::move(setting), std::move(values), true, std::move(reason)});
    return std::move(*this);
  }

  [[nodiscard]] const SettingInfo& info() const { return info_; }
  [[nodiscard]] SettingInfo& info() { return info_; }
  [[nodiscard]] Json get(const S& settings) const { return get_(settings); }
  void set(S& settings, const Json& value) const { set_(settings, value); }

 private:
  SettingInfo info_;
  Get get_;
  Set set_;
};
