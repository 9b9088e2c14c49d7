// Where blocks come from: an open file, or a stack that was materialised. One source serves one thread.
#pragma once

#include "image/box.hpp"
#include "image/result.hpp"
#include "image/stack_info.hpp"

namespace webunmix {

class StackSource {
 public:
  StackSource() = default;
  StackSource(const StackSource&) = delete;
  StackSource& operator=(const StackSource&) = delete;
  virtual ~StackSource() = default;

  [[nodiscard]] virtual const StackInfo& info() const = 0;

  /// Reads the pixels of `box` in the stack's own sample type. A box outside the stack is an error.
  [[nodiscard]] virtual Result<Block> read(const Box& box) = 0;
};

}  // namespace webunmix
