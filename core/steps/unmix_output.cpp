#include "steps/unmix_output.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <utility>

#include "image/bytes_io.hpp"
#include "image/convert.hpp"
#include "image/free_memory.hpp"
#include "settings/value.hpp"
#include "stats/histogram_mode.hpp"
#include "stats/mutual_information.hpp"

namespace webunmix {
namespace {

/// Pixels worked on together, small enough to stay in the nearest cache.
constexpr std::size_t chunk = 2048;
constexpr std::int64_t most_sampled = std::int64_t{1} << 18U;
constexpr int information_bins = 64;

using Chunk = std::array<float, chunk>;

bool is_finite(float value) { return value - value == 0.0F; }

std::size_t count_not_finite(std::span<const float> x, std::span<const float> y) {
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < x.size(); ++i) count += is_finite(x[i]) && is_finite(y[i]) ? 0U : 1U;
  return count;
}

class UnmixOutputFold final : public Fold {
 public:
  UnmixOutputFold(Box wanted, const UnmixCorrection& correction, std::int64_t first_voxel, std::int64_t stride)
      : wanted_(std::move(wanted)), correction_(correction), next_voxel_(first_voxel), stride_(stride) {}

  Result<void> take(SharedBlock block) override {
    made_ = std::make_shared<Block>(wanted_, SampleType::float32, block->width());
    const auto source = place_of(*block, correction_.source);
    const auto target = place_of(*block, correction_.target);
    for (std::size_t i = 0; i < wanted_.channels.size(); ++i) {
      if (is_corrected(wanted_.channels[i])) continue;
      const auto from = place_of(*block, wanted_.channels[i]);
      if (!from) return missing(wanted_.channels[i]);
      channel_to_float32(*block, *from, made_->channel<float>(i));
    }
    if (std::none_of(wanted_.channels.begin(), wanted_.channels.end(), [this](std::int32_t c) { return is_corrected(c); }))
      return {};
    if (!source) return missing(correction_.source);
    if (!target) return missing(correction_.target);
    visit_sample_type(block->type(), [&]<class T>() { correct<T>(block->channel<T>(*source), block->channel<T>(*target)); });
    return {};
  }

  Result<Folded> finish() override {
    if (!made_) return Error{Errc::internal, "unmix was asked for output without a block"};
    return Folded{measures() ? tally_.write() : Bytes{}, std::move(made_)};
  }

 private:
  [[nodiscard]] bool is_corrected(std::int32_t channel) const {
    return channel == correction_.target || (correction_.bidirectional && channel == correction_.source);
  }
  [[nodiscard]] std::optional<std::size_t> wanted_place(std::int32_t channel) const {
    const auto found = std::find(wanted_.channels.begin(), wanted_.channels.end(), channel);
    if (found == wanted_.channels.end()) return std::nullopt;
    return static_cast<std::size_t>(found - wanted_.channels.begin());
  }
  /// So that a box that holds only the source is not counted a second time.
  [[nodiscard]] bool measures() const { return wanted_place(correction_.target).has_value(); }
  static std::optional<std::size_t> place_of(const Block& block, std::int32_t channel) {
    const auto& held = block.box().channels;
    const auto found = std::find(held.begin(), held.end(), channel);
    if (found == held.end()) return std::nullopt;
    return static_cast<std::size_t>(found - held.begin());
  }
  static Error missing(std::int32_t channel) {
    return {Errc::internal, "unmix was handed a block without channel " + std::to_string(channel)};
  }

  template <class T>
  void correct(std::span<const T> source, std::span<const T> target) {
    const auto source_place = wanted_place(correction_.source);
    const auto target_place = wanted_place(correction_.target);
    Chunk s;
    Chunk t;
    Chunk corrected_s;
    Chunk corrected_t;
    for (std::size_t begin = 0; begin < source.size(); begin += chunk) {
      const std::size_t size = std::min(chunk, source.size() - begin);
      const std::span<float> x(s.data(), size);
      const std::span<float> y(t.data(), size);
      to_float32(source.subspan(begin, size), x);
      to_float32(target.subspan(begin, size), y);
      const std::span<float> new_y(corrected_t.data(), size);
      std::span<float> new_x = x;
      if (correction_.bidirectional) {
        new_x = {corrected_s.data(), size};
        unmix::correct_bidirectional(x, y, correction_.coefficients, correction_.pedestals, new_x, new_y);
      } else {
        unmix::correct_one_way(x, y, correction_.coefficients.forward, correction_.pedestals.source, new_y);
      }
      if (measures()) sample(x, y, new_x, new_y);
      if (correction_.clip_negative) {
        if (correction_.bidirectional) unmix::clip_negative(new_x);
        unmix::clip_negative(new_y);
      }
      if (measures()) add_sums(x, y, new_x, new_y);
      const auto put = [&](std::size_t place, std::span<const float> values) {
        std::copy(values.begin(), values.end(), made_->channel<float>(place).begin() + static_cast<std::ptrdiff_t>(begin));
      };
      if (source_place && correction_.bidirectional) put(*source_place, new_x);
      if (target_place) put(*target_place, new_y);
    }
  }

  void sample(std::span<const float> x, std::span<const float> y, std::span<const float> new_x, std::span<const float> new_y) {
    if (correction_.bidirectional) tally_.negative_source += unmix::count_negative(new_x);
    tally_.negative_target += unmix::count_negative(new_y);
    const auto size = static_cast<std::int64_t>(x.size());
    std::int64_t i = (stride_ - next_voxel_ % stride_) % stride_;
    for (; i < size; i += stride_) {
      const auto at = static_cast<std::size_t>(i);
      if (!is_finite(x[at]) || !is_finite(y[at])) continue;
      tally_.source.push_back(x[at]);
      tally_.target.push_back(y[at]);
      if (correction_.bidirectional) tally_.corrected_source.push_back(new_x[at]);
      tally_.corrected_target.push_back(new_y[at]);
    }
    next_voxel_ += size;
  }

  void add_sums(std::span<const float> x, std::span<const float> y, std::span<const float> new_x,
                std::span<const float> new_y) {
    const std::size_t bad = count_not_finite(x, y);
    if (bad == 0) {
      tally_.before.add(sum_pairs(x, y));
      tally_.after.add(sum_pairs(new_x, new_y));
      return;
    }
    tally_.not_finite += bad;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!is_finite(x[i]) || !is_finite(y[i])) continue;
      tally_.before.add(sum_pairs(x.subspan(i, 1), y.subspan(i, 1)));
      tally_.after.add(sum_pairs(new_x.subspan(i, 1), new_y.subspan(i, 1)));
    }
  }

  Box wanted_;
  UnmixCorrection correction_;
  std::int64_t next_voxel_;
  std::int64_t stride_;
  std::shared_ptr<Block> made_;
  UnmixTally tally_;
};

void write(ByteWriter& writer, const PairSums& sums) {
  writer.u64(sums.n).f64(sums.x).f64(sums.y).f64(sums.xx).f64(sums.xy).f64(sums.yy);
}

PairSums read_sums(ByteReader& reader) {
  PairSums sums;
  sums.n = reader.u64();
  sums.x = reader.f64();
  sums.y = reader.f64();
  sums.xx = reader.f64();
  sums.xy = reader.f64();
  sums.yy = reader.f64();
  return sums;
}

void append(std::vector<float>& to, const std::vector<float>& more) { to.insert(to.end(), more.begin(), more.end()); }

/// What lies above a pedestal, summed.
double signal_above(std::span<const float> values, double pedestal) {
  double sum = 0;
  for (const float value : values) sum += std::max(static_cast<double>(value) - pedestal, 0.0);
  return sum;
}

}  // namespace

std::int64_t diagnostic_stride(const UnmixPlan& plan) {
  const StackShape& shape = plan.stack.shape;
  const std::int64_t voxels = shape.z * shape.pixels_per_plane() * static_cast<std::int64_t>(plan.inputs.size());
  std::int64_t stride = std::max<std::int64_t>(1, (voxels + most_sampled - 1) / most_sampled);
  while (std::gcd(stride, shape.x) != 1) ++stride;
  return stride;
}

Bytes UnmixTally::write() const {
  ByteWriter writer;
  webunmix::write(writer, before);
  webunmix::write(writer, after);
  writer.u64(negative_source).u64(negative_target).u64(not_finite);
  writer.values(source).values(target).values(corrected_source).values(corrected_target);
  return std::move(writer).take();
}

Result<UnmixTally> UnmixTally::read(BytesView bytes) {
  ByteReader reader(bytes);
  UnmixTally tally;
  tally.before = read_sums(reader);
  tally.after = read_sums(reader);
  tally.negative_source = reader.u64();
  tally.negative_target = reader.u64();
  tally.not_finite = reader.u64();
  tally.source = reader.values<float>();
  tally.target = reader.values<float>();
  tally.corrected_source = reader.values<float>();
  tally.corrected_target = reader.values<float>();
  WEBUNMIX_TRY(reader.done("tally of an unmix output box"));
  return tally;
}

void UnmixTally::add(UnmixTally&& other) {
  before.add(other.before);
  after.add(other.after);
  negative_source += other.negative_source;
  negative_target += other.negative_target;
  not_finite += other.not_finite;
  append(source, other.source);
  append(target, other.target);
  append(corrected_source, other.corrected_source);
  append(corrected_target, other.corrected_target);
}

std::unique_ptr<Fold> make_unmix_output_fold(const Box& wanted, const UnmixCorrection& correction, std::int64_t first_voxel,
                                             std::int64_t stride) {
  return std::make_unique<UnmixOutputFold>(wanted, correction, first_voxel, stride);
}

UnmixDiagnostics::UnmixDiagnostics(const UnmixPlan& plan, bool clip_negative)
    : type_(plan.stack.type),
      bidirectional_(plan.bidirectional()),
      clip_negative_(clip_negative),
      voxels_per_t_(static_cast<std::uint64_t>(plan.stack.shape.z * plan.stack.shape.pixels_per_plane()) * plan.inputs.size()),
      points_(static_cast<std::size_t>(plan.stack.shape.t)) {}

void UnmixDiagnostics::add(std::int64_t t, const UnmixCorrection& correction, UnmixTally tally) {
  auto& point = points_[static_cast<std::size_t>(t)];
  not_finite_ += tally.not_finite;
  if (!point) {
    point = TimePoint{std::move(tally), correction, {}};
  } else {
    point->tally.add(std::move(tally));
  }
  if (point->tally.before.n + point->tally.not_finite < voxels_per_t_) return;
  point->findings = findings_of(*point);
  UnmixTally& tally_of_t = point->tally;
  for (auto* sample : {&tally_of_t.source, &tally_of_t.target, &tally_of_t.corrected_source, &tally_of_t.corrected_target})
    free_memory(*sample);
}

/// What the sample of a time point says.
Json UnmixDiagnostics::findings_of(const TimePoint& point) const {
  const UnmixTally& tally = point.tally;
  if (tally.source.empty()) return Json::object();
  std::vector<float> new_source = bidirectional_ ? tally.corrected_source : tally.source;
  std::vector<float> new_target = tally.corrected_target;

  // A voxel that holds both pedestals and nothing else goes where the model sends it.
  const double source_pedestal = histogram_mode(tally.source, type_);
  const double target_pedestal = histogram_mode(tally.target, type_);
  const UnmixCorrection& used = point.correction;
  const double s = source_pedestal - used.pedestals.source;
  const double t = target_pedestal - used.pedestals.target;
  const double scale = bidirectional_ ? 1.0 / unmix::determinant(used.coefficients) : 1.0;
  const double new_source_pedestal =
      bidirectional_ ? (s - used.coefficients.reverse * t) * scale + used.pedestals.source : source_pedestal;
  const double new_target_pedestal = (t - used.coefficients.forward * s) * scale + used.pedestals.target;
  const double signal = signal_above(tally.target, target_pedestal);
  const double left = signal_above(new_target, new_target_pedestal);

  if (clip_negative_) {
    if (bidirectional_) unmix::clip_negative(new_source);
    unmix::clip_negative(new_target);
  }
  return Json{{"sampled_voxels", tally.source.size()},
              {"information_before", mutual_information(tally.source, tally.target, information_bins)},
              {"information_after", mutual_information(new_source, new_target, information_bins)},
              {"source_pedestal_before", source_pedestal},
              {"source_pedestal_after", new_source_pedestal},
              {"target_pedestal_before", target_pedestal},
              {"target_pedestal_after", new_target_pedestal},
              {"signal_removed", signal > 0 ? Json(1.0 - left / signal) : Json()}};
}

Json UnmixDiagnostics::before(const TimePoint& point, const Json& findings) const {
  const auto voxels = static_cast<double>(point.tally.before.n);
  return Json{{"pearson_r", or_null(pearson(centred(point.tally.before)))},
              {"mutual_information", findings.value("information_before", Json())},
              {"source_mean", voxels > 0 ? Json(point.tally.before.x / voxels) : Json()},
              {"target_mean", voxels > 0 ? Json(point.tally.before.y / voxels) : Json()},
              {"source_pedestal", findings.value("source_pedestal_before", Json())},
              {"target_pedestal", findings.value("target_pedestal_before", Json())}};
}

Json UnmixDiagnostics::after(const TimePoint& point, const Json& findings) const {
  const auto voxels = static_cast<double>(point.tally.after.n);
  const auto share = [&](std::uint64_t count) { return voxels > 0 ? Json(static_cast<double>(count) / voxels) : Json(); };
  return Json{{"pearson_r", or_null(pearson(centred(point.tally.after)))},
              {"mutual_information", findings.value("information_after", Json())},
              {"source_mean", voxels > 0 ? Json(point.tally.after.x / voxels) : Json()},
              {"target_mean", voxels > 0 ? Json(point.tally.after.y / voxels) : Json()},
              {"source_pedestal", findings.value("source_pedestal_after", Json())},
              {"target_pedestal", findings.value("target_pedestal_after", Json())},
              {"negative_fraction", share(point.tally.negative_target)},
              {"source_negative_fraction", bidirectional_ ? share(point.tally.negative_source) : Json()},
              {"target_signal_removed", findings.value("signal_removed", Json())}};
}

Json UnmixDiagnostics::to_json() const {
  Json by_t = Json::array();
  TimePoint all;
  // Of what is measured per time point, the whole stack has the mean.
  std::vector<std::pair<std::string, double>> sums;
  double measured = 0;
  for (std::size_t t = 0; t < points_.size(); ++t) {
    if (!points_[t]) continue;
    const TimePoint& point = *points_[t];
    const Json findings = point.findings.is_null() ? findings_of(point) : point.findings;
    by_t.push_back(Json{{"t", t},
                        {"voxels", point.tally.before.n},
                        {"sampled_voxels", findings.value("sampled_voxels", Json(0))},
                        {"before", before(point, findings)},
                        {"after", after(point, findings)}});
    all.tally.before.add(point.tally.before);
    all.tally.after.add(point.tally.after);
    all.tally.negative_source += point.tally.negative_source;
    all.tally.negative_target += point.tally.negative_target;
    if (findings.empty()) continue;
    measured += 1;
    for (const auto& [name, value] : findings.items()) {
      const auto found = std::find_if(sums.begin(), sums.end(), [&name = name](const auto& sum) { return sum.first == name; });
      const double number = value.is_number() ? value.get<double>() : std::nan("");
      if (found == sums.end()) {
        sums.emplace_back(name, number);
      } else {
        found->second += number;
      }
    }
  }
  if (by_t.empty()) return Json::object();
  Json means = Json::object();
  for (const auto& [name, sum] : sums) means[name] = std::isnan(sum) ? Json() : Json(sum / measured);
  return Json{{"voxels", all.tally.before.n},
              {"not_finite_voxels", not_finite_},
              {"before", before(all, means)},
              {"after", after(all, means)},
              {"by_t", std::move(by_t)}};
}

}  // namespace webunmix
