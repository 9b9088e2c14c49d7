#include "flatfield/cosine_transform.hpp"

#include <cmath>
#include <numbers>

namespace webunmix {
namespace {

/// Row k is the k-th cosine: sqrt(2/n) cos(pi (i + 1/2) k / n), the first one scaled by sqrt(1/2).
template <class Matrix>
Matrix basis(Eigen::Index n) {
  Matrix matrix(n, n);
  const auto count = static_cast<double>(n);
  for (Eigen::Index k = 0; k < n; ++k) {
    const double scale = std::sqrt((k == 0 ? 1.0 : 2.0) / count);
    for (Eigen::Index i = 0; i < n; ++i) {
      matrix(k, i) = static_cast<float>(
          scale * std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) * static_cast<double>(k) / count));
    }
  }
  return matrix;
}

}  // namespace

CosineTransform::CosineTransform(std::int64_t height, std::int64_t width)
    : rows_(basis<Matrix>(static_cast<Eigen::Index>(height))),
      columns_(basis<Matrix>(static_cast<Eigen::Index>(width))),
      half_(static_cast<Eigen::Index>(height), static_cast<Eigen::Index>(width)) {}

void CosineTransform::forward(std::span<const float> plane, std::span<float> coefficients) {
  const Eigen::Map<const Matrix> in(plane.data(), half_.rows(), half_.cols());
  Eigen::Map<Matrix> out(coefficients.data(), half_.rows(), half_.cols());
  half_.noalias() = rows_ * in;
  out.noalias() = half_ * columns_.transpose();
}

void CosineTransform::inverse(std::span<const float> coefficients, std::span<float> plane) {
  const Eigen::Map<const Matrix> in(coefficients.data(), half_.rows(), half_.cols());
  Eigen::Map<Matrix> out(plane.data(), half_.rows(), half_.cols());
  half_.noalias() = rows_.transpose() * in;
  out.noalias() = half_ * columns_;
}

}  // namespace webunmix
