#include "steps/unmix_picasso_items.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "image/convert.hpp"

namespace webunmix {

void write_purpose(ByteWriter& tag, PicassoPurpose purpose) { tag.u8(static_cast<std::uint8_t>(purpose)); }

Box picasso_box(const PicassoPlan& plan, std::int32_t input, std::int64_t t, std::int64_t z, const Rows& rows) {
  return {.input = input,
          .t = static_cast<std::int32_t>(t),
          .z = static_cast<std::int32_t>(z),
          .channels = plan.box_channels(),
          .y_begin = rows.begin,
          .y_end = rows.end};
}

void add_volume_items(const PicassoPlan& plan, std::int64_t t, std::int64_t pixels, const Bytes& tag, Pass& pass) {
  Item item{{}, tag};
  std::int64_t held = 0;
  const auto finish = [&] {
    if (!item.boxes.empty()) pass.items.push_back(std::exchange(item, Item{{}, tag}));
    held = 0;
  };
  const std::vector<Rows> bands = row_bands(plan.stack);
  for (const std::int32_t input : plan.inputs) {
    for (std::int64_t z = 0; z < plan.stack.shape.z; ++z) {
      for (const Rows& rows : bands) {
        const std::int64_t more = (rows.end - rows.begin) * plan.stack.shape.x;
        if (held > 0 && held + more > pixels) finish();
        held += more;
        item.boxes.push_back(picasso_box(plan, input, t, z, rows));
      }
    }
  }
  finish();
}

Result<std::vector<std::size_t>> places_in(const Block& block, const std::vector<std::int32_t>& channels) {
  const std::vector<std::int32_t>& held = block.box().channels;
  std::vector<std::size_t> places;
  for (const std::int32_t channel : channels) {
    const auto found = std::find(held.begin(), held.end(), channel);
    if (found == held.end()) {
      return Error{Errc::internal, "unmix_picasso was handed a block without channel " + std::to_string(channel)};
    }
    places.push_back(static_cast<std::size_t>(found - held.begin()));
  }
  return places;
}

std::vector<float> as_float32(const Block& block, const std::vector<std::size_t>& places) {
  const std::size_t pixels = block.pixels_per_channel();
  std::vector<float> values(places.size() * pixels);
  for (std::size_t c = 0; c < places.size(); ++c) {
    channel_to_float32(block, places[c], std::span(values).subspan(c * pixels, pixels));
  }
  return values;
}

std::vector<std::span<float>> channel_views(std::vector<float>& pixels, std::size_t channels) {
  const std::size_t each = pixels.size() / channels;
  std::vector<std::span<float>> views;
  for (std::size_t c = 0; c < channels; ++c) views.push_back(std::span(pixels).subspan(c * each, each));
  return views;
}

}  // namespace webunmix
