// The orthonormal two-dimensional cosine transform (DCT-II) of small planes, as two dense products: at 128 x 128 that is quicker to
// start and as fast as an FFT, and it works for every size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace webunmix {

class CosineTransform {
 public:
  CosineTransform(std::int64_t height, std::int64_t width);

  /// `coefficients` = DCT of `plane`; both height x width, row by row.
  void forward(std::span<const float> plane, std::span<float> coefficients);
  /// The inverse (and, as the transform is orthonormal, the transpose) of forward().
  void inverse(std::span<const float> coefficients, std::span<float> plane);

 private:
  std::size_t height_;
  std::size_t width_;
  // Bases and their transposes, so that every product runs along rows.
  std::vector<float> rows_;  ///< height x height
  std::vector<float> rows_transposed_;
  std::vector<float> columns_;  ///< width x width
  std::vector<float> columns_transposed_;
  std::vector<float> half_;  ///< after the first product
};

}  // namespace webunmix
