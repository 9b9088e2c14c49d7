#include "picasso/source_subtraction.hpp"

#include <algorithm>
#include <array>

namespace webunmix::picasso {

void subtract_sources(std::span<const float> sink, std::span<const std::span<const float>> sources,
                      std::span<const SourceTerm> terms, double sink_background, float shared_maximum, bool clip,
                      std::span<float> corrected, SignalLoss& loss) {
  constexpr std::size_t chunk = 512;
  std::array<double, chunk> after;
  for (std::size_t begin = 0; begin < sink.size(); begin += chunk) {
    const std::size_t size = std::min(chunk, sink.size() - begin);
    for (std::size_t i = 0; i < size; ++i) after[i] = static_cast<double>(sink[begin + i] / shared_maximum);
    for (std::size_t j = 0; j < terms.size(); ++j) {
      const auto [alpha, background] = terms[j];
      const float* const source = sources[j].data() + begin;
      for (std::size_t i = 0; i < size; ++i) {
        after[i] -= alpha * std::max(static_cast<double>(source[i] / shared_maximum) - background, 0.0);
      }
    }
    for (std::size_t i = 0; i < size; ++i) {
      loss.add(static_cast<double>(sink[begin + i] / shared_maximum), after[i], sink_background);
      const double kept = clip ? std::max(after[i], 0.0) : after[i];
      corrected[begin + i] = static_cast<float>(kept * static_cast<double>(shared_maximum));
    }
  }
}

}  // namespace webunmix::picasso
