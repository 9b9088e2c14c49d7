#include "flatfield/plane.hpp"

#include <cmath>

namespace webunmix {

double mean_of(const Plane& plane) {
  double sum = 0.0;
  for (const float value : plane.values) sum += static_cast<double>(value);
  return plane.values.empty() ? 0.0 : sum / static_cast<double>(plane.values.size());
}

bool normalise_to_mean_one(Plane& plane) {
  const double mean = mean_of(plane);
  if (!std::isfinite(mean) || mean <= 0.0) return false;
  for (float& value : plane.values) value = static_cast<float>(static_cast<double>(value) / mean);
  return true;
}

}  // namespace webunmix
