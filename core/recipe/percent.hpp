// Percent-encoding (RFC 3986, section 2) of UTF-8 text, and the check that text is UTF-8 at all.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace webunmix {

/// Everything but letters, digits and `-._~` is encoded, so that no program that passes a link on finds anything to change.
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// Nothing when an escape is incomplete or the result is not UTF-8.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace webunmix
