// One setting's value as it stands in the string form of a recipe.
//
//   number, choice, boolean   0.5   mi_min   true        list     1,2        empty list: nothing
//   null                      null                       matrix   1,-1;0,1   rows parted by semicolons
//   text                      percent-encoded, with `,` and `;` encoded too inside lists
//
// What could not be told apart that way (a text "null" where null is allowed, a list of one empty text, an object) is written as
// percent-encoded JSON; a value that begins with `[`, `{` or `"` is read as JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/info.hpp"

namespace webunmix {

/// The parts between separators; one part when there is none.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

[[nodiscard]] std::string setting_to_text(const SettingInfo& info, const Json& value);

/// Errors: bad_setting with the words of check_setting(), or bad_recipe when the escapes are broken.
[[nodiscard]] Result<Json> setting_from_text(const SettingInfo& info, std::string_view text);

}  // namespace webunmix
