#include "picasso/matrix_iteration.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace webunmix::picasso {

SquareMatrix sweep_matrix(const SquareMatrix& increment) {
  const std::size_t n = increment.size();
  SquareMatrix sweep = SquareMatrix::identity(n);
  std::vector<double> updated(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::fill(updated.begin(), updated.end(), 0.0);
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) updated[k] += increment(i, j) * sweep(j, k);
    }
    std::copy(updated.begin(), updated.end(), sweep.row(i).begin());
  }
  return sweep;
}

MatrixIteration::MatrixIteration(const IterationRules& rules, std::size_t channels)
    : rules_(rules),
      channels_(channels),
      levels_(channels),
      stage_(SquareMatrix::identity(channels)),
      cumulative_(SquareMatrix::identity(channels)),
      clipped_(channels) {
  for (std::uint32_t sink = 0; sink < channels; ++sink) {
    for (std::uint32_t source = 0; source < channels; ++source) {
      if (source != sink) pairs_.emplace_back(sink, source);
    }
  }
}

void MatrixIteration::take_vectors(std::vector<double> vectors) {
  vectors_ = std::move(vectors);
  blocks_ = vectors_.size() / channels_;
  if (!information_) information_.emplace(rules_.levels, rules_.quantisation, blocks_);
  if (!records_.empty()) {
    for (std::size_t c = 0; c < channels_; ++c) records_.back().negativity[c] = negativity(vector(c));
  }
  need_ = Need::work;
}

void MatrixIteration::advance(std::uint64_t work) {
  std::uint64_t done = 0;
  while (need_ == Need::work && done < work) {
    if (!search_) begin_pair();
    search_->step();
    done += blocks_;
    if (search_->done()) finish_pair();
  }
}

void MatrixIteration::take_pairs(const std::vector<PairCoefficient>& pairs) {
  begin_iteration();
  for (const PairCoefficient& found : pairs) note(found);
  finish_iteration();
}

void MatrixIteration::begin_pair() {
  if (next_pair_ == 0) {
    begin_iteration();
    for (std::size_t c = 0; c < channels_; ++c) information_->quantise(vector(c), levels_[c]);
  }
  const auto [sink, source] = pairs_[next_pair_];
  search_.emplace(vector(sink), vector(source), levels_[source], *information_);
}

void MatrixIteration::begin_iteration() {
  IterationRecord record;
  record.pairs.reserve(pairs_.size());
  record.increment = SquareMatrix::identity(channels_);
  record.negativity.resize(channels_);
  record.lost.resize(channels_);
  records_.push_back(std::move(record));
}

void MatrixIteration::finish_pair() {
  PairCoefficient found = search_->result(rules_.pair);
  search_.reset();
  std::tie(found.sink, found.source) = pairs_[next_pair_];
  note(found);
  if (++next_pair_ < pairs_.size()) return;
  next_pair_ = 0;
  finish_iteration();
}

void MatrixIteration::note(const PairCoefficient& found) {
  IterationRecord& record = records_.back();
  record.increment(found.sink, found.source) = rules_.step_size * -found.coefficient;
  record.largest_coefficient = std::max(record.largest_coefficient, std::abs(found.coefficient));
  record.pairs.push_back(found);
}

std::vector<PairCoefficient> find_pairs(const IterationRules& rules, const std::vector<double>& vectors, std::size_t channels,
                                        std::uint32_t sink) {
  const std::size_t blocks = vectors.size() / channels;
  const auto vector = [&](std::size_t channel) { return std::span(vectors).subspan(channel * blocks, blocks); };
  LevelInformation information(rules.levels, rules.quantisation, blocks);
  Levels levels;
  std::vector<PairCoefficient> pairs;
  for (std::uint32_t source = 0; source < channels; ++source) {
    if (source == sink) continue;
    information.quantise(vector(source), levels);
    PairSearch search(vector(sink), vector(source), levels, information);
    while (!search.done()) search.step();
    PairCoefficient& found = pairs.emplace_back(search.result(rules.pair));
    found.sink = sink;
    found.source = source;
  }
  return pairs;
}

void MatrixIteration::finish_iteration() {
  IterationRecord& record = records_.back();
  cumulative_ = record.increment * cumulative_;
  stage_ = sweep_matrix(record.increment) * stage_;
  apply_in_place(record.increment);
  for (std::size_t c = 0; c < channels_; ++c) {
    record.negativity[c] = negativity(vector(c));
    record.lost[c] = clipped_[c] + record.negativity[c];
  }

  const auto number = static_cast<int>(records_.size());
  if (const auto reason = reason_to_stop()) {
    stop_reason_ = *reason;
    close_stage(true);
  } else if (number % rules_.clip_every == 1) {
    clipped_ = record.lost;
    close_stage(false);
  }
}

void MatrixIteration::apply_in_place(const SquareMatrix& increment) {
  for (std::size_t i = 0; i < channels_; ++i) {
    const std::span<double> row = vector(i);
    for (std::size_t b = 0; b < blocks_; ++b) {
      double sum = 0;
      for (std::size_t j = 0; j < channels_; ++j) sum += increment(i, j) * vectors_[j * blocks_ + b];
      row[b] = sum;
    }
  }
}

void MatrixIteration::close_stage(bool at_end) {
  stages_.push_back(stage_);
  stage_ = SquareMatrix::identity(channels_);
  need_ = at_end ? Need::nothing : Need::vectors;
}

std::optional<StopReason> MatrixIteration::reason_to_stop() const {
  const std::vector<double>& lost = records_.back().lost;
  if (rules_.stop_on_oversubtraction && *std::max_element(lost.begin(), lost.end()) > oversubtraction_limit) {
    return StopReason::oversubtraction;
  }
  const auto settled = [this](const IterationRecord& record) { return record.largest_coefficient < *rules_.stop_tolerance; };
  if (rules_.stop_tolerance && records_.size() >= iterations_to_settle &&
      std::all_of(records_.end() - iterations_to_settle, records_.end(), settled)) {
    return StopReason::settled;
  }
  if (static_cast<int>(records_.size()) >= rules_.max_iterations) return StopReason::iteration_limit;
  return std::nullopt;
}

}  // namespace webunmix::picasso
