// What the step `flatfield` reads in which pass, and what workers do with it.
#include <algorithm>
#include <utility>

#include "image/bytes_io.hpp"
#include "run/partition.hpp"
#include "steps/flatfield_folds.hpp"
#include "steps/flatfield_step.hpp"

namespace webunmix {
namespace {

enum class FlatfieldFold : std::uint8_t { mean, median, plane, frames, baseline };

/// Frames that a mean image for looking at is made of, at most.
constexpr std::int64_t frames_looked_at = 48;
/// Pixels of an empty plane that tell its baseline.
constexpr std::int64_t baseline_sample = 4096;

Bytes tag_of(FlatfieldFold kind) { return std::move(ByteWriter().u8(static_cast<std::uint8_t>(kind))).take(); }

/// `count` of `all` numbers, evenly spaced from the first to the last.
std::vector<std::int64_t> evenly_spaced(std::int64_t all, std::int64_t count) {
  std::vector<std::int64_t> chosen;
  for (std::int64_t i = 0; i < count; ++i) chosen.push_back(count == 1 ? 0 : i * (all - 1) / (count - 1));
  return chosen;
}

}  // namespace

Result<std::optional<Pass>> FlatfieldStep::next_pass() {
  gathered_.clear();
  reading_ = phase_;
  std::optional<Pass> pass = pass_of(phase_);
  reduced_ = 0;
  items_ = pass ? pass->items.size() : 0;
  return pass;
}

std::optional<Pass> FlatfieldStep::pass_of(Phase phase) {
  switch (phase) {
    case Phase::dark: return dark_pass();
    case Phase::profile: return profile_pass();
    case Phase::empty: return empty_pass();
    case Phase::baseline: return baseline_pass();
    case Phase::mask: return mask_pass();
    case Phase::look: return look_pass();
    case Phase::frames: {
      saturated_ = 0;
      const auto frames = static_cast<std::int64_t>(all_frames().size());
      frame_numbers_ = evenly_spaced(frames, std::min(frames, settings_.max_frames));
      if (channel_ == 0 && frames > settings_.max_frames) {
        warnings_.push_back("The fit used " + std::to_string(settings_.max_frames) + " evenly spaced frames of " +
                            std::to_string(frames) + " (max_frames).");
      }
      // Room for all frames at once: growing would hold them twice.
      gathered_.reserve(frame_numbers_.size() * static_cast<std::size_t>(working_height() * working_width()));
      frame_sums_.assign(static_cast<std::size_t>(working_height() * working_width()), 0.0);
      return frames_pass();
    }
    case Phase::done: break;
  }
  return std::nullopt;
}

Pass FlatfieldStep::dark_pass() const {
  const StackInfo& dark = inputs_[static_cast<std::size_t>(*dark_input_)].stack;
  Pass pass{"Averaging dark frames", {}};
  for (std::int32_t c = 0; c < dark.shape.c; ++c) {
    for (const Rows& band : row_bands(dark)) {
      Item item{{}, tag_of(FlatfieldFold::mean)};
      for (std::int32_t t = 0; t < dark.shape.t; ++t) {
        for (std::int32_t z = 0; z < dark.shape.z; ++z) item.boxes.push_back({*dark_input_, t, z, {c}, band.begin, band.end});
      }
      pass.items.push_back(std::move(item));
    }
  }
  return pass;
}

Pass FlatfieldStep::profile_pass() {
  const StackInfo& profile = inputs_[static_cast<std::size_t>(*profile_input_)].stack;
  Pass pass{"Reading the shading profile", {}};
  for (std::int32_t c = 0; c < profile.shape.c; ++c) {
    for (std::int32_t z = 0; z < profile.shape.z; ++z) {
      for (Box& box : plane_boxes(profile, *profile_input_, 0, z, {c}))
        pass.items.push_back({{std::move(box)}, tag_of(FlatfieldFold::plane)});
    }
  }
  return pass;
}

Pass FlatfieldStep::empty_pass() const {
  constexpr std::int64_t band_bytes = std::int64_t{32} << 20U;
  StackInfo as_float = stack_;
  as_float.type = SampleType::float32;
  const auto count = static_cast<std::int64_t>(empty_planes_.size());
  Pass pass{"Taking the median of " + std::to_string(count) + " empty planes", {}};
  for (std::int32_t c = 0; c < stack_.shape.c; ++c) {
    for (const Rows& band : deep_bands(as_float, count, 1, band_bytes)) {
      Item item{{}, tag_of(FlatfieldFold::median)};
      for (const PlaneIndex& plane : empty_planes_) {
        item.boxes.push_back({tiles_[static_cast<std::size_t>(plane.tile)],
                              static_cast<std::int32_t>(plane.t),
                              static_cast<std::int32_t>(plane.z),
                              {c},
                              band.begin,
                              band.end});
      }
      pass.items.push_back(std::move(item));
    }
  }
  return pass;
}

Pass FlatfieldStep::mask_pass() const {
  Pass pass{"Reading the mask", {}};
  for (Box& box : plane_boxes(inputs_[static_cast<std::size_t>(*mask_input_)].stack, *mask_input_, 0, 0, {0})) {
    pass.items.push_back({{std::move(box)}, tag_of(FlatfieldFold::plane)});
  }
  return pass;
}

Pass FlatfieldStep::baseline_pass() const {
  Pass pass{"Taking the baseline of " + std::to_string(empty_planes_.size()) + " empty planes", {}};
  for (std::size_t c = 0; c < profiles_.size(); ++c) {
    for (const PlaneIndex& plane : empty_planes_) {
      pass.items.push_back(
          {plane_boxes(stack_, tiles_[static_cast<std::size_t>(plane.tile)], static_cast<std::int32_t>(plane.t),
                       static_cast<std::int32_t>(plane.z), {static_cast<std::int32_t>(c)}),
           std::move(ByteWriter().u8(static_cast<std::uint8_t>(FlatfieldFold::baseline)).u64(c)).take()});
    }
  }
  return pass;
}

/// Small frames travel together: a journey to a worker costs about as long as reading one.
std::size_t FlatfieldStep::frames_together() const {
  constexpr std::int64_t item_pixels = std::int64_t{1} << 21U;
  return static_cast<std::size_t>(std::clamp<std::int64_t>(item_pixels / stack_.shape.pixels_per_plane(), 1, 16));
}

void FlatfieldStep::add_frame_items(Pass& pass, std::size_t channel) const {
  const std::vector<Frame> frames = all_frames();
  for (std::size_t begin = 0; begin < frame_numbers_.size(); begin += frames_together()) {
    ByteWriter tag;
    tag.u8(static_cast<std::uint8_t>(FlatfieldFold::frames)).i64(working_height()).i64(working_width());
    Item item{{}, std::move(tag).take()};
    for (std::size_t i = begin; i < std::min(begin + frames_together(), frame_numbers_.size()); ++i) {
      const Frame& frame = frames[static_cast<std::size_t>(frame_numbers_[i])];
      for (Box& box : plane_boxes(stack_, frame.input, frame.t, frame.z, {static_cast<std::int32_t>(channel)}))
        item.boxes.push_back(std::move(box));
    }
    pass.items.push_back(std::move(item));
  }
}

Pass FlatfieldStep::frames_pass() const {
  Pass pass{"Reading frames of " + channel_name(channel_), {}};
  add_frame_items(pass, channel_);
  return pass;
}

Pass FlatfieldStep::look_pass() {
  const auto all = static_cast<std::int64_t>(all_frames().size());
  frame_numbers_ = evenly_spaced(all, std::min(all, frames_looked_at));
  look_sums_.assign(profiles_.size() * static_cast<std::size_t>(working_height() * working_width()), 0.0);
  Pass pass{"Averaging frames", {}};
  for (std::size_t c = 0; c < profiles_.size(); ++c) add_frame_items(pass, c);
  return pass;
}

Result<std::unique_ptr<Fold>> FlatfieldStep::begin(BytesView tag) {
  ByteReader reader(tag);
  switch (static_cast<FlatfieldFold>(reader.u8())) {
    case FlatfieldFold::mean: return flatfield_folds::mean_of_band();
    case FlatfieldFold::median: return flatfield_folds::median_of_band();
    case FlatfieldFold::plane: return flatfield_folds::plane();
    case FlatfieldFold::frames: {
      const std::int64_t height = reader.i64();
      const std::int64_t width = reader.i64();
      WEBUNMIX_TRY(reader.done("tag of a flatfield item"));
      return flatfield_folds::small_frames(stack_.shape.y, stack_.shape.x, height, width);
    }
    case FlatfieldFold::baseline: {
      const auto channel = static_cast<std::size_t>(reader.u64());
      WEBUNMIX_TRY(reader.done("tag of a flatfield item"));
      if (channel >= full_.size()) break;
      const FullSizeProfile& full = full_[channel];
      return flatfield_folds::corrected_sample({full.flatfield.values, full.darkfield.values, ShadingForm::ratio},
                                               baseline_sample);
    }
  }
  return Error{Errc::internal, "the tag of a flatfield item names no fold"};
}

}  // namespace webunmix
