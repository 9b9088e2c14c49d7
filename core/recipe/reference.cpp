#include "recipe/reference.hpp"

#include <algorithm>
#include <vector>

#include "image/number_text.hpp"

namespace webunmix {
namespace {

std::string in_cell(const std::string& text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c == '\n' ? ' ' : c;
  }
  return cell;
}

std::string value_cell(const Json& value) {
  if (value.is_number_float()) return "`" + number_text(value.get<double>()) + "`";
  return "`" + in_cell(value.dump()) + "`";
}

/// Conditions that share a reason are alternatives; each reason stands once.
std::string meaning_text(const SettingInfo& info) {
  std::vector<std::string> reasons;
  for (const auto& condition : info.applies_when) {
    if (std::find(reasons.begin(), reasons.end(), condition.reason) == reasons.end()) reasons.push_back(condition.reason);
  }
  std::string text = info.meaning;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    if (i == 0) text += text.empty() ? "(" : " (";
    text += reasons[i] + (i + 1 < reasons.size() ? "; " : ")");
  }
  return text;
}

std::string row(const SettingInfo& info) {
  std::string text = "| `" + info.name + "` | " + value_cell(info.default_value) + " | " + in_cell(valid_values(info));
  if (!info.unit.empty()) text += "; " + in_cell(info.unit);
  return text + " | " + in_cell(meaning_text(info)) + " |\n";
}

}  // namespace

std::string settings_reference(const StepKinds& kinds) {
  std::string text;
  for (const auto& kind : kinds) {
    if (!text.empty()) text += "\n";
    text += "### `" + kind.name + "`: " + kind.title + "\n\n" + kind.meaning + "\n\n";
    text += "| setting | default | values | meaning |\n|---|---|---|---|\n";
    for (const auto& info : kind.infos) text += row(info);
  }
  return text;
}

}  // namespace webunmix
