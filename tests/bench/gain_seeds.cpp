// How `detect_gain` scatters from movie to movie of one camera: the table of docs/methods-gain.md.
//
//   build/native/tests/bench/bench_gain_seeds                        prints the table
//   build/native/tests/bench/bench_gain_seeds docs/methods-gain.md   renews it in the page, between its marks
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "run/native_driver.hpp"
#include "steps/kinds.hpp"
#include "synth/photon_transfer_scene.hpp"

namespace {

using namespace webunmix;

constexpr const char* begin_mark = "<!-- seeds: begin (made by tests/bench/gain_seeds.cpp) -->\n";
constexpr const char* end_mark = "<!-- seeds: end -->\n";
constexpr int seeds = 20;
constexpr double truth = 0.5;  // e-/ADU

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(1);
}

template <class T>
T value_of(Result<T> result) {
  if (!result.ok()) fail(result.error().message);
  return std::move(*result);
}

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
  const auto fitted = driver.fit();
  if (!fitted.ok()) fail(fitted.error().message);
  const auto learnt = pipeline->step(0)->learnt();
  return {*learnt[0].values[0], *learnt[1].values[0]};
}

std::string number(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
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
  if (argc < 2) {
    std::fputs(table.c_str(), stdout);
    return 0;
  }
  std::ifstream in(argv[1], std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  const auto begin = page.find(begin_mark);
  const auto end = page.find(end_mark);
  if (begin == std::string::npos || end == std::string::npos) fail(std::string(argv[1]) + " has no marks for the table");
  std::ofstream(argv[1], std::ios::binary) << page.substr(0, begin) + begin_mark + table + page.substr(end);
  return 0;
}
