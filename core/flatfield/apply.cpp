#include "flatfield/apply.hpp"

namespace webunmix {
namespace {

constexpr float smallest_flatfield = 1e-6F;

double mean(std::span<const float> values) {
  double sum = 0.0;
  for (const float value : values) sum += static_cast<double>(value);
  return values.empty() ? 0.0 : sum / static_cast<double>(values.size());
}

// Two inputs and two planes at once: that nothing overlaps is said (__restrict), or the loops stay scalar.

void divide(std::size_t n, const float* __restrict in, const float* __restrict flat, float scale, float shift,
            float* __restrict out) {
  for (std::size_t i = 0; i < n; ++i) {
    const float light = flat[i] > smallest_flatfield ? flat[i] : smallest_flatfield;
    out[i] = in[i] / light * scale + shift;
  }
}

void subtract_and_divide(std::size_t n, const float* __restrict in, const float* __restrict flat, const float* __restrict dark,
                         float scale, float shift, float* __restrict out) {
  for (std::size_t i = 0; i < n; ++i) {
    const float light = flat[i] > smallest_flatfield ? flat[i] : smallest_flatfield;
    out[i] = (in[i] - dark[i]) / light * scale + shift;
  }
}

}  // namespace

ShadingCorrection::ShadingCorrection(std::span<const float> flatfield, std::span<const float> darkfield, ShadingForm form)
    : flatfield_(flatfield),
      darkfield_(darkfield),
      scale_(form == ShadingForm::range ? static_cast<float>(mean(flatfield)) : 1.0F),
      level_(form == ShadingForm::range ? static_cast<float>(mean(darkfield)) : 0.0F) {}

void ShadingCorrection::apply(std::span<const float> in, std::size_t first, float baseline, std::span<float> out) const {
  const float* const flat = flatfield_.subspan(first, in.size()).data();
  const float shift = level_ - baseline;
  if (darkfield_.empty()) {
    divide(in.size(), in.data(), flat, scale_, shift, out.data());
  } else {
    subtract_and_divide(in.size(), in.data(), flat, darkfield_.subspan(first, in.size()).data(), scale_, shift, out.data());
  }
}

}  // namespace webunmix
