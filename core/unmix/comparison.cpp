#include "unmix/comparison.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "stats/percentile.hpp"
#include "stats/random.hpp"

namespace webunmix::unmix {
namespace {

constexpr std::size_t fewest_tiles = 8;
constexpr std::array<Method, 3> direct_methods{Method::mean_ratio, Method::linear_fit, Method::corr_min};
/// An interval is wider than this by far.
constexpr BoundedMinimumOptions resample_search_options{.tolerance = 1e-4, .most_evaluations = 100};

/// What a method makes of sums about an origin; nothing where it would divide by nothing.
std::optional<double> alpha_from_sums(Method method, const PairSums& sums, double x_origin, double y_origin, double alpha_max) {
  const auto n = static_cast<double>(sums.n);
  const double x = sums.x + n * x_origin;
  const double y = sums.y + n * y_origin;
  if (method == Method::mean_ratio) return x > 0 ? std::optional(std::max(y / x, 0.0)) : std::nullopt;
  if (method == Method::linear_fit) {
    const double xx = sums.xx + 2 * x_origin * sums.x + n * x_origin * x_origin;
    const double xy = sums.xy + x_origin * sums.y + y_origin * sums.x + n * x_origin * y_origin;
    return xx > 0 ? std::optional(std::max(xy / xx, 0.0)) : std::nullopt;
  }
  const CentredSums about_mean = centred(sums);
  if (!(about_mean.xx > 0)) return std::nullopt;
  return std::clamp(about_mean.xy / about_mean.xx, 0.0, alpha_max);
}

double quantile(const std::vector<double>& sorted, double percent) {
  const PercentileRanks ranks = percentile_ranks(sorted.size(), percent);
  return interpolate(sorted[static_cast<std::size_t>(ranks.lower)], sorted[static_cast<std::size_t>(ranks.upper)],
                     ranks.fraction);
}

}  // namespace

Comparison::Comparison(std::span<const float> x, std::span<const float> y, std::span<const std::uint16_t> tiles,
                       ComparisonOptions options)
    : x_(x), y_(y), options_(options), sums_(centred(x, y)), varies_(check_varies(x).ok()) {
  const PairSums raw = sum_pairs(x, y);
  x_origin_ = raw.x / static_cast<double>(raw.n);
  y_origin_ = raw.y / static_cast<double>(raw.n);
  search_ = std::make_unique<InformationSearch>(x, y, options_.alpha_max, options_.bins);
  gather_tiles(tiles);
  add_direct_methods();
  if (!varies_) finish_information_method();
}

void Comparison::gather_tiles(std::span<const std::uint16_t> tiles) {
  const std::size_t stride = (x_.size() + options_.most_resampled_voxels - 1) / options_.most_resampled_voxels;
  std::vector<Tile> by_number;
  for (std::size_t begin = 0; begin < tiles.size();) {
    std::size_t end = begin + 1;
    while (end < tiles.size() && tiles[end] == tiles[begin]) ++end;
    if (by_number.size() <= tiles[begin]) by_number.resize(tiles[begin] + std::size_t{1});
    Tile& tile = by_number[tiles[begin]];
    tile.sums.add(sum_pairs(x_.subspan(begin, end - begin), y_.subspan(begin, end - begin), x_origin_, y_origin_));
    for (std::size_t i = (begin + stride - 1) / stride * stride; i < end; i += stride) {
      tile.voxels.push_back(static_cast<std::uint32_t>(i));
    }
    begin = end;
  }
  for (Tile& tile : by_number) {
    if (tile.sums.n > 0) tiles_.push_back(std::move(tile));
  }
  if (tiles_.size() < fewest_tiles) return;
  RandomNumbers random(options_.seed);
  draws_.resize(options_.resamples);
  for (auto& draw : draws_) {
    draw.resize(tiles_.size());
    for (auto& tile : draw) tile = static_cast<std::uint32_t>(random.up_to(tiles_.size() - 1));
  }
}

void Comparison::add_direct_methods() {
  if (options_.manual_alpha) {
    ComparedMethod manual;
    manual.alpha = options_.manual_alpha;
    methods_.push_back(std::move(manual));
  }
  for (const Method method : direct_methods) {
    ComparedMethod compared;
    compared.method = method;
    const auto found = estimate_directly(method, x_, y_, options_.alpha_max);
    if (found.ok()) {
      compared.alpha = alpha_of(*found);
    } else {
      compared.failure = found.error().message;
    }
    methods_.push_back(std::move(compared));
  }
  for (ComparedMethod& method : methods_) measure(method);
}

void Comparison::measure(ComparedMethod& method) {
  if (!method.alpha) return;
  method.residual_r = pearson_of_residual(sums_, *method.alpha);
  method.residual_information = search_->information_at(*method.alpha);
}

void Comparison::finish_information_method() {
  ComparedMethod compared{.method = Method::mi_min};
  if (varies_) {
    compared.alpha = search_->found().alpha;
    measure(compared);
  } else {
    compared.failure = check_varies(x_).error().message;
  }
  methods_.push_back(std::move(compared));
  resampled_alphas_.resize(methods_.size());
  searched_ = true;
}

void Comparison::add_curve_point() {
  const auto last = static_cast<double>(options_.curve_points - 1);
  const double a = options_.alpha_max * static_cast<double>(curves_.alpha.size()) / last;
  curves_.alpha.push_back(a);
  curves_.r.push_back(pearson_of_residual(sums_, a));
  curves_.information.push_back(search_->information_at(a));
}

void Comparison::begin_resample() {
  PairSums sums;
  resampled_x_.clear();
  resampled_y_.clear();
  for (const std::uint32_t drawn : draws_[resample_]) {
    const Tile& tile = tiles_[drawn];
    sums.add(tile.sums);
    for (const std::uint32_t voxel : tile.voxels) {
      resampled_x_.push_back(x_[voxel]);
      resampled_y_.push_back(y_[voxel]);
    }
  }
  for (std::size_t i = 0; i < methods_.size(); ++i) {
    const Method method = methods_[i].method;
    if (std::find(direct_methods.begin(), direct_methods.end(), method) == direct_methods.end()) continue;
    const auto alpha = alpha_from_sums(method, sums, x_origin_, y_origin_, options_.alpha_max);
    if (alpha) resampled_alphas_[i].push_back(*alpha);
  }
  if (!resampled_x_.empty() && check_varies(resampled_x_).ok()) {
    resample_search_ = std::make_unique<InformationSearch>(resampled_x_, resampled_y_, options_.alpha_max, options_.bins,
                                                           resample_search_options);
  } else {
    ++resample_;
  }
}

void Comparison::finish_resample() {
  for (std::size_t i = 0; i < methods_.size(); ++i) {
    if (methods_[i].method == Method::mi_min) resampled_alphas_[i].push_back(resample_search_->found().alpha);
  }
  resample_search_.reset();
  ++resample_;
}

void Comparison::finish_intervals() {
  for (std::size_t i = 0; i < methods_.size(); ++i) {
    auto& alphas = resampled_alphas_[i];
    if (!methods_[i].alpha || alphas.empty()) continue;
    std::sort(alphas.begin(), alphas.end());
    methods_[i].interval = {quantile(alphas, 2.5), quantile(alphas, 97.5)};
  }
}

bool Comparison::step(std::uint64_t work) {
  for (std::uint64_t done = 0; done < work;) {
    if (!searched_) {
      done += x_.size();
      if (!search_->step()) finish_information_method();
    } else if (curves_.alpha.size() < options_.curve_points) {
      done += x_.size();
      add_curve_point();
    } else if (resample_search_) {
      done += resampled_x_.size();
      if (!resample_search_->step()) finish_resample();
    } else if (resample_ < draws_.size()) {
      begin_resample();
      done += resampled_x_.size();
    } else {
      finish_intervals();
      return false;
    }
  }
  return true;
}

double Comparison::fraction() const {
  const std::size_t all = options_.curve_points + draws_.size();
  return all == 0 ? 1.0 : static_cast<double>(curves_.alpha.size() + resample_) / static_cast<double>(all);
}

}  // namespace webunmix::unmix
