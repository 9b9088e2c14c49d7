#include "stats/bounded_minimum.hpp"

#include <algorithm>
#include <cmath>

namespace webunmix {
namespace {

const double golden_section = 0.5 * (3.0 - std::sqrt(5.0));
const double relative_tolerance = std::sqrt(2.2e-16);

double sign(double value) { return value < 0 ? -1.0 : 1.0; }

}  // namespace

BoundedMinimum::BoundedMinimum(double lowest, double highest, const BoundedMinimumOptions& options)
    : options_(options), lowest_(lowest), highest_(highest), trial_(lowest + golden_section * (highest - lowest)) {}

void BoundedMinimum::tell(double value) {
  ++evaluations_;
  const Point tried{trial_, value};
  if (evaluations_ == 1) {
    best_ = second_ = third_ = tried;
  } else {
    accept(tried);
  }
  choose_next();
}

/// Narrows the interval and keeps the three best points.
void BoundedMinimum::accept(Point tried) {
  if (tried.value <= best_.value) {
    (tried.at >= best_.at ? lowest_ : highest_) = best_.at;
    third_ = second_;
    second_ = best_;
    best_ = tried;
    return;
  }
  (tried.at < best_.at ? lowest_ : highest_) = tried.at;
  if (tried.value <= second_.value || second_.at == best_.at) {
    third_ = second_;
    second_ = tried;
  } else if (tried.value <= third_.value || third_.at == best_.at || third_.at == second_.at) {
    third_ = tried;
  }
}

void BoundedMinimum::choose_next() {
  const double middle = 0.5 * (lowest_ + highest_);
  const double tolerance = relative_tolerance * std::abs(best_.at) + options_.tolerance / 3.0;
  if (!(std::abs(best_.at - middle) > 2.0 * tolerance - 0.5 * (highest_ - lowest_))) {
    done_ = converged_ = true;
    return;
  }
  if (evaluations_ >= options_.most_evaluations) {
    done_ = true;
    return;
  }
  if (!parabola_step(tolerance)) {
    step_before_ = best_.at >= middle ? lowest_ - best_.at : highest_ - best_.at;
    step_ = golden_section * step_before_;
  }
  trial_ = best_.at + sign(step_) * std::max(std::abs(step_), tolerance);
}

/// Sets the step to the minimum of the parabola through the three points; false when it cannot be trusted.
bool BoundedMinimum::parabola_step(double tolerance) {
  if (!(std::abs(step_before_) > tolerance)) return false;
  const double r = (best_.at - second_.at) * (best_.value - third_.value);
  double q = (best_.at - third_.at) * (best_.value - second_.value);
  double p = (best_.at - third_.at) * q - (best_.at - second_.at) * r;
  q = 2.0 * (q - r);
  if (q > 0) p = -p;
  q = std::abs(q);
  const double before_last = step_before_;
  step_before_ = step_;
  const bool trusted =
      std::abs(p) < std::abs(0.5 * q * before_last) && p > q * (lowest_ - best_.at) && p < q * (highest_ - best_.at);
  if (!trusted) return false;
  step_ = p / q;
  const double at = best_.at + step_;
  if (at - lowest_ < 2.0 * tolerance || highest_ - at < 2.0 * tolerance) {
    step_ = tolerance * sign(0.5 * (lowest_ + highest_) - best_.at);
  }
  return true;
}

}  // namespace webunmix
