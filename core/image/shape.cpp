#include "image/shape.hpp"

namespace webunmix {

std::string to_string(const StackShape& shape) {
  return "T " + std::to_string(shape.t) + ", Z " + std::to_string(shape.z) + ", C " + std::to_string(shape.c) + ", Y " +
         std::to_string(shape.y) + ", X " + std::to_string(shape.x);
}

}  // namespace webunmix
