// BaSiC: flat-field, dark-field and baseline from the frames themselves.
//
// Model: I(t, x) = B_t S(x) + D(x) + R(t, x) with R sparse (the cells), S and D smooth (sparse under the cosine transform).
// Source: T. Peng et al., "A BaSiC tool for background and shading correction of optical microscopy images", Nat Commun 8:14836 (2017),
// solved by the linearised alternating direction method with reweighting ("approximate" fitting).
//
// S has mean 1 and no unit; D and B are in counts. Everything scales with the data: frames times 100 give the same S.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "flatfield/plane.hpp"
#include "image/result.hpp"

namespace webunmix {

struct BasicOptions {
  bool get_darkfield = false;
  std::optional<double> smoothness_flatfield;  ///< lambda_f; none: sum |DCT(M)| / 800, M the mean frame over its own mean
  std::optional<double> smoothness_darkfield;  ///< lambda_d; none: a tenth of lambda_f (all of it with constant_darkfield)
  double epsilon = 0.1;                        ///< in the weights: how much a large residual still counts
  int max_iterations = 500;                    ///< of the inner loop
  double optimization_tol = 1e-3;              ///< of the inner loop: ||E|| / ||I||
  int max_reweight_iterations = 10;
  double reweighting_tol = 1e-2;  ///< relative change of S between two reweightings
  bool sort_intensity = false;    ///< sort each pixel along t first: for moving cells on a steady background
  /// Ours: the dark-field is an offset, so it is held as smooth as S and found from all frames, not from those dimmer than average.
  bool constant_darkfield = false;
};

/// What a fit found, at the working size.
struct BasicResult {
  Plane flatfield;               ///< S, mean 1
  Plane darkfield;               ///< D, counts
  std::vector<double> baseline;  ///< B_t times the mean of S before it was scaled to 1, counts
  double smoothness_flatfield = 0.0;
  double smoothness_darkfield = 0.0;
  int iterations = 0;  ///< inner iterations, all reweightings together
  int reweightings = 0;
  bool converged = false;  ///< false: a limit on iterations ended the fit
};

/// A fit that is worked in slices. Memory: 12 bytes per pixel and frame of the working size.
class BasicFit {
 public:
  /// `frames` are N planes of one size, one after another, finite. `excluded`: N planes of 0 and 1 (1: that pixel of that frame hardly
  /// counts), or empty. Errors: not_enough_data for frames that are all 0.
  static Result<std::unique_ptr<BasicFit>> begin(std::int64_t height, std::int64_t width, std::vector<float> frames,
                                                 std::vector<std::uint8_t> excluded, const BasicOptions& options);
  BasicFit(const BasicFit&) = delete;
  BasicFit& operator=(const BasicFit&) = delete;
  ~BasicFit();

  /// Works for about `work` visits of a pixel of a frame. Returns false when done.
  [[nodiscard]] bool advance(std::uint64_t work);

  /// How far the fit is, 0..1, judged by reweightings.
  [[nodiscard]] double fraction() const;

  /// After advance() has returned false. An S that is 0 everywhere is an error that says why.
  [[nodiscard]] Result<BasicResult> result() const;

 private:
  struct Parts;
  explicit BasicFit(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace webunmix
