#include "steps/unmix_picasso_volumes.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "image/bytes_io.hpp"
#include "steps/unmix_picasso_items.hpp"

namespace webunmix {
namespace {

/// Planes are gathered into items of about so many pixels: enough to be worth a message, few enough to spread over workers.
constexpr std::int64_t volume_item_pixels = std::int64_t{1} << 20U;

class UpperFold final : public Fold {
 public:
  explicit UpperFold(std::vector<std::int32_t> channels) : channels_(std::move(channels)), counters_(channels_.size()) {}

  Result<void> take(SharedBlock block) override {
    WEBUNMIX_ASSIGN(const std::vector<std::size_t> places, places_in(*block, channels_));
    visit_sample_type(block->type(), [&]<class T>() {
      for (std::size_t c = 0; c < places.size(); ++c) counters_[c].add(block->channel<T>(places[c]));
    });
    return {};
  }

  Result<Folded> finish() override {
    ByteWriter writer;
    for (const DigitCounter& counter : counters_) counter.write(writer);
    return Folded{std::move(writer).take(), nullptr};
  }

 private:
  std::vector<std::int32_t> channels_;
  std::vector<DigitCounter> counters_;
};

/// Only for types of two digits: the others are done after the upper one.
class LowerFold final : public Fold {
 public:
  LowerFold(std::vector<std::int32_t> channels, const std::vector<std::vector<std::uint16_t>>& digits)
      : channels_(std::move(channels)) {
    for (const auto& of_channel : digits) counters_.emplace_back(of_channel);
  }

  Result<void> take(SharedBlock block) override {
    WEBUNMIX_ASSIGN(const std::vector<std::size_t> places, places_in(*block, channels_));
    visit_sample_type(block->type(), [&]<class T>() {
      if constexpr (!one_digit<T>) {
        for (std::size_t c = 0; c < places.size(); ++c) counters_[c].add(block->channel<T>(places[c]));
      }
    });
    return {};
  }

  Result<Folded> finish() override {
    ByteWriter writer;
    for (const LowerDigitCounter& counter : counters_) counter.write(writer);
    return Folded{std::move(writer).take(), nullptr};
  }

 private:
  std::vector<std::int32_t> channels_;
  std::vector<LowerDigitCounter> counters_;
};

}  // namespace

float VolumeLevels::background(float divisor, double fraction) const {
  if (!(divisor > 0)) return 0;
  return static_cast<float>(interpolate(static_cast<double>(below / divisor), static_cast<double>(above / divisor), fraction));
}

PicassoVolumes::PicassoVolumes(const PicassoPlan& plan, double background_percentile)
    : channels_(plan.channels.size()),
      voxels_(static_cast<std::uint64_t>(plan.volume_voxels())),
      ranks_(percentile_ranks(voxels_, background_percentile)),
      places_(channels_ * static_cast<std::size_t>(plan.stack.shape.t)),
      levels_(places_.size()) {}

std::vector<std::uint16_t> PicassoVolumes::digits_of(const Places& places) {
  std::vector<std::uint16_t> digits;
  for (const auto& place : places) {
    const auto digit = static_cast<std::uint16_t>(place.digit);
    if (std::find(digits.begin(), digits.end(), digit) == digits.end()) digits.push_back(digit);
  }
  return digits;
}

std::optional<Pass> PicassoVolumes::next_pass(const PicassoPlan& plan) {
  if (passing_) {
    passing_ = false;
    const bool more = stage_ == Stage::upper_digits && !has_one_digit(plan.stack.type);
    stage_ = more ? Stage::lower_digits : Stage::done;
  }
  if (stage_ == Stage::done) return std::nullopt;

  const bool upper = stage_ == Stage::upper_digits;
  Pass pass{upper ? "Measuring largest values and backgrounds" : "Measuring backgrounds exactly", {}};
  t_of_item_.clear();
  for (std::int64_t t = 0; t < plan.stack.shape.t; ++t) {
    ByteWriter tag;
    write_purpose(tag, PicassoPurpose::volumes);
    tag.boolean(upper);
    for (std::size_t c = 0; !upper && c < channels_; ++c) {
      tag.values(digits_of(places_[static_cast<std::size_t>(t) * channels_ + c]));
    }
    add_volume_items(plan, t, volume_item_pixels, std::move(tag).take(), pass);
    t_of_item_.resize(pass.items.size(), t);
  }
  passing_ = true;
  return pass;
}

Result<void> PicassoVolumes::reduce(const PicassoPlan& plan, std::size_t item, BytesView tally) {
  const std::int64_t t = t_of_item_[item];
  const bool first = item == 0 || t_of_item_[item - 1] != t;
  const bool last = item + 1 == t_of_item_.size() || t_of_item_[item + 1] != t;
  ByteReader reader(tally);
  if (stage_ == Stage::upper_digits) {
    if (first) counts_.assign(channels_, DigitHistogram());
    for (DigitHistogram& counts : counts_) counts.merge(reader);
    WEBUNMIX_TRY(reader.done("tally of the volumes of unmix_picasso"));
    return last ? close_upper(plan, t) : Result<void>();
  }
  if (first) {
    std::size_t histograms = 0;
    for (std::size_t c = 0; c < channels_; ++c) {
      histograms += digits_of(places_[static_cast<std::size_t>(t) * channels_ + c]).size();
    }
    counts_.assign(histograms, DigitHistogram());
  }
  for (DigitHistogram& counts : counts_) counts.merge(reader);
  WEBUNMIX_TRY(reader.done("tally of the volumes of unmix_picasso"));
  if (last) close_lower(t);
  return {};
}

Result<void> PicassoVolumes::close_upper(const PicassoPlan& plan, std::int64_t t) {
  const DigitScale scale(plan.stack.type);
  for (std::size_t c = 0; c < channels_; ++c) {
    const DigitHistogram& counts = counts_[c];
    const std::uint64_t above = scale.last() + 1 < digit_values ? counts.at_or_above(scale.last() + 1) : 0;
    const std::uint64_t not_finite = counts.below(scale.first()) + above;
    if (not_finite > 0) {
      return Error{Errc::not_enough_data,
                   "channel " + std::to_string(plan.channels[c]) + " has " + std::to_string(not_finite) +
                       " pixels that are NaN or infinite at time point " + std::to_string(t) +
                       " (counted from 0), so it has no largest value and no background: replace them, or "
                       "leave the channel out of channels"};
    }
    Places& places = places_[static_cast<std::size_t>(t) * channels_ + c];
    std::array<float, wanted> values{};
    for (std::size_t i = 0; i < wanted; ++i) {
      places[i] = counts.find(ranks()[i]);
      values[i] = scale.lowest(places[i].digit);
    }
    if (scale.one_digit()) set(t, c, values);
  }
  counts_.clear();
  return {};
}

void PicassoVolumes::close_lower(std::int64_t t) {
  std::size_t first = 0;
  for (std::size_t c = 0; c < channels_; ++c) {
    const Places& places = places_[static_cast<std::size_t>(t) * channels_ + c];
    const std::vector<std::uint16_t> digits = digits_of(places);
    std::array<float, wanted> values{};
    for (std::size_t i = 0; i < wanted; ++i) {
      const auto slot = std::find(digits.begin(), digits.end(), static_cast<std::uint16_t>(places[i].digit)) - digits.begin();
      const DigitHistogram& counts = counts_[first + static_cast<std::size_t>(slot)];
      values[i] = value_of_key((places[i].digit << 16U) | counts.find(places[i].rank).digit);
    }
    set(t, c, values);
    first += digits.size();
  }
  counts_.clear();
}

void PicassoVolumes::set(std::int64_t t, std::size_t channel, const std::array<float, wanted>& values) {
  levels_[static_cast<std::size_t>(t) * channels_ + channel] = {.maximum = values[2], .below = values[0], .above = values[1]};
}

float PicassoVolumes::shared_maximum(std::int64_t t) const {
  float largest = at(t, 0).maximum;
  for (std::size_t c = 1; c < channels_; ++c) largest = std::max(largest, at(t, c).maximum);
  return largest;
}

void PicassoVolumes::write(ByteWriter& writer) const { writer.boolean(done()).f64(ranks_.fraction).values(levels_); }

void PicassoVolumes::read(ByteReader& reader) {
  stage_ = reader.boolean() ? Stage::done : Stage::upper_digits;
  ranks_.fraction = reader.f64();
  levels_ = reader.values<VolumeLevels>();
}

Result<std::unique_ptr<Fold>> PicassoVolumes::begin(const PicassoPlan& plan, ByteReader& tag) {
  const bool upper = tag.boolean();
  std::vector<std::vector<std::uint16_t>> digits(upper ? 0 : plan.channels.size());
  for (auto& of_channel : digits) of_channel = tag.values<std::uint16_t>();
  WEBUNMIX_TRY(tag.done("tag of the volumes of unmix_picasso"));
  if (upper) return std::unique_ptr<Fold>(std::make_unique<UpperFold>(plan.channels));
  return std::unique_ptr<Fold>(std::make_unique<LowerFold>(plan.channels, digits));
}

}  // namespace webunmix
