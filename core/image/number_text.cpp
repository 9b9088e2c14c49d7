#include "image/number_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace webunmix {

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  std::array<char, 40> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  std::string text(digits.data(), end.ptr);
  // "1e+20": in an address some readers turn a plus into a space, and the sign says nothing.
  const auto plus = text.find("e+");
  if (plus != std::string::npos) text.erase(plus + 1, 1);
  return text;
}

}  // namespace webunmix
