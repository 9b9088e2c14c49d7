#include "picasso/crosstalk.hpp"

#include <algorithm>
#include <cmath>

namespace webunmix::picasso {

SquareMatrix in_raw_units(const SquareMatrix& unmixing, std::span<const double> maxima) {
  SquareMatrix raw(unmixing.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    for (std::size_t j = 0; j < raw.size(); ++j) raw(i, j) = maxima[i] * unmixing(i, j) / maxima[j];
  }
  return raw;
}

double residual_crosstalk(const SquareMatrix& unmixing, const SquareMatrix& mixing) {
  const SquareMatrix left = unmixing * mixing;
  double worst = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    for (std::size_t j = 0; j < left.size(); ++j) {
      if (i != j) worst = std::max(worst, std::abs(left(i, j) / left(i, i)));
    }
  }
  return worst;
}

}  // namespace webunmix::picasso
