// The source-sink searches on sinks made of known sources: what they find, and what the compatible objective destroys.
#include "picasso/sink_search.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "picasso/signal_loss.hpp"
#include "picasso/source_subtraction.hpp"
#include "stats/random.hpp"

using namespace webunmix;
using namespace webunmix::picasso;

namespace {

constexpr std::size_t voxels = 12000;
constexpr double pedestal = 0.03;

/// Background, and a bright voxel here and there.
std::vector<double> dye(std::uint64_t seed, double filled) {
  RandomNumbers random(seed);
  std::vector<double> light(voxels);
  for (double& value : light) value = random.uniform() < filled ? 0.7 * random.uniform() * random.uniform() : 0.0;
  return light;
}

struct Scene {
  std::vector<std::vector<float>> channels;

  /// `mixing`: rows are channels, columns dyes. Noise of the camera on a pedestal.
  explicit Scene(const std::vector<std::vector<double>>& mixing) {
    std::vector<std::vector<double>> dyes;
    for (std::size_t j = 0; j < mixing.size(); ++j) dyes.push_back(dye(100 + j, 0.25));
    RandomNumbers random(5);
    for (const auto& shares : mixing) {
      std::vector<float>& channel = channels.emplace_back(voxels);
      for (std::size_t i = 0; i < voxels; ++i) {
        double light = pedestal + 0.004 * (random.uniform() - 0.5);
        for (std::size_t j = 0; j < shares.size(); ++j) light += shares[j] * dyes[j][i];
        channel[i] = static_cast<float>(std::min(light, 1.0));
      }
    }
  }
  [[nodiscard]] SinkSamples samples(std::size_t sink, const std::vector<std::size_t>& sources) const {
    SinkSamples samples{.sink = channels[sink], .sources = {}, .sink_background = pedestal, .source_backgrounds = {}};
    for (const std::size_t j : sources) {
      samples.sources.emplace_back(channels[j]);
      samples.source_backgrounds.push_back(pedestal);
    }
    return samples;
  }
};

template <class Search>
SinkSolution solve(Search search) {
  while (!search.done()) search.step();
  return search.solution();
}

}  // namespace

TEST_CASE("the penalised objective finds what bleeds into a sink", "[picasso][sinks]") {
  const Scene scene({{1, 0, 0}, {0.35, 1, 0.15}, {0, 0, 1}});
  const SinkRules rules{.objective = Objective::penalised};
  const SinkSolution one = solve(JointSearch(Scene({{1, 0}, {0.35, 1}}).samples(1, {0}), rules, 0));
  CHECK(one.sources[0].alpha == Approx(0.35).margin(0.02));
  CHECK(one.starts == penalised_starts);
  CHECK(one.signal_loss < signal_loss_limit);
  const SinkSolution two = solve(JointSearch(scene.samples(1, {0, 2}), rules, 1));
  CHECK(two.sources[0].alpha == Approx(0.35).margin(0.03));
  CHECK(two.sources[1].alpha == Approx(0.15).margin(0.03));
}

TEST_CASE("with several sources the right coefficient can be negative", "[picasso][sinks]") {
  // M = 1 0 0 / .4 1 0 / 0 .4 1: channel 2 holds dye 1 only through channel 1, which holds dye 0 as well.
  // -inv(M)[2] / inv(M)[2][2] = (-0.16, 0.4).
  const Scene scene({{1, 0, 0}, {0.4, 1, 0}, {0, 0.4, 1}});
  const SinkSolution found = solve(JointSearch(scene.samples(2, {0, 1}), {.objective = Objective::penalised}, 2));
  CHECK(found.sources[0].alpha == Approx(-0.16).margin(0.03));
  CHECK(found.sources[1].alpha == Approx(0.4).margin(0.03));
}

TEST_CASE("a seed decides the random starts and with them everything", "[picasso][sinks]") {
  const Scene scene({{1, 0}, {0.35, 1}});
  const SinkRules rules{.starts = 6};
  const SinkSolution a = solve(JointSearch(scene.samples(1, {0}), rules, 3));
  const SinkSolution b = solve(JointSearch(scene.samples(1, {0}), rules, 3));
  CHECK(a.objective == b.objective);
  CHECK(a.sources[0].alpha == b.sources[0].alpha);
  CHECK(a.starts == 6);
  // More starts never find a higher cost.
  const SinkSolution more = solve(JointSearch(scene.samples(1, {0}), {.starts = 12}, 3));
  CHECK(more.objective <= a.objective);
}

TEST_CASE("bounds hold, and fixed backgrounds stay fixed", "[picasso][sinks]") {
  const Scene scene({{1, 0}, {0.35, 1}});
  const SinkSolution bounded = solve(JointSearch(scene.samples(1, {0}), {.alpha_max = 0.2}, 0));
  CHECK(bounded.sources[0].alpha <= 0.2);
  CHECK(bounded.sources[0].background <= 0.2);
  const SinkSolution fixed = solve(JointSearch(scene.samples(1, {0}), {.optimise_background = false}, 0));
  CHECK(fixed.sources[0].background == pedestal);
}

TEST_CASE("one source after another finds both", "[picasso][sinks]") {
  const Scene scene({{1, 0, 0}, {0.35, 1, 0.2}, {0, 0, 1}});
  const SinkSolution found = solve(OneByOneSearch({scene.samples(1, {0}), scene.samples(1, {0, 2})}, {}));
  REQUIRE(found.sources.size() == 2);
  CHECK(found.sources[0].alpha == Approx(0.35).margin(0.05));
  CHECK(found.sources[1].alpha == Approx(0.2).margin(0.05));
  CHECK(found.sources[0].background == pedestal);
  CHECK(found.sources[1].converged);
}

TEST_CASE("mutual information from the histogram is that of its definition", "[picasso][sinks]") {
  // Two bins an axis, counted by hand: (0,0) twice, (0,1) once, (1,1) once.
  const std::vector<float> source{0, 0, 0.2F, 1};
  const std::vector<double> v{0, 0.1, 2, 2};
  HistogramInformation information({source}, 2);
  const double expected =
      0.5 * std::log(0.5 / (0.75 * 0.5)) + 0.25 * std::log(0.25 / (0.75 * 0.5)) + 0.25 * std::log(0.25 / (0.25 * 0.5));
  CHECK(information.sum_with(v, range_of(v)) == Approx(expected));
  // A given range: what lies outside goes to the end bins.
  CHECK(information.sum_with({{-5, 0.1, 9, 2}}, {0, 2}) == Approx(expected));
  // One value: one bin, no information.
  CHECK(information.sum_with({{3, 3, 3, 3}}, {3, 3}) == Approx(0.0).margin(1e-15));
}

TEST_CASE("subtracting sources gives raw units, clips at 0 and counts what it destroys", "[picasso][sinks]") {
  const std::vector<float> sink{50, 100, 20, 10};
  const std::vector<float> source{0, 100, 60, 10};
  const std::vector<std::span<const float>> sources{source};
  std::vector<float> corrected(4);
  SignalLoss loss;
  // In units of 100: d = I_k - 0.5 max(I_j - 0.1, 0).
  const std::vector<SourceTerm> terms{{.alpha = 0.5, .background = 0.1}};
  subtract_sources(sink, sources, terms, 0.1, 100, true, corrected, loss);
  CHECK(corrected[0] == Approx(50));
  CHECK(corrected[1] == Approx(55));
  CHECK(corrected[2] == Approx(0).margin(1e-5));
  CHECK(corrected[3] == Approx(10));
  CHECK(loss.taken == Approx(0.15).epsilon(1e-5));  // 0.1 - (0.2 - 0.25)
  CHECK(loss.signal == Approx(0.4 + 0.9 + 0.1).epsilon(1e-5));
  SignalLoss same;
  subtract_sources(sink, sources, terms, 0.1, 100, false, corrected, same);
  CHECK(corrected[2] == Approx(-5));
  CHECK(same.share() == Approx(loss.share()));
}
