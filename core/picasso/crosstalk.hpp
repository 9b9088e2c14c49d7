// How good an unmixing matrix is when the mixing matrix is known: for scenes of known truth.
#pragma once

#include <span>

#include "picasso/square_matrix.hpp"

namespace webunmix::picasso {

/// `unmixing` acts on channels divided by `maxima`; the result acts on raw channels (and gives raw units).
[[nodiscard]] SquareMatrix in_raw_units(const SquareMatrix& unmixing, std::span<const double> maxima);

/// Largest off-diagonal entry of unmixing * mixing in magnitude, each row divided by its diagonal. 0: perfectly unmixed.
[[nodiscard]] double residual_crosstalk(const SquareMatrix& unmixing, const SquareMatrix& mixing);

}  // namespace webunmix::picasso
