// The minimum of a function of any number of variables by the Nelder-Mead downhill simplex, unbounded, asked one value at a time.
//
// J. A. Nelder and R. Mead, Computer Journal 7 (1965) 308, with the acceptance rules of J. C. Lagarias et al., SIAM J. Optim. 9
// (1998) 112, section 2: reflection 1, expansion 2, contraction 1/2, shrinkage 1/2. First simplex and stopping rule are those of
// scipy's minimize(method="Nelder-Mead") and MATLAB's fminsearch: each coordinate in turn 5 % further out (0.00025 where it is 0);
// done when the simplex is small in position AND in value, tested before each iteration.
//
// The caller owns the loop, so that a long minimisation can be stopped, shown and continued:
//
//   NelderMead search({0.1});
//   while (!search.done()) search.tell(cost(search.ask()));
//   use(search.position());
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace webunmix {

struct NelderMeadOptions {
  double position_tolerance = 1e-4;  ///< largest distance, per coordinate, of any corner from the best one
  double value_tolerance = 1e-4;     ///< largest difference between the value of any corner and the best one's
  int most_iterations = 0;           ///< the counter begins at 1, so one fewer is done; 0: 200 per variable
};

class NelderMead {
 public:
  explicit NelderMead(const std::vector<double>& start, const NelderMeadOptions& options = {});

  /// Where the function's value is wanted next. Valid until the next tell().
  [[nodiscard]] std::span<const double> ask() const;
  void tell(double value);

  [[nodiscard]] bool done() const { return phase_ == Phase::done; }
  [[nodiscard]] bool converged() const { return converged_; }  ///< done, and not for want of iterations
  [[nodiscard]] std::span<const double> position() const { return corners_.front().at; }
  [[nodiscard]] double value() const { return corners_.front().value; }
  [[nodiscard]] int iterations() const { return iterations_; }  ///< the counter, which begins at 1
  [[nodiscard]] int evaluations() const { return evaluations_; }

 private:
  struct Point {
    std::vector<double> at;
    double value = 0;
  };
  enum class Phase : std::uint8_t {
    first_simplex,
    reflection,
    expansion,
    outside_contraction,
    inside_contraction,
    shrinkage,
    done
  };

  void judge_reflection();
  void judge(Point& trial, bool accepted);
  void begin_iteration();
  void finish_iteration();
  void replace_worst(Point& by);
  void place(Point& trial, double beyond_centroid) const;
  void begin_shrinking();
  void find_centroid();
  void sort_corners();
  [[nodiscard]] bool small_enough() const;

  NelderMeadOptions options_;
  Phase phase_ = Phase::first_simplex;
  std::vector<Point> corners_;    // best first, between iterations
  std::size_t corner_ = 0;        // being measured, in the first simplex and while shrinking
  std::vector<double> centroid_;  // of all corners but the worst
  Point reflected_;
  Point second_trial_;
  bool converged_ = false;
  int iterations_ = 1;
  int evaluations_ = 0;
};

}  // namespace webunmix
