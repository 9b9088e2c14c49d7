// Numbers as text: the shortest digits that read back as the same double, whatever the machine's locale.
#pragma once

#include <string>

namespace webunmix {

/// "0.1", "99", "1e-12", "-2.5e20". NaN and infinities, which no setting accepts, read "NaN", "Infinity", "-Infinity".
[[nodiscard]] std::string number_text(double value);

/// For messages: at most so many decimals, "0.35", "12".
[[nodiscard]] std::string rounded_text(double value, int decimals);

/// "12.5 %" of the fraction 0.125.
[[nodiscard]] std::string percent_text(double fraction, int decimals = 1);

}  // namespace webunmix
