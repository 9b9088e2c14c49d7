// JSON from text that people type and files that they drop: errors as values, with line and column, and no depth that could
// exhaust the stack.
#pragma once

#include <string_view>

#include "image/result.hpp"
#include "settings/info.hpp"

namespace webunmix {

/// `what` names the text in messages: "The recipe". Errors: bad_recipe. A byte order mark is skipped.
[[nodiscard]] Result<Json> parse_json(std::string_view text, std::string_view what);

}  // namespace webunmix
