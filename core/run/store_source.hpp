// Reads boxes from a store: blocks that were computed once and lie one after another, as raw samples, in a ByteSource.
//
// A box need not be one that was stored: any box whose pixels are all there is put together from the blocks that hold them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "image/byte_stream.hpp"
#include "image/result.hpp"
#include "image/stack_info.hpp"
#include "image/stack_source.hpp"

namespace webunmix {

/// Bytes that the block of `box` takes in a store of this type and width.
[[nodiscard]] std::uint64_t stored_bytes(const Box& box, SampleType type, std::int64_t width);

class StoreSource final : public StackSource {
 public:
  /// `boxes` in the order in which their blocks lie in `source`, from its first byte, without gaps. Boxes outside the stack are
  /// bad_setting, a source that is too short for them is internal.
  [[nodiscard]] static Result<std::unique_ptr<StoreSource>> open(const StackInfo& info, const std::vector<Box>& boxes,
                                                                 std::unique_ptr<ByteSource> source);

  [[nodiscard]] const StackInfo& info() const override { return info_; }
  [[nodiscard]] bool covers(const Box& box) const;
  [[nodiscard]] Result<Block> read(const Box& box) override;

 private:
  struct Stored {
    Box box;
    std::uint64_t offset = 0;
  };
  /// Rows of one channel that lie side by side in the store.
  struct Run {
    std::uint64_t offset = 0;
    std::int64_t rows = 0;
  };

  StoreSource(const StackInfo& info, std::unique_ptr<ByteSource> source);
  [[nodiscard]] Run find(const Box& wanted, std::int32_t channel, std::int64_t row) const;

  StackInfo info_;
  std::unique_ptr<ByteSource> source_;
  std::map<std::tuple<std::int32_t, std::int32_t, std::int32_t>, std::vector<Stored>> planes_;  ///< by input, t, z
};

}  // namespace webunmix
