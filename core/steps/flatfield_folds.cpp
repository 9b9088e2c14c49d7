#include "steps/flatfield_folds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "flatfield/empty.hpp"
#include "flatfield/resample.hpp"
#include "image/bytes_io.hpp"
#include "image/convert.hpp"

namespace webunmix::flatfield_folds {
namespace {

/// The first channel of a block as float32.
std::vector<float> as_floats(const Block& block, std::size_t channel) {
  return visit_sample_type(block.type(), [&]<class T>() {
    const std::span<const T> samples = block.channel<T>(channel);
    std::vector<float> values(samples.size());
    to_float32(samples, values);
    return values;
  });
}

Folded rows(std::span<const float> values) { return {std::move(ByteWriter().values(values)).take(), nullptr}; }

class MeanOfBand final : public Fold {
 public:
  Result<void> take(SharedBlock block) override {
    const std::vector<float> values = as_floats(*block, 0);
    sums_.resize(values.size(), 0.0);
    for (std::size_t i = 0; i < values.size(); ++i) sums_[i] += static_cast<double>(values[i]);
    ++count_;
    return {};
  }
  Result<Folded> finish() override {
    std::vector<float> means(sums_.size());
    for (std::size_t i = 0; i < means.size(); ++i) means[i] = static_cast<float>(sums_[i] / static_cast<double>(count_));
    return rows(means);
  }

 private:
  std::vector<double> sums_;
  std::size_t count_ = 0;
};

class MedianOfBand final : public Fold {
 public:
  Result<void> take(SharedBlock block) override {
    pixels_ = block->pixels_per_channel();
    const std::vector<float> values = as_floats(*block, 0);
    planes_.insert(planes_.end(), values.begin(), values.end());
    return {};
  }
  Result<Folded> finish() override { return rows(median_over_planes(planes_, pixels_)); }

 private:
  std::vector<float> planes_;
  std::size_t pixels_ = 0;
};

class PlaneRows final : public Fold {
 public:
  Result<void> take(SharedBlock block) override {
    const std::vector<float> values = as_floats(*block, 0);
    values_.insert(values_.end(), values.begin(), values.end());
    return {};
  }
  Result<Folded> finish() override { return rows(values_); }

 private:
  std::vector<float> values_;
};

class SmallFrameFold final : public Fold {
 public:
  SmallFrameFold(std::int64_t full_height, std::int64_t full_width, std::int64_t height, std::int64_t width)
      : empty_(full_height, full_width, height, width), sampler_(empty_) {}

  Result<void> take(SharedBlock block) override {
    const Box& box = block->box();
    if (current_ && (current_->input != box.input || current_->t != box.t || current_->z != box.z)) end_frame();
    current_ = box;
    visit_sample_type(block->type(), [&]<class T>() {
      const std::span<const T> samples = block->channel<T>(0);
      count(samples);
      if constexpr (std::is_same_v<T, std::uint8_t> || std::is_same_v<T, std::uint16_t> || std::is_same_v<T, float>) {
        sampler_.add_rows(box.y_begin, samples);
      } else {
        sampler_.add_rows<float>(box.y_begin, as_floats(*block, 0));
      }
    });
    return {};
  }
  Result<Folded> finish() override {
    end_frame();
    return Folded{std::move(written_).take(), nullptr};
  }

 private:
  template <class T>
  void count(std::span<const T> samples) {
    // Blocks hold fewer pixels than 32 bits count.
    std::uint32_t found = 0;
    if constexpr (std::is_integral_v<T>) {
      for (const T sample : samples) found += sample == std::numeric_limits<T>::max() ? 1U : 0U;
      saturated_ += found;
    } else {
      for (const T sample : samples) found += std::isfinite(sample) ? 0U : 1U;
      not_finite_ += found;
    }
  }

  void end_frame() {
    written_.u64(std::exchange(saturated_, 0)).u64(std::exchange(not_finite_, 0)).values(sampler_.finish().values);
    sampler_ = empty_;
  }

  const AreaDownsampler empty_;
  AreaDownsampler sampler_;
  std::optional<Box> current_;
  std::uint64_t saturated_ = 0;
  std::uint64_t not_finite_ = 0;
  ByteWriter written_;
};

class CorrectedSample final : public Fold {
 public:
  CorrectedSample(ShadingCorrection correction, std::int64_t most)
      : correction_(correction), most_(static_cast<std::size_t>(most)) {}

  Result<void> take(SharedBlock block) override {
    const std::vector<float> raw = as_floats(*block, 0);
    std::vector<float> values(raw.size());
    correction_.apply(raw, static_cast<std::size_t>(block->box().y_begin * block->width()), 0.0F, values);
    const std::size_t stride = (values.size() + most_ - 1) / most_;
    for (std::size_t i = stride / 2; i < values.size(); i += stride) sample_.push_back(values[i]);
    return {};
  }
  Result<Folded> finish() override { return rows(sample_); }

 private:
  ShadingCorrection correction_;
  std::size_t most_;
  std::vector<float> sample_;
};

class Corrected final : public Fold {
 public:
  Corrected(Box wanted, std::int64_t full_height, std::vector<ShadingCorrection> corrections, std::vector<float> baselines)
      : wanted_(std::move(wanted)),
        full_height_(full_height),
        corrections_(std::move(corrections)),
        baselines_(std::move(baselines)) {}

  Result<void> take(SharedBlock block) override {
    block_ = std::move(block);
    return {};
  }

  Result<Folded> finish() override {
    auto made = std::make_shared<Block>(wanted_, SampleType::float32, block_->width());
    before_.assign(corrections_.size() * cells * cells, 0.0);
    after_.assign(before_.size(), 0.0);
    pixels_.assign(before_.size(), 0.0);
    visit_sample_type(block_->type(), [&]<class T>() {
      for (std::size_t c = 0; c < corrections_.size(); ++c) correct(block_->channel<T>(c), c, made->channel<float>(c));
    });
    return Folded{std::move(ByteWriter().values(before_).values(after_).values(pixels_)).take(), std::move(made)};
  }

 private:
  static constexpr auto cells = static_cast<std::size_t>(CoarseSums::cells);

  /// Row by row, so that what is read stays in the nearest cache. Every eighth row (or every row a cell has) tells enough of a smooth
  /// picture.
  template <class T>
  void correct(std::span<const T> in, std::size_t c, std::span<float> out) {
    const auto width = static_cast<std::size_t>(block_->width());
    const std::int64_t row_step = std::clamp<std::int64_t>(full_height_ / CoarseSums::cells, 1, 8);
    std::vector<float> row(width);
    for (std::int64_t y = wanted_.y_begin; y < wanted_.y_end; ++y) {
      const std::size_t at = static_cast<std::size_t>(y - wanted_.y_begin) * width;
      to_float32(in.subspan(at, width), row);
      const std::span<float> corrected_row = out.subspan(at, width);
      corrections_[c].apply(row, static_cast<std::size_t>(y) * width, baselines_[c], corrected_row);
      if (y % row_step == 0) sample(y, row, corrected_row, c * cells * cells);
    }
  }

  void sample(std::int64_t y, std::span<const float> raw, std::span<const float> corrected, std::size_t channel_at) {
    const std::size_t width = raw.size();
    const std::size_t at = channel_at + static_cast<std::size_t>(y * CoarseSums::cells / full_height_) * cells;
    for (std::size_t cell = 0; cell < cells; ++cell) {
      const std::size_t begin = cell * width / cells;
      const std::size_t end = (cell + 1) * width / cells;
      double sum_before = 0.0;
      double sum_after = 0.0;
      for (std::size_t x = begin; x < end; ++x) {
        sum_before += static_cast<double>(raw[x]);
        sum_after += static_cast<double>(corrected[x]);
      }
      before_[at + cell] += sum_before;
      after_[at + cell] += sum_after;
      pixels_[at + cell] += static_cast<double>(end - begin);
    }
  }

  Box wanted_;
  std::int64_t full_height_;
  std::vector<ShadingCorrection> corrections_;
  std::vector<float> baselines_;
  SharedBlock block_;
  std::vector<double> before_;
  std::vector<double> after_;
  std::vector<double> pixels_;
};

}  // namespace

std::unique_ptr<Fold> mean_of_band() { return std::make_unique<MeanOfBand>(); }
std::unique_ptr<Fold> median_of_band() { return std::make_unique<MedianOfBand>(); }
std::unique_ptr<Fold> plane() { return std::make_unique<PlaneRows>(); }

std::unique_ptr<Fold> small_frames(std::int64_t full_height, std::int64_t full_width, std::int64_t height, std::int64_t width) {
  return std::make_unique<SmallFrameFold>(full_height, full_width, height, width);
}

Result<std::vector<SmallFrame>> read_small_frames(BytesView tally) {
  ByteReader reader(tally);
  std::vector<SmallFrame> frames;
  while (reader.ok() && reader.remaining() > 0) {
    SmallFrame& frame = frames.emplace_back();
    frame.saturated = reader.u64();
    frame.not_finite = reader.u64();
    frame.pixels = reader.values<float>();
  }
  WEBUNMIX_TRY(reader.done("what frames of flatfield left"));
  return frames;
}

std::unique_ptr<Fold> corrected_sample(ShadingCorrection correction, std::int64_t most) {
  return std::make_unique<CorrectedSample>(correction, most);
}

std::unique_ptr<Fold> corrected(const Box& wanted, std::int64_t full_height, std::vector<ShadingCorrection> corrections,
                                std::vector<float> baselines) {
  return std::make_unique<Corrected>(wanted, full_height, std::move(corrections), std::move(baselines));
}

void add_coarse_sums(CoarseSums& sums, BytesView tally, std::span<const std::int32_t> channels) {
  ByteReader reader(tally);
  const std::vector<double> before = reader.values<double>();
  const std::vector<double> after = reader.values<double>();
  const std::vector<double> pixels = reader.values<double>();
  constexpr std::size_t cells = static_cast<std::size_t>(CoarseSums::cells * CoarseSums::cells);
  for (std::size_t c = 0; c < channels.size() && (c + 1) * cells <= pixels.size(); ++c) {
    const std::size_t to = static_cast<std::size_t>(channels[c]) * cells;
    for (std::size_t i = 0; i < cells; ++i) {
      sums.before[to + i] += before[c * cells + i];
      sums.after[to + i] += after[c * cells + i];
      sums.pixels[to + i] += pixels[c * cells + i];
    }
  }
}

}  // namespace webunmix::flatfield_folds
