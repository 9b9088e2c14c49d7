#include "picasso/matrix_chain.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace webunmix::picasso {
namespace {

constexpr std::size_t chunk_pixels = 512;
using Sums = std::array<double, chunk_pixels>;

// sums = one row of a matrix times the chunk's pixels
void multiply_row(std::span<const double> row, const std::vector<float>& pixels, std::size_t size, Sums& sums) {
  sums.fill(0);
  for (std::size_t j = 0; j < row.size(); ++j) {
    const double weight = row[j];
    const float* const channel = pixels.data() + j * chunk_pixels;
    for (std::size_t i = 0; i < size; ++i) sums[i] += weight * static_cast<double>(channel[i]);
  }
}

}  // namespace

// A chunk of every channel, before and after a stage.
struct MatrixChain::Scratch {
  std::vector<float> now;
  std::vector<float> next;
  Sums sums{};
};

void ChainCounts::merge(const ChainCounts& other) {
  for (std::size_t c = 0; c < loss.size(); ++c) {
    negative[c] += other.negative[c];
    magnitude[c] += other.magnitude[c];
    loss[c].merge(other.loss[c]);
  }
}

MatrixChain::MatrixChain(std::vector<Preparation> preparations, std::vector<SquareMatrix> stages, bool clip_last)
    : preparations_(std::move(preparations)),
      stages_(std::move(stages)),
      clip_last_(clip_last),
      product_(SquareMatrix::identity(preparations_.size())) {
  for (const SquareMatrix& stage : stages_) product_ = stage * product_;
}

void MatrixChain::apply(std::span<const std::span<float>> channels, ChainCounts* counts) const {
  const std::size_t pixels = channels.empty() ? 0 : channels.front().size();
  Scratch scratch{std::vector<float>(channels.size() * chunk_pixels), std::vector<float>(channels.size() * chunk_pixels)};
  for (std::size_t begin = 0; begin < pixels; begin += chunk_pixels) {
    apply_to_chunk(channels, begin, std::min(chunk_pixels, pixels - begin), scratch, counts);
  }
}

void MatrixChain::apply_to_chunk(std::span<const std::span<float>> channels, std::size_t begin, std::size_t size,
                                 Scratch& scratch, ChainCounts* counts) const {
  const std::size_t n = channels.size();
  auto& [now, next, sums] = scratch;
  for (std::size_t c = 0; c < n; ++c) {
    const auto [maximum, background] = preparations_[c];
    const float* const raw = channels[c].data() + begin;
    float* const prepared = now.data() + c * chunk_pixels;
    if (maximum > 0) {
      for (std::size_t i = 0; i < size; ++i) prepared[i] = std::max(raw[i] / maximum - background, 0.0F);
    } else {
      std::fill_n(prepared, size, 0.0F);
    }
  }
  if (counts != nullptr) {
    for (std::size_t c = 0; c < n; ++c) {
      multiply_row(product_.row(c), now, size, sums);
      for (std::size_t i = 0; i < size; ++i) counts->loss[c].add(static_cast<double>(now[c * chunk_pixels + i]), sums[i], 0);
    }
  }
  for (std::size_t stage = 0; stage < stages_.size(); ++stage) {
    const bool last = stage + 1 == stages_.size();
    for (std::size_t c = 0; c < n; ++c) {
      multiply_row(stages_[stage].row(c), now, size, sums);
      if (last && counts != nullptr) {
        for (std::size_t i = 0; i < size; ++i) {
          counts->negative[c] += std::max(-sums[i], 0.0);
          counts->magnitude[c] += std::abs(sums[i]);
        }
      }
      const float lowest = last && !clip_last_ ? -INFINITY : 0.0F;
      float* const unmixed = next.data() + c * chunk_pixels;
      for (std::size_t i = 0; i < size; ++i) unmixed[i] = std::max(static_cast<float>(sums[i]), lowest);
    }
    std::swap(now, next);
  }
  for (std::size_t c = 0; c < n; ++c) {
    std::copy_n(now.data() + c * chunk_pixels, size, channels[c].data() + begin);
  }
}

}  // namespace webunmix::picasso
