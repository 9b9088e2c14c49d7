#include "picasso/sink_search.hpp"

#include <algorithm>
#include <utility>

#include "picasso/signal_loss.hpp"
#include "stats/random.hpp"

namespace webunmix::picasso {
namespace {

constexpr double usual_alpha = 0.1;
constexpr double loss_weight = 1.0;
// How far below the background the fixed bins reach, as a share of the sink's range above it.
constexpr double bins_below_background = 0.1;

double above(float value, double background) { return std::max(static_cast<double>(value) - background, 0.0); }

}  // namespace

JointSearch::JointSearch(SinkSamples samples, const SinkRules& rules, std::uint64_t seed)
    : samples_(std::move(samples)),
      rules_(rules),
      n_(samples_.sink.size()),
      information_(samples_.sources, rules.bins),
      residual_(n_) {
  const std::size_t sources = samples_.sources.size();
  const bool penalised = rules_.objective == Objective::penalised;
  lowest_.assign(sources, penalised ? penalised_alpha_min : 0.0);
  highest_.assign(sources, rules_.alpha_max);
  if (rules_.optimise_background) {
    lowest_.resize(2 * sources, 0.0);
    highest_.resize(2 * sources, rules_.max_background);
  }
  double brightest = samples_.sink_background;
  for (const float value : samples_.sink) {
    signal_ += above(value, samples_.sink_background);
    brightest = std::max(brightest, static_cast<double>(value));
  }
  const double below = bins_below_background * (brightest - samples_.sink_background);
  fixed_range_ = {samples_.sink_background - below, brightest};
  starts_ = make_starts(seed);
  begin_start();
}

// In this order: the least-squares ratios, a tenth of every source, nothing at all, then anywhere.
std::vector<std::vector<double>> JointSearch::make_starts(std::uint64_t seed) const {
  const std::size_t sources = samples_.sources.size();
  std::vector<double> ratios;
  for (std::size_t j = 0; j < sources; ++j) ratios.push_back(least_squares_ratio(j));
  std::vector<std::vector<double>> starts{std::move(ratios), std::vector<double>(sources, usual_alpha)};
  if (rules_.optimise_background) {
    for (std::vector<double>& start : starts) {
      start.insert(start.end(), samples_.source_backgrounds.begin(), samples_.source_backgrounds.end());
    }
  }
  starts.emplace_back(lowest_.size(), 0.0);
  for (std::vector<double>& start : starts) {
    for (std::size_t i = 0; i < start.size(); ++i) start[i] = std::clamp(start[i], lowest_[i], highest_[i]);
  }
  const bool penalised = rules_.objective == Objective::penalised;
  const auto wanted = static_cast<std::size_t>(penalised ? std::max(rules_.starts, penalised_starts) : rules_.starts);
  RandomNumbers random(seed);
  while (starts.size() < wanted) {
    std::vector<double> start;
    for (std::size_t i = 0; i < lowest_.size(); ++i) {
      start.push_back(lowest_[i] + (highest_[i] - lowest_[i]) * random.uniform());
    }
    starts.push_back(std::move(start));
  }
  starts.resize(wanted);
  return starts;
}

double JointSearch::least_squares_ratio(std::size_t source) const {
  double product = 0;
  double squares = 0;
  for (std::size_t i = 0; i < n_; ++i) {
    const double x = above(samples_.sources[source][i], samples_.source_backgrounds[source]);
    product += x * above(samples_.sink[i], samples_.sink_background);
    squares += x * x;
  }
  return squares > 0 ? product / squares : 0;
}

double JointSearch::background_of(std::span<const double> parameters, std::size_t source) const {
  return rules_.optimise_background ? parameters[samples_.sources.size() + source] : samples_.source_backgrounds[source];
}

void JointSearch::begin_start() {
  search_.emplace(starts_[start_], lowest_, highest_,
                  PowellOptions{.position_tolerance = rules_.tolerance,
                                .value_tolerance = rules_.tolerance,
                                .most_iterations = rules_.max_iterations});
}

void JointSearch::step() {
  search_->tell(cost(search_->ask()));
  if (!search_->done()) return;
  if (!best_ || search_->value() < best_->value()) best_ = std::move(search_);
  if (++start_ < starts_.size()) begin_start();
}

void JointSearch::find_residual(std::span<const double> parameters) {
  for (std::size_t i = 0; i < n_; ++i) residual_[i] = static_cast<double>(samples_.sink[i]);
  for (std::size_t j = 0; j < samples_.sources.size(); ++j) {
    const std::span<const float> source = samples_.sources[j];
    const double alpha = parameters[j];
    const double background = background_of(parameters, j);
    for (std::size_t i = 0; i < n_; ++i) residual_[i] -= alpha * above(source[i], background);
  }
}

double JointSearch::cost(std::span<const double> parameters) {
  find_residual(parameters);
  if (rules_.objective == Objective::clipped) {
    for (double& value : residual_) value = std::clamp(value, 0.0, 1.0);
    return information_.sum_with(residual_, range_of(residual_));
  }
  double taken = 0;
  for (const double value : residual_) taken += std::max(samples_.sink_background - value, 0.0);
  const double loss = signal_ > 0 ? taken / signal_ : 0;
  return information_.sum_with(residual_, fixed_range_) + loss_weight * loss;
}

SinkSolution JointSearch::solution() const {
  SinkSolution solution;
  const std::span<const double> parameters = best_->position();
  for (std::size_t j = 0; j < samples_.sources.size(); ++j) {
    solution.sources.push_back({.alpha = parameters[j],
                                .background = background_of(parameters, j),
                                .converged = best_->converged(),
                                .iterations = best_->iterations(),
                                .evaluations = best_->evaluations()});
  }
  solution.objective = best_->value();
  solution.starts = static_cast<int>(starts_.size());
  SignalLoss loss;
  for (std::size_t i = 0; i < n_; ++i) {
    double after = static_cast<double>(samples_.sink[i]);
    for (std::size_t j = 0; j < samples_.sources.size(); ++j) {
      after -= parameters[j] * above(samples_.sources[j][i], background_of(parameters, j));
    }
    loss.add(static_cast<double>(samples_.sink[i]), after, samples_.sink_background);
  }
  solution.signal_loss = loss.share();
  return solution;
}

OneByOneSearch::OneByOneSearch(std::vector<SinkSamples> samples, const SinkRules& rules)
    : samples_(std::move(samples)), rules_(rules) {
  begin_source();
}

// In float32, as the subtraction from the image will be.
void OneByOneSearch::begin_source() {
  const std::size_t current = found_.size();
  const SinkSamples& samples = samples_[current];
  const auto above_background = [&](std::size_t source, std::size_t i) {
    return std::max(samples.sources[source][i] - static_cast<float>(samples.source_backgrounds[source]), 0.0F);
  };
  sink_.assign(samples.sink.begin(), samples.sink.end());
  for (std::size_t before = 0; before < current; ++before) {
    const auto alpha = static_cast<float>(found_[before].alpha);
    for (std::size_t i = 0; i < sink_.size(); ++i) {
      sink_[i] = std::clamp(sink_[i] - alpha * above_background(before, i), 0.0F, 1.0F);
    }
  }
  source_.resize(sink_.size());
  for (std::size_t i = 0; i < source_.size(); ++i) source_[i] = above_background(current, i);
  corrected_.resize(sink_.size());
  information_.emplace(std::vector<std::span<const float>>{source_}, rules_.bins);
  search_.emplace(std::vector<double>{usual_alpha}, NelderMeadOptions{.position_tolerance = rules_.tolerance,
                                                                      .value_tolerance = rules_.tolerance,
                                                                      .most_iterations = rules_.max_iterations});
}

double OneByOneSearch::inside(double alpha) const { return std::clamp(alpha, 0.0, rules_.alpha_max); }

double OneByOneSearch::cost(double alpha) {
  for (std::size_t i = 0; i < sink_.size(); ++i) {
    corrected_[i] = std::clamp(static_cast<double>(sink_[i]) - alpha * static_cast<double>(source_[i]), 0.0, 1.0);
  }
  return information_->sum_with(corrected_, range_of(corrected_));
}

void OneByOneSearch::step() {
  search_->tell(cost(inside(search_->ask()[0])));
  if (!search_->done()) return;
  found_.push_back({.alpha = inside(search_->position()[0]),
                    .background = samples_[found_.size()].source_backgrounds[found_.size()],
                    .converged = search_->converged(),
                    .iterations = search_->iterations(),
                    .evaluations = search_->evaluations()});
  if (!done()) begin_source();
}

SinkSolution OneByOneSearch::solution() const {
  SinkSolution solution;
  solution.sources = found_;
  const SinkSamples& samples = samples_.back();
  SignalLoss loss;
  for (std::size_t i = 0; i < samples.sink.size(); ++i) {
    double after = static_cast<double>(samples.sink[i]);
    for (std::size_t j = 0; j < found_.size(); ++j) {
      after -= found_[j].alpha * above(samples.sources[j][i], found_[j].background);
    }
    loss.add(static_cast<double>(samples.sink[i]), after, samples.sink_background);
  }
  solution.signal_loss = loss.share();
  return solution;
}

}  // namespace webunmix::picasso
