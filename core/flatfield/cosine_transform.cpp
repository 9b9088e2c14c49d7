#include "flatfield/cosine_transform.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace webunmix {
namespace {

/// out += a b for one row: `a` has n numbers, `b` n rows of `width`. Four rows at a time, along rows.
void add_row_product(std::size_t n, std::size_t width, const float* __restrict a, const float* __restrict b,
                     float* __restrict out) {
  std::size_t k = 0;
  for (; k + 4 <= n; k += 4) {
    const float* const b0 = b + k * width;
    const float* const b1 = b0 + width;
    const float* const b2 = b1 + width;
    const float* const b3 = b2 + width;
    for (std::size_t j = 0; j < width; ++j) out[j] += a[k] * b0[j] + a[k + 1] * b1[j] + a[k + 2] * b2[j] + a[k + 3] * b3[j];
  }
  for (; k < n; ++k) {
    for (std::size_t j = 0; j < width; ++j) out[j] += a[k] * b[k * width + j];
  }
}

/// out = a b, all row by row: height x n, n x width. Written out because Eigen has no vectors for wasm.
void multiply(std::size_t height, std::size_t n, std::size_t width, const float* a, const float* b, float* out) {
  std::fill(out, out + height * width, 0.0F);
  for (std::size_t y = 0; y < height; ++y) add_row_product(n, width, a + y * n, b, out + y * width);
}

}  // namespace

/// The k-th cosine is sqrt(2/n) cos(pi (i + 1/2) k / n), the first one scaled by sqrt(1/2).
CosineTransform::Axis::Axis(std::size_t length) : n(length) {
  const auto count = static_cast<double>(n);
  for (const std::size_t first : {std::size_t{0}, std::size_t{1}}) {
    Half& half = first == 0 ? even : odd;
    half.size = (n + 1 - first) / 2;
    half.cosines.resize(half.size * half.size);
    half.transposed.resize(half.size * half.size);
    for (std::size_t j = 0; j < half.size; ++j) {
      const std::size_t k = 2 * j + first;
      const double scale = std::sqrt((k == 0 ? 1.0 : 2.0) / count);
      for (std::size_t i = 0; i < half.size; ++i) {
        const double angle = std::numbers::pi * (static_cast<double>(i) + 0.5) * static_cast<double>(k) / count;
        half.cosines[j * half.size + i] = half.transposed[i * half.size + j] = static_cast<float>(scale * std::cos(angle));
      }
    }
  }
}

CosineTransform::CosineTransform(std::int64_t height, std::int64_t width)
    : rows_(static_cast<std::size_t>(height)),
      columns_(static_cast<std::size_t>(width)),
      folded_(std::max(rows_.n, std::size_t{2}) * columns_.n),
      half_(rows_.n * columns_.n) {}

void CosineTransform::forward(std::span<const float> plane, std::span<float> coefficients) {
  const std::size_t height = rows_.n;
  const std::size_t width = columns_.n;
  // Down the columns: rows that mirror each other are added and subtracted.
  float* const sums = folded_.data();
  float* const differences = sums + rows_.even.size * width;
  for (std::size_t y = 0; y < rows_.even.size; ++y) {
    const float* const row = plane.data() + y * width;
    const float* const mirror = plane.data() + (height - 1 - y) * width;
    if (y < rows_.odd.size) {
      for (std::size_t x = 0; x < width; ++x) sums[y * width + x] = row[x] + mirror[x];
      for (std::size_t x = 0; x < width; ++x) differences[y * width + x] = row[x] - mirror[x];
    } else {
      std::copy(row, row + width, sums + y * width);
    }
  }
  multiply(rows_.even.size, rows_.even.size, width, rows_.even.cosines.data(), sums, half_.data());
  multiply(rows_.odd.size, rows_.odd.size, width, rows_.odd.cosines.data(), differences,
           half_.data() + rows_.even.size * width);
  // Along the rows, which lie as even and odd coefficients of the columns.
  const std::size_t evens = columns_.even.size;
  for (std::size_t y = 0; y < height; ++y) {
    const float* const row = half_.data() + y * width;
    float* const even = folded_.data();
    float* const odd = even + evens;
    for (std::size_t x = 0; x < evens; ++x) even[x] = x < columns_.odd.size ? row[x] + row[width - 1 - x] : row[x];
    for (std::size_t x = 0; x < columns_.odd.size; ++x) odd[x] = row[x] - row[width - 1 - x];
    float* const products = odd + columns_.odd.size;
    multiply(1, evens, evens, even, columns_.even.transposed.data(), products);
    multiply(1, columns_.odd.size, columns_.odd.size, odd, columns_.odd.transposed.data(), products + evens);
    const std::size_t k = y < rows_.even.size ? 2 * y : 2 * (y - rows_.even.size) + 1;
    float* const out = coefficients.data() + k * width;
    for (std::size_t x = 0; x < evens; ++x) out[2 * x] = products[x];
    for (std::size_t x = 0; x < columns_.odd.size; ++x) out[2 * x + 1] = products[evens + x];
  }
}

void CosineTransform::inverse(std::span<const float> coefficients, std::span<float> plane) {
  const std::size_t height = rows_.n;
  const std::size_t width = columns_.n;
  const std::size_t evens = columns_.even.size;
  for (std::size_t y = 0; y < height; ++y) {
    const std::size_t k = y < rows_.even.size ? 2 * y : 2 * (y - rows_.even.size) + 1;
    const float* const row = coefficients.data() + k * width;
    float* const even = folded_.data();
    float* const odd = even + evens;
    for (std::size_t x = 0; x < evens; ++x) even[x] = row[2 * x];
    for (std::size_t x = 0; x < columns_.odd.size; ++x) odd[x] = row[2 * x + 1];
    float* const sums = odd + columns_.odd.size;
    float* const differences = sums + evens;
    multiply(1, evens, evens, even, columns_.even.cosines.data(), sums);
    multiply(1, columns_.odd.size, columns_.odd.size, odd, columns_.odd.cosines.data(), differences);
    float* const out = half_.data() + y * width;
    for (std::size_t x = 0; x < evens; ++x) out[x] = x < columns_.odd.size ? sums[x] + differences[x] : sums[x];
    for (std::size_t x = 0; x < columns_.odd.size; ++x) out[width - 1 - x] = sums[x] - differences[x];
  }
  float* const sums = folded_.data();
  float* const differences = sums + rows_.even.size * width;
  multiply(rows_.even.size, rows_.even.size, width, rows_.even.transposed.data(), half_.data(), sums);
  multiply(rows_.odd.size, rows_.odd.size, width, rows_.odd.transposed.data(), half_.data() + rows_.even.size * width,
           differences);
  for (std::size_t y = 0; y < rows_.even.size; ++y) {
    float* const row = plane.data() + y * width;
    float* const mirror = plane.data() + (height - 1 - y) * width;
    if (y < rows_.odd.size) {
      for (std::size_t x = 0; x < width; ++x) {
        row[x] = sums[y * width + x] + differences[y * width + x];
        mirror[x] = sums[y * width + x] - differences[y * width + x];
      }
    } else {
      std::copy_n(sums + y * width, width, row);
    }
  }
}

}  // namespace webunmix
