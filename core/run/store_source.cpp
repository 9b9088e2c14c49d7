#include "run/store_source.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "run/box_check.hpp"

namespace webunmix {

std::uint64_t stored_bytes(const Box& box, SampleType type, std::int64_t width) {
  return box.channels.size() * static_cast<std::uint64_t>(box.rows()) * static_cast<std::uint64_t>(width) *
         bytes_per_sample(type);
}

StoreSource::StoreSource(const StackInfo& info, std::unique_ptr<ByteSource> source) : info_(info), source_(std::move(source)) {}

Result<std::unique_ptr<StoreSource>> StoreSource::open(const StackInfo& info, const std::vector<Box>& boxes,
                                                       std::unique_ptr<ByteSource> source) {
  std::unique_ptr<StoreSource> store(new StoreSource(info, std::move(source)));
  std::uint64_t offset = 0;
  for (const Box& box : boxes) {
    WEBUNMIX_TRY(check_box(info, box));
    store->planes_[{box.input, box.t, box.z}].push_back({box, offset});
    offset += stored_bytes(box, info.type, info.shape.x);
  }
  if (store->source_->size() < offset) {
    return Error{Errc::internal, "The store " + store->source_->name() + " has " + std::to_string(store->source_->size()) +
                                     " bytes; its blocks take " + std::to_string(offset)};
  }
  return store;
}

StoreSource::Run StoreSource::find(const Box& wanted, std::int32_t channel, std::int64_t row) const {
  const auto plane = planes_.find({wanted.input, wanted.t, wanted.z});
  if (plane == planes_.end()) return {};
  for (const Stored& stored : plane->second) {
    if (row < stored.box.y_begin || row >= stored.box.y_end) continue;
    const auto at = std::find(stored.box.channels.begin(), stored.box.channels.end(), channel);
    if (at == stored.box.channels.end()) continue;
    const auto rows_before = (at - stored.box.channels.begin()) * stored.box.rows() + row - stored.box.y_begin;
    const auto row_bytes = static_cast<std::uint64_t>(info_.shape.x) * bytes_per_sample(info_.type);
    return {stored.offset + static_cast<std::uint64_t>(rows_before) * row_bytes,
            std::min(stored.box.y_end, wanted.y_end) - row};
  }
  return {};
}

bool StoreSource::covers(const Box& box) const {
  return std::all_of(box.channels.begin(), box.channels.end(), [&](std::int32_t channel) {
    for (std::int64_t row = box.y_begin; row < box.y_end;) {
      const Run run = find(box, channel, row);
      if (run.rows == 0) return false;
      row += run.rows;
    }
    return true;
  });
}

Result<Block> StoreSource::read(const Box& box) {
  Block block(box, info_.type, info_.shape.x);
  const std::size_t row_bytes = static_cast<std::size_t>(info_.shape.x) * bytes_per_sample(info_.type);
  std::span<std::byte> rest = block.bytes();
  for (const std::int32_t channel : box.channels) {
    for (std::int64_t row = box.y_begin; row < box.y_end;) {
      const Run run = find(box, channel, row);
      if (run.rows == 0) {
        return Error{Errc::internal, "The store " + source_->name() + " does not hold " + describe(box)};
      }
      const std::size_t size = static_cast<std::size_t>(run.rows) * row_bytes;
      WEBUNMIX_TRY(source_->read(run.offset, rest.first(size)));
      rest = rest.subspan(size);
      row += run.rows;
    }
  }
  return block;
}

}  // namespace webunmix
