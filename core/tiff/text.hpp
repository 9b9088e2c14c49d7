// Text as it is found in TIFF files: encodings that were never declared, numbers that must not depend on a locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace webunmix::tiff {

/// The text as UTF-8. Bytes that are not valid UTF-8 are taken as Latin-1, which is what ImageJ and old tools write for "µm".
[[nodiscard]] std::string to_utf8(std::string_view text);

/// Resolves Java's \uXXXX escapes of the basic plane ("\u00B5m", as ImageJ writes its units); anything else stays as it is.
[[nodiscard]] std::string resolve_java_escapes(std::string_view text);

/// The number that the whole text is, blanks around it allowed; nothing for other text, infinities and NaN.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// A size for people: "7.2 GB", "1.0 kB", "312 bytes".
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

}  // namespace webunmix::tiff
