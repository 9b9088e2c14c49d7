// How well `unmix_picasso` recovers scenes of known truth: the tables of docs/methods-picasso.md.
//
//   build/native/tests/bench/bench_picasso_accuracy                           prints the tables
//   build/native/tests/bench/bench_picasso_accuracy docs/methods-picasso.md   renews them in the page, between its marks
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "doc_tables.hpp"
#include "picasso/crosstalk.hpp"
#include "run/native_driver.hpp"
#include "run/partition.hpp"
#include "steps/kinds.hpp"
#include "synth/picasso_scene.hpp"

namespace {

using namespace webunmix;
using namespace webunmix::bench;
using picasso::SquareMatrix;

constexpr const char* begin_mark = "<!-- accuracy: begin (made by tests/bench/picasso_accuracy.cpp) -->\n";
constexpr const char* end_mark = "<!-- accuracy: end -->\n";

double pearson(std::span<const float> a, std::span<const float> b) {
  const auto n = static_cast<double>(a.size());
  double ma = 0;
  double mb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ma += static_cast<double>(a[i]) / n;
    mb += static_cast<double>(b[i]) / n;
  }
  double aa = 0;
  double ab = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a[i]) - ma;
    const double y = static_cast<double>(b[i]) - mb;
    aa += x * x;
    ab += x * y;
    bb += y * y;
  }
  return ab / std::sqrt(aa * bb);
}

struct Unmixed {
  Json estimation;
  double crosstalk = 0;   // of the matrix implementations
  std::vector<double> r;  // of each channel with its dye
};

Unmixed unmix(const synth::DyesOptions& options, const Json& settings) {
  std::shared_ptr<Scene> scene = value_of(synth::make_dyes(options));
  std::vector<PipelineInput> inputs;
  inputs.push_back({Role::main, "dyes", scene});
  std::vector<PipelineStep> steps;
  steps.push_back({"unmix_picasso", value_of(unmix_picasso_kind().make(settings))});
  const auto pipeline = value_of(Pipeline::plan(std::move(inputs), std::move(steps)));
  NativeDriver driver(*pipeline, {pipeline.get()}, {});
  check(driver.fit());
  Unmixed unmixed;
  unmixed.estimation = pipeline->step(0)->account().details["picasso_estimation"];
  const auto n = static_cast<std::size_t>(scene->info().shape.c);
  const auto mixing_rows = options.mixing ? *options.mixing : synth::usual_mixing(n);
  SquareMatrix mixing(n);
  for (std::size_t i = 0; i < n; ++i) std::copy(mixing_rows[i].begin(), mixing_rows[i].end(), mixing.row(i).begin());
  if (unmixed.estimation.contains("applied_matrix")) {
    SquareMatrix applied(n);
    for (std::size_t i = 0; i < n; ++i) {
      const auto row = unmixed.estimation["applied_matrix"][i].get<std::vector<double>>();
      std::copy(row.begin(), row.end(), applied.row(i).begin());
    }
    const auto maxima = unmixed.estimation["normalization_factors"].get<std::vector<double>>();
    unmixed.crosstalk = picasso::residual_crosstalk(picasso::in_raw_units(applied, maxima), mixing);
  }
  check(driver.prepare_output());
  std::vector<std::vector<float>> made(n);
  std::vector<std::vector<float>> truth(n);
  for (const Box& box : stack_boxes(scene->info(), 0)) {
    const MadeBlock block = value_of(pipeline->make_output(box));
    const Block clean = value_of(scene->clean(box));
    for (std::size_t c = 0; c < n; ++c) {
      const auto out = block.block->channel<float>(c);
      const auto in = clean.channel<float>(c);
      made[c].insert(made[c].end(), out.begin(), out.end());
      truth[c].insert(truth[c].end(), in.begin(), in.end());
    }
  }
  for (std::size_t c = 0; c < n; ++c) unmixed.r.push_back(pearson(made[c], truth[c]));
  return unmixed;
}

std::string list(const std::vector<double>& values, int digits = 3) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + number(value, digits);
  return text;
}

double smallest(const std::vector<double>& values) { return *std::min_element(values.begin(), values.end()); }

std::string crosstalk_table() {
  std::string text =
      "Largest residual crosstalk; without unmixing 0.350 (three dyes) and 0.300 (five). Light: photons of the brightest "
      "structures. Stop rules: `stop_tolerance=0.005`, `stop_on_oversubtraction=true`, 200 iterations at most; in brackets "
      "after how "
      "many they stopped.\n\n"
      "| scene | seeds | truncate, 50 iterations | truncate, 200 | round, 50 | round, 200 | round, stop rules |\n"
      "|---|---|---|---|---|---|---|\n";
  const std::vector<std::pair<synth::DyesOptions, std::vector<std::int64_t>>> scenes{
      {{.shape = {1, 1, 3, 512, 512}, .crowding = 2, .light = 2000}, {1, 2, 3}},
      {{.shape = {1, 1, 5, 2048, 2048}, .crowding = 2.5, .light = 1000}, {1, 2, 3, 4, 5}},
      {{.shape = {1, 1, 3, 512, 512}, .light = 3000}, {1, 2, 3}},
      {{.shape = {1, 1, 5, 2048, 2048}, .light = 3000}, {1}},
  };
  for (const auto& [scene, seeds] : scenes) {
    const std::int64_t dyes = scene.shape[2];
    const std::int64_t edge = scene.shape[4];
    text += "| " + std::to_string(dyes) + " dyes, " + std::to_string(edge) + " x " + std::to_string(edge) + ", crowding " +
            number(scene.crowding, scene.crowding == std::floor(scene.crowding) ? 0 : 1) + ", light " + number(scene.light, 0) +
            " | ";
    for (std::size_t i = 0; i < seeds.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(seeds[i]);
    const auto unmixed = [&scene = scene](std::int64_t seed, const char* quantisation, Json settings) {
      synth::DyesOptions options = scene;
      options.seed = seed;
      settings.update({{"implementation", "matlab_n"}, {"quantisation", quantisation}});
      return unmix(options, settings);
    };
    for (const char* quantisation : {"truncate", "round"}) {
      for (const int iterations : {50, 200}) {
        std::vector<double> found;
        for (const std::int64_t seed : seeds)
          found.push_back(unmixed(seed, quantisation, {{"max_iter", iterations}}).crosstalk);
        text += " | " + list(found);
      }
    }
    text += " | ";
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      const Unmixed stopped = unmixed(seeds[i], "round", {{"stop_tolerance", 0.005}, {"stop_on_oversubtraction", true}});
      text += (i == 0 ? "" : ", ") + number(stopped.crosstalk, 3) + " (" +
              std::to_string(stopped.estimation["iterations_run"].get<int>()) + ")";
    }
    text += " |\n";
  }
  return text;
}

std::string overlap_table() {
  std::string text =
      "Three dyes, 512 x 512, crowded (crowding 3), 30 % of each dye's structures holding the next dye too. Smallest Pearson r "
      "of a "
      "channel with its dye; with the stop rules (`stop_tolerance=0.005`, `stop_on_oversubtraction=true`) also when they "
      "stopped.\n\n"
      "| seed | quantisation | before unmixing | 50 iterations | 200 iterations | stop rules | stopped after "
      "|\n|---|---|---|---|---|---|---|\n";
  for (const std::int64_t seed : {1, 2, 3}) {
    const synth::DyesOptions scene{.shape = {1, 1, 3, 512, 512}, .seed = seed, .overlap = 0.3, .crowding = 3};
    for (const char* quantisation : {"truncate", "round"}) {
      const auto run = [&](Json settings) {
        settings["quantisation"] = quantisation;
        return unmix(scene, settings);
      };
      const Unmixed stopped = run({{"stop_tolerance", 0.005}, {"stop_on_oversubtraction", true}});
      const Unmixed before = run({{"max_iter", 1}, {"step_size", 1e-9}});
      text += "| " + std::to_string(seed) + " | " + quantisation + " | " + number(smallest(before.r), 4) + " | " +
              number(smallest(run({{"max_iter", 50}}).r), 4) + " | " + number(smallest(run({{"max_iter", 200}}).r), 4) + " | " +
              number(smallest(stopped.r), 4) + " | " + std::to_string(stopped.estimation["iterations_run"].get<int>()) + " (" +
              stopped.estimation["stop_reason"].get<std::string>() + ") |\n";
    }
  }
  return text;
}

std::string sink_table() {
  std::string text =
      "Three dyes, 512 x 512, seed 1. The true coefficient of source j in sink k is -inv(M)[k,j] / inv(M)[k,k] over the sink "
      "and its "
      "sources. A signal loss above 0.10 marks a result as destroying signal.\n\n"
      "| sink | sources | truth | clipped | signal loss | penalised | signal loss |\n|---|---|---|---|---|---|---|\n";
  const synth::DyesOptions scene{.shape = {1, 1, 3, 512, 512}, .seed = 1};
  struct Graph {
    int sink;
    std::vector<int> neutral;
    std::string sources;
    std::string truth;
  };
  // -inv(M)[k,j] / inv(M)[k,k] of the mixing over {k, j, ...}; with one source what that dye leaves in the sink.
  const std::vector<Graph> graphs{{1, {2}, "0", "0.350"},
                                  {2, {0}, "1", "0.300"},
                                  {1, {}, "0, 2", "0.345, 0.093"},
                                  {2, {}, "0, 1", "-0.057, 0.305"},
                                  {0, {}, "1, 2", "0.076, 0.012"}};
  for (const Graph& graph : graphs) {
    text += "| " + std::to_string(graph.sink) + " | " + graph.sources + " | " + graph.truth;
    for (const char* objective : {"clipped", "penalised"}) {
      const Unmixed found = unmix(scene, {{"implementation", "source_sink_n"},
                                          {"sink_channels", {graph.sink}},
                                          {"neutral_channels", graph.neutral.empty() ? Json() : Json(graph.neutral)},
                                          {"max_alpha_voxels", 50000},
                                          {"objective", objective}});
      const Json& sink = found.estimation["pairwise_alpha_details"][0];
      std::vector<double> alphas;
      for (const Json& source : sink["source_parameter_details"]) alphas.push_back(source["alpha"].get<double>());
      text += " | " + list(alphas) + " | " + number(sink["signal_loss"].get<double>(), 3);
    }
    text += " |\n";
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string tables = "\n### Residual crosstalk\n\n" + crosstalk_table() +
                             "\n### Shared structures and when to stop\n\n" + overlap_table() + "\n### Sources and sinks\n\n" +
                             sink_table() + "\n";
  return show_tables(argc, argv, begin_mark, end_mark, tables);
}
