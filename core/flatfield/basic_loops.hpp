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
// R and the renewed Y therefore follow from Im, W and the Y before, and neither is kept: a third of the memory of the fit. And as
// `change`, which is known only when all frames have been summed, is one number for a frame, what E is needed for (its square, the
// mean of Y + mu E over the frames) follows from sums taken before: one pass over the frames an iteration.

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

/// Of one frame, over its pixels; Q = Im - R, and E as it would be with the brightness before.
struct FrameSums {
  double free = 0.0;        ///< Q
  double free_upper = 0.0;  ///< Q where S is at least its mean; only with a dark-field
  double squares = 0.0;     ///< E^2
  double with_flat = 0.0;   ///< E S
};

/// With q = im - r and e = c - y / mu: sums of them, and target += q + share c, the new mean of Im - R + Y / mu but for the change of B_t.
/// n <= chunk.
template <bool has_dark>
void split_residual(std::size_t n, const Place& at, const float* __restrict im, const float* __restrict w,
                    const float* __restrict y, const float* __restrict upper_half, float share, float* __restrict target,
                    FrameSums& sums) {
  const Place p = at;
  Chunk free;
  Chunk e;
  for (std::size_t i = 0; i < n; ++i) {
    const float v = value_at<has_dark>(p, im[i], y[i], i);
    const float c = clamped(v, w[i] * p.inverse_mu);
    const float q = im[i] - (v - c);
    free[i] = q;
    e[i] = c - y[i] * p.inverse_mu;
    target[i] += q + c * share;
  }
  sums.free += sum_of_lanes(n, free.data());
  sums.squares += sum_of_products(n, e.data(), e.data());
  sums.with_flat += sum_of_products(n, e.data(), p.s);
  if constexpr (has_dark) sums.free_upper += sum_of_products(n, free.data(), upper_half);
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

/// The loops with or without a dark-field. They are called by address: inlined into one large function that runs long, they would stay in
/// the slow code a browser makes first.
struct Loops {
  decltype(&renew_dual<true>) renew;
  decltype(&split_residual<true>) split;
  decltype(&remove_residual<true>) remove;
  decltype(&renew_weights<true>) weigh;
};
inline constexpr Loops loops_with_dark{&renew_dual<true>, &split_residual<true>, &remove_residual<true>, &renew_weights<true>};
inline constexpr Loops loops_without_dark{&renew_dual<false>, &split_residual<false>, &remove_residual<false>,
                                          &renew_weights<false>};

inline double sum_of(std::span<const float> values) {
  double sum = 0.0;
  for (std::size_t i = 0; i < values.size(); i += chunk)
    sum += sum_of_lanes(std::min(chunk, values.size() - i), values.data() + i);
  return sum;
}

}  // namespace webunmix::basic_loops
