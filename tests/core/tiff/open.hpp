// Opening files of tests/data/tiff and bytes made on the spot.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "image/memory_bytes.hpp"
#include "support/fixture.hpp"
#include "tiff/reader.hpp"

namespace webunmix::test {

inline Result<std::unique_ptr<TiffReader>> try_open(std::vector<std::byte> bytes, const TiffOpenOptions& options = {},
                                                    std::string name = "stack.tif") {
  return TiffReader::open(std::make_unique<MemorySource>(std::move(name), std::move(bytes)), options);
}

/// A reader of sound bytes; fails the test with the reader's message otherwise.
inline std::unique_ptr<TiffReader> open_bytes(std::vector<std::byte> bytes, const TiffOpenOptions& options = {},
                                              std::string name = "stack.tif") {
  auto reader = try_open(std::move(bytes), options, std::move(name));
  if (!reader.ok()) FAIL(reader.error().message);
  return std::move(*reader);
}

inline std::unique_ptr<TiffReader> open_fixture(const std::string& file, const TiffOpenOptions& options = {}) {
  return open_bytes(read_fixture("tiff/" + file), options, file);
}

inline Block read_box(TiffReader& reader, const Box& box) {
  auto block = reader.read(box);
  if (!block.ok()) FAIL(block.error().message);
  return std::move(*block);
}

/// The value of a plane's first pixel: made_stack() fills page p with the value p.
inline int page_of(TiffReader& reader, std::int32_t t, std::int32_t z, std::int32_t c) {
  Box box;
  box.t = t;
  box.z = z;
  box.channels = {c};
  box.y_end = 1;
  return read_box(reader, box).channel<std::uint8_t>(0)[0];
}

/// All channels of a plane, whole.
inline Box whole_box(const StackShape& shape, std::int64_t t, std::int64_t z) {
  Box box;
  box.t = static_cast<std::int32_t>(t);
  box.z = static_cast<std::int32_t>(z);
  for (std::int32_t c = 0; c < shape.c; ++c) box.channels.push_back(c);
  box.y_end = shape.y;
  return box;
}

}  // namespace webunmix::test
