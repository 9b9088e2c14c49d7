#include "synth/stack_box.hpp"

#include <string>

namespace webunmix::synth {

Result<StackShape> shape_from_list(const std::vector<std::int64_t>& shape, std::int64_t channels) {
  constexpr std::int64_t longest = std::int64_t{1} << 20U;  // of an axis; products then stay far below 2^63
  if (shape.size() != 5) return Error{Errc::bad_setting, "`shape` must be five numbers: T, Z, C, Y, X."};
  for (const std::int64_t length : shape) {
    if (length < 1 || length > longest) {
      return Error{Errc::bad_setting, "`shape` holds " + std::to_string(length) + "; each axis must be between 1 and " +
                                          std::to_string(longest) + "."};
    }
  }
  if (shape[2] != channels) {
    return Error{Errc::bad_setting, "`shape` asks for " + std::to_string(shape[2]) + " channels; this scene has " +
                                        std::to_string(channels) + "."};
  }
  return StackShape{shape[0], shape[1], shape[2], shape[3], shape[4]};
}

Result<void> check_box(const StackInfo& stack, const Box& box, SampleType type) {
  const StackShape& shape = stack.shape;
  const auto outside = [](const char* what, std::int64_t value, std::int64_t end) {
    return Error{Errc::internal, std::string("the box lies outside the scene: ") + what + " " + std::to_string(value) + " of " +
                                     std::to_string(end)};
  };
  if (box.t < 0 || box.t >= shape.t) return outside("t", box.t, shape.t);
  if (box.z < 0 || box.z >= shape.z) return outside("z", box.z, shape.z);
  if (box.y_begin < 0 || box.y_begin >= box.y_end || box.y_end > shape.y) return outside("row", box.y_end, shape.y);
  if (box.channels.empty()) return Error{Errc::internal, "the box names no channel"};
  for (const std::int32_t channel : box.channels) {
    if (channel < 0 || channel >= shape.c) return outside("channel", channel, shape.c);
  }
  const auto bytes = static_cast<std::uint64_t>(box.rows()) * static_cast<std::uint64_t>(shape.x) * box.channels.size() *
                     bytes_per_sample(type);
  if (bytes > max_block_bytes) return Error{Errc::internal, "the box holds more than 64 MiB: read a band of rows"};
  return {};
}

}  // namespace webunmix::synth
