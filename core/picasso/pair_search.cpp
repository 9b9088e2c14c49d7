#include "picasso/pair_search.hpp"

#include <algorithm>
#include <cmath>

namespace webunmix::picasso {
namespace {

constexpr double start_per_similarity = 0.1;
constexpr double division_when_negative = 10;

double cosine_similarity(std::span<const double> a, std::span<const double> b) {
  double product = 0;
  double a_squared = 0;
  double b_squared = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += a[i] * b[i];
    a_squared += a[i] * a[i];
    b_squared += b[i] * b[i];
  }
  const double lengths = std::sqrt(a_squared) * std::sqrt(b_squared);
  return lengths > 0 ? product / lengths : 0;
}

template <class Value>
double negative_share(std::size_t n, Value value) {
  double negative = 0;
  double all = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double v = value(i);
    negative += std::max(-v, 0.0);
    all += std::abs(v);
  }
  return all > 0 ? negative / all : 0;
}

}  // namespace

double negativity(std::span<const double> v) {
  return negative_share(v.size(), [&](std::size_t i) { return v[i]; });
}

PairSearch::PairSearch(std::span<const double> sink, std::span<const double> source, const Levels& source_levels,
                       LevelInformation& information)
    : sink_(sink),
      source_(source),
      source_levels_(source_levels),
      information_(information),
      similarity_(cosine_similarity(sink, source)),
      search_({start_per_similarity * similarity_}) {}

void PairSearch::step() { search_.tell(information_.mutual_information(sink_, source_, source_levels_, search_.ask()[0])); }

PairCoefficient PairSearch::result(const PairRules& rules) const {
  PairCoefficient found;
  found.similarity = similarity_;
  found.iterations = search_.iterations();
  found.evaluations = search_.evaluations();
  found.converged = search_.converged();
  found.coefficient = std::clamp(search_.position()[0], -rules.coefficient_clip, rules.coefficient_clip);
  found.negativity = negative_share(sink_.size(), [&](std::size_t i) { return sink_[i] - found.coefficient * source_[i]; });
  if (found.negativity > rules.negativity_threshold) found.coefficient /= division_when_negative;
  return found;
}

}  // namespace webunmix::picasso
