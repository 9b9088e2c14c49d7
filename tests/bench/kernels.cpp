// Nanoseconds per voxel of the inner loops of the core, on one thread. The same source runs natively and as wasm; `npm run bench`
// compares the two. Prints one line of JSON: {"histogram_uint16": 0.25, ...}.
//
// Each kernel is timed on data of the size it meets in a run (a plane of 1024 x 1024, a mask of 168 000 voxels) until 0.4 s have
// passed, and the best round counts: what other programs take away is not the kernel's.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "image/convert.hpp"
#include "stats/digit_histogram.hpp"
#include "stats/mutual_information.hpp"
#include "stats/pair_sums.hpp"
#include "stats/random.hpp"
#include "steps/unmix_look.hpp"
#include "unmix/model.hpp"

namespace {

using namespace webunmix;

constexpr std::int64_t edge = 1024;
constexpr std::size_t plane = std::size_t{edge} * edge;
constexpr std::size_t masked = 168000;

/// What a compiler must not find out to be unused.
double consumed = 0;

double nanoseconds_per_voxel(std::size_t voxels, const std::function<double()>& kernel) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(400);
  double best = 1e30;
  do {
    const auto begin = Clock::now();
    consumed += kernel();
    best = std::min(best, std::chrono::duration<double, std::nano>(Clock::now() - begin).count());
  } while (Clock::now() < end);
  return best / static_cast<double>(voxels);
}

/// Background with noise, and bright blobs in a few places, as a microscope sees cells.
std::vector<std::uint16_t> image(std::uint64_t seed) {
  RandomNumbers random(seed);
  std::vector<double> light(plane, 0.0);
  for (int blob = 0; blob < 60; ++blob) {
    const auto cy = static_cast<std::int64_t>(random.up_to(edge - 1));
    const auto cx = static_cast<std::int64_t>(random.up_to(edge - 1));
    for (std::int64_t y = std::max<std::int64_t>(0, cy - 30); y < std::min(edge, cy + 30); ++y) {
      for (std::int64_t x = std::max<std::int64_t>(0, cx - 30); x < std::min(edge, cx + 30); ++x) {
        const auto distance = static_cast<double>((y - cy) * (y - cy) + (x - cx) * (x - cx));
        light[static_cast<std::size_t>(y * edge + x)] += 3000 * std::exp(-distance / 150);
      }
    }
  }
  std::vector<std::uint16_t> pixels(plane);
  for (std::size_t i = 0; i < plane; ++i) pixels[i] = static_cast<std::uint16_t>(100 + light[i] + 12 * random.uniform());
  return pixels;
}

std::vector<float> as_float(const std::vector<std::uint16_t>& pixels) { return {pixels.begin(), pixels.end()}; }

}  // namespace

int main() {
  const auto source = image(1);
  const auto target = image(2);
  const auto source_float = as_float(source);
  const auto target_float = as_float(target);
  std::vector<std::pair<std::string, double>> results;
  const auto time = [&](const char* name, std::size_t voxels, const std::function<double()>& kernel) {
    results.emplace_back(name, nanoseconds_per_voxel(voxels, kernel));
  };

  DigitCounter counter;
  time("histogram_uint16", plane, [&] {
    counter.add(std::span<const std::uint16_t>(source));
    return 0.0;
  });
  time("histogram_float32", plane, [&] {
    counter.add(std::span<const float>(source_float));
    return 0.0;
  });

  auto block = std::make_shared<Block>(Box{.channels = {0, 1}, .y_begin = 0, .y_end = edge}, SampleType::uint16, edge);
  std::copy(source.begin(), source.end(), block->channel<std::uint16_t>(0).begin());
  std::copy(target.begin(), target.end(), block->channel<std::uint16_t>(1).begin());
  auto sorted = source;
  std::nth_element(sorted.begin(), sorted.begin() + plane * 99 / 100, sorted.end());
  UnmixLook look;
  look.directions[0] = {DirectionLook::Ask::gather, static_cast<float>(sorted[plane * 99 / 100])};
  const auto region = std::make_shared<const unmix::Region>(edge, edge);
  time("mask_gather_uint16", plane, [&] {
    const auto fold = make_unmix_look_fold(look, {0, 1}, region);
    const auto taken = fold->take(block);
    const auto folded = fold->finish();
    return taken.ok() && folded.ok() ? static_cast<double>(folded->tally.size()) : 0.0;
  });

  std::vector<float> x(masked);
  std::vector<float> y(masked);
  RandomNumbers random(3);
  for (std::size_t i = 0; i < masked; ++i) {
    x[i] = static_cast<float>(1000 + 2000 * random.uniform());
    y[i] = std::floor(0.3F * x[i] + static_cast<float>(500 * random.uniform()));
  }
  ResidualInformation information(x, y, 64);
  time("mutual_information", masked, [&] { return information.at(0.3); });

  std::vector<float> corrected_source(plane);
  std::vector<float> corrected_target(plane);
  time("unmix_one_way", plane, [&] {
    unmix::correct_one_way(source_float, target_float, 0.3, 0, corrected_target);
    return static_cast<double>(corrected_target[7]);
  });
  time("unmix_bidirectional", plane, [&] {
    unmix::correct_bidirectional(source_float, target_float, {0.3, 0.1}, {100, 100}, corrected_source, corrected_target);
    return static_cast<double>(corrected_target[7]);
  });
  time("pair_sums", plane, [&] { return sum_pairs(source_float, target_float).xy; });
  std::vector<std::byte> converted(plane * sizeof(std::uint16_t));
  time("convert_to_uint16", plane,
       [&] { return static_cast<double>(convert_samples(corrected_target, SampleType::uint16, converted).clipped_low); });
  time("convert_from_uint16", plane, [&] {
    to_float32(std::span<const std::uint16_t>(source), corrected_source);
    return static_cast<double>(corrected_source[7]);
  });

  std::string line = "{";
  for (std::size_t i = 0; i < results.size(); ++i) {
    std::array<char, 96> text;
    std::snprintf(text.data(), text.size(), "%s\"%s\": %.4f", i == 0 ? "" : ", ", results[i].first.c_str(), results[i].second);
    line += text.data();
  }
  std::printf("%s}\n", line.c_str());
  return consumed == 0.5 ? 1 : 0;
}
