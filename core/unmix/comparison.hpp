// What every estimator makes of the same voxels, how sure each is, and how correlation and mutual information run with alpha.
//
// No estimator is right on every image, so a person should see all of them. Intervals come from resampling tiles of the plane, not
// voxels: neighbouring voxels belong to one object and one point-spread function, and would make any estimate look certain
// (block bootstrap: P. Hall, Stoch. Proc. Appl. 20 (1985) 231). Formulas work on sums per tile; mi_min searches anew in each
// resample, on at most 20 000 voxels.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stats/pair_sums.hpp"
#include "unmix/estimators.hpp"

namespace webunmix::unmix {

struct ComparisonOptions {
  double alpha_max = 1;
  int bins = 64;
  std::optional<double> manual_alpha;  ///< what the user has set, to be measured with the same rulers
  std::uint32_t resamples = 200;
  std::uint64_t seed = 0;
  std::size_t most_resampled_voxels = 20000;  ///< for mi_min
  std::size_t curve_points = 65;
};

struct ComparedMethod {
  Method method = Method::manual;
  std::optional<double> alpha{};  ///< nothing when the method failed
  std::string failure{};          ///< why
  std::optional<double> residual_r{};
  std::optional<double> residual_information{};
  struct Interval {
    double low = 0;
    double high = 0;
  };
  std::optional<Interval> interval{};  ///< 95 %; nothing for manual, and when fewer than 8 tiles hold masked voxels
};

struct ComparisonCurves {
  std::vector<double> alpha;  ///< evenly from 0 to alpha_max
  std::vector<std::optional<double>> r;
  std::vector<double> information;
};

/// Works in slices. Borrows the voxels: x, y prepared, and the tile of each.
class Comparison {
 public:
  Comparison(std::span<const float> x, std::span<const float> y, std::span<const std::uint16_t> tiles,
             ComparisonOptions options);

  /// Does about `work` voxel visits. Returns true while there is more to do.
  bool step(std::uint64_t work);
  [[nodiscard]] double fraction() const;

  [[nodiscard]] const std::vector<ComparedMethod>& methods() const { return methods_; }
  [[nodiscard]] const ComparisonCurves& curves() const { return curves_; }
  [[nodiscard]] std::size_t tiles() const { return tiles_.size(); }

 private:
  struct Tile {
    PairSums sums;
    std::vector<std::uint32_t> voxels;  // of the thinned ones, for mi_min
  };

  void gather_tiles(std::span<const std::uint16_t> tiles);
  void add_direct_methods();
  void finish_information_method();
  void measure(ComparedMethod& method);
  void add_curve_point();
  void begin_resample();
  void finish_resample();
  void finish_intervals();

  std::span<const float> x_;
  std::span<const float> y_;
  ComparisonOptions options_;
  std::vector<ComparedMethod> methods_;
  ComparisonCurves curves_;
  CentredSums sums_;
  double x_origin_ = 0;
  double y_origin_ = 0;
  bool varies_ = true;
  std::unique_ptr<InformationSearch> search_;
  bool searched_ = false;

  std::vector<Tile> tiles_;
  std::vector<std::vector<std::uint32_t>> draws_;  // per resample: which tiles
  std::size_t resample_ = 0;
  std::vector<float> resampled_x_;
  std::vector<float> resampled_y_;
  std::unique_ptr<InformationSearch> resample_search_;
  std::vector<std::vector<double>> resampled_alphas_;  // by position in methods_
};

}  // namespace webunmix::unmix
