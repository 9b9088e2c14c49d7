#include "settings/nearest.hpp"

#include <algorithm>

namespace webunmix {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_with(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && edit_distance(text.substr(0, start.size()), start) == 0;
}

}  // namespace

// Optimal string alignment (Damerau-Levenshtein with each letter edited once): three rows of the table are enough.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string* best = nullptr;
  std::size_t smallest = 0;
  for (const auto& candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    if (best == nullptr || distance < smallest) {
      best = &candidate;
      smallest = distance;
    }
  }
  if (best == nullptr) return std::nullopt;
  if (smallest * 5 <= 2 * std::max(name.size(), best->size())) return *best;
  if (name.size() < 3) return std::nullopt;
  for (const auto& candidate : candidates) {
    if (begins_with(candidate, name) || begins_with(name, candidate)) return candidate;
  }
  return std::nullopt;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  if (const auto near = nearest(name, candidates)) return "; did you mean `" + *near + "`?";
  if (candidates.empty()) return "; there are none.";
  std::string text = candidates.size() == 1 ? "; there is only " : "; there are ";
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (i > 0) text += ", ";
    text += "`" + candidates[i] + "`";
  }
  return text + ".";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) {
    if (!all.empty()) all += ", ";
    all += text;
  }
  return all;
}

}  // namespace webunmix
