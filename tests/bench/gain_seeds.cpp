// How `detect_gain` scatters from movie to movie of one camera: the table of docs/methods-gain.md.
//
//   build/native/tests/bench/bench_gain_seeds                        prints the table
//   build/native/tests/bench/bench_gain_seeds docs/methods-gain.md   renews it in the page, between its marks
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "doc_tables.hpp"
#include "run/native_driver.hpp"
#include "steps/kinds.hpp"
#include "synth/photon_transfer_scene.hpp"

namespace {

using namespace webunmix;
using namespace webunmix::bench;

constexpr const char* begin_mark = "<!-- seeds: begin (made by tests/bench/gain_seeds.cpp) -->\n";
constexpr const char* end_mark = "<!-- seeds: end -->\n";
constexpr int seeds = 20;
constexpr double truth = 0.5;  // e-/ADU

struct Gain {
  double value = 0;
  double se = 0;
};

Gain measured(const synth::PhotonTransferOptions& options, const char* method) {
  std::vector<PipelineInput> inputs;
  inputs.push_back({Role::main, "frames", std::shared_ptr<Scene>(value_of(synth::make_photon_transfer(options)))});
  std::vector<PipelineStep> steps;
  steps.push_back({"detect_gain", value_of(detect_gain_kind().make({{"method", method}}))});
  const auto pipeline = value_of(Pipeline::plan(std::move(inputs), std::move(steps)));
  NativeDriver driver(*pipeline, {pipeline.get()}, {});
  check(driver.fit());
  const auto learnt = pipeline->step(0)->learnt();
  return {*learnt[0].values[0], *learnt[1].values[0]};
}

std::string row(std::int64_t frames, const char* method) {
  double sum = 0;
  double squares = 0;
  double errors = 0;
  double worst = 0;
  int covered = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    synth::PhotonTransferOptions options;
    options.shape = {frames, 1, 1, 512, 512};
    options.seed = seed;
    options.gain_e_per_adu = truth;
    const Gain gain = measured(options, method);
    sum += gain.value;
    squares += gain.value * gain.value;
    errors += gain.se / seeds;
    worst = std::max(worst, std::abs(gain.value - truth) / truth);
    covered += std::abs(gain.value - truth) < 2.0106 * gain.se ? 1 : 0;  // Student's t of 48 degrees of freedom
  }
  const double mean = sum / seeds;
  const double sd = std::sqrt(std::max(0.0, (squares - seeds * mean * mean) / (seeds - 1)));
  return "| " + std::to_string(frames) + " | `" + method + "` | " + number(mean, 4) + " | " +
         number(100 * (mean - truth) / truth, 2) + " % | " + number(sd, 4) + " | " + number(errors, 4) + " | " +
         number(100 * worst, 2) + " % | " + std::to_string(covered) + " |\n";
}

}  // namespace

int main(int argc, char** argv) {
  std::string table =
      "\n| frames | method | mean, e-/ADU | bias | sd over the seeds | mean standard error | farthest | 95 % intervals that "
      "hold "
      "the truth, of 20 |\n|---|---|---|---|---|---|---|---|\n";
  for (const std::int64_t frames : {2, 3, 5, 10, 100}) {
    for (const char* method : {"frame_difference", "median_mad"}) table += row(frames, method);
  }
  table += "\n";
  return show_tables(argc, argv, begin_mark, end_mark, table);
}
