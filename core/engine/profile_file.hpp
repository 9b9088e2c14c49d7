// Shading profiles kept as numpy arrays (profiles.npz of BaSiC), as the stack that an input of role `profile` is.
//
// The zip around the arrays is the caller's affair. The stack is a float32 OME-TIFF of one time point: a channel for each profile,
// z 0 the flat-field as the file has it, z 1 the dark-field in counts, z 2 the baseline, its values row by row from the first pixel
// on and NaN in all others. Planes that no profile has are left out; where another channel has them they are NaN.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "image/byte_stream.hpp"
#include "image/result.hpp"
#include "run/step.hpp"

namespace webunmix {

/// One .npy member of one .npz.
struct ProfileArray {
  std::string file;     ///< the .npz it lies in, for messages: "DAPI/profiles.npz"
  std::string channel;  ///< whose profile that file is, or empty: of all channels
  std::string key;      ///< "flatfield", "darkfield", "baseline"; others are passed over
  Bytes bytes;
};

/// Writes the stack. Each file is one channel; a single file may hold several, its arrays being C x Y x X instead of Y x X and its
/// baseline C x N instead of N (or one number). Channels come in the order of their files.
/// Errors: bad_file when `flatfield` is missing, an array is no sound .npy, its shape does not fit, or a value is NaN or infinite;
/// unsupported for types of values that are not read.
[[nodiscard]] Result<void> write_profile_stack(const std::string& name, const std::vector<ProfileArray>& arrays,
                                               std::unique_ptr<ByteSink> sink);

}  // namespace webunmix
