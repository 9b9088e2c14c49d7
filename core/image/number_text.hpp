// Numbers as text: the shortest digits that read back as the same double, whatever the machine's locale.
#pragma once

#include <string>

namespace webunmix {

/// "0.1", "99", "1e-12", "-2.5e20". NaN and infinities, which no setting accepts, read "NaN", "Infinity", "-Infinity".
[[nodiscard]] std::string number_text(double value);

}  // namespace webunmix
