// Which samples of a stack are repeated frames of one scene, for the step `detect_gain`.
//
// Along T, Z or C a frame is a plane. Along Y or X it is a row or a column of one: a line scan is a series of frames one pixel high.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "image/box.hpp"
#include "image/stack_info.hpp"
#include "run/partition.hpp"

namespace webunmix {

enum class FrameAxis { t, z, c, y, x };

/// What of a box is a frame.
enum class FramesInBox : std::uint8_t { whole, rows, columns };

class FrameLayout {
 public:
  FrameLayout() = default;
  FrameLayout(FrameAxis axis, const StackInfo& stack);

  [[nodiscard]] const char* axis_name() const;
  [[nodiscard]] std::int64_t frames() const;
  /// Along C all channels are frames of one; otherwise every channel is measured by itself.
  [[nodiscard]] std::int64_t channels() const;
  /// Places that were recorded repeatedly: planes, or the lines or columns that planes shrink to.
  [[nodiscard]] std::int64_t scenes() const;
  [[nodiscard]] std::int64_t scene_height() const;
  [[nodiscard]] std::int64_t scene_width() const;
  [[nodiscard]] FramesInBox in_box() const;

  /// How a scene is worked: bands of its rows. `all_at_once`: every frame of a band is held, as float32.
  [[nodiscard]] std::vector<Rows> bands(bool all_at_once, std::int64_t most_bytes) const;
  /// The boxes that hold the frames of a band, in order.
  [[nodiscard]] std::vector<Box> boxes(std::int32_t channel, std::int32_t scene, const Rows& band) const;

 private:
  FrameAxis axis_ = FrameAxis::t;
  StackInfo stack_;
};

/// The frames that a block of one channel holds, of `row_step` rows of a scene one. Those that do not lie in it as they are are put
/// into `copies`, which must outlive the spans.
template <class T>
void list_frames(const Block& block, FramesInBox order, std::int64_t row_step, std::vector<std::vector<T>>& copies,
                 std::vector<std::span<const T>>& frames) {
  const std::span<const T> samples = block.channel<T>(0);
  const auto width = static_cast<std::size_t>(block.width());
  const Box& box = block.box();
  if (order == FramesInBox::rows) {
    for (std::size_t at = 0; at < samples.size(); at += width) frames.push_back(samples.subspan(at, width));
    return;
  }
  if (order == FramesInBox::whole && row_step == 1) {
    frames.push_back(samples);
    return;
  }
  std::vector<std::span<const T>> rows;
  for (std::int64_t y = (box.y_begin + row_step - 1) / row_step * row_step; y < box.y_end; y += row_step)
    rows.push_back(samples.subspan(static_cast<std::size_t>(y - box.y_begin) * width, width));
  std::vector<T> kept;
  kept.reserve(rows.size() * width);
  if (order == FramesInBox::whole) {
    for (const auto row : rows) kept.insert(kept.end(), row.begin(), row.end());
  } else {
    for (std::size_t x = 0; x < width; ++x) {
      for (const auto row : rows) kept.push_back(row[x]);
    }
  }
  const std::span<const T> all = copies.emplace_back(std::move(kept));
  const std::size_t count = order == FramesInBox::whole ? 1 : width;
  const std::size_t pixels = all.size() / count;
  for (std::size_t i = 0; i < count; ++i) frames.push_back(all.subspan(i * pixels, pixels));
}

}  // namespace webunmix
