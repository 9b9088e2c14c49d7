// What `inspect` prints of an open file and what the page shows: the Inspection of workers/api.ts.
#pragma once

#include "json/json.hpp"
#include "tiff/reader.hpp"

namespace webunmix {

/// Keys, in order: name, bytes, format, compression, shape (T,Z,C,Y,X; null while the axes are in question), axes, axes_from,
/// question, type, channels, pixel_size, time_increment, warnings. All text is valid UTF-8.
[[nodiscard]] Json inspection(const TiffReader& reader);

}  // namespace webunmix
