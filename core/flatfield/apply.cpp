#include "flatfield/apply.hpp"

#include <algorithm>

namespace webunmix {
namespace {

constexpr float smallest_flatfield = 1e-6F;

double mean(std::span<const float> values) {
  double sum = 0.0;
  for (const float value : values) sum += static_cast<double>(value);
  return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

}  // namespace

ShadingCorrection::ShadingCorrection(std::span<const float> flatfield, std::span<const float> darkfield, ShadingForm form)
    : flatfield_(flatfield),
      darkfield_(darkfield),
      scale_(form == ShadingForm::range ? static_cast<float>(mean(flatfield)) : 1.0F),
      level_(form == ShadingForm::range ? static_cast<float>(mean(darkfield)) : 0.0F) {}

void ShadingCorrection::apply(std::span<const float> in, std::size_t first, float baseline, std::span<float> out) const {
  const std::span<const float> flat = flatfield_.subspan(first, in.size());
  const float shift = level_ - baseline;
  if (darkfield_.empty()) {
    for (std::size_t i = 0; i < in.size(); ++i) out[i] = in[i] / std::max(flat[i], smallest_flatfield) * scale_ + shift;
    return;
  }
  const std::span<const float> dark = darkfield_.subspan(first, in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    out[i] = (in[i] - dark[i]) / std::max(flat[i], smallest_flatfield) * scale_ + shift;
  }
}

}  // namespace webunmix
