#include "recipe/string_form.hpp"

#include <algorithm>
#include <vector>

#include "recipe/percent.hpp"
#include "recipe/setting_text.hpp"
#include "settings/nearest.hpp"

namespace webunmix {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const auto begin = text.find_first_not_of(space);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The recipe in a page's address `...#open=URL;lesson=ID;/1/...`, or the text itself.
std::string_view recipe_part(std::string_view text) {
  if (const auto hash = text.find('#'); hash != std::string_view::npos) text.remove_prefix(hash + 1);
  if (text.empty() || text.front() == '/') return text;
  if (const auto begin = text.find(";/"); begin != std::string_view::npos) text.remove_prefix(begin + 1);
  return text;
}

Error syntax_error(const std::string& what) {
  return {Errc::bad_recipe, what + " A recipe reads like /1/unmix?method=mi_min&clip_negative=false."};
}

Result<Json> settings_from_text(const StepKind& kind, std::string_view text) {
  Json settings = Json::object();
  for (const auto pair : split(text, '&')) {
    const auto equals = pair.find('=');
    const auto name = percent_decoded(pair.substr(0, equals));
    if (equals == std::string_view::npos || !name || name->empty()) {
      return syntax_error("`" + std::string(pair) + "` is not of the form setting=value.");
    }
    const SettingInfo* info = find_setting(kind.infos, *name);
    if (info == nullptr) {
      std::vector<std::string> names;
      for (const auto& known : kind.infos) names.push_back(known.name);
      return Error{Errc::bad_setting, "There is no setting `" + *name + "`" + suggestion(*name, names)};
    }
    if (settings.contains(*name)) return Error{Errc::bad_recipe, "`" + *name + "` is given twice."};
    WEBUNMIX_ASSIGN(Json value, setting_from_text(*info, pair.substr(equals + 1)));
    settings[*name] = std::move(value);
  }
  return settings;
}

Result<RecipeStep> step_from_text(const StepKinds& kinds, std::size_t number, std::string_view text) {
  const std::string where = "Step " + std::to_string(number);
  const bool enabled = text.front() != '!';
  if (!enabled) text.remove_prefix(1);
  const auto question = text.find('?');
  const auto name = percent_decoded(text.substr(0, question));
  if (!name) return syntax_error(where + " has a broken % escape.");
  const auto kind = find_kind(kinds, *name);
  if (!kind.ok()) return Error{kind.error().code, where + ": " + kind.error().message};
  Json settings = Json::object();
  if (question != std::string_view::npos && question + 1 < text.size()) {
    auto read = settings_from_text(**kind, text.substr(question + 1));
    if (!read.ok()) return Error{read.error().code, where + ", " + *name + ": " + read.error().message};
    settings = std::move(*read);
  }
  return make_recipe_step(kinds, number, *name, settings, enabled);
}

}  // namespace

std::string format_recipe(const Recipe& recipe, const StepKinds& kinds) {
  std::string text = "/" + std::to_string(recipe.version);
  for (const auto& step : recipe.steps) {
    text += step.enabled ? "/" : "/!";
    text += step.step;
    const auto kind = find_kind(kinds, step.step);
    if (!kind.ok()) continue;
    char separator = '?';
    for (const auto& info : (*kind)->infos) {
      const auto value = step.settings.find(info.name);
      if (!info.in_link || value == step.settings.end() || *value == info.default_value) continue;
      text += separator;
      text += info.name + "=" + setting_to_text(info, *value);
      separator = '&';
    }
  }
  return text;
}

Result<Recipe> recipe_from_string(std::string_view text, const StepKinds& kinds) {
  text = recipe_part(trimmed(text));
  // Some programs encode a whole link when they pass it on.
  std::string decoded_once;
  if (text.substr(0, 3) == "%2F" || text.substr(0, 3) == "%2f") {
    const auto decoded = percent_decoded(text);
    if (!decoded) return syntax_error("The recipe has a broken % escape.");
    decoded_once = *decoded;
    text = decoded_once;
  }
  if (!text.empty() && text.front() == '/') text.remove_prefix(1);
  if (!text.empty() && text.back() == '/') text.remove_suffix(1);
  if (text.empty()) return syntax_error("The recipe is empty.");

  Recipe recipe;
  std::vector<std::string_view> parts = split(text, '/');
  if (is_digits(parts.front())) {
    // More digits than any version has are too new; three hundred still make a number.
    std::string_view digits = parts.front();
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    const double version = std::stod(std::string(digits.substr(0, 300)));
    WEBUNMIX_TRY(check_recipe_version(version));
    recipe.version = static_cast<int>(version);
    parts.erase(parts.begin());
  }
  for (const auto part : parts) {
    const std::size_t number = recipe.steps.size() + 1;
    if (part.empty() || part == "!") return syntax_error("Step " + std::to_string(number) + " has no name.");
    WEBUNMIX_ASSIGN(RecipeStep step, step_from_text(kinds, number, part));
    recipe.steps.push_back(std::move(step));
  }
  return recipe;
}

}  // namespace webunmix
