#include "stats/nelder_mead.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace webunmix {
namespace {

constexpr double first_step_relative = 0.05;
constexpr double first_step_at_zero = 0.00025;

// Trial points lie on the line from the worst corner through the centroid, this many times that distance beyond the centroid.
constexpr double reflection = 1.0;
constexpr double expansion = 2.0;
constexpr double outside_contraction = 0.5;
constexpr double inside_contraction = -0.5;
constexpr double shrinkage = 0.5;

}  // namespace

NelderMead::NelderMead(const std::vector<double>& start, const NelderMeadOptions& options)
    : options_(options),
      corners_(start.size() + 1, Point{start, 0}),
      centroid_(start.size()),
      reflected_{start, 0},
      second_trial_{start, 0} {
  if (options_.most_iterations <= 0) options_.most_iterations = 200 * static_cast<int>(start.size());
  for (std::size_t axis = 0; axis < start.size(); ++axis) {
    double& moved = corners_[axis + 1].at[axis];
    moved = moved != 0 ? (1 + first_step_relative) * moved : first_step_at_zero;
  }
}

std::span<const double> NelderMead::ask() const {
  switch (phase_) {
    case Phase::first_simplex:
    case Phase::shrinkage: return corners_[corner_].at;
    case Phase::reflection: return reflected_.at;
    case Phase::expansion:
    case Phase::outside_contraction:
    case Phase::inside_contraction: return second_trial_.at;
    case Phase::done: break;
  }
  return position();
}

void NelderMead::tell(double value) {
  ++evaluations_;
  switch (phase_) {
    case Phase::first_simplex:
      corners_[corner_].value = value;
      if (++corner_ == corners_.size()) {
        sort_corners();
        begin_iteration();
      }
      break;
    case Phase::reflection:
      reflected_.value = value;
      judge_reflection();
      break;
    case Phase::expansion:
      second_trial_.value = value;
      replace_worst(value < reflected_.value ? second_trial_ : reflected_);
      break;
    case Phase::outside_contraction:
      second_trial_.value = value;
      judge(second_trial_, value <= reflected_.value);
      break;
    case Phase::inside_contraction:
      second_trial_.value = value;
      judge(second_trial_, value < corners_.back().value);
      break;
    case Phase::shrinkage:
      corners_[corner_].value = value;
      if (++corner_ == corners_.size()) finish_iteration();
      break;
    case Phase::done: break;
  }
}

void NelderMead::begin_iteration() {
  if (iterations_ >= options_.most_iterations) {
    phase_ = Phase::done;
  } else if (small_enough()) {
    converged_ = true;
    phase_ = Phase::done;
  } else {
    find_centroid();
    place(reflected_, reflection);
    phase_ = Phase::reflection;
  }
}

void NelderMead::judge_reflection() {
  const double second_worst = corners_[corners_.size() - 2].value;
  if (reflected_.value < corners_.front().value) {
    place(second_trial_, expansion);
    phase_ = Phase::expansion;
  } else if (reflected_.value < second_worst) {
    replace_worst(reflected_);
  } else if (reflected_.value < corners_.back().value) {
    place(second_trial_, outside_contraction);
    phase_ = Phase::outside_contraction;
  } else {
    place(second_trial_, inside_contraction);
    phase_ = Phase::inside_contraction;
  }
}

void NelderMead::judge(Point& trial, bool accepted) {
  if (accepted) return replace_worst(trial);
  begin_shrinking();
}

void NelderMead::replace_worst(Point& by) {
  std::swap(corners_.back(), by);
  finish_iteration();
}

void NelderMead::finish_iteration() {
  sort_corners();
  ++iterations_;
  begin_iteration();
}

void NelderMead::begin_shrinking() {
  const std::vector<double>& best = corners_.front().at;
  for (std::size_t i = 1; i < corners_.size(); ++i) {
    for (std::size_t axis = 0; axis < best.size(); ++axis) {
      double& moved = corners_[i].at[axis];
      moved = best[axis] + shrinkage * (moved - best[axis]);
    }
  }
  corner_ = 1;
  phase_ = Phase::shrinkage;
}

void NelderMead::find_centroid() {
  for (std::size_t axis = 0; axis < centroid_.size(); ++axis) {
    double sum = 0;
    for (std::size_t i = 0; i + 1 < corners_.size(); ++i) sum += corners_[i].at[axis];
    centroid_[axis] = sum / static_cast<double>(centroid_.size());
  }
}

void NelderMead::place(Point& trial, double beyond_centroid) const {
  const std::vector<double>& worst = corners_.back().at;
  for (std::size_t axis = 0; axis < centroid_.size(); ++axis) {
    trial.at[axis] = (1 + beyond_centroid) * centroid_[axis] - beyond_centroid * worst[axis];
  }
}

bool NelderMead::small_enough() const {
  double extent = 0;
  double difference = 0;
  const Point& best = corners_.front();
  for (std::size_t i = 1; i < corners_.size(); ++i) {
    difference = std::max(difference, std::abs(best.value - corners_[i].value));
    for (std::size_t axis = 0; axis < centroid_.size(); ++axis) {
      extent = std::max(extent, std::abs(corners_[i].at[axis] - best.at[axis]));
    }
  }
  return extent <= options_.position_tolerance && difference <= options_.value_tolerance;
}

// Corners of equal value keep their order, so that the path does not depend on the library's sort.
void NelderMead::sort_corners() {
  for (std::size_t i = 1; i < corners_.size(); ++i) {
    for (std::size_t j = i; j > 0 && corners_[j].value < corners_[j - 1].value; --j) {
      std::swap(corners_[j], corners_[j - 1]);
    }
  }
}

}  // namespace webunmix
