// How the fitted dark-field of an offset scatters from scene to scene: the table of docs/methods-flatfield.md.
//
//   build/native/tests/bench/bench_flatfield_seeds                            prints the table
//   build/native/tests/bench/bench_flatfield_seeds docs/methods-flatfield.md  renews it in the page, between its marks
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "doc_tables.hpp"
#include "run/native_driver.hpp"
#include "steps/kinds.hpp"
#include "synth/shading.hpp"

namespace {

using namespace webunmix;
using namespace webunmix::bench;

constexpr const char* begin_mark = "<!-- seeds: begin (made by tests/bench/flatfield_seeds.cpp) -->\n";
constexpr const char* end_mark = "<!-- seeds: end -->\n";
constexpr int seeds = 20;
constexpr std::int64_t size = 512;
constexpr double truth = 100;  // ADU

struct Fit {
  double offset = 0;  ///< mean of D, ADU
  double error = 0;   ///< RMSE of S
};

Fit fitted(std::int64_t frames, int seed, bool constant) {
  std::vector<PipelineInput> inputs;
  const Json scene{{"scene", "shading"}, {"shape", {frames, 1, 1, size, size}}, {"offset", truth}, {"seed", seed}};
  inputs.push_back({Role::main, "frames", std::shared_ptr<Scene>(value_of(make_scene(scene)))});
  std::vector<PipelineStep> steps;
  const Json settings{{"source", "basic"}, {"get_darkfield", true}, {"constant_darkfield", constant}};
  steps.push_back({"flatfield", value_of(flatfield_kind().make(settings))});
  const auto pipeline = value_of(Pipeline::plan(std::move(inputs), std::move(steps)));
  NativeDriver driver(*pipeline, {pipeline.get()}, {});
  check(driver.fit());
  const Step& step = *pipeline->step(0);
  Fit fit;
  for (const LearntValue& value : step.learnt()) {
    if (value.name == "darkfield_mean_adu") fit.offset = *value.values[0];
  }
  const std::vector<float> found = value_of(step.map(0));
  const std::vector<double> shading = synth::shading_of_scene(0, size, size);
  double squares = 0;
  for (std::size_t i = 0; i < shading.size(); ++i) {
    const double difference = static_cast<double>(found[i]) - shading[i];
    squares += difference * difference;
  }
  fit.error = std::sqrt(squares / static_cast<double>(shading.size()));
  return fit;
}

std::string row(std::int64_t frames, bool constant) {
  double sum = 0;
  double squares = 0;
  double worst = 0;
  double error = 0;
  int within = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    const Fit fit = fitted(frames, seed, constant);
    const double off = fit.offset - truth;
    sum += off;
    squares += off * off;
    worst = std::max(worst, std::abs(off));
    within += std::abs(off) < 2 ? 1 : 0;
    error += fit.error / seeds;
  }
  const double bias = sum / seeds;
  const double sd = std::sqrt(std::max(0.0, (squares - seeds * bias * bias) / (seeds - 1)));
  return "| " + std::to_string(frames) + " | " + (constant ? "`get_darkfield`, `constant_darkfield`" : "`get_darkfield`") +
         " | " + number(truth + bias, 2) + " | " + number(sd, 2) + " | " + number(worst, 2) + " | " + std::to_string(within) +
         " | " + number(error, 4) + " |\n";
}

}  // namespace

int main(int argc, char** argv) {
  std::string table =
      "\n| frames | settings | mean of $D$, ADU | sd over the seeds | farthest from 100 | within 2, of 20 | RMSE of $S$ |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const std::int64_t frames : {24, 100}) {
    for (const bool constant : {false, true}) table += row(frames, constant);
  }
  table += "\n";
  return show_tables(argc, argv, begin_mark, end_mark, table);
}
