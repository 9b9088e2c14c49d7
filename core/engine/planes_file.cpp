#include "engine/planes_file.hpp"

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "engine/stack_file.hpp"
#include "run/caught.hpp"

namespace webunmix {
namespace {

Result<void> write(const Json& about, BytesView values, ByteSink& sink) {
  OmeTiffPlan plan;
  plan.name = about.at("name").get<std::string>();
  const auto compression = compression_from_name(about.value("compression", std::string("deflate")));
  if (!compression) {
    return Error{Errc::bad_setting,
                 "compression is " + about.at("compression").dump() + ": valid are none, deflate, zstd and lzw."};
  }
  plan.compression = *compression;
  StackInfo& info = plan.stack;
  info.type = SampleType::float32;
  for (const Json& name : about.at("planes")) {
    info.channels.emplace_back();
    info.channels.back().name = name.get<std::string>();
  }
  info.shape = {1, 1, static_cast<std::int64_t>(info.channels.size()), about.at("height").get<std::int64_t>(),
                about.at("width").get<std::int64_t>()};
  const std::size_t needed = static_cast<std::size_t>(info.shape.samples()) * sizeof(float);
  if (info.channels.empty() || values.size() != needed) {
    return Error{Errc::bad_setting, plan.name + ": " + std::to_string(info.channels.size()) + " planes of " +
                                        std::to_string(info.shape.y) + " x " + std::to_string(info.shape.x) + " are " +
                                        std::to_string(needed) + " bytes; given are " + std::to_string(values.size()) + "."};
  }
  const auto read = [&](const Box& box) -> Result<Block> {
    Block block(box, info.type, info.shape.x);
    const std::size_t size = block.pixels_per_channel() * sizeof(float);
    std::byte* to = block.bytes().data();
    for (const std::int32_t channel : box.channels) {
      const auto first = static_cast<std::size_t>((channel * info.shape.y + box.y_begin) * info.shape.x) * sizeof(float);
      std::memcpy(to, values.data() + first, size);
      to += size;
    }
    return block;
  };
  return write_stack(plan, read, sink);
}

}  // namespace

Result<void> write_planes(const Json& about, BytesView values, std::unique_ptr<ByteSink> sink) {
  return caught([&] { return write(about, values, *sink); });
}

}  // namespace webunmix
