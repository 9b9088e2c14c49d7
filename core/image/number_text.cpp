#include "image/number_text.hpp"

#include <cmath>

#include "json/json.hpp"

namespace webunmix {

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  // The JSON library's digits: std::to_chars has no doubles in Emscripten's C++ library, and the text must be the same everywhere.
  std::string text = Json(value).dump();
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  // "1e+20": in an address some readers turn a plus into a space, and the sign says nothing.
  const auto plus = text.find("e+");
  if (plus != std::string::npos) text.erase(plus + 1, 1);
  return text;
}

std::string rounded_text(double value, int decimals) {
  const double steps = std::pow(10.0, decimals);
  return number_text(std::round(value * steps) / steps);
}

std::string percent_text(double fraction, int decimals) { return rounded_text(100.0 * fraction, decimals) + " %"; }

}  // namespace webunmix
