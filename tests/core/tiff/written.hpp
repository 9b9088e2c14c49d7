// Writes stacks of the fixtures' formula through encoder and writer, as the engine does.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "image/memory_bytes.hpp"
#include "tiff/formula.hpp"
#include "tiff/writer.hpp"

namespace webunmix::test {

inline OmeTiffPlan plan_of(const StackShape& shape, SampleType type, Compression compression, std::int64_t rows_per_strip) {
  OmeTiffPlan plan;
  plan.name = "written.ome.tif";
  plan.version = "1.2.3";
  plan.stack.shape = shape;
  plan.stack.type = type;
  plan.stack.channels.resize(static_cast<std::size_t>(shape.c));
  plan.compression = compression;
  plan.rows_per_strip = rows_per_strip;
  return plan;
}

/// Pixels of some rows of a plane.
inline std::vector<std::byte> formula_rows(SampleType type, std::int64_t width, std::int64_t t, std::int64_t z, std::int64_t c,
                                           std::int64_t y_begin, std::int64_t y_end) {
  const std::string kind(sample_type_name(type));
  std::vector<std::byte> bytes;
  visit_sample_type(type, [&]<class T>() {
    std::vector<T> pixels;
    for (std::int64_t y = y_begin; y < y_end; ++y) {
      for (std::int64_t x = 0; x < width; ++x) pixels.push_back(static_cast<T>(fixture_value(kind, t, z, c, y, x)));
    }
    const auto raw = std::as_bytes(std::span(pixels));
    bytes.assign(raw.begin(), raw.end());
  });
  return bytes;
}

/// Writes all planes: t, then z, then bands of `rows_per_box` rows, then channels, as boxes come out of a run.
inline void write_formula(const OmeTiffPlan& plan, ByteSink& pixels, std::unique_ptr<ByteSink> head,
                          std::int64_t rows_per_box) {
  auto begun = TiffWriter::begin(plan, std::move(head));
  if (!begun.ok()) FAIL(begun.error().message);
  TiffWriter& writer = **begun;
  const StackShape& shape = plan.stack.shape;
  const std::int64_t rows = writer.rows_per_strip();
  for (std::int64_t t = 0; t < shape.t; ++t) {
    for (std::int64_t z = 0; z < shape.z; ++z) {
      for (std::int64_t band = 0; band < shape.y; band += rows_per_box) {
        for (std::int64_t c = 0; c < shape.c; ++c) {
          for (std::int64_t y = band; y < std::min(band + rows_per_box, shape.y); y += rows) {
            const std::int64_t y_end = std::min(y + rows, shape.y);
            const auto encoded = encode_strip(plan.stack.type, shape.x, y_end - y, plan.compression,
                                              formula_rows(plan.stack.type, shape.x, t, z, c, y, y_end));
            if (!encoded.ok()) FAIL(encoded.error().message);
            const auto offset = writer.place(writer.page_of(t, z, c), static_cast<std::uint32_t>(y / rows), encoded->size());
            if (!offset.ok()) FAIL(offset.error().message);
            const auto stored = pixels.write(*offset, *encoded);
            if (!stored.ok()) FAIL(stored.error().message);
          }
        }
      }
    }
  }
  const auto finished = writer.finish();
  if (!finished.ok()) FAIL(finished.error().message);
}

inline std::vector<std::byte> written_bytes(const OmeTiffPlan& plan, std::int64_t rows_per_box = 1 << 20) {
  const auto buffer = std::make_shared<std::vector<std::byte>>();
  MemorySink pixels(buffer);
  write_formula(plan, pixels, std::make_unique<MemorySink>(buffer), rows_per_box);
  return std::move(*buffer);
}

}  // namespace webunmix::test
