// Writes a synthetic scene (core/synth) as an OME-TIFF: the example on the page, and fixtures with known truth.
#pragma once

#include <memory>

#include "image/byte_stream.hpp"
#include "image/result.hpp"
#include "settings/table.hpp"

namespace webunmix {

/// `options` choose the scene (make_scene, synth/scene.hpp); "compression" (deflate) may be among them. Returns the scene's truth.
[[nodiscard]] Result<Json> write_example(const Json& options, std::unique_ptr<ByteSink> sink);

}  // namespace webunmix
