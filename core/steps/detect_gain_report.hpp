// What the report tells of the photon-transfer curve of one channel: the line with its errors, the bins, what was left out, and, for a
// person to look at, the density of all pixels.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "gain/calibration.hpp"
#include "gain/photon_transfer.hpp"
#include "run/step.hpp"

namespace webunmix {

[[nodiscard]] Json transfer_account(std::size_t channel, const PhotonTransfer& transfer);

/// A two-dimensional histogram of (mean, variance) pixels: {"mean_begin", "mean_end", "variance_end", "columns", "rows", "counts"},
/// counts row by row from variance 0 up to twice the highest of `bins`, which are those of the line; without a line, of the 98th
/// percentile. Wild pixels do not stretch it. Null when there is no range to show.
[[nodiscard]] Json transfer_density(std::span<const float> mean, std::span<const float> variance, std::span<const double> bins);

/// Means and variances of dark frames and levels.
[[nodiscard]] Json level_account(std::size_t channel, const LevelMoments& dark, const std::vector<LevelMoments>& levels);

/// Why the gain of median_mad should not be trusted as it is; empty when nothing speaks against it.
[[nodiscard]] std::vector<std::string> median_mad_doubts(const PhotonTransfer& transfer, std::size_t frames,
                                                         const std::string& channel);

}  // namespace webunmix
