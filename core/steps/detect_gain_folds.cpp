#include "steps/detect_gain_folds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <type_traits>
#include <utility>

#include "gain/calibration.hpp"
#include "gain/robust_maps.hpp"
#include "image/bytes_io.hpp"

namespace webunmix::detect_gain_folds {
namespace {

template <class T>
std::uint64_t count_not_finite(std::span<const T> samples) {
  std::uint64_t count = 0;
  if constexpr (std::is_floating_point_v<T>) {
    for (const T sample : samples) count += std::isfinite(sample) ? 0U : 1U;
  }
  return count;
}

class TemporalFold final : public Fold {
 public:
  TemporalFold(FramesInBox order, std::int64_t row_step) : order_(order), row_step_(row_step) {}

  Result<void> take(SharedBlock block) override {
    waiting_bytes_ += block->bytes().size();
    waiting_.push_back(std::move(block));
    if (waiting_bytes_ >= most_waiting_bytes) add_waiting();
    return {};
  }
  Result<Folded> finish() override {
    add_waiting();
    if (!sums_) return Error{Errc::internal, "a detect_gain item had no boxes"};
    const TemporalMaps maps = sums_->finish();
    ByteWriter writer;
    writer.values(maps.mean).values(maps.variance).values(maps.maximum).values(maps.frame_sums.sums);
    writer.values(std::span<const std::uint64_t>(maps.frame_sums.pixels)).u64(maps.not_finite);
    return Folded{std::move(writer).take(), nullptr};
  }

 private:
  static constexpr std::size_t most_waiting_bytes = std::size_t{8} << 20U;

  void add_waiting() {
    if (waiting_.empty()) return;
    visit_sample_type(waiting_.front()->type(), [&]<class T>() { add<T>(); });
    waiting_.clear();
    waiting_bytes_ = 0;
  }

  template <class T>
  void add() {
    std::vector<std::vector<T>> copies;
    std::vector<std::span<const T>> frames;
    for (const SharedBlock& block : waiting_) list_frames<T>(*block, order_, row_step_, copies, frames);
    if (!sums_) sums_.emplace(frames.front().size());
    sums_->add_frames(std::span<const std::span<const T>>(frames));
  }

  FramesInBox order_;
  std::int64_t row_step_;
  std::vector<SharedBlock> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::optional<TemporalSums> sums_;
};

class RobustFold final : public Fold {
 public:
  RobustFold(FramesInBox order, std::size_t frames) : order_(order), frames_(frames) {}

  Result<void> take(SharedBlock block) override {
    visit_sample_type(block->type(), [&]<class T>() {
      std::vector<std::vector<T>> copies;
      std::vector<std::span<const T>> frames;
      list_frames<T>(*block, order_, 1, copies, frames);
      pixels_ = frames.front().size();
      // All at once: a vector that grows holds its samples twice.
      if (samples_.empty()) samples_.reserve(frames_ * pixels_);
      for (const std::span<const T> frame : frames) {
        not_finite_ += count_not_finite(frame);
        for (const T sample : frame) samples_.push_back(static_cast<float>(sample));
      }
    });
    return {};
  }
  Result<Folded> finish() override {
    if (samples_.empty()) return Error{Errc::internal, "a detect_gain item had no boxes"};
    MediansAndVariances maps{std::vector<double>(pixels_), std::vector<double>(pixels_)};
    if (not_finite_ == 0) maps = robust_maps(samples_, pixels_);
    return Folded{std::move(ByteWriter().values(maps.median).values(maps.variance).u64(not_finite_)).take(), nullptr};
  }

 private:
  FramesInBox order_;
  std::size_t frames_;
  std::vector<float> samples_;
  std::size_t pixels_ = 0;
  std::uint64_t not_finite_ = 0;
};

class CalibrationFold final : public Fold {
 public:
  explicit CalibrationFold(std::vector<std::uint64_t> frames_of_set) : frames_of_set_(std::move(frames_of_set)) {}

  Result<void> take(SharedBlock block) override {
    while (moments_.size() < frames_of_set_.size() && taken_ == frames_of_set_[moments_.size()]) close_set();
    if (!sums_) sums_.emplace(block->pixels_per_channel());
    visit_sample_type(block->type(), [&]<class T>() {
      const std::span<const T> samples = block->channel<T>(0);
      not_finite_ += count_not_finite(samples);
      sums_->add(samples);
      note_level(samples);
    });
    ++taken_;
    return {};
  }

  Result<Folded> finish() override {
    if (sums_) close_set();
    if (moments_.size() != frames_of_set_.size()) return Error{Errc::internal, "a calibration item lacks frames"};
    const PixelMoments& dark = moments_.front();
    const PixelGains gains = pixel_gains(dark, std::span<const PixelMoments>(moments_).subspan(1));
    std::vector<double> means;
    std::vector<double> variances;
    for (const PixelMoments& set : moments_) {
      means.push_back(std::accumulate(set.mean.begin(), set.mean.end(), 0.0));
      variances.push_back(std::accumulate(set.variance.begin(), set.variance.end(), 0.0));
    }
    ByteWriter writer;
    writer.values(dark.mean).values(dark.variance).values(gains.gain_e_per_adu).values(means).values(variances);
    writer.values(top_).values(at_top_).values(frame_sums_).u64(gains.dead).u64(not_finite_);
    return Folded{std::move(writer).take(), nullptr};
  }

 private:
  template <class T>
  void note_level(std::span<const T> samples) {
    T top = samples.front();
    double sum = 0.0;
    for (const T sample : samples) {
      top = top < sample ? sample : top;
      sum += static_cast<double>(sample);
    }
    frame_sums_.push_back(sum);
    const std::size_t set = moments_.size();
    top_.resize(std::max(top_.size(), set + 1), -std::numeric_limits<double>::infinity());
    at_top_.resize(top_.size(), 0);
    if (static_cast<double>(top) < top_[set]) return;
    if (static_cast<double>(top) > top_[set]) at_top_[set] = 0;
    top_[set] = static_cast<double>(top);
    at_top_[set] += static_cast<std::uint64_t>(std::count(samples.begin(), samples.end(), top));
  }

  void close_set() {
    moments_.push_back(sums_->finish());
    sums_.reset();
    taken_ = 0;
  }

  std::vector<std::uint64_t> frames_of_set_;
  std::vector<PixelMoments> moments_;
  std::optional<PixelMomentSums> sums_;
  std::uint64_t taken_ = 0;
  std::vector<double> top_;
  std::vector<std::uint64_t> at_top_;
  std::vector<double> frame_sums_;
  std::uint64_t not_finite_ = 0;
};

template <class T>
void append(std::vector<T>& to, const std::vector<T>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

void add_to(std::vector<double>& to, const std::vector<double>& more) {
  to.resize(std::max(to.size(), more.size()), 0.0);
  for (std::size_t i = 0; i < more.size(); ++i) to[i] += more[i];
}

}  // namespace

void CalibrationMaps::add(const CalibrationMaps& band) {
  append(offset, band.offset);
  append(variance, band.variance);
  append(gain, band.gain);
  add_to(mean_sums, band.mean_sums);
  add_to(variance_sums, band.variance_sums);
  add_to(frame_sums, band.frame_sums);
  for (std::size_t set = 0; set < band.top.size(); ++set) {
    if (set == top.size()) {
      top.push_back(band.top[set]);
      at_top.push_back(band.at_top[set]);
    } else if (band.top[set] > top[set]) {
      top[set] = band.top[set];
      at_top[set] = band.at_top[set];
    } else if (band.top[set] == top[set]) {
      at_top[set] += band.at_top[set];
    }
  }
  dead += band.dead;
  not_finite += band.not_finite;
}

std::unique_ptr<Fold> temporal_sums(FramesInBox order, std::int64_t row_step) {
  return std::make_unique<TemporalFold>(order, row_step);
}

Result<TemporalMaps> read_temporal_maps(BytesView tally) {
  ByteReader reader(tally);
  TemporalMaps maps;
  maps.mean = reader.values<float>();
  maps.variance = reader.values<float>();
  maps.maximum = reader.values<float>();
  maps.frame_sums.sums = reader.values<double>();
  const std::vector<std::uint64_t> pixels = reader.values<std::uint64_t>();
  if (pixels.size() == FrameSums::groups) {
    std::copy(pixels.begin(), pixels.end(), maps.frame_sums.pixels.begin());
  } else {
    reader.fail();
  }
  maps.not_finite = reader.u64();
  WEBUNMIX_TRY(reader.done("what frames of detect_gain left"));
  return maps;
}

std::unique_ptr<Fold> robust(FramesInBox order, std::size_t frames) { return std::make_unique<RobustFold>(order, frames); }

Result<RobustMaps> read_robust_maps(BytesView tally) {
  ByteReader reader(tally);
  RobustMaps maps{reader.values<double>(), reader.values<double>(), reader.u64()};
  WEBUNMIX_TRY(reader.done("what a band of detect_gain left"));
  return maps;
}

std::unique_ptr<Fold> calibration(std::vector<std::uint64_t> frames_of_set) {
  return std::make_unique<CalibrationFold>(std::move(frames_of_set));
}

Result<CalibrationMaps> read_calibration_maps(BytesView tally) {
  ByteReader reader(tally);
  CalibrationMaps maps;
  maps.offset = reader.values<float>();
  maps.variance = reader.values<float>();
  maps.gain = reader.values<float>();
  maps.mean_sums = reader.values<double>();
  maps.variance_sums = reader.values<double>();
  maps.top = reader.values<double>();
  maps.at_top = reader.values<std::uint64_t>();
  maps.frame_sums = reader.values<double>();
  maps.dead = reader.u64();
  maps.not_finite = reader.u64();
  WEBUNMIX_TRY(reader.done("what a calibration band of detect_gain left"));
  return maps;
}

}  // namespace webunmix::detect_gain_folds
