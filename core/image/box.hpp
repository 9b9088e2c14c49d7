// A box names pixels of a stack, a block holds them. They are what moves between file, steps and writer.
//
// A box is one t and one z of one input, some channels, and a band of whole rows; it never exceeds 64 MiB. The borders of
// bands come from the file (strips, tiles), never from the number of workers, so that sums over blocks are the same everywhere.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <tuple>
#include <vector>

#include "image/sample_type.hpp"

namespace webunmix {

inline constexpr std::size_t max_block_bytes = std::size_t{64} << 20U;

struct Box {
  std::int32_t input = 0;  ///< index into the run's inputs; 0 is the first stack of role `main`
  std::int32_t t = 0;
  std::int32_t z = 0;
  std::vector<std::int32_t> channels;  ///< in the order in which a block holds them
  std::int64_t y_begin = 0;
  std::int64_t y_end = 0;  ///< one past the last row

  friend bool operator==(const Box&, const Box&) = default;
  /// Some fixed order, so that boxes can be keys.
  friend bool operator<(const Box& a, const Box& b) {
    const auto place = [](const Box& box) { return std::tie(box.input, box.t, box.z, box.y_begin, box.y_end); };
    if (place(a) != place(b)) return place(a) < place(b);
    return std::lexicographical_compare(a.channels.begin(), a.channels.end(), b.channels.begin(), b.channels.end());
  }

  [[nodiscard]] std::int64_t rows() const { return y_end - y_begin; }
};

/// Pixels of a box, channel after channel, each row by row without padding. The memory is not initialised on construction.
class Block {
 public:
  Block() = default;
  Block(Box box, SampleType type, std::int64_t width);

  [[nodiscard]] const Box& box() const { return box_; }
  [[nodiscard]] SampleType type() const { return type_; }
  [[nodiscard]] std::int64_t width() const { return width_; }
  [[nodiscard]] std::size_t pixels_per_channel() const { return static_cast<std::size_t>(box_.rows() * width_); }
  [[nodiscard]] std::span<std::byte> bytes() { return {data_.get(), size_}; }
  [[nodiscard]] std::span<const std::byte> bytes() const { return {data_.get(), size_}; }

  /// Pixels of the i-th channel of the box (not: channel number i). T must be the C++ type of `type()`.
  template <class T>
  [[nodiscard]] std::span<T> channel(std::size_t i) {
    return {reinterpret_cast<T*>(data_.get()) + i * pixels_per_channel(), pixels_per_channel()};
  }
  template <class T>
  [[nodiscard]] std::span<const T> channel(std::size_t i) const {
    return {reinterpret_cast<const T*>(data_.get()) + i * pixels_per_channel(), pixels_per_channel()};
  }

 private:
  Box box_;
  SampleType type_ = SampleType::float32;
  std::int64_t width_ = 0;
  std::size_t size_ = 0;
  std::unique_ptr<std::byte[]> data_;
};

/// Blocks are shared between caches and folds and never change once shared.
using SharedBlock = std::shared_ptr<const Block>;

}  // namespace webunmix
