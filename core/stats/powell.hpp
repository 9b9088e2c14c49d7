// The minimum of a function of several variables in a box, by Powell's conjugate directions, asked one value at a time.
//
// M. J. D. Powell, Computer Journal 7 (1964) 155, with the rule for replacing a direction of W. H. Press et al., Numerical Recipes,
// section 10.5, and the conventions of scipy's minimize(method="Powell", bounds=...): begins along the axes; a line search is a
// bounded Brent search (stats/bounded_minimum.hpp) between the walls of the box and takes what that search found, even where it is
// no better than the point it came from; the point reached by repeating an iteration's step is pulled back to the wall.
//
// The caller owns the loop, so that a long minimisation can be stopped, shown and continued:
//
//   Powell search({0.1, 0.1}, {0, 0}, {1, 1});
//   while (!search.done()) search.tell(cost(search.ask()));
//   use(search.position());
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stats/bounded_minimum.hpp"

namespace webunmix {

struct PowellOptions {
  double position_tolerance = 1e-4;  ///< of a line search, in units of its direction
  double value_tolerance = 1e-4;  ///< done when an iteration gains less than this, relative to the mean magnitude of the value
  int most_iterations = 0;        ///< 0: 1000 per variable
};

class Powell {
 public:
  /// `start` lies in the box from `lowest` to `highest`; all three have one entry per variable, and the box is finite.
  Powell(std::vector<double> start, std::vector<double> lowest, std::vector<double> highest, const PowellOptions& options = {});

  /// Where the function's value is wanted next. Valid until the next tell().
  [[nodiscard]] std::span<const double> ask() const { return trial_; }
  void tell(double value);

  [[nodiscard]] bool done() const { return phase_ == Phase::done; }
  [[nodiscard]] bool converged() const { return converged_; }  ///< done, and not for want of iterations
  [[nodiscard]] std::span<const double> position() const { return position_; }
  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] int iterations() const { return iterations_; }
  [[nodiscard]] int evaluations() const { return evaluations_; }

 private:
  enum class Phase : std::uint8_t { start, along_direction, extrapolated, along_step, done };
  struct Interval {
    double lowest = 0;
    double highest = 0;
  };

  void begin_iteration();
  void search_next_direction();
  void begin_line_search(std::span<const double> along);
  void finish_line_search();
  void finish_directions();
  void judge_extrapolation(double value_there);
  void replace_direction();
  void place_on_line(double multiple);
  [[nodiscard]] Interval inside_box(std::span<const double> along) const;
  [[nodiscard]] std::span<double> direction(std::size_t i) {
    return {directions_.data() + i * position_.size(), position_.size()};
  }

  std::vector<double> lowest_;
  std::vector<double> highest_;
  PowellOptions options_;
  Phase phase_ = Phase::start;
  std::vector<double> position_;
  double value_ = 0;
  std::vector<double> trial_;
  std::vector<double> directions_;  // one after another
  std::vector<double> line_;        // direction of the line search under way; after it, the step it took
  std::optional<BoundedMinimum> line_search_;
  std::vector<double> position_before_;  // at the end of the iteration before
  double value_before_ = 0;
  std::size_t next_direction_ = 0;
  double largest_gain_ = 0;  // of one direction in this iteration
  std::size_t best_direction_ = 0;
  bool converged_ = false;
  int iterations_ = 0;
  int evaluations_ = 0;
};

}  // namespace webunmix
