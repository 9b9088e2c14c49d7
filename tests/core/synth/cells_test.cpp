// The cells have the mixing, the noise and the co-localisation that they say they have, and look like cells where it can be measured.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "synth/cell_geometry.hpp"
#include "synth/samples.hpp"
#include "synth/scene.hpp"

using namespace webunmix;
using webunmix::test::mean;

namespace {

std::unique_ptr<Scene> cells(Json options) {
  options["scene"] = "cells";
  auto made = make_scene(options);
  if (!made.ok()) FAIL(made.error().message);
  return std::move(*made);
}

Box plane(const Scene& scene, std::int32_t t, std::int32_t z) { return {0, t, z, {0, 1}, 0, scene.info().shape.y}; }

std::vector<double> values(const Block& block, std::size_t channel) {
  std::vector<double> all;
  if (block.type() == SampleType::float32) {
    for (const float value : block.channel<float>(channel)) all.push_back(static_cast<double>(value));
  } else {
    for (const std::uint16_t value : block.channel<std::uint16_t>(channel)) all.push_back(value);
  }
  return all;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double ma = mean(a);
  const double mb = mean(b);
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

double quantile(std::vector<double> of, double share) {
  const auto at = of.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(of.size() - 1));
  std::nth_element(of.begin(), at, of.end());
  return *at;
}

}  // namespace

TEST_CASE("the default cells are a sixteen-bit stack with names and sizes", "[synth][cells]") {
  const auto scene = cells(Json::object());
  const StackInfo& info = scene->info();
  CHECK(info.type == SampleType::uint16);
  CHECK(info.channels[0].name == "Tubulin");
  CHECK(info.channels[1].name == "H2B");
  CHECK(info.pixel_size_x->value == 0.108);
  CHECK(info.pixel_size_y->unit == "µm");
  CHECK(info.pixel_size_z->value == 0.3);
  CHECK(info.time_increment->value == 30);
  CHECK(info.time_increment->unit == "s");
}

TEST_CASE("counts are Poisson photons, read noise and offset around the mixture", "[synth][cells]") {
  const auto scene = cells({{"shape", {1, 3, 2, 256, 256}},
                            {"alpha", 0.4},
                            {"alpha_reverse", 0.1},
                            {"offset", 150.0},
                            {"read_noise", 3.0},
                            {"background", 25.0},
                            {"gain_e_per_adu", 2.0}});
  const auto clean = scene->clean(plane(*scene, 0, 1));
  const auto seen = scene->read(plane(*scene, 0, 1));
  REQUIRE((clean.ok() && seen.ok()));
  const auto source = values(*clean, 0);
  const auto target = values(*clean, 1);
  for (std::size_t c = 0; c < 2; ++c) {
    const auto counts = values(*seen, c);
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const double light = (c == 0 ? source[i] + 0.1 * target[i] : target[i] + 0.4 * source[i]) + 25;
      // Variance in counts: photons / gain^2, read noise, and rounding.
      const double deviation = std::sqrt(light / 2.0 + 9.0 + 1.0 / 12);
      const double score = (counts[i] - 150 - light) / deviation;
      sum += score;
      squares += score * score;
    }
    const auto n = static_cast<double>(counts.size());
    CHECK(std::abs(sum / n) < 5 / std::sqrt(n));
    CHECK(squares / n == Approx(1.0).epsilon(5 * std::sqrt(2 / n)));
  }
}

TEST_CASE("the two dyes are not on the same structures", "[synth][cells]") {
  const auto scene = cells({{"shape", {1, 8, 2, 512, 512}}});
  const auto clean = scene->clean(plane(*scene, 0, 4));
  REQUIRE(clean.ok());
  const auto source = values(*clean, 0);
  const auto target = values(*clean, 1);
  CHECK(correlation(source, target) < 0.0);
  // Nuclei fill a part of the plane and are even; filaments are thin and bright.
  const double nuclear = quantile(target, 0.99);
  const auto inside =
      static_cast<double>(std::count_if(target.begin(), target.end(), [&](double v) { return v > 0.5 * nuclear; })) /
      static_cast<double>(target.size());
  CHECK((inside > 0.05 && inside < 0.4));
  CHECK(quantile(source, 0.999) > 5 * quantile(source, 0.5));
}

TEST_CASE("bleed-through can be found again where the target's dye is not", "[synth][cells]") {
  const auto scene = cells({{"shape", {1, 8, 2, 512, 512}}, {"alpha", 0.3}});
  const auto clean = scene->clean(plane(*scene, 0, 4));
  const auto seen = scene->read(plane(*scene, 0, 4));
  REQUIRE((clean.ok() && seen.ok()));
  const auto target = values(*clean, 1);
  const auto source = values(*clean, 0);
  const auto source_counts = values(*seen, 0);
  const auto target_counts = values(*seen, 1);
  const double floor = 120;  // offset and background
  double of_source = 0;
  double of_target = 0;
  const double bright = quantile(source, 0.9);
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] < bright || target[i] > 25) continue;
    of_source += source_counts[i] - floor;
    of_target += target_counts[i] - floor - target[i];
  }
  CHECK(of_target / of_source == Approx(0.3).epsilon(0.01));
}

TEST_CASE("co-localisation moves the chosen share of the target's dye onto the source's structures", "[synth][cells]") {
  // Light over all planes of a deep stack: nuclei keep 1 - c of theirs, and the sum stays about the same.
  const auto light = [](double colocalisation) {
    const auto scene = cells({{"shape", {1, 61, 2, 512, 512}}, {"colocalisation", colocalisation}});
    double sum = 0;
    for (std::int32_t z = 0; z < 61; z += 3) {
      const auto clean = scene->clean({0, 0, z, {1}, 0, 512});
      REQUIRE(clean.ok());
      sum += mean(values(*clean, 0));
    }
    return sum;
  };
  const double without = light(0);
  const double all = light(1);
  // All of it on structures: as much light as in the nuclei, but for halo, texture and what leaves the field.
  CHECK(all / without == Approx(1.0).epsilon(0.3));
  CHECK(light(0.5) == Approx(0.5 * (without + all)).epsilon(1e-3));

  const auto correlated = [](double colocalisation) {
    const auto scene = cells({{"shape", {1, 8, 2, 512, 512}}, {"colocalisation", colocalisation}});
    const auto clean = scene->clean(plane(*scene, 0, 4));
    REQUIRE(clean.ok());
    return correlation(values(*clean, 0), values(*clean, 1));
  };
  const double none = correlated(0);
  const double half = correlated(0.5);
  const double full = correlated(1);
  CHECK(none < half);
  CHECK(half < full);
  CHECK(full > 0.5);
  // Labelled in its own amount, filament by filament: never just a copy of the source.
  CHECK(full < 0.95);
}

TEST_CASE("cells stay while they move and things in focus change with the plane", "[synth][cells]") {
  const auto scene = cells({{"shape", {4, 24, 2, 384, 384}}});
  const auto nuclei = [&](std::int32_t t, std::int32_t z) { return values(*scene->clean({0, t, z, {1}, 0, 384}), 0); };
  const auto filaments = [&](std::int32_t t, std::int32_t z) { return values(*scene->clean({0, t, z, {0}, 0, 384}), 0); };
  CHECK(correlation(nuclei(0, 12), nuclei(1, 12)) > 0.9);
  CHECK(correlation(nuclei(0, 12), nuclei(0, 13)) > 0.95);
  const double one_apart = correlation(filaments(0, 12), filaments(0, 13));
  const double six_apart = correlation(filaments(0, 12), filaments(0, 18));
  CHECK(one_apart > 0.8);
  CHECK(six_apart < one_apart);
  CHECK(mean(nuclei(0, 0)) < mean(nuclei(0, 12)));
}

TEST_CASE("microtubules keep within the cell and out of the nucleus", "[synth][cells]") {
  using namespace webunmix::synth;
  for (const auto& place : cell_places(2000, 2000, 1, 3)) {
    const Cell cell = make_cell(place);
    REQUIRE(cell.filaments.size() > 100);
    std::size_t outside = 0;
    std::size_t in_nucleus = 0;
    for (const auto& point : cell.points) {
      const double x = static_cast<double>(point.x);
      const double y = static_cast<double>(point.y);
      const double z = static_cast<double>(point.z);
      const double distance = std::sqrt(x * x + y * y);
      outside += distance > 1.1 * cell.outline.reach({x / std::max(distance, 1e-9), y / std::max(distance, 1e-9)});
      const double dx = x - cell.nucleus.centre.x;
      const double dy = y - cell.nucleus.centre.y;
      const double u = (dx * cell.nucleus.cosine + dy * cell.nucleus.sine) / cell.nucleus.a;
      const double v = (dy * cell.nucleus.cosine - dx * cell.nucleus.sine) / cell.nucleus.b;
      in_nucleus += u * u + v * v + std::pow(z / cell.nucleus.c, 2) < 0.8;
    }
    CHECK(outside == 0);
    // The spindle's fibres reach into the plate of chromosomes; in other cells hardly any point is inside.
    if (!place.dividing) CHECK(static_cast<double>(in_nucleus) < 0.02 * static_cast<double>(cell.points.size()));
  }
}
