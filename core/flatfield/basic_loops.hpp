// The loops over pixels that BaSiC spends its time in. That nothing overlaps is said (__restrict), or compilers leave them scalar.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

namespace webunmix::basic_loops {

inline constexpr std::size_t lanes = 8;

/// Pixels worked on together: sums of so many float32 terms are taken in eight lanes, which a compiler can keep in vectors, and go on
/// in float64.
inline constexpr std::size_t chunk = 512;
using Chunk = std::array<float, chunk>;

inline double total_of(const std::array<float, lanes>& partial) {
  double sum = 0.0;
  for (const float value : partial) sum += static_cast<double>(value);
  return sum;
}

/// Of n <= chunk values.
inline double sum_of_lanes(std::size_t n, const float* values) {
  std::array<float, lanes> partial{};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) partial[lane] += values[i + lane];
  }
  for (; i < n; ++i) partial[0] += values[i];
  return total_of(partial);
}

inline double sum_of_products(std::size_t n, const float* a, const float* b) {
  std::array<float, lanes> partial{};
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) partial[lane] += a[i + lane] * b[i + lane];
  }
  for (; i < n; ++i) partial[0] += a[i] * b[i];
  return total_of(partial);
}

/// Sum of a * b over any number of values.
inline double dot(std::size_t n, const float* a, const float* b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < n; i += chunk) sum += sum_of_products(std::min(chunk, n - i), a + i, b + i);
  return sum;
}

inline float shrink(float value, float threshold) { return value - std::clamp(value, -threshold, threshold); }

// With v = Im - I_B + Y / mu and c = clamp(v, -W / mu, W / mu) the residual is R = shrink(v, W / mu) = v - c, so that
// Im - R = Im - v + c. When B_t then changes by -change, E = Im - R - I_B = c - Y / mu + change S and Y + mu E = mu (c + change S).
// R and the renewed Y therefore follow from Im, W and the Y before, and neither is kept: a third of the memory of the fit.

/// The numbers that v is made with, for one frame.
struct Place {
  const float* __restrict s;
  const float* __restrict d;
  float b;
  float mu;
  float inverse_mu;
};

/// `has_dark`: whether there is a dark-field; one of zeros is not looked at.
template <bool has_dark>
float value_at(const Place& at, float im, float y, std::size_t i) {
  const float light = im - at.s[i] * at.b;
  return (has_dark ? light - at.d[i] : light) + y * at.inverse_mu;
}

/// Comparisons, both with "<", instead of std::clamp: that is what compilers know a single instruction of wasm for.
inline float clamped(float value, float threshold) {
  const float not_high = threshold < value ? threshold : value;
  return not_high < -threshold ? -threshold : not_high;
}

/// y = mu (c + change s).
template <bool has_dark>
void renew_dual(std::size_t n, const Place& at, const float* __restrict im, const float* __restrict w, float change,
                float* __restrict y) {
  const Place p = at;
  for (std::size_t i = 0; i < n; ++i) {
    const float c = clamped(value_at<has_dark>(p, im[i], y[i], i), w[i] * p.inverse_mu);
    y[i] = (c + p.s[i] * change) * p.mu;
  }
}

/// q = im - r.
template <bool has_dark>
void remove_residual(std::size_t n, const Place& at, const float* __restrict im, const float* __restrict w,
                     const float* __restrict y, float* __restrict q) {
  const Place p = at;
  for (std::size_t i = 0; i < n; ++i) {
    const float v = value_at<has_dark>(p, im[i], y[i], i);
    q[i] = im[i] - (v - clamped(v, w[i] * p.inverse_mu));
  }
}

/// q = im - r (left out without a dark-field), e = q - s b - d with the new b, target += q + (y + mu e) / next mu.
template <bool has_dark>
void measure_error(std::size_t n, const Place& at, const float* __restrict im, const float* __restrict w,
                   const float* __restrict y, float change, float inverse_next, float* __restrict target, float* __restrict q,
                   float* __restrict e) {
  const Place p = at;
  const float share = p.mu * inverse_next;
  for (std::size_t i = 0; i < n; ++i) {
    const float v = value_at<has_dark>(p, im[i], y[i], i);
    const float c = clamped(v, w[i] * p.inverse_mu);
    const float free = im[i] - (v - c);
    const float moved = c + p.s[i] * change;
    if constexpr (has_dark) q[i] = free;
    e[i] = moved - y[i] * p.inverse_mu;
    target[i] += free + moved * share;
  }
}

/// w = 1 / (|r| / level + epsilon).
template <bool has_dark>
void renew_weights(std::size_t n, const Place& at, const float* __restrict im, const float* __restrict y, float inverse_level,
                   float epsilon, float* __restrict w) {
  const Place p = at;
  for (std::size_t i = 0; i < n; ++i) {
    const float v = value_at<has_dark>(p, im[i], y[i], i);
    const float r = v - clamped(v, w[i] * p.inverse_mu);
    w[i] = 1.0F / (std::abs(r) * inverse_level + epsilon);
  }
}

/// Calls the form of a loop with or without a dark-field.
template <class Loop>
void with_or_without_dark(bool has_dark, Loop loop) {
  if (has_dark) {
    loop.template operator()<true>();
  } else {
    loop.template operator()<false>();
  }
}

inline double sum_of(std::span<const float> values) {
  double sum = 0.0;
  for (std::size_t i = 0; i < values.size(); i += chunk)
    sum += sum_of_lanes(std::min(chunk, values.size() - i), values.data() + i);
  return sum;
}

}  // namespace webunmix::basic_loops
