#include "stats/powell.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace webunmix {
namespace {

// An iteration that gains this little ends the search, whatever the relative tolerance: for values near 0.
constexpr double smallest_gain = 1e-20;

bool any_nonzero(std::span<const double> v) {
  return std::any_of(v.begin(), v.end(), [](double x) { return x != 0; });
}

}  // namespace

Powell::Powell(std::vector<double> start, std::vector<double> lowest, std::vector<double> highest, const PowellOptions& options)
    : lowest_(std::move(lowest)),
      highest_(std::move(highest)),
      options_(options),
      position_(std::move(start)),
      trial_(position_),
      directions_(position_.size() * position_.size()),
      line_(position_.size()),
      position_before_(position_) {
  if (options_.most_iterations <= 0) options_.most_iterations = 1000 * static_cast<int>(position_.size());
  for (std::size_t i = 0; i < position_.size(); ++i) direction(i)[i] = 1;
}

void Powell::tell(double value) {
  ++evaluations_;
  switch (phase_) {
    case Phase::start:
      value_ = value;
      begin_iteration();
      break;
    case Phase::along_direction:
    case Phase::along_step:
      line_search_->tell(value);
      if (line_search_->done()) {
        finish_line_search();
      } else {
        place_on_line(line_search_->ask());
      }
      break;
    case Phase::extrapolated: judge_extrapolation(value); break;
    case Phase::done: break;
  }
}

void Powell::begin_iteration() {
  value_before_ = value_;
  largest_gain_ = 0;
  best_direction_ = 0;
  next_direction_ = 0;
  search_next_direction();
}

void Powell::search_next_direction() {
  while (next_direction_ < position_.size() && !any_nonzero(direction(next_direction_))) ++next_direction_;
  if (next_direction_ == position_.size()) return finish_directions();
  phase_ = Phase::along_direction;
  begin_line_search(direction(next_direction_));
}

void Powell::begin_line_search(std::span<const double> along) {
  if (along.data() != line_.data()) std::copy(along.begin(), along.end(), line_.begin());
  const Interval multiples = inside_box(line_);
  line_search_.emplace(multiples.lowest, multiples.highest, BoundedMinimumOptions{.tolerance = options_.position_tolerance});
  place_on_line(line_search_->ask());
}

void Powell::finish_line_search() {
  const double gain = value_ - line_search_->value();
  value_ = line_search_->value();
  const double multiple = line_search_->position();
  for (std::size_t i = 0; i < position_.size(); ++i) {
    line_[i] = multiple * line_[i];
    position_[i] = position_[i] + line_[i];
  }
  if (phase_ == Phase::along_step) {
    if (any_nonzero(line_)) replace_direction();
    return begin_iteration();
  }
  if (gain > largest_gain_) {
    largest_gain_ = gain;
    best_direction_ = next_direction_;
  }
  ++next_direction_;
  search_next_direction();
}

void Powell::finish_directions() {
  ++iterations_;
  const double enough = options_.value_tolerance * (std::abs(value_before_) + std::abs(value_)) + smallest_gain;
  converged_ = 2.0 * (value_before_ - value_) <= enough;
  if (converged_ || iterations_ >= options_.most_iterations) {
    phase_ = Phase::done;
    return;
  }
  // Repeat the whole iteration's step, no further than the wall.
  for (std::size_t i = 0; i < position_.size(); ++i) line_[i] = position_[i] - position_before_[i];
  position_before_ = position_;
  place_on_line(std::min(inside_box(line_).highest, 1.0));
  phase_ = Phase::extrapolated;
}

void Powell::judge_extrapolation(double value_there) {
  if (value_before_ > value_there) {
    const double gained = value_before_ - value_ - largest_gain_;
    const double gained_there = value_before_ - value_there;
    const double curvature = 2.0 * (value_before_ + value_there - 2.0 * value_);
    if (curvature * (gained * gained) - largest_gain_ * gained_there * gained_there < 0) {
      phase_ = Phase::along_step;
      return begin_line_search(line_);
    }
  }
  begin_iteration();
}

// The direction that gained most makes way, so that the set stays independent.
void Powell::replace_direction() {
  const std::span<double> last = direction(position_.size() - 1);
  std::copy(last.begin(), last.end(), direction(best_direction_).begin());
  std::copy(line_.begin(), line_.end(), last.begin());
}

void Powell::place_on_line(double multiple) {
  for (std::size_t i = 0; i < position_.size(); ++i) trial_[i] = position_[i] + multiple * line_[i];
}

// The multiples of `along` that stay in the box from here. {0, 0} when rounding has left the point outside and no multiple does.
Powell::Interval Powell::inside_box(std::span<const double> along) const {
  Interval multiples{-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  for (std::size_t i = 0; i < along.size(); ++i) {
    if (along[i] == 0) continue;
    const double to_lowest = (lowest_[i] - position_[i]) / along[i];
    const double to_highest = (highest_[i] - position_[i]) / along[i];
    multiples.lowest = std::max(multiples.lowest, along[i] > 0 ? to_lowest : to_highest);
    multiples.highest = std::min(multiples.highest, along[i] > 0 ? to_highest : to_lowest);
  }
  return multiples.highest >= multiples.lowest ? multiples : Interval{};
}

}  // namespace webunmix
