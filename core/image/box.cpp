#include "image/box.hpp"

#include <utility>

namespace webunmix {

Block::Block(Box box, SampleType type, std::int64_t width)
    : box_(std::move(box)),
      type_(type),
      width_(width),
      size_(box_.channels.size() * static_cast<std::size_t>(box_.rows() * width) * bytes_per_sample(type)),
      data_(new std::byte[size_]) {}

}  // namespace webunmix
