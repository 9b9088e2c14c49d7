#include "recipe/setting_text.hpp"

#include <optional>
#include <vector>

#include "image/number_text.hpp"
#include "recipe/json_text.hpp"
#include "recipe/percent.hpp"

namespace webunmix {
namespace {

std::string scalar_text(const Json& value) {
  if (value.is_string()) return percent_encoded(value.text());
  if (value.is_number_float()) return number_text(value.get<double>());
  return value.dump();
}

std::string list_text(const Json& list) {
  std::string text;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) text += ',';
    text += scalar_text(list[i]);
  }
  return text;
}

std::string simple_text(const Json& value) {
  if (!value.is_array()) return scalar_text(value);
  const bool rows = !value.empty() && value[0].is_array();
  if (!rows) return list_text(value);
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i > 0) text += ';';
    text += list_text(value[i]);
  }
  return text;
}

/// A decimal number as JSON writes it, also without a digit before the point.
std::optional<Json> number_from_text(std::string_view text) {
  if (text.empty() || text.find_first_not_of("+-.0123456789eE") != std::string_view::npos) return std::nullopt;
  std::string digits(text);
  if (digits.front() == '.') digits.insert(0, "0");
  if (digits.substr(0, 2) == "-.") digits.insert(1, "0");
  std::optional<Json> number = Json::parse_if_valid(digits);
  return number && number->is_number() ? number : std::nullopt;
}

std::optional<Json> element_from_text(std::string_view raw, bool is_number) {
  const auto text = percent_decoded(raw);
  if (!text) return std::nullopt;
  if (!is_number) return Json(*text);
  if (*text == "null") return Json();
  return number_from_text(*text);
}

std::optional<Json> list_from_text(std::string_view raw, bool is_number) {
  Json list = Json::array();
  if (raw.empty()) return list;
  for (const auto part : split(raw, ',')) {
    auto element = element_from_text(part, is_number);
    if (!element) return std::nullopt;
    list.push_back(std::move(*element));
  }
  return list;
}

std::optional<Json> rows_from_text(std::string_view raw, bool is_number) {
  Json rows = Json::array();
  if (raw.empty()) return rows;
  for (const auto part : split(raw, ';')) {
    auto row = list_from_text(part, is_number);
    if (!row) return std::nullopt;
    rows.push_back(std::move(*row));
  }
  return rows;
}

std::optional<Json> form_from_text(SettingKind form, std::string_view raw, const std::string& text) {
  switch (form) {
    case SettingKind::boolean:
      if (text == "true") return Json(true);
      if (text == "false") return Json(false);
      return std::nullopt;
    case SettingKind::integer:
    case SettingKind::number: return number_from_text(text);
    case SettingKind::choice:
    case SettingKind::text: return Json(text);
    // Numbers hold no separators, so a program that has encoded ours does no harm.
    case SettingKind::integer_list:
    case SettingKind::number_list: return list_from_text(text, true);
    case SettingKind::matrix: return rows_from_text(text, true);
    case SettingKind::text_list: return list_from_text(raw, false);
    case SettingKind::text_lists: return rows_from_text(raw, false);
    case SettingKind::any: break;
  }
  if (text == "null") return Json();
  if (auto flag = form_from_text(SettingKind::boolean, raw, text)) return flag;
  if (auto number = number_from_text(text)) return number;
  if (raw.find(';') != std::string_view::npos) {
    if (auto rows = rows_from_text(text, true)) return rows;
  } else if (raw.find(',') != std::string_view::npos) {
    if (auto list = list_from_text(text, true)) return list;
  }
  return Json(text);
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string setting_to_text(const SettingInfo& info, const Json& value) {
  const bool object = value.is_object() || (value.is_array() && !value.empty() && value[0].is_object());
  if (!object) {
    std::string text = simple_text(value);
    const auto read = setting_from_text(info, text);
    if (read.ok() && *read == value) return text;
  }
  return percent_encoded(value.dump());
}

Result<Json> setting_from_text(const SettingInfo& info, std::string_view text) {
  const auto decoded = percent_decoded(text);
  if (!decoded) {
    return Error{Errc::bad_recipe, "`" + info.name + "` cannot be read: `" + percent_encoded(text) +
                                       "` has a broken % escape (% must be followed by two hexadecimal digits of UTF-8 text)."};
  }
  if (!decoded->empty() && std::string_view("[{\"").find(decoded->front()) != std::string_view::npos) {
    WEBUNMIX_ASSIGN(Json value, parse_json(*decoded, "`" + info.name + "`"));
    WEBUNMIX_TRY(check_setting(info, value));
    return value;
  }
  if (info.nullable && *decoded == "null") return Json();
  const std::vector<SettingKind> forms = info.forms.empty() ? std::vector{info.kind} : info.forms;
  for (const SettingKind form : forms) {
    auto value = form_from_text(form, text, *decoded);
    if (value && check_setting(info, *value).ok()) return std::move(*value);
  }
  // No form fits: the sentence of check_setting() says what would, about the value as it was most likely meant.
  auto meant = form_from_text(forms.front(), text, *decoded);
  if (!meant) meant = number_from_text(*decoded);
  if (!meant) meant = Json(*decoded);
  WEBUNMIX_TRY(check_setting(info, *meant));
  return std::move(*meant);
}

}  // namespace webunmix
