#include "unmix/estimators.hpp"

#include <algorithm>
#include <string>

#include "stats/pair_sums.hpp"

namespace webunmix::unmix {
namespace {

constexpr double smallest_mean = 1e-12;

}  // namespace

std::string_view method_name(Method method) {
  switch (method) {
    case Method::manual: return "manual";
    case Method::mean_ratio: return "mean_ratio";
    case Method::linear_fit: return "linear_fit";
    case Method::corr_min: return "corr_min";
    case Method::mi_min: return "mi_min";
  }
  return "manual";
}

Result<MeanRatio> mean_ratio(std::span<const float> x, std::span<const float> y) {
  const PairSums sums = sum_pairs(x, y);
  const auto n = static_cast<double>(sums.n);
  MeanRatio ratio{0, sums.y / n, sums.x / n};
  if (!(ratio.denominator_mean > smallest_mean)) {
    return Error{
        Errc::not_enough_data,
        "mean_ratio divides by the mean source value above the background, which is 0 or less: the source channel holds no "
        "signal there"};
  }
  ratio.alpha = std::max(ratio.numerator_mean / ratio.denominator_mean, 0.0);
  return ratio;
}

Result<LinearFit> linear_fit(std::span<const float> x, std::span<const float> y) {
  const PairSums sums = sum_pairs(x, y);
  if (!(sums.xx > 0)) {
    return Error{Errc::not_enough_data, "linear_fit needs source values above their background, and all of them are 0"};
  }
  return LinearFit{std::max(sums.xy / sums.xx, 0.0), sums.xy, sums.xx};
}

Result<void> check_varies(std::span<const float> x) {
  const auto [least, most] = std::minmax_element(x.begin(), x.end());
  if (*least < *most) return {};
  return Error{Errc::not_enough_data,
               "the " + std::to_string(x.size()) +
                   " source values in the mask are all equal: nothing in them can be told from the target"};
}

Result<CorrelationMinimum> corr_min(std::span<const float> x, std::span<const float> y, double alpha_max) {
  WEBUNMIX_TRY(check_varies(x));
  const CentredSums sums = centred(x, y);
  const double alpha = std::clamp(sums.xy / sums.xx, 0.0, alpha_max);
  return CorrelationMinimum{alpha, pearson_of_residual(sums, alpha).value_or(0.0)};
}

InformationSearch::InformationSearch(std::span<const float> x, std::span<const float> y, double alpha_max, int bins,
                                     const BoundedMinimumOptions& options)
    : information_(x, y, bins), search_(0.0, alpha_max, options) {}

bool InformationSearch::step() {
  if (!search_.done()) search_.tell(information_.at(search_.ask()));
  return !search_.done();
}

InformationMinimum InformationSearch::found() const {
  return {search_.position(), search_.value(), search_.evaluations(), search_.converged()};
}

double alpha_of(const Estimate& estimate) {
  return std::visit([](const auto& found) { return found.alpha; }, estimate);
}

Result<Estimate> estimate_directly(Method method, std::span<const float> x, std::span<const float> y, double alpha_max) {
  switch (method) {
    case Method::mean_ratio: {
      WEBUNMIX_ASSIGN(const MeanRatio found, mean_ratio(x, y));
      return Estimate{found};
    }
    case Method::linear_fit: {
      WEBUNMIX_ASSIGN(const LinearFit found, linear_fit(x, y));
      return Estimate{found};
    }
    case Method::corr_min: {
      WEBUNMIX_ASSIGN(const CorrelationMinimum found, corr_min(x, y, alpha_max));
      return Estimate{found};
    }
    case Method::manual:
    case Method::mi_min: break;
  }
  return Error{Errc::internal, std::string(method_name(method)) + " is not found by a formula"};
}

}  // namespace webunmix::unmix
