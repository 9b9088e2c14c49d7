// A small square matrix in row-major order: unmixing matrices of a few channels.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace webunmix::picasso {

class SquareMatrix {
 public:
  SquareMatrix() = default;
  explicit SquareMatrix(std::size_t size) : size_(size), values_(size * size) {}
  /// `row_major` must hold size * size values.
  SquareMatrix(std::size_t size, std::vector<double> row_major) : size_(size), values_(std::move(row_major)) {}

  [[nodiscard]] static SquareMatrix identity(std::size_t size) {
    SquareMatrix matrix(size);
    for (std::size_t i = 0; i < size; ++i) matrix(i, i) = 1;
    return matrix;
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] double& operator()(std::size_t row, std::size_t column) { return values_[row * size_ + column]; }
  [[nodiscard]] double operator()(std::size_t row, std::size_t column) const { return values_[row * size_ + column]; }
  [[nodiscard]] std::span<double> row(std::size_t i) { return {values_.data() + i * size_, size_}; }
  [[nodiscard]] std::span<const double> row(std::size_t i) const { return {values_.data() + i * size_, size_}; }
  [[nodiscard]] const std::vector<double>& values() const { return values_; }

  friend bool operator==(const SquareMatrix&, const SquareMatrix&) = default;

 private:
  std::size_t size_ = 0;
  std::vector<double> values_;
};

[[nodiscard]] inline SquareMatrix operator*(const SquareMatrix& a, const SquareMatrix& b) {
  SquareMatrix product(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t k = 0; k < a.size(); ++k) {
      for (std::size_t j = 0; j < a.size(); ++j) product(i, j) += a(i, k) * b(k, j);
    }
  }
  return product;
}

}  // namespace webunmix::picasso
