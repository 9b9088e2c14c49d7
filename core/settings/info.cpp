#include "settings/info.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "image/number_text.hpp"
#include "settings/nearest.hpp"
#include "settings/table.hpp"

namespace webunmix {
namespace {

constexpr double largest_whole_number = 9007199254740991.0;  // 2^53 - 1: what JSON and JavaScript carry without loss

/// A value as a user should see it in a message: short, and with NaN called NaN.
std::string shown(const Json& value) {
  if (value.is_number_float()) return number_text(value.get<double>());
  std::string text = value.dump();
  constexpr std::size_t longest = 80;
  if (text.size() > longest) {
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // not in the middle of a character
    text = text.substr(0, end) + "...";
  }
  return text;
}

std::string range_words(const SettingInfo& info) {
  const std::string low = info.minimum ? number_text(*info.minimum) : "";
  const std::string high = info.maximum ? number_text(*info.maximum) : "";
  if (info.minimum && info.maximum) {
    return info.exclusive_minimum ? " above " + low + " and at most " + high : " between " + low + " and " + high;
  }
  if (info.minimum) return (info.exclusive_minimum ? " above " : " of at least ") + low;
  if (info.maximum) return " of at most " + high;
  return "";
}

std::string length_words(const SettingInfo& info) {
  if (!info.minimum_length && !info.maximum_length) return "";
  if (info.minimum_length == info.maximum_length) return std::to_string(*info.minimum_length) + " ";
  if (!info.maximum_length) return std::to_string(*info.minimum_length) + " or more ";
  return std::to_string(info.minimum_length.value_or(0)) + " to " + std::to_string(*info.maximum_length) + " ";
}

std::string form_words(const SettingInfo& info, SettingKind form) {
  const std::string null_elements = info.elements_nullable ? ", each may be null" : "";
  const std::string texts = info.choices.empty() ? "" : " from " + joined(info.choices);
  switch (form) {
    case SettingKind::boolean: return "true or false";
    case SettingKind::integer: return "a whole number" + range_words(info);
    case SettingKind::number: return "a number" + range_words(info);
    case SettingKind::choice: return info.choices.size() == 1 ? info.choices.front() : "one of " + joined(info.choices);
    case SettingKind::text: return "a text";
    case SettingKind::integer_list:
      return "a list of " + length_words(info) + "whole numbers" + range_words(info) + null_elements;
    case SettingKind::number_list: return "a list of " + length_words(info) + "numbers" + range_words(info) + null_elements;
    case SettingKind::text_list: return "a list of " + length_words(info) + "texts" + texts;
    case SettingKind::text_lists: return "a list of " + length_words(info) + "lists of texts" + texts;
    case SettingKind::matrix: return "a list of " + length_words(info) + "rows of numbers" + range_words(info) + null_elements;
    case SettingKind::any: return "any value";
  }
  return "any value";
}

bool is_whole(const Json& value) {
  if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(largest_whole_number);
  if (value.is_number_integer()) return std::abs(static_cast<double>(value.get<std::int64_t>())) <= largest_whole_number;
  if (!value.is_number_float()) return false;
  const double number = value.get<double>();
  return std::abs(number) <= largest_whole_number && std::trunc(number) == number;
}

bool in_range(const SettingInfo& info, double number) {
  if (!std::isfinite(number)) return false;
  if (info.minimum && (info.exclusive_minimum ? number <= *info.minimum : number < *info.minimum)) return false;
  if (info.maximum && number > *info.maximum) return false;
  return number >= info.lowest_held.value_or(number) && number <= info.highest_held.value_or(number);
}

bool is_choice(const SettingInfo& info, const Json& value) {
  return value.is_string() && std::find(info.choices.begin(), info.choices.end(), value.text()) != info.choices.end();
}

bool fits_length(const SettingInfo& info, std::size_t length) {
  return length >= info.minimum_length.value_or(0) && (!info.maximum_length || length <= *info.maximum_length);
}

template <class F>
bool every_element(const SettingInfo& info, const Json& value, F&& accepts) {
  return value.is_array() && std::all_of(value.begin(), value.end(), [&](const Json& element) {
           return (element.is_null() && info.elements_nullable) || accepts(element);
         });
}

bool is_finite_throughout(const Json& value) {
  if (value.is_number_float()) return std::isfinite(value.get<double>());
  if (!value.is_structured()) return true;
  return std::all_of(value.begin(), value.end(), [](const Json& element) { return is_finite_throughout(element); });
}

bool accepts(const SettingInfo& info, SettingKind form, const Json& value) {
  const auto number = [&](const Json& v) { return v.is_number() && in_range(info, v.get<double>()); };
  const auto whole = [&](const Json& v) { return is_whole(v) && number(v); };
  const auto word = [&](const Json& v) { return info.choices.empty() ? v.is_string() : is_choice(info, v); };
  const auto length = [&] { return value.is_array() && fits_length(info, value.size()); };
  switch (form) {
    case SettingKind::boolean: return value.is_boolean();
    case SettingKind::integer: return whole(value);
    case SettingKind::number: return number(value);
    case SettingKind::choice: return is_choice(info, value);
    case SettingKind::text: return value.is_string();
    case SettingKind::integer_list: return length() && every_element(info, value, whole);
    case SettingKind::number_list: return length() && every_element(info, value, number);
    case SettingKind::text_list: return length() && every_element(info, value, word);
    case SettingKind::text_lists:
      return length() &&
             std::all_of(value.begin(), value.end(), [&](const Json& row) { return every_element(info, row, word); });
    case SettingKind::matrix:
      return length() &&
             std::all_of(value.begin(), value.end(), [&](const Json& row) { return every_element(info, row, number); });
    case SettingKind::any: return is_finite_throughout(value);
  }
  return false;
}

std::vector<SettingKind> forms_of(const SettingInfo& info) {
  if (info.kind != SettingKind::any || info.forms.empty()) return {info.kind};
  return info.forms;
}

bool accepts_any_form(const SettingInfo& info, const Json& value) {
  if (value.is_null() && info.nullable) return true;
  const std::vector<SettingKind> forms = forms_of(info);
  return std::any_of(forms.begin(), forms.end(), [&](SettingKind form) { return accepts(info, form, value); });
}

/// A mistyped choice deserves the nearest right one; in a list the first wrong element does.
std::string choice_suggestion(const SettingInfo& info, const Json& value) {
  if (info.choices.empty()) return "";
  if (value.is_string()) {
    const auto near = nearest(value.text(), info.choices);
    return near ? " Did you mean " + *near + "?" : "";
  }
  if (!value.is_array()) return "";
  for (const auto& element : value) {
    if (is_choice(info, element)) continue;
    std::string text = choice_suggestion(info, element);
    if (!text.empty()) return text;
  }
  return "";
}

bool holds(const AppliesWhen& condition, const Json& settings) {
  const auto found = settings.find(condition.setting);
  if (found == settings.end()) return true;
  const bool listed = std::find(condition.values.begin(), condition.values.end(), *found) != condition.values.end();
  return listed != condition.negated;
}

std::string label_of(const std::string& name) {
  std::string label = name;
  std::replace(label.begin(), label.end(), '_', ' ');
  if (!label.empty()) label.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(label.front())));
  return label;
}

}  // namespace

std::string_view setting_kind_name(SettingKind kind) {
  switch (kind) {
    case SettingKind::boolean: return "boolean";
    case SettingKind::integer: return "integer";
    case SettingKind::number: return "number";
    case SettingKind::choice: return "choice";
    case SettingKind::text: return "text";
    case SettingKind::integer_list: return "integer_list";
    case SettingKind::number_list: return "number_list";
    case SettingKind::text_list: return "text_list";
    case SettingKind::text_lists: return "text_lists";
    case SettingKind::matrix: return "matrix";
    case SettingKind::any: return "any";
  }
  return "any";
}

const SettingInfo* find_setting(const SettingInfos& infos, std::string_view name) {
  const auto found = std::find_if(infos.begin(), infos.end(), [&](const SettingInfo& info) { return info.name == name; });
  return found == infos.end() ? nullptr : &*found;
}

std::string valid_values(const SettingInfo& info) {
  std::string words;
  for (const SettingKind form : forms_of(info)) {
    if (!words.empty()) words += ", or ";
    words += form_words(info, form);
  }
  if (info.nullable) words += info.null_means.empty() ? ", or null" : ", or null (" + info.null_means + ")";
  return words;
}

Result<void> check_setting(const SettingInfo& info, const Json& value) {
  if (accepts_any_form(info, value)) return {};
  SettingInfo unheld = info;
  unheld.lowest_held.reset();
  unheld.highest_held.reset();
  if (accepts_any_form(unheld, value)) {
    return Error{Errc::bad_setting, "`" + info.name + "` is " + shown(value) + ", beyond what can be used (" +
                                        number_text(*info.lowest_held) + " to " + number_text(*info.highest_held) + ")."};
  }
  return Error{Errc::bad_setting, "`" + info.name + "` is " + shown(value) + ", but must be " + valid_values(info) + "." +
                                      choice_suggestion(info, value)};
}

Result<void> check_settings(const SettingInfos& infos, const Json& settings) {
  if (!settings.is_object()) {
    return Error{Errc::bad_setting, "Settings must be an object of names and values, not " + shown(settings) + "."};
  }
  for (const auto& [name, value] : settings.items()) {
    const SettingInfo* info = find_setting(infos, name);
    if (info == nullptr) {
      std::vector<std::string> names;
      for (const auto& known : infos) names.push_back(known.name);
      return Error{Errc::bad_setting, "There is no setting `" + name + "`" + suggestion(name, names)};
    }
    WEBUNMIX_TRY(check_setting(*info, value));
  }
  return {};
}

Json complete_settings(const SettingInfos& infos, const Json& settings) {
  Json complete = Json::object();
  for (const auto& info : infos) {
    const auto found = settings.find(info.name);
    complete[info.name] = found == settings.end() ? info.default_value : *found;
  }
  return complete;
}

std::optional<std::string> why_not_applied(const SettingInfo& info, const Json& settings) {
  for (const auto& condition : info.applies_when) {
    const bool one_holds = std::any_of(info.applies_when.begin(), info.applies_when.end(), [&](const AppliesWhen& alternative) {
      return alternative.reason == condition.reason && holds(alternative, settings);
    });
    if (!one_holds) return condition.reason;
  }
  return std::nullopt;
}

Json to_json(const SettingInfo& info) {
  Json forms = Json::array();
  for (const SettingKind form : info.forms) forms.push_back(setting_kind_name(form));
  Json conditions = Json::array();
  for (const auto& condition : info.applies_when) {
    conditions.push_back({{"setting", condition.setting},
                          {"values", condition.values},
                          {"negated", condition.negated},
                          {"reason", condition.reason}});
  }
  return {{"name", info.name},
          {"kind", setting_kind_name(info.kind)},
          {"forms", std::move(forms)},
          {"nullable", info.nullable},
          {"elements_nullable", info.elements_nullable},
          {"default", info.default_value},
          {"choices", info.choices},
          {"choice_labels", info.choice_labels},
          {"minimum", or_null(info.minimum)},
          {"maximum", or_null(info.maximum)},
          {"exclusive_minimum", info.exclusive_minimum},
          {"minimum_length", or_null(info.minimum_length)},
          {"maximum_length", or_null(info.maximum_length)},
          {"unit", info.unit},
          {"label", info.label},
          {"meaning", info.meaning},
          {"null_means", info.null_means},
          {"rare", info.rare},
          {"in_link", info.in_link},
          {"role", info.role},
          {"applies_when", std::move(conditions)}};
}

SettingInfo finished_info(SettingInfo info, Json default_value) {
  if (info.label.empty()) info.label = label_of(info.name);
  if (info.kind == SettingKind::any && (default_value.is_null() || !info.null_means.empty())) info.nullable = true;
  info.default_value = std::move(default_value);
  return info;
}

}  // namespace webunmix
