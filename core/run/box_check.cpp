#include "run/box_check.hpp"

namespace webunmix {
namespace {

Error outside(const std::string& what, std::int64_t value, std::int64_t count) {
  return Error{Errc::bad_setting,
               what + " " + std::to_string(value) + " is outside the stack: valid is 0 to " + std::to_string(count - 1)};
}

}  // namespace

std::string describe(const Box& box) {
  std::string text = box.input == 0 ? "" : "input " + std::to_string(box.input) + ", ";
  text += "t " + std::to_string(box.t) + ", z " + std::to_string(box.z) + ", channels";
  for (const std::int32_t channel : box.channels) text += " " + std::to_string(channel);
  return text + ", rows " + std::to_string(box.y_begin) + " to " + std::to_string(box.y_end - 1);
}

Result<void> check_box(const StackInfo& stack, const Box& box) {
  const StackShape& shape = stack.shape;
  if (box.t < 0 || box.t >= shape.t) return outside("Time point", box.t, shape.t);
  if (box.z < 0 || box.z >= shape.z) return outside("Plane z", box.z, shape.z);
  if (box.channels.empty())
    return Error{Errc::bad_setting, "No channel was asked for: valid is 0 to " + std::to_string(shape.c - 1)};
  for (const std::int32_t channel : box.channels) {
    if (channel < 0 || channel >= shape.c) return outside("Channel", channel, shape.c);
  }
  if (box.y_begin < 0 || box.y_begin >= shape.y) return outside("Row", box.y_begin, shape.y);
  if (box.y_end <= box.y_begin || box.y_end > shape.y) return outside("Last row", box.y_end - 1, shape.y);
  return {};
}

}  // namespace webunmix
