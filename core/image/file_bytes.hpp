// Files of the local disk as byte sources and sinks. Native programs only: the browser and Node bring their own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "image/byte_stream.hpp"

namespace webunmix {

/// Opens a file for reading. Several sources may be open on one file. Errors: read_failed, with the system's reason.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> open_file_source(const std::filesystem::path& path);

/// Creates a file, or empties one that is there. Several threads may write through one sink. Errors: write_failed.
[[nodiscard]] Result<std::unique_ptr<ByteSink>> create_file_sink(const std::filesystem::path& path);

}  // namespace webunmix
