// Planes of float32 values (a gain map, a flat-field) as an OME-TIFF in which each is a channel with its name.
#pragma once

#include <memory>

#include "image/byte_stream.hpp"
#include "image/result.hpp"
#include "run/step.hpp"

namespace webunmix {

/// `about`: {"name": file name without folder, "planes": names of the planes, "height", "width", "compression": "deflate" if left
/// out}. `values`: the planes' float32 values one after another, each row by row. Errors: bad_setting, write_failed.
[[nodiscard]] Result<void> write_planes(const Json& about, BytesView values, std::unique_ptr<ByteSink> sink);

}  // namespace webunmix
