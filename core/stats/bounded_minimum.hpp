// The minimum of a function of one variable on an interval, by Brent's method, asked one value at a time.
//
// Golden section steps, and a parabola through the last three points where it can be trusted: R. P. Brent, Algorithms for
// Minimization without Derivatives (1973), chapter 5, in the form of G. E. Forsythe, M. A. Malcolm and C. B. Moler, Computer Methods
// for Mathematical Computations (1977), `fmin`, which is what scipy's minimize_scalar(method="bounded") does; the same arithmetic in
// the same order, because on a piecewise constant function the path hangs on the last bit.
//
// The caller owns the loop, so that a long minimisation can be stopped, shown and continued:
//
//   BoundedMinimum search(0.0, 1.0);
//   while (!search.done()) search.tell(cost(search.ask()));
//   use(search.position());
#pragma once

namespace webunmix {

struct BoundedMinimumOptions {
  double tolerance = 1e-5;  ///< absolute, of the position
  int most_evaluations = 500;
};

class BoundedMinimum {
 public:
  BoundedMinimum(double lowest, double highest, const BoundedMinimumOptions& options = {});

  /// Where the function's value is wanted next. Strictly inside the interval.
  [[nodiscard]] double ask() const { return trial_; }
  void tell(double value);

  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] bool converged() const { return converged_; }  ///< done, and not for want of evaluations
  [[nodiscard]] double position() const { return best_.at; }
  [[nodiscard]] double value() const { return best_.value; }
  [[nodiscard]] int evaluations() const { return evaluations_; }

 private:
  struct Point {
    double at = 0;
    double value = 0;
  };
  void accept(Point tried);
  void choose_next();
  [[nodiscard]] bool parabola_step(double tolerance);

  BoundedMinimumOptions options_;
  double lowest_;
  double highest_;
  Point best_;
  Point second_;
  Point third_;
  double trial_;
  double step_ = 0;
  double step_before_ = 0;
  int evaluations_ = 0;
  bool done_ = false;
  bool converged_ = false;
};

}  // namespace webunmix
