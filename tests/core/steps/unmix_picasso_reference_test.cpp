// Every case of the reference results of `unmix_picasso`: settings in, report and pixels out.
//
// tests/data/picasso: stacks with known mixing, what the Python package found in them (of its pair details the first iteration), and
// the true structures, rounded to whole counts. Agreement asked for: matrices 2e-3 up to 20 iterations and 2e-2 beyond, because ties of
// the mutual information amplify the last bit; source-sink coefficients 0.002; voxels 3e-3; Pearson r with the truth at most 0.002 below.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <string>

#include "image/memory_bytes.hpp"
#include "steps/unmix_run.hpp"
#include "support/fixture.hpp"
#include "tiff/reader.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

OpenSource opening(const std::string& path, const std::string& axes) {
  const std::vector<std::byte> bytes = read_fixture(path);
  return [path, axes, bytes]() -> std::shared_ptr<StackSource> {
    auto reader = TiffReader::open(std::make_unique<MemorySource>(path, bytes), {.axes = axes, .index = {}});
    if (!reader.ok()) FAIL(reader.error().message);
    return std::shared_ptr<StackSource>(std::move(*reader));
  };
}

/// The pixels of a channel at one time point, all planes one after another.
std::vector<double> volume(StackSource& source, std::int32_t t, std::int32_t channel) {
  std::vector<double> pixels;
  for (std::int64_t z = 0; z < source.info().shape.z; ++z) {
    for (const Box& box : plane_boxes(source.info(), 0, t, z, {channel})) {
      auto block = source.read(box);
      if (!block.ok()) FAIL(block.error().message);
      std::vector<float> values(block->pixels_per_channel());
      channel_to_float32(*block, 0, values);
      pixels.insert(pixels.end(), values.begin(), values.end());
    }
  }
  return pixels;
}

double pearson_r(const std::vector<double>& a, const std::vector<double>& b) {
  const auto mean = [](const std::vector<double>& v) {
    double sum = 0;
    for (const double x : v) sum += x;
    return sum / static_cast<double>(v.size());
  };
  const double ma = mean(a);
  const double mb = mean(b);
  double aa = 0;
  double ab = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - ma) * (a[i] - ma);
    ab += (a[i] - ma) * (b[i] - mb);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

struct PicassoReference {
  Json cases;
  OpenSource open;
  std::vector<std::vector<double>> truth;  // per channel, t = 0
};

const PicassoReference& picasso_reference(const std::string& name) {
  static std::map<std::string, PicassoReference> loaded;
  auto found = loaded.find(name);
  if (found != loaded.end()) return found->second;
  PicassoReference reference;
  reference.cases = fixture_json("picasso/" + name + ".json").at("cases");
  reference.open = opening("picasso/" + name + ".ome.tif", "");
  const auto source = reference.open();
  const StackShape& shape = source->info().shape;
  const auto truth = opening("picasso/" + name + ".truth.tif", "C" + std::to_string(shape.c) + "Z" + std::to_string(shape.z))();
  for (std::int32_t c = 0; c < shape.c; ++c) reference.truth.push_back(volume(*truth, 0, c));
  return loaded.emplace(name, std::move(reference)).first->second;
}

double largest_difference(const Json& a, const Json& b) {
  if (a.is_array()) {
    REQUIRE(b.is_array());
    REQUIRE(a.size() == b.size());
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, largest_difference(a[i], b[i]));
    return largest;
  }
  return std::abs(a.get<double>() - b.get<double>());
}

/// Every key of the package's report is in ours, on the same level, and null where it is null there.
void check_keys(const Json& reference, const Json& ours, const std::string& path) {
  for (const auto& [key, value] : reference.items()) {
    CAPTURE(path, key);
    REQUIRE(ours.contains(key));
    CHECK(ours[key].is_null() == value.is_null());
    if (value.is_object() && ours[key].is_object()) check_keys(value, ours[key], path + key + ".");
  }
}

void check_matrix_estimation(const Json& reference, const Json& ours, double tolerance) {
  CHECK(ours["normalization_factors"] == reference["normalization_factors"]);
  CHECK(largest_difference(ours["background_values"], reference["background_values"]) < 1e-9);
  CHECK(ours["iterations_run"] == reference["iterations_run"]);
  CHECK(largest_difference(reference["incremental_matrices"], ours["incremental_matrices"]) < tolerance);
  CHECK(largest_difference(reference["unmixing_matrix"], ours["unmixing_matrix"]) < tolerance);
  CHECK(largest_difference(reference["max_abs_alpha_by_iteration"], ours["max_abs_alpha_by_iteration"]) < 5 * tolerance);
  // Before the first clip nothing separates the two: every pair is found by the same evaluations.
  const Json& pairs = reference["pairwise_alpha_details"][0];
  REQUIRE(ours["pairwise_alpha_details"][0].size() == pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Json& found = ours["pairwise_alpha_details"][0][i];
    check_keys(pairs[i], found, "pair.");
    CHECK(found["sink_index"] == pairs[i]["sink_index"]);
    CHECK(found["source_index"] == pairs[i]["source_index"]);
    CHECK(found["alpha"].get<double>() == Approx(pairs[i]["alpha"].get<double>()).margin(1e-12));
    CHECK(found["alpha0"].get<double>() == Approx(pairs[i]["alpha0"].get<double>()).margin(1e-12));
    CHECK(found["optimization_nit"] == pairs[i]["optimization_nit"]);
    CHECK(found["optimization_nfev"] == pairs[i]["optimization_nfev"]);
    CHECK(found["negativity_ratio"].get<double>() == Approx(pairs[i]["negativity_ratio"].get<double>()).margin(1e-9));
  }
}

void check_sink_estimation(const Json& reference, const Json& ours) {
  CHECK(ours["global_max"] == reference["global_max"]);
  CHECK(ours["source_sink_matrix"] == reference["source_sink_matrix"]);
  CHECK(largest_difference(ours["background_values"], reference["background_values"]) < 1e-9);
  CHECK(largest_difference(reference["alpha_parameters"], ours["alpha_parameters"]) < 0.002);
  CHECK(largest_difference(reference["background_parameters"], ours["background_parameters"]) < 0.002);
  const Json& sinks = reference["pairwise_alpha_details"];
  REQUIRE(ours["pairwise_alpha_details"].size() == sinks.size());
  for (std::size_t i = 0; i < sinks.size(); ++i) {
    const Json& found = ours["pairwise_alpha_details"][i];
    check_keys(sinks[i], found, "sink.");
    for (std::size_t j = 0; j < sinks[i]["source_parameter_details"].size(); ++j) {
      check_keys(sinks[i]["source_parameter_details"][j], found["source_parameter_details"][j], "source.");
    }
    if (!sinks[i].contains("objective_value")) continue;
    CHECK(found["objective_value"].get<double>() == Approx(sinks[i]["objective_value"].get<double>()).epsilon(1e-4));
    CHECK(found["restart_count"] == sinks[i]["restart_count"]);
  }
}

void check_pixels(const Json& reference, const UnmixOutcome& outcome, bool normalised) {
  const StackShape& shape = outcome.shape;
  CHECK(sample_type_name(outcome.type) == reference["output"]["dtype"].get<std::string>());
  CHECK(Json{shape.t, shape.z, shape.c, shape.y, shape.x} == reference["output"]["shape"]);
  const bool whole = is_integer(outcome.type);
  // Voxels are 0..1, or counts up to a few thousands.
  const auto allowed = [&](double value) { return whole ? 1.0 : (normalised && value <= 1 ? 3e-3 : 3e-3 * 3754); };
  for (const Json& sample : reference["output"]["samples"]) {
    const auto at = sample["tzcyx"].get<std::vector<std::int64_t>>();
    const auto value = sample["value"].get<double>();
    CAPTURE(at, value);
    CHECK(outcome.at(at[0], at[1], at[2], at[3], at[4]) == Approx(value).margin(allowed(value)));
  }
  for (const Json& expected : reference["output"]["per_tc"]) {
    double sum = 0;
    double largest = 0;
    double lowest = 0;
    for (std::int64_t z = 0; z < shape.z; ++z) {
      for (std::int64_t y = 0; y < shape.y; ++y) {
        for (std::int64_t x = 0; x < shape.x; ++x) {
          const double value = outcome.at(expected["t"].get<std::int64_t>(), z, expected["c"].get<std::int64_t>(), y, x);
          sum += value;
          largest = std::max(largest, value);
          lowest = std::min(lowest, value);
        }
      }
    }
    CAPTURE(expected.dump());
    const auto voxels = static_cast<double>(shape.z * shape.pixels_per_plane());
    const auto reference_max = expected["max"].get<double>();
    CHECK(lowest == 0);
    CHECK(largest == Approx(reference_max).margin(allowed(reference_max)));
    CHECK(sum / voxels == Approx(expected["sum"].get<double>() / voxels).margin(allowed(reference_max)));
  }
}

void check_case(const PicassoReference& reference, const Json& expected) {
  CAPTURE(expected["settings"].dump());
  UnmixRunOptions options;
  options.kind = unmix_picasso_kind;
  const Json& report = expected["report"];
  auto run = run_unmix({reference.open}, expected["settings"], options);
  if (report.contains("error")) {
    REQUIRE_FALSE(run.ok());
    CHECK(run.error().code == Errc::bad_setting);
    return;
  }
  if (!run.ok()) FAIL(run.error().message);
  const Json& details = run->account.details;
  check_keys(report, details, "");
  for (const char* same :
       {"method", "implementation", "alpha_mode", "channels", "source_sink_matrix", "sink_channels", "neutral_channels", "qN",
        "max_iter", "iterations_run", "iterations_run_by_t", "input_shape", "axis_order", "size_t", "size_z", "output_dtype"}) {
    CAPTURE(same);
    CHECK(details[same] == report[same]);
  }
  const bool matrices = report["implementation"] != "source_sink_n";
  if (matrices) {
    const double tolerance = report["max_iter"].get<int>() <= 20 ? 2e-3 : 2e-2;
    if (report["picasso_estimation"].is_object()) {
      check_matrix_estimation(report["picasso_estimation"], details["picasso_estimation"], tolerance);
      const Json& applied = report["picasso_estimation"]["application_details_by_t"];
      REQUIRE(details["picasso_estimation"]["application_details_by_t"].size() == applied.size());
      for (std::size_t t = 0; t < applied.size(); ++t) {
        check_keys(applied[t], details["picasso_estimation"]["application_details_by_t"][t], "applied.");
      }
    } else {
      for (std::size_t t = 0; t < report["picasso_estimation_by_t"].size(); ++t) {
        check_matrix_estimation(report["picasso_estimation_by_t"][t], details["picasso_estimation_by_t"][t], tolerance);
      }
      CHECK(largest_difference(report["unmixing_matrix_by_t"], details["unmixing_matrix_by_t"]) < tolerance);
    }
  } else {
    check_sink_estimation(report["picasso_estimation"], details["picasso_estimation"]);
  }
  check_pixels(expected, *run, matrices);

  if (is_integer(run->type)) return;  // 0 and 1: nothing to correlate
  const StackShape& shape = run->shape;
  for (std::int64_t c = 0; c < shape.c; ++c) {
    const auto wanted = expected["pearson_with_truth"][static_cast<std::size_t>(c)];
    std::vector<double> made;
    for (std::int64_t z = 0; z < shape.z; ++z) {
      const auto first = run->pixels[0].begin() + static_cast<std::ptrdiff_t>((z * shape.c + c) * shape.pixels_per_plane());
      made.insert(made.end(), first, first + static_cast<std::ptrdiff_t>(shape.pixels_per_plane()));
    }
    CAPTURE(c);
    CHECK(pearson_r(made, reference.truth[static_cast<std::size_t>(c)]) > wanted.get<double>() - 0.002);
  }
}

}  // namespace

TEST_CASE("unmix_picasso agrees with the reference on three channels", "[picasso][reference]") {
  const PicassoReference& reference = picasso_reference("picasso_3c_u16_T2Z2");
  REQUIRE(reference.cases.size() == 14);
  for (const Json& expected : reference.cases) check_case(reference, expected);
}

TEST_CASE("unmix_picasso agrees with the reference on five channels", "[picasso][reference]") {
  const PicassoReference& reference = picasso_reference("picasso_5c_u16_T1Z1");
  REQUIRE(reference.cases.size() == 2);
  for (const Json& expected : reference.cases) check_case(reference, expected);
}

TEST_CASE("errors of unmix_picasso name the value that was given", "[picasso][reference]") {
  const PicassoReference& reference = picasso_reference("picasso_3c_u16_T2Z2");
  UnmixRunOptions options;
  options.kind = unmix_picasso_kind;
  const std::vector<std::pair<Json, std::vector<std::string>>> wrong{
      {{{"implementation", "bogus"}}, {"implementation", "bogus", "matlab_n"}},
      {{{"channels", {0, 1}}}, {"matlab_3c", "3", "2: [0, 1]"}},
      {{{"channels", {0, 7, 1}}}, {"7", "0 to 2"}},
      {{{"channels", {0, 1, 1}}}, {"1", "twice"}},
      {{{"implementation", "matlab_n"}, {"channels", {1}}}, {"at least 2", "[1]"}},
      {{{"step_size", 0}}, {"step_size", "0"}},
      {{{"step_size", -0.5}}, {"step_size", "-0.5"}},
      {{{"qn", 0}}, {"qn", "0"}},
      {{{"qn", 128}}, {"qn", "128", "127", "round"}},
      {{{"pixel_bin_size", 200}}, {"pixel_bin_size", "200", "176 x 160"}},
      {{{"alpha_reference_t", 2}}, {"alpha_reference_t", "2", "0 to 1"}},
      {{{"implementation", "source_sink_n"}}, {"sink_channels", "source_sink_matrix"}},
      {{{"implementation", "source_sink_n"}, {"source_sink_matrix", {{1, -1}, {0, 1}}}}, {"(3, 3)", "(2, 2)"}},
      {{{"implementation", "source_sink_n"},
        {"source_sink_matrix", {{1, -1, 0}, {0, 1, 0}, {0, 0, 1}}},
        {"sink_channels", {1}}},
       {"source_sink_matrix", "sink_channels [1]"}},
      {{{"implementation", "source_sink_n"}, {"source_sink_matrix", {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}, {"no -1"}},
      {{{"implementation", "source_sink_n"}, {"source_sink_matrix", {{1, 0.5, 0}, {0, 1, 0}, {0, 0, 1}}}}, {"[0][1]", "0.5"}},
      {{{"implementation", "source_sink_n"}, {"source_sink_matrix", {{1, -1, 0}, {0, 2, 0}, {0, 0, 1}}}},
       {"[1][1]", "2", "diagonal"}},
      {{{"implementation", "source_sink_n"}, {"sink_channels", {3}}}, {"sink_channels", "3", "[0, 1, 2]"}},
      {{{"implementation", "source_sink_n"}, {"sink_channels", {1}}, {"neutral_channels", {1}}}, {"1", "both"}},
      {{{"implementation", "source_sink_n"}, {"sink_channels", {1}}, {"neutral_channels", {0, 2}}}, {"1", "no source"}},
      {{{"implementation", "source_sink_n"},
        {"sink_channels", {1}},
        {"objective", "penalised"},
        {"source_sink_joint_optimization", false}},
       {"penalised", "source_sink_joint_optimization"}},
  };
  for (const auto& [settings, words] : wrong) {
    CAPTURE(settings.dump());
    const auto run = run_unmix({reference.open}, settings, options);
    REQUIRE_FALSE(run.ok());
    CHECK(run.error().code == Errc::bad_setting);
    for (const std::string& word : words) CHECK_THAT(run.error().message, Catch::Contains(word));
  }
}

TEST_CASE("qn above 127 is possible with rounding", "[picasso][reference]") {
  const PicassoReference& reference = picasso_reference("picasso_3c_u16_T2Z2");
  UnmixRunOptions options;
  options.kind = unmix_picasso_kind;
  options.output = false;
  CHECK(run_unmix({reference.open}, {{"qn", 200}, {"quantisation", "round"}, {"max_iter", 2}}, options).ok());
}
