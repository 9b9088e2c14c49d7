#include "steps/unmix_look.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "image/bytes_io.hpp"

namespace webunmix {
namespace {

/// Values are compared so many at a time: bright voxels are rare and lie together, so most groups hold none.
constexpr std::size_t group = 64;

/// A float32 bound as the smallest (largest) value of an integer type that satisfies it; nothing when none does.
template <class T>
std::optional<T> smallest_at_least(float bound) {
  const float whole = std::ceil(bound);
  if (whole > static_cast<float>(std::numeric_limits<T>::max())) return std::nullopt;
  return static_cast<T>(std::max(whole, static_cast<float>(std::numeric_limits<T>::min())));
}

template <class T>
std::optional<T> largest_at_most(float bound) {
  const float whole = std::floor(bound);
  if (whole < static_cast<float>(std::numeric_limits<T>::min())) return std::nullopt;
  return static_cast<T>(std::min(whole, static_cast<float>(std::numeric_limits<T>::max())));
}

/// Bounds in the type that values are compared in: their own for one-digit integers, float32 for all others.
template <class T>
struct Bounds {
  using Compared = std::conditional_t<one_digit<T>, T, float>;
  Compared source_at_least{};
  Compared target_at_most{};
  bool possible = true;

  explicit Bounds(const DirectionLook& look) {
    if constexpr (one_digit<T>) {
      const auto least = smallest_at_least<T>(look.source_at_least);
      const auto most = largest_at_most<T>(look.target_at_most);
      possible = least && most;
      source_at_least = least.value_or(T{});
      target_at_most = most.value_or(T{});
    } else {
      source_at_least = look.source_at_least;
      target_at_most = look.target_at_most;
    }
  }
};

/// Where a run of pixels lies, for the tile of each.
struct RunPlace {
  std::int64_t x = 0;
  std::int64_t first_tile = 0;  // of the row
  std::int64_t tile_edge = 0;
};

template <class T>
void gather_run(std::span<const T> source, std::span<const T> target, const Bounds<T>& bounds, const RunPlace& place,
                GatheredVoxels& into) {
  using Compared = typename Bounds<T>::Compared;
  for (std::size_t begin = 0; begin < source.size(); begin += group) {
    const std::size_t end = std::min(begin + group, source.size());
    auto brightest = static_cast<Compared>(source[begin]);
    for (std::size_t i = begin; i < end; ++i) {
      const auto value = static_cast<Compared>(source[i]);
      brightest = value > brightest ? value : brightest;
    }
    if (brightest < bounds.source_at_least) continue;
    for (std::size_t i = begin; i < end; ++i) {
      if (static_cast<Compared>(source[i]) < bounds.source_at_least) continue;
      if (static_cast<Compared>(target[i]) > bounds.target_at_most) continue;
      into.source.push_back(static_cast<float>(source[i]));
      into.target.push_back(static_cast<float>(target[i]));
      if (place.tile_edge > 0) {
        const std::int64_t x = place.x + static_cast<std::int64_t>(i);
        into.tiles.push_back(static_cast<std::uint16_t>(place.first_tile + x / place.tile_edge));
      }
    }
  }
}

template <class T>
void count_run(std::span<const T> source, std::span<const T> target, const Bounds<T>& bounds, GatheredVoxels& into) {
  using Compared = typename Bounds<T>::Compared;
  for (std::size_t i = 0; i < source.size(); ++i) {
    const bool bright = !(static_cast<Compared>(source[i]) < bounds.source_at_least);
    const bool both = bright && !(static_cast<Compared>(target[i]) > bounds.target_at_most);
    into.with_source += bright ? 1U : 0U;
    into.with_both += both ? 1U : 0U;
  }
}

class UnmixLookFold final : public Fold {
 public:
  UnmixLookFold(UnmixLook look, std::array<std::int32_t, 2> channels, std::shared_ptr<const unmix::Region> region)
      : look_(std::move(look)), channels_(channels), region_(std::move(region)) {
    for (std::size_t c = 0; c < 2; ++c) {
      if (look_.channels[c].upper_digits) upper_[c].emplace();
      if (!look_.channels[c].lower_digits_of.empty()) lower_[c].emplace(look_.channels[c].lower_digits_of);
    }
  }

  Result<void> take(SharedBlock block) override {
    std::array<std::size_t, 2> place{};
    for (std::size_t c = 0; c < 2; ++c) {
      const auto& held = block->box().channels;
      const auto found = std::find(held.begin(), held.end(), channels_[c]);
      if (found == held.end())
        return Error{Errc::internal, "unmix was handed a block without channel " + std::to_string(channels_[c])};
      place[c] = static_cast<std::size_t>(found - held.begin());
    }
    visit_sample_type(block->type(), [&]<class T>() {
      look_at<T>(*block, {block->channel<T>(place[0]), block->channel<T>(place[1])});
    });
    return {};
  }

  Result<Folded> finish() override {
    ByteWriter writer;
    for (std::size_t c = 0; c < 2; ++c) {
      if (upper_[c]) upper_[c]->write(writer);
      if (lower_[c]) lower_[c]->write(writer);
    }
    for (std::size_t d = 0; d < 2; ++d) {
      if (look_.directions[d].ask != DirectionLook::Ask::nothing) gathered_[d].write(writer);
    }
    return Folded{std::move(writer).take(), nullptr};
  }

 private:
  template <class T>
  using Channels = std::array<std::span<const T>, 2>;

  template <class T>
  void look_at(const Block& block, const Channels<T>& pixels) {
    const std::int64_t width = block.width();
    if (look_.whole_planes || region_->whole()) {
      count_digits(pixels);
      for (std::int64_t row = 0; row < block.box().rows(); ++row) look_at_run<T>(block, pixels, row, {0, width});
      return;
    }
    for (std::int64_t row = 0; row < block.box().rows(); ++row) {
      for (const unmix::Run& run : region_->row(block.box().y_begin + row)) {
        count_digits(run_of(pixels, row * width, run));
        look_at_run<T>(block, pixels, row, run);
      }
    }
  }

  template <class T>
  static Channels<T> run_of(const Channels<T>& pixels, std::int64_t row_begin, const unmix::Run& run) {
    const auto begin = static_cast<std::size_t>(row_begin + run.begin);
    const auto size = static_cast<std::size_t>(run.end - run.begin);
    return {pixels[0].subspan(begin, size), pixels[1].subspan(begin, size)};
  }

  template <class T>
  void count_digits(const Channels<T>& pixels) {
    for (std::size_t c = 0; c < 2; ++c) {
      if (upper_[c]) upper_[c]->add(pixels[c]);
      if constexpr (!one_digit<T>) {
        if (lower_[c]) lower_[c]->add(pixels[c]);
      }
    }
  }

  template <class T>
  void look_at_run(const Block& block, const Channels<T>& pixels, std::int64_t row, const unmix::Run& run) {
    const std::int64_t y = block.box().y_begin + row;
    const Channels<T> values = run_of(pixels, row * block.width(), run);
    RunPlace place{run.begin, 0, look_.tile_edge};
    if (look_.tile_edge > 0) place.first_tile = y / look_.tile_edge * ((block.width() + look_.tile_edge - 1) / look_.tile_edge);
    for (std::size_t d = 0; d < 2; ++d) {
      const DirectionLook& direction = look_.directions[d];
      if (direction.ask == DirectionLook::Ask::nothing) continue;
      const Bounds<T> bounds(direction);
      if (!bounds.possible) continue;
      // The reverse direction's source is the forward one's target.
      const auto source = values[d];
      const auto target = values[1 - d];
      if (direction.ask == DirectionLook::Ask::gather) {
        gather_run(source, target, bounds, place, gathered_[d]);
      } else {
        count_run(source, target, bounds, gathered_[d]);
      }
    }
  }

  UnmixLook look_;
  std::array<std::int32_t, 2> channels_;
  std::shared_ptr<const unmix::Region> region_;
  std::array<std::optional<DigitCounter>, 2> upper_;
  std::array<std::optional<LowerDigitCounter>, 2> lower_;
  std::array<GatheredVoxels, 2> gathered_;
};

}  // namespace

bool UnmixLook::asks_nothing() const {
  return std::none_of(channels.begin(), channels.end(),
                      [](const ChannelLook& c) { return c.upper_digits || !c.lower_digits_of.empty(); }) &&
         std::none_of(directions.begin(), directions.end(),
                      [](const DirectionLook& d) { return d.ask != DirectionLook::Ask::nothing; });
}

Bytes UnmixLook::write() const {
  ByteWriter writer;
  for (const ChannelLook& channel : channels) writer.boolean(channel.upper_digits).values(channel.lower_digits_of);
  for (const DirectionLook& direction : directions) {
    writer.u8(static_cast<std::uint8_t>(direction.ask)).f32(direction.source_at_least).f32(direction.target_at_most);
  }
  writer.boolean(whole_planes).i64(tile_edge);
  return std::move(writer).take();
}

Result<UnmixLook> UnmixLook::read(BytesView bytes) {
  ByteReader reader(bytes);
  UnmixLook look;
  for (ChannelLook& channel : look.channels) {
    channel.upper_digits = reader.boolean();
    channel.lower_digits_of = reader.values<std::uint16_t>();
  }
  for (DirectionLook& direction : look.directions) {
    direction.ask = DirectionLook::Ask{reader.u8()};
    direction.source_at_least = reader.f32();
    direction.target_at_most = reader.f32();
  }
  look.whole_planes = reader.boolean();
  look.tile_edge = reader.i64();
  WEBUNMIX_TRY(reader.done("tag of an unmix item"));
  return look;
}

void GatheredVoxels::write(ByteWriter& writer) const {
  writer.u64(with_source).u64(with_both).values(source).values(target).values(tiles);
}

GatheredVoxels GatheredVoxels::read(ByteReader& reader) {
  GatheredVoxels voxels;
  voxels.with_source = reader.u64();
  voxels.with_both = reader.u64();
  voxels.source = reader.values<float>();
  voxels.target = reader.values<float>();
  voxels.tiles = reader.values<std::uint16_t>();
  return voxels;
}

std::int64_t tile_edge_for(std::int64_t width, std::int64_t height) {
  // A tile must be larger than an object's blur, and 16 across the longer side are enough to resample.
  return std::max<std::int64_t>(16, (std::max(width, height) + 15) / 16);
}

std::unique_ptr<Fold> make_unmix_look_fold(UnmixLook look, std::array<std::int32_t, 2> channels,
                                           std::shared_ptr<const unmix::Region> region) {
  return std::make_unique<UnmixLookFold>(std::move(look), channels, std::move(region));
}

}  // namespace webunmix
