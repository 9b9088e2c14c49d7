// Two-channel stacks whose truth is known, and the estimate of alpha written as it is defined: all voxels at hand, sorted.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "stats/percentile.hpp"
#include "stats/random.hpp"
#include "stats/sampling.hpp"
#include "steps/unmix_run.hpp"

namespace webunmix::test {

struct SceneOptions {
  StackShape shape{.t = 1, .z = 2, .c = 2, .y = 48, .x = 64};
  double alpha = 0.3;
  double alpha_reverse = 0;
  double source_pedestal = 100;
  double target_pedestal = 60;
  double noise = 4;
  std::uint64_t seed = 1;
  double drift_per_t = 0;  ///< how much alpha grows from one time point to the next
};

/// Bright blobs of either dye at places of their own; further channels hold noise.
inline std::vector<double> scene_values(const SceneOptions& options) {
  const StackShape& shape = options.shape;
  RandomNumbers random(options.seed);
  std::vector<double> values(static_cast<std::size_t>(shape.samples()));
  const auto blobs = [&](std::size_t count) {
    std::vector<std::array<double, 3>> centres(count);
    for (auto& centre : centres) {
      centre = {random.uniform() * static_cast<double>(shape.y), random.uniform() * static_cast<double>(shape.x),
                500 + 1500 * random.uniform()};
    }
    return centres;
  };
  const auto light = [](const std::vector<std::array<double, 3>>& centres, double y, double x) {
    double sum = 0;
    for (const auto& [cy, cx, height] : centres) {
      const double distance = (y - cy) * (y - cy) + (x - cx) * (x - cx);
      if (distance < 100) sum += height * std::exp(-distance / 18.0);
    }
    return sum;
  };
  std::size_t i = 0;
  for (std::int64_t t = 0; t < shape.t; ++t) {
    const double alpha = options.alpha + options.drift_per_t * static_cast<double>(t);
    for (std::int64_t z = 0; z < shape.z; ++z) {
      const auto source_blobs = blobs(12);
      const auto target_blobs = blobs(12);
      for (std::int64_t c = 0; c < shape.c; ++c) {
        for (std::int64_t y = 0; y < shape.y; ++y) {
          for (std::int64_t x = 0; x < shape.x; ++x, ++i) {
            const double s = light(source_blobs, static_cast<double>(y), static_cast<double>(x));
            const double d = light(target_blobs, static_cast<double>(y), static_cast<double>(x));
            double value = options.noise * (random.uniform() + random.uniform() - 1);
            if (c == 0) value += s + options.alpha_reverse * d + options.source_pedestal;
            if (c == 1) value += d + alpha * s + options.target_pedestal;
            values[i] = value;
          }
        }
      }
    }
  }
  return values;
}

template <class T>
MemoryStack scene(const SceneOptions& options, SampleType type) {
  std::vector<T> samples;
  for (const double value : scene_values(options)) {
    if constexpr (std::is_integral_v<T>) {
      using Limits = std::numeric_limits<T>;
      samples.push_back(static_cast<T>(std::clamp<double>(std::round(value), Limits::min(), Limits::max())));
    } else {
      samples.push_back(static_cast<T>(value));
    }
  }
  return MemoryStack::of(options.shape, type, samples);
}

/// What estimation finds in a pool, step by step as docs/methods.md describes it.
struct ByDefinition {
  double source_background = 0;
  double target_background = 0;
  double source_threshold = 0;
  double target_threshold = 0;
  std::uint64_t source_only = 0;
  std::uint64_t mask = 0;
  bool low_target_mask = false;
  std::vector<double> x;
  std::vector<double> y;

  [[nodiscard]] double mean_ratio() const {
    double sx = 0;
    double sy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      sx += x[i];
      sy += y[i];
    }
    return std::max(sy / sx, 0.0);
  }
};

struct DefinitionOptions {
  double signal = 99;
  double background = 1;
  std::optional<double> target_low;
  bool preprocess = true;
  std::optional<double> source_offset;
  std::optional<double> target_offset;
  std::uint64_t min_mask = 16;
  std::uint64_t most = 500000;
  std::uint64_t seed = 0;
};

inline double sorted_percentile(std::vector<float> values, double percent) {
  std::sort(values.begin(), values.end());
  const auto ranks = percentile_ranks(values.size(), percent);
  return interpolate(static_cast<double>(values[static_cast<std::size_t>(ranks.lower)]),
                     static_cast<double>(values[static_cast<std::size_t>(ranks.upper)]), ranks.fraction);
}

inline ByDefinition by_definition(const std::vector<float>& source, const std::vector<float>& target,
                                  const DefinitionOptions& options) {
  ByDefinition found;
  const auto background = [&](const std::vector<float>& values, const std::optional<double>& offset) {
    return offset ? *offset : options.preprocess ? sorted_percentile(values, options.background) : 0.0;
  };
  found.source_background = background(source, options.source_offset);
  found.target_background = background(target, options.target_offset);
  const auto prepared = [&](std::vector<float> values, double pedestal) {
    for (float& value : values) {
      value -= static_cast<float>(pedestal);
      if (options.preprocess) value = std::max(value, 0.0F);
    }
    return values;
  };
  const auto x = prepared(source, found.source_background);
  const auto y = prepared(target, found.target_background);
  found.source_threshold = sorted_percentile(x, options.signal);
  if (options.target_low) found.target_threshold = sorted_percentile(y, *options.target_low);
  std::uint64_t both = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool bright = static_cast<double>(x[i]) >= found.source_threshold;
    found.source_only += bright ? 1U : 0U;
    both += bright && static_cast<double>(y[i]) <= found.target_threshold ? 1U : 0U;
  }
  found.low_target_mask = options.target_low && both >= options.min_mask;
  std::vector<std::size_t> mask;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (static_cast<double>(x[i]) < found.source_threshold) continue;
    if (found.low_target_mask && static_cast<double>(y[i]) > found.target_threshold) continue;
    mask.push_back(i);
  }
  found.mask = mask.size();
  if (mask.size() > options.most) {
    auto chosen = choose_without_replacement(mask.size(), options.most, options.seed);
    std::sort(chosen.begin(), chosen.end());
    std::vector<std::size_t> kept;
    for (const auto i : chosen) kept.push_back(mask[static_cast<std::size_t>(i)]);
    mask = kept;
  }
  for (const std::size_t i : mask) {
    found.x.push_back(static_cast<double>(x[i]));
    found.y.push_back(static_cast<double>(y[i]));
  }
  return found;
}

/// The voxels of a channel of one time point, as float32, in (z, y, x) order.
inline std::vector<float> pool_of(const MemoryStack& stack, std::int64_t t, std::int64_t c) {
  const StackShape& shape = stack.info.shape;
  const auto plane = static_cast<std::size_t>(shape.pixels_per_plane());
  const std::size_t sample = bytes_per_sample(stack.info.type);
  std::vector<float> pool;
  for (std::int64_t z = 0; z < shape.z; ++z) {
    std::vector<float> values(plane);
    const auto first = static_cast<std::size_t>((t * shape.z + z) * shape.c + c) * plane * sample;
    convert_samples(stack.info.type, std::span<const std::byte>(stack.samples).subspan(first, plane * sample),
                    SampleType::float32, std::as_writable_bytes(std::span<float>(values)));
    pool.insert(pool.end(), values.begin(), values.end());
  }
  return pool;
}

}  // namespace webunmix::test
