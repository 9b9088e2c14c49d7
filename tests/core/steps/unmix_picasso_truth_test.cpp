// What `unmix_picasso` finds in scenes whose truth is known: crosstalk that is left, shared structures that must survive, and sinks that
// the compatible objective blacks out. Limits are those of docs/methods-picasso.md; its tables have more scenes and seeds.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <memory>
#include <numeric>
#include <vector>

#include "image/memory_bytes.hpp"
#include "picasso/crosstalk.hpp"
#include "picasso/signal_loss.hpp"
#include "steps/unmix_run.hpp"
#include "support/fixture.hpp"
#include "synth/picasso_scene.hpp"
#include "tiff/reader.hpp"

using namespace webunmix;
using namespace webunmix::test;
using picasso::SquareMatrix;

namespace {

std::shared_ptr<Scene> dyes(const synth::DyesOptions& options) {
  auto scene = synth::make_dyes(options);
  if (!scene.ok()) FAIL(scene.error().message);
  return std::shared_ptr<Scene>(std::move(*scene));
}

UnmixOutcome unmixed(const OpenSource& open, const Json& settings, bool output) {
  UnmixRunOptions options;
  options.kind = unmix_picasso_kind;
  options.output = output;
  auto run = run_unmix({open}, settings, options);
  if (!run.ok()) FAIL(run.error().message);
  return std::move(*run);
}

SquareMatrix matrix_of(const Json& rows) {
  SquareMatrix matrix(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows.size(); ++j) matrix(i, j) = rows[i][j].get<double>();
  }
  return matrix;
}

double crosstalk_left(const synth::DyesOptions& options, const Json& settings) {
  const auto scene = dyes(options);
  const UnmixOutcome outcome = unmixed([scene] { return scene; }, settings, false);
  const Json& found = outcome.account.details["picasso_estimation"];
  const auto maxima = found["normalization_factors"].get<std::vector<double>>();
  const SquareMatrix applied = picasso::in_raw_units(matrix_of(found["applied_matrix"]), maxima);
  return picasso::residual_crosstalk(applied, matrix_of(scene->truth()["mixing"]));
}

/// Pearson r of each channel of the only plane with its dye.
std::vector<double> correlations(Scene& scene, const UnmixOutcome& outcome) {
  const StackShape& shape = scene.info().shape;
  std::vector<double> all;
  for (std::int32_t c = 0; c < shape.c; ++c) {
    std::vector<double> made;
    std::vector<double> truth;
    for (const Box& box : plane_boxes(scene.info(), 0, 0, 0, {c})) {
      auto clean = scene.clean(box);
      if (!clean.ok()) FAIL(clean.error().message);
      const auto values = clean->channel<float>(0);
      truth.insert(truth.end(), values.begin(), values.end());
    }
    for (std::int64_t y = 0; y < shape.y; ++y) {
      for (std::int64_t x = 0; x < shape.x; ++x) made.push_back(outcome.at(0, 0, c, y, x));
    }
    REQUIRE(made.size() == truth.size());
    const auto n = static_cast<double>(made.size());
    const double mean_made = std::accumulate(made.begin(), made.end(), 0.0) / n;
    const double mean_truth = std::accumulate(truth.begin(), truth.end(), 0.0) / n;
    double both = 0;
    double squares_made = 0;
    double squares_truth = 0;
    for (std::size_t i = 0; i < made.size(); ++i) {
      both += (made[i] - mean_made) * (truth[i] - mean_truth);
      squares_made += (made[i] - mean_made) * (made[i] - mean_made);
      squares_truth += (truth[i] - mean_truth) * (truth[i] - mean_truth);
    }
    all.push_back(both / std::sqrt(squares_made * squares_truth));
  }
  return all;
}

const Json& the_sink(const UnmixOutcome& outcome) {
  return outcome.account.details["picasso_estimation"]["pairwise_alpha_details"][0];
}

bool warns_of_destruction(const UnmixOutcome& outcome) {
  const auto& warnings = outcome.account.warnings;
  return std::any_of(warnings.begin(), warnings.end(),
                     [](const std::string& warning) { return warning.find("destroys signal") != std::string::npos; });
}

}  // namespace

TEST_CASE("rounding leaves little crosstalk of three dyes", "[picasso][truth]") {
  const std::int64_t seed = GENERATE(1, 2, 3);
  const synth::DyesOptions scene{.shape = {1, 1, 3, 512, 512}, .seed = seed, .crowding = 2, .light = 2000};
  CHECK(crosstalk_left(scene, {{"quantisation", "round"}, {"max_iter", 50}}) <= 0.05);
  CHECK(crosstalk_left(scene, {{"quantisation", "round"}, {"max_iter", 200}}) <= 0.028);
}

TEST_CASE("the stop rules keep structures that dyes share", "[picasso][truth]") {
  const auto scene = dyes({.shape = {1, 1, 3, 512, 512}, .seed = 1, .overlap = 0.3, .crowding = 3});
  const UnmixOutcome outcome =
      unmixed([scene] { return scene; },
              {{"quantisation", "round"}, {"stop_tolerance", 0.005}, {"stop_on_oversubtraction", true}}, true);
  CHECK(outcome.account.details["picasso_estimation"]["stop_reason"] != "max_iter");
  for (const double r : correlations(*scene, outcome)) CHECK(r >= 0.98);
}

TEST_CASE("a channel without structure, and one that is there twice, are told", "[picasso][truth]") {
  const std::vector<std::vector<double>> mixing{{1, 0, 0}, {1, 0, 0}, {0, 0, 0}};
  const auto scene = dyes({.shape = {1, 1, 3, 256, 256}, .seed = 1, .mixing = mixing, .read_noise = 0});
  const UnmixOutcome outcome = unmixed([scene] { return scene; }, {{"max_iter", 2}}, false);
  const std::vector<std::string>& warnings = outcome.account.warnings;
  const auto told = [&](const std::string& text) {
    return std::any_of(warnings.begin(), warnings.end(),
                       [&](const std::string& warning) { return warning.find(text) != std::string::npos; });
  };
  CHECK(told("channel 2 holds nothing above its background"));
  CHECK(told("channel 0 and channel 1 hold the same picture"));
}

TEST_CASE("the compatible objective blacks a sink out and says so; the penalised one finds the truth", "[picasso][truth]") {
  const std::vector<std::byte> bytes = read_fixture("picasso/picasso_3c_u16_T2Z2.ome.tif");
  const OpenSource open = [&bytes]() -> std::shared_ptr<StackSource> {
    auto reader = TiffReader::open(std::make_unique<MemorySource>("three dyes", bytes), {});
    if (!reader.ok()) FAIL(reader.error().message);
    return std::shared_ptr<StackSource>(std::move(*reader));
  };
  // The stack's mixing has 0.35 of dye 0 in channel 1 (tests/data/picasso).
  constexpr double truth = 0.35;
  Json settings{
      {"implementation", "source_sink_n"}, {"sink_channels", {1}}, {"neutral_channels", {2}}, {"max_alpha_voxels", 20000}};
  const UnmixOutcome clipped = unmixed(open, settings, true);
  CHECK(the_sink(clipped)["source_parameter_details"][0]["alpha"].get<double>() > 0.9);
  CHECK(the_sink(clipped)["signal_loss"].get<double>() > picasso::signal_loss_limit);
  CHECK(the_sink(clipped)["destroys_signal"] == true);
  CHECK(clipped.account.details["picasso_estimation"]["destroys_signal"] == Json{1});
  CHECK(warns_of_destruction(clipped));

  settings["objective"] = "penalised";
  const UnmixOutcome penalised = unmixed(open, settings, true);
  CHECK(the_sink(penalised)["source_parameter_details"][0]["alpha"].get<double>() == Approx(truth).margin(0.05));
  CHECK(the_sink(penalised)["destroys_signal"] == false);
  CHECK_FALSE(warns_of_destruction(penalised));
}
