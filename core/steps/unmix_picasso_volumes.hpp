// The largest value and the background percentile of every channel's volume at every time point: what `unmix_picasso` prepares with.
//
// Exact order statistics from counting (stats/digit_histogram.hpp): one pass for 8- and 16-bit samples, two for others. A volume is
// closed as soon as its last plane has come in, so only one volume's counts are held at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "run/step.hpp"
#include "stats/digit_histogram.hpp"
#include "stats/percentile.hpp"
#include "steps/unmix_picasso_plan.hpp"

namespace webunmix {

/// One channel of one volume, in raw units as float32.
struct VolumeLevels {
  float maximum = 0;
  float below = 0;  ///< the order statistics on either side of the percentile
  float above = 0;

  /// The percentile of the volume after a division of all values by `divisor`, in float32 as the values are. 0 without a divisor above 0.
  [[nodiscard]] float background(float divisor, double fraction) const;
};

class PicassoVolumes {
 public:
  PicassoVolumes() = default;
  PicassoVolumes(const PicassoPlan& plan, double background_percentile);

  /// The next pass over all volumes, or nothing when all are measured.
  [[nodiscard]] std::optional<Pass> next_pass(const PicassoPlan& plan);
  [[nodiscard]] Result<void> reduce(const PicassoPlan& plan, std::size_t item, BytesView tally);
  [[nodiscard]] bool done() const { return stage_ == Stage::done; }

  [[nodiscard]] const VolumeLevels& at(std::int64_t t, std::size_t channel) const {
    return levels_[static_cast<std::size_t>(t) * channels_ + channel];
  }
  [[nodiscard]] float background(std::int64_t t, std::size_t channel, float divisor) const {
    return at(t, channel).background(divisor, ranks_.fraction);
  }
  /// Largest value of all channels at a time point.
  [[nodiscard]] float shared_maximum(std::int64_t t) const;

  void write(ByteWriter& writer) const;
  void read(ByteReader& reader);

  /// The fold of an item of these passes; the tag begins behind what the step itself wrote.
  [[nodiscard]] static Result<std::unique_ptr<Fold>> begin(const PicassoPlan& plan, ByteReader& tag);

 private:
  enum class Stage : std::uint8_t { upper_digits, lower_digits, done };
  /// What must be known of a volume: order statistics of these ranks, lowest to highest.
  static constexpr std::size_t wanted = 3;  // below, above, largest
  using Places = std::array<DigitHistogram::Place, wanted>;

  [[nodiscard]] std::array<std::uint64_t, wanted> ranks() const { return {ranks_.lower, ranks_.upper, voxels_ - 1}; }
  [[nodiscard]] static std::vector<std::uint16_t> digits_of(const Places& places);
  [[nodiscard]] Result<void> close_upper(const PicassoPlan& plan, std::int64_t t);
  void close_lower(std::int64_t t);
  void set(std::int64_t t, std::size_t channel, const std::array<float, wanted>& values);

  std::size_t channels_ = 0;
  std::uint64_t voxels_ = 0;  // of one channel of a volume
  PercentileRanks ranks_;
  Stage stage_ = Stage::upper_digits;
  bool passing_ = false;
  std::vector<std::int64_t> t_of_item_;
  std::vector<DigitHistogram> counts_;  // of the volume being reduced, per channel (upper), or per channel and digit (lower)
  std::vector<Places> places_;          // per volume and channel, for types of two digits
  std::vector<VolumeLevels> levels_;    // per volume and channel
};

}  // namespace webunmix
