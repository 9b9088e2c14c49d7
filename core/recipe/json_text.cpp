#include "recipe/json_text.hpp"

#include <algorithm>
#include <string>

namespace webunmix {
namespace {

constexpr int deepest = 64;  // reports nest eight levels

/// How deep brackets nest, those inside texts not counted.
int nesting(std::string_view text) {
  int depth = 0;
  int most = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
      continue;
    }
    if (c == '"') in_text = true;
    if (c == '[' || c == '{') most = std::max(most, ++depth);
    if (c == ']' || c == '}') --depth;
  }
  return most;
}

std::string position(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto line_begin = before.rfind('\n');
  const std::size_t column = line_begin == std::string_view::npos ? before.size() : before.size() - line_begin - 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(std::max<std::size_t>(column, 1));
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view what) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) text.remove_prefix(byte_order_mark.size());
  if (nesting(text) > deepest) {
    return Error{Errc::bad_recipe, std::string(what) + " is not sensible JSON: its brackets nest more than " +
                                       std::to_string(deepest) + " deep."};
  }
  try {
    return Json::parse(text);
  } catch (const JsonError& error) {
    const std::string why = error.byte() ? position(text, *error.byte()) : "a number in it is too large";
    return Error{Errc::bad_recipe, std::string(what) + " is not valid JSON: " + why + "."};
  }
}

}  // namespace webunmix
