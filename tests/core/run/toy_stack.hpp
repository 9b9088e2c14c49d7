// Stacks in memory for tests of the protocol: any shape, seeded pixels, and a count of what was read.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "image/stack_source.hpp"
#include "run/box_check.hpp"

namespace webunmix::test {

/// The pixels of a stack, shared by the sources that several workers open on it.
struct Pixels {
  StackInfo info;
  std::vector<std::uint16_t> values;  ///< t, z, c, y, x
  std::atomic<std::size_t> rows_read{0};
  std::atomic<std::size_t> reads{0};
  std::size_t fail_at_read = SIZE_MAX;  ///< the n-th read fails

  [[nodiscard]] std::size_t index(std::int64_t t, std::int64_t z, std::int64_t c, std::int64_t y, std::int64_t x) const {
    const StackShape& s = info.shape;
    return static_cast<std::size_t>((((t * s.z + z) * s.c + c) * s.y + y) * s.x + x);
  }
  [[nodiscard]] double at(std::int64_t t, std::int64_t z, std::int64_t c, std::int64_t y, std::int64_t x) const {
    return values[index(t, z, c, y, x)];
  }
};

inline std::shared_ptr<Pixels> make_pixels(StackShape shape, std::uint32_t seed, std::int64_t rows_per_band = 1,
                                           bool costly = false) {
  auto pixels = std::make_shared<Pixels>();
  pixels->info.shape = shape;
  pixels->info.channels.resize(static_cast<std::size_t>(shape.c));
  pixels->info.rows_per_band = rows_per_band;
  pixels->info.costly_to_read = costly;
  pixels->values.resize(static_cast<std::size_t>(shape.samples()));
  std::uint32_t state = seed * 2654435761U + 1;
  for (std::uint16_t& value : pixels->values) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<std::uint16_t>(state >> 20U);
  }
  return pixels;
}

class ToySource final : public StackSource {
 public:
  explicit ToySource(std::shared_ptr<Pixels> pixels) : pixels_(std::move(pixels)) {}

  [[nodiscard]] const StackInfo& info() const override { return pixels_->info; }
  [[nodiscard]] Result<Block> read(const Box& box) override {
    WEBUNMIX_TRY(check_box(pixels_->info, box));
    if (pixels_->reads++ == pixels_->fail_at_read) return Error{Errc::read_failed, "toy stack: the disk is gone"};
    pixels_->rows_read += static_cast<std::size_t>(box.rows());
    Block block(box, SampleType::uint16, pixels_->info.shape.x);
    for (std::size_t i = 0; i < box.channels.size(); ++i) {
      const auto first = pixels_->index(box.t, box.z, box.channels[i], box.y_begin, 0);
      std::memcpy(block.channel<std::uint16_t>(i).data(), &pixels_->values[first], block.pixels_per_channel() * 2);
    }
    return block;
  }

 private:
  std::shared_ptr<Pixels> pixels_;
};

}  // namespace webunmix::test
