// Writes a stack whose pixels are at hand, box by box, as an OME-TIFF: scenes, and planes that steps have learnt.
#pragma once

#include <functional>

#include "image/box.hpp"
#include "image/byte_stream.hpp"
#include "image/result.hpp"
#include "tiff/writer.hpp"

namespace webunmix {

/// `plan` says what the file holds, all but rows_per_strip and version, which are chosen here. `read` makes the pixels of a box.
[[nodiscard]] Result<void> write_stack(OmeTiffPlan plan, const std::function<Result<Block>(const Box&)>& read, ByteSink& sink);

}  // namespace webunmix
