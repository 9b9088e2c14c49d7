#include "steps/detect_gain_frames.hpp"

#include <utility>

namespace webunmix {

FrameLayout::FrameLayout(FrameAxis axis, const StackInfo& stack) : axis_(axis), stack_(stack) {}

const char* FrameLayout::axis_name() const {
  switch (axis_) {
    case FrameAxis::t: return "T";
    case FrameAxis::z: return "Z";
    case FrameAxis::c: return "C";
    case FrameAxis::y: return "Y";
    case FrameAxis::x: break;
  }
  return "X";
}

std::int64_t FrameLayout::frames() const {
  const StackShape& shape = stack_.shape;
  switch (axis_) {
    case FrameAxis::t: return shape.t;
    case FrameAxis::z: return shape.z;
    case FrameAxis::c: return shape.c;
    case FrameAxis::y: return shape.y;
    case FrameAxis::x: break;
  }
  return shape.x;
}

std::int64_t FrameLayout::channels() const { return axis_ == FrameAxis::c ? 1 : stack_.shape.c; }

std::int64_t FrameLayout::scenes() const {
  const StackShape& shape = stack_.shape;
  if (axis_ == FrameAxis::t) return shape.z;
  if (axis_ == FrameAxis::z) return shape.t;
  return shape.t * shape.z;
}

std::int64_t FrameLayout::scene_height() const { return axis_ == FrameAxis::y ? 1 : stack_.shape.y; }
std::int64_t FrameLayout::scene_width() const { return axis_ == FrameAxis::x ? 1 : stack_.shape.x; }

FramesInBox FrameLayout::in_box() const {
  if (axis_ == FrameAxis::y) return FramesInBox::rows;
  return axis_ == FrameAxis::x ? FramesInBox::columns : FramesInBox::whole;
}

std::vector<Rows> FrameLayout::bands(bool all_at_once, std::int64_t most_bytes) const {
  if (axis_ == FrameAxis::y) return {{0, 1}};
  if (axis_ == FrameAxis::x || !all_at_once) return row_bands(stack_);
  StackInfo as_float = stack_;
  as_float.type = SampleType::float32;
  return deep_bands(as_float, frames(), 1, most_bytes);
}

std::vector<Box> FrameLayout::boxes(std::int32_t channel, std::int32_t scene, const Rows& band) const {
  const auto depth = static_cast<std::int32_t>(stack_.shape.z);
  const std::int32_t t = scene / depth;
  const std::int32_t z = scene % depth;
  std::vector<Box> boxes;
  if (axis_ == FrameAxis::y) {
    for (const Rows& rows : row_bands(stack_)) boxes.push_back({0, t, z, {channel}, rows.begin, rows.end});
    return boxes;
  }
  if (axis_ == FrameAxis::x) return {{0, t, z, {channel}, band.begin, band.end}};
  const auto count = static_cast<std::int32_t>(frames());
  for (std::int32_t frame = 0; frame < count; ++frame) {
    switch (axis_) {
      case FrameAxis::t: boxes.push_back({0, frame, scene, {channel}, band.begin, band.end}); break;
      case FrameAxis::z: boxes.push_back({0, scene, frame, {channel}, band.begin, band.end}); break;
      default: boxes.push_back({0, t, z, {frame}, band.begin, band.end}); break;
    }
  }
  return boxes;
}

}  // namespace webunmix
