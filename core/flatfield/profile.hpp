// A shading profile: what the step `flatfield` learns of one channel, and what is made of it at full size.
#pragma once

#include <cstdint>
#include <vector>

#include "flatfield/plane.hpp"
#include "image/bytes_io.hpp"

namespace webunmix {

struct ShadingProfile {
  Plane flatfield;                            ///< S at the size it was found at; mean 1, no unit
  Plane darkfield;                            ///< D in counts, of its own size, or empty
  double offset = 0.0;                        ///< counts that lie under D everywhere
  std::vector<double> baseline;               ///< counts, one for each of `baseline_frames`, or one for all frames, or empty
  std::vector<std::int64_t> baseline_frames;  ///< frame numbers, ascending; empty: `baseline` holds one value
  Plane mean_image;  ///< mean of the frames that were looked at, as recorded, in counts; small, or empty

  /// The baseline of a frame: between fitted frames linearly interpolated, beyond them the nearest.
  [[nodiscard]] double baseline_of(std::int64_t frame) const;
};

/// S and D at the size of the image, ready for ShadingCorrection.
struct FullSizeProfile {
  Plane flatfield;  ///< mean 1
  Plane darkfield;  ///< offset included; empty when there is nothing to subtract
};

[[nodiscard]] FullSizeProfile at_full_size(const ShadingProfile& profile, std::int64_t height, std::int64_t width);

/// Mean of the four corners over the mean of the centre, each a square of a sixteenth of the sides: 1 means evenly lit.
[[nodiscard]] double corner_to_centre(const Plane& plane);

void write_profile(ByteWriter& writer, const ShadingProfile& profile);
[[nodiscard]] ShadingProfile read_profile(ByteReader& reader);

}  // namespace webunmix
