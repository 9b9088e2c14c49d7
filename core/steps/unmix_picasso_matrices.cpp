#include "steps/unmix_picasso_matrices.hpp"

#include <algorithm>
#include <utility>

#include "image/bytes_io.hpp"
#include "image/free_memory.hpp"
#include "picasso/block_sums.hpp"
#include "steps/unmix_picasso_items.hpp"

namespace webunmix {
namespace {

/// Pair coefficients kept for the report, over all time points: a report of a long per_t run must stay readable.
constexpr std::size_t most_pairs_kept = 200000;

class BlocksFold final : public Fold {
 public:
  BlocksFold(const PicassoPlan& plan, picasso::MatrixChain chain, const Rows& rows, std::int64_t bin, bool measure,
             bool clipped)
      : channels_(plan.channels),
        chain_(std::move(chain)),
        width_(static_cast<std::size_t>(plan.stack.shape.x)),
        sums_(channels_.size(), rows.begin, rows.end, plan.stack.shape.x, bin),
        counts_(channels_.size()),
        measure_(measure),
        clipped_(clipped) {}

  Result<void> take(SharedBlock block) override {
    WEBUNMIX_ASSIGN(const std::vector<std::size_t> places, places_in(*block, channels_));
    std::vector<float> pixels = as_float32(*block, places);
    const std::vector<std::span<float>> views = channel_views(pixels, channels_.size());
    chain_.apply(views, clipped_ ? &counts_ : nullptr);
    if (measure_) return {};
    for (std::size_t c = 0; c < views.size(); ++c) {
      for (std::int64_t y = block->box().y_begin; y < block->box().y_end; ++y) {
        const auto row = static_cast<std::size_t>(y - block->box().y_begin);
        sums_.add_row(c, y, views[c].subspan(row * width_, width_));
      }
    }
    return {};
  }

  Result<Folded> finish() override {
    ByteWriter writer;
    writer.boolean(measure_);
    for (std::size_t c = 0; !measure_ && c < channels_.size(); ++c) writer.values(sums_.channel(c));
    write(writer, counts_);
    return Folded{std::move(writer).take(), nullptr};
  }

 private:
  std::vector<std::int32_t> channels_;
  picasso::MatrixChain chain_;
  std::size_t width_;
  picasso::BlockSums sums_;
  picasso::ChainCounts counts_;
  bool measure_;
  bool clipped_;
};

/// Block sums visited by one evaluation of each pair: with fewer an iteration takes milliseconds, and handing it out as long.
constexpr std::int64_t least_spread = 200'000;

void write(ByteWriter& writer, const picasso::PairCoefficient& pair) {
  writer.u64(pair.sink).u64(pair.source).f64(pair.coefficient).f64(pair.similarity).f64(pair.negativity);
  writer.i64(pair.iterations).i64(pair.evaluations).boolean(pair.converged);
}

picasso::PairCoefficient read_pair(ByteReader& reader) {
  picasso::PairCoefficient pair;
  pair.sink = static_cast<std::uint32_t>(reader.u64());
  pair.source = static_cast<std::uint32_t>(reader.u64());
  pair.coefficient = reader.f64();
  pair.similarity = reader.f64();
  pair.negativity = reader.f64();
  pair.iterations = static_cast<std::int32_t>(reader.i64());
  pair.evaluations = static_cast<std::int32_t>(reader.i64());
  pair.converged = reader.boolean();
  return pair;
}

class PairsFold final : public Fold {
 public:
  PairsFold(picasso::IterationRules rules, const std::vector<double>& vectors, std::size_t channels, std::uint32_t sink)
      : rules_(rules), vectors_(vectors), channels_(channels), sink_(sink) {}

  Result<void> take(SharedBlock /*block*/) override {
    return Error{Errc::internal, "unmix_picasso finds pairs without any pixels"};
  }

  Result<Folded> finish() override {
    ByteWriter writer;
    for (const auto& pair : picasso::find_pairs(rules_, vectors_, channels_, sink_)) write(writer, pair);
    return Folded{std::move(writer).take(), nullptr};
  }

 private:
  picasso::IterationRules rules_;
  const std::vector<double>& vectors_;
  std::size_t channels_;
  std::uint32_t sink_;
};

}  // namespace

bool spreads_pairs(const PicassoPlan& plan) {
  const auto channels = static_cast<std::int64_t>(plan.channels.size());
  return plan.blocks() * channels * (channels - 1) >= least_spread;
}

Result<std::unique_ptr<Fold>> begin_pairs_fold(const PicassoPlan& plan, const std::vector<double>& vectors, ByteReader& tag) {
  const std::uint64_t sink = tag.u64();
  WEBUNMIX_TRY(tag.done("tag of the pairs of unmix_picasso"));
  const std::size_t channels = plan.channels.size();
  if (sink >= channels || vectors.size() != channels * static_cast<std::size_t>(plan.blocks())) {
    return Error{Errc::internal, "unmix_picasso has no block sums to find the pairs of sink " + std::to_string(sink) + " on"};
  }
  return std::unique_ptr<Fold>(
      std::make_unique<PairsFold>(plan.iteration, vectors, channels, static_cast<std::uint32_t>(sink)));
}

void write(ByteWriter& writer, const picasso::ChainCounts& counts) {
  writer.values(counts.negative).values(counts.magnitude).values(counts.loss);
}

picasso::ChainCounts read_chain_counts(ByteReader& reader, std::size_t channels) {
  picasso::ChainCounts counts(channels);
  const auto take = [channels](auto read, auto& into) {
    if (read.size() == channels) into = std::move(read);
  };
  take(reader.values<double>(), counts.negative);
  take(reader.values<double>(), counts.magnitude);
  take(reader.values<picasso::SignalLoss>(), counts.loss);
  return counts;
}

picasso::MatrixChain picasso_chain(const PicassoPlan& plan, const PicassoVolumes& volumes, const Stages& stages, std::int64_t t,
                                   bool clip_last) {
  std::vector<picasso::Preparation> preparations;
  for (std::size_t c = 0; c < plan.channels.size(); ++c) {
    const float maximum = volumes.at(t, c).maximum;
    preparations.push_back({.maximum = maximum, .background = volumes.background(t, c, maximum)});
  }
  return {std::move(preparations), stages, clip_last};
}

Result<std::unique_ptr<Fold>> begin_blocks_fold(const PicassoPlan& plan, const PicassoVolumes& volumes,
                                                const std::vector<Stages>& stages, std::int64_t bin, ByteReader& tag) {
  const std::uint64_t fit = tag.u64();
  const bool measure = tag.boolean();
  Rows rows;
  rows.begin = tag.i64();
  rows.end = tag.i64();
  WEBUNMIX_TRY(tag.done("tag of the blocks of unmix_picasso"));
  if (fit >= stages.size() || fit >= plan.fit_times.size()) {
    return Error{Errc::internal, "unmix_picasso fits " + std::to_string(plan.fit_times.size()) + " time points, not number " +
                                     std::to_string(fit)};
  }
  const Stages& so_far = stages[static_cast<std::size_t>(fit)];
  const std::int64_t t = plan.fit_times[static_cast<std::size_t>(fit)];
  return std::unique_ptr<Fold>(
      std::make_unique<BlocksFold>(plan, picasso_chain(plan, volumes, so_far, t, true), rows, bin, measure, !so_far.empty()));
}

std::string PicassoMatrixFit::place(const PicassoPlan& plan) const {
  if (plan.fit_times.size() == 1) return "";
  return ", time point " + std::to_string(plan.fit_times[now_] + 1) + " of " + std::to_string(plan.stack.shape.t);
}

Result<void> PicassoMatrixFit::begin_time_point(const PicassoPlan& plan, const PicassoVolumes& volumes) {
  const std::int64_t t = plan.fit_times[now_];
  for (std::size_t c = 0; c < plan.channels.size(); ++c) {
    if (volumes.at(t, c).maximum > 0) continue;
    return Error{Errc::not_enough_data,
                 "channel " + std::to_string(plan.channels[c]) + " has no value above 0 at time point " + std::to_string(t) +
                     " (counted from 0), so nothing can be learnt from it: leave it out of channels, or " +
                     (plan.mode == AlphaMode::per_t ? "set alpha_mode to reference_t with another time point"
                                                    : "choose another alpha_reference_t")};
  }
  iteration_.emplace(plan.iteration, plan.channels.size());
  return {};
}

Result<std::optional<Pass>> PicassoMatrixFit::next_pass(const PicassoPlan& plan, const PicassoVolumes& volumes) {
  if (now_ == plan.fit_times.size()) return std::optional<Pass>{};
  if (!iteration_) WEBUNMIX_TRY(begin_time_point(plan, volumes));
  pairing_ = iteration_->need() == picasso::MatrixIteration::Need::work;
  if (pairing_) return std::optional<Pass>(pairs_pass(plan));
  stages_[now_] = iteration_->stages();
  measuring_ = iteration_->need() == picasso::MatrixIteration::Need::nothing;
  counts_.emplace(plan.channels.size());
  blocks_taken_ = 0;
  if (!measuring_) vectors_.assign(plan.channels.size() * static_cast<std::size_t>(plan.blocks()), 0.0);
  Pass pass = blocks_pass(plan, measuring_);
  items_left_ = pass.items.size();
  return std::optional<Pass>(std::move(pass));
}

Pass PicassoMatrixFit::blocks_pass(const PicassoPlan& plan, bool measure) const {
  Pass pass;
  if (measure) {
    pass.label = "Measuring the result" + place(plan);
  } else if (stages_[now_].empty()) {
    pass.label = "Summing blocks" + place(plan);
  } else {
    pass.label = "Clipping after iteration " + std::to_string(iteration_->records().size()) + place(plan);
  }
  for (const std::int32_t input : plan.inputs) {
    for (std::int64_t z = 0; z < plan.stack.shape.z; ++z) {
      for (const std::vector<Rows>& bands : plan.block_rows) {
        ByteWriter tag;
        write_purpose(tag, PicassoPurpose::blocks);
        tag.u64(now_).boolean(measure).i64(bands.front().begin).i64(bands.back().end);
        Item item{{}, std::move(tag).take()};
        for (const Rows& rows : bands) item.boxes.push_back(picasso_box(plan, input, plan.fit_times[now_], z, rows));
        pass.items.push_back(std::move(item));
      }
    }
  }
  return pass;
}

Pass PicassoMatrixFit::pairs_pass(const PicassoPlan& plan) {
  const std::size_t number = iteration_->records().size() + 1;
  Pass pass{"Iteration " + std::to_string(number) + " of " + std::to_string(plan.iteration.max_iterations) + place(plan), {}};
  for (std::size_t sink = 0; sink < plan.channels.size(); ++sink) {
    ByteWriter tag;
    write_purpose(tag, PicassoPurpose::pairs);
    tag.u64(sink);
    pass.items.push_back({{}, std::move(tag).take()});
  }
  pairs_.clear();
  items_left_ = pass.items.size();
  return pass;
}

const std::vector<double>& PicassoMatrixFit::shared_vectors() const {
  static const std::vector<double> none;
  return pairing_ && iteration_ ? iteration_->vectors() : none;
}

Result<void> PicassoMatrixFit::reduce_pairs(const PicassoPlan& plan, BytesView tally) {
  ByteReader reader(tally);
  for (std::size_t source = 1; source < plan.channels.size(); ++source) pairs_.push_back(read_pair(reader));
  WEBUNMIX_TRY(reader.done("tally of the pairs of unmix_picasso"));
  if (--items_left_ == 0) iteration_->take_pairs(pairs_);
  return {};
}

Result<void> PicassoMatrixFit::reduce(const PicassoPlan& plan, std::size_t /*item*/, BytesView tally) {
  if (pairing_) return reduce_pairs(plan, tally);
  const std::size_t channels = plan.channels.size();
  const auto blocks = static_cast<std::size_t>(plan.blocks());
  ByteReader reader(tally);
  std::size_t taken = 0;
  if (!reader.boolean()) {
    for (std::size_t c = 0; c < channels; ++c) {
      const std::vector<double> sums = reader.values<double>();
      taken = sums.size();
      if (taken > blocks - blocks_taken_) return Error{Errc::internal, "unmix_picasso was handed more blocks than there are"};
      std::copy(sums.begin(), sums.end(), vectors_.begin() + static_cast<std::ptrdiff_t>(c * blocks + blocks_taken_));
    }
  }
  counts_->merge(read_chain_counts(reader, channels));
  WEBUNMIX_TRY(reader.done("tally of the blocks of unmix_picasso"));
  blocks_taken_ += taken;
  if (--items_left_ == 0) close_pass(plan);
  return {};
}

void PicassoMatrixFit::close_pass(const PicassoPlan& plan) {
  MatrixFindings& findings = findings_[now_];
  if (!stages_[now_].empty()) {
    ClipNegativity clip{static_cast<int>(iteration_->records().size()), {}};
    for (std::size_t c = 0; c < plan.channels.size(); ++c) clip.of_channel.push_back(counts_->negativity(c));
    findings.clips.push_back(std::move(clip));
  }
  if (!measuring_) {
    iteration_->take_vectors(std::move(vectors_));
    return;
  }
  for (const picasso::SignalLoss& loss : counts_->loss) findings.signal_loss.push_back(loss.share());
  close_time_point(plan);
}

void PicassoMatrixFit::close_time_point(const PicassoPlan& plan) {
  MatrixFindings& findings = findings_[now_];
  findings.records = iteration_->records();
  findings.cumulative = iteration_->cumulative();
  findings.in_place = picasso::SquareMatrix::identity(plan.channels.size());
  for (const picasso::SquareMatrix& stage : stages_[now_]) findings.in_place = stage * findings.in_place;
  findings.stop_reason = iteration_->stop_reason();
  std::size_t pairs = 0;
  for (const picasso::IterationRecord& record : findings.records) pairs += record.pairs.size();
  findings.pairs_left_out = now_ > 0 && pairs_kept_ + pairs > most_pairs_kept;
  if (findings.pairs_left_out) {
    for (picasso::IterationRecord& record : findings.records) free_memory(record.pairs);
  } else {
    pairs_kept_ += pairs;
  }
  iteration_.reset();
  free_memory(vectors_);
  ++now_;
}

Progress PicassoMatrixFit::advance(const PicassoPlan& plan, std::uint64_t work) {
  if (!iteration_ || iteration_->need() != picasso::MatrixIteration::Need::work || spreads_pairs(plan)) return {};
  iteration_->advance(work);
  const bool busy = iteration_->need() == picasso::MatrixIteration::Need::work;
  const double done = static_cast<double>(iteration_->records().size()) / static_cast<double>(plan.iteration.max_iterations);
  return {.busy = busy, .fraction = std::min(done, 1.0)};
}

int PicassoMatrixFit::reads_left(const PicassoPlan& plan) const {
  if (now_ == plan.fit_times.size()) return 0;
  const int done = iteration_ ? static_cast<int>(iteration_->records().size()) : 0;
  const int every = plan.iteration.clip_every;
  // Iterations 1, 1 + every, ... before the last are followed by a read.
  const auto clips_before = [every](int iteration) { return every == 1 || iteration <= 1 ? 0 : (iteration - 2) / every + 1; };
  const int first = done == 0 ? 1 : 0;
  const int measuring = 1;
  return first + clips_before(plan.iteration.max_iterations) - clips_before(done) + measuring;
}

void write_stages(ByteWriter& writer, const std::vector<Stages>& all) {
  writer.u64(all.size());
  for (const Stages& stages : all) {
    writer.u64(stages.size());
    for (const picasso::SquareMatrix& stage : stages) writer.values(stage.values());
  }
}

std::vector<Stages> read_stages(ByteReader& reader) {
  std::vector<Stages> all;
  const std::uint64_t fits = reader.u64();
  for (std::uint64_t fit = 0; fit < fits && reader.ok(); ++fit) {
    Stages stages;
    const std::uint64_t count = reader.u64();
    for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
      std::vector<double> values = reader.values<double>();
      std::size_t size = 0;
      while (size * size < values.size()) ++size;
      if (size * size == values.size()) stages.emplace_back(size, std::move(values));
    }
    all.push_back(std::move(stages));
  }
  return all;
}

}  // namespace webunmix
