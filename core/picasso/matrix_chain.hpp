// From raw pixels to unmixed ones, by what MatrixIteration has found: prepare, M1, clip, M2, clip, ...
//
// A function of one pixel's channels alone, so any piece of an image gives the same result. Pixels are float32, sums of products
// float64, rounded once per stage.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "picasso/signal_loss.hpp"
#include "picasso/square_matrix.hpp"

namespace webunmix::picasso {

/// Raw pixels v of a channel become max(v / maximum - background, 0).
struct Preparation {
  float maximum = 1;     ///< of the channel's volume at this time point; 0 or less: the channel has no signal and stays 0
  float background = 0;  ///< percentile of the volume after the division
};

/// What a chain did to the pixels of each channel; partial counts add up.
struct ChainCounts {
  std::vector<double> negative;   ///< sum of magnitudes of the negative values before the last clip
  std::vector<double> magnitude;  ///< sum of magnitudes of all values there
  std::vector<SignalLoss> loss;   ///< with all stages and no clip between them

  explicit ChainCounts(std::size_t channels) : negative(channels), magnitude(channels), loss(channels) {}
  void merge(const ChainCounts& other);
  [[nodiscard]] double negativity(std::size_t channel) const {
    return magnitude[channel] > 0 ? negative[channel] / magnitude[channel] : 0;
  }
};

class MatrixChain {
 public:
  /// `clip_last`: whether the last stage is followed by a clip, as all others are. Without stages, pixels are prepared only.
  MatrixChain(std::vector<Preparation> preparations, std::vector<SquareMatrix> stages, bool clip_last = true);

  /// Unmixes in place; all channels of one length. `counts` may be null.
  void apply(std::span<const std::span<float>> channels, ChainCounts* counts) const;

 private:
  struct Scratch;
  void apply_to_chunk(std::span<const std::span<float>> channels, std::size_t begin, std::size_t size, Scratch& scratch,
                      ChainCounts* counts) const;

  std::vector<Preparation> preparations_;
  std::vector<SquareMatrix> stages_;
  bool clip_last_;
  SquareMatrix product_;  // of all stages
};

}  // namespace webunmix::picasso
