// Every case of the reference results: settings in, report and pixels out, within the agreement that tests/data/README.md asks for.
//
// The report must have the same keys with the same nesting and nulls; masks, counts and strings are exact; alphas agree as closely as
// the method defines them; and pixels agree with those alphas.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "image/file_bytes.hpp"
#include "image/memory_bytes.hpp"
#include "image/number_text.hpp"
#include "steps/unmix_run.hpp"
#include "support/fixture.hpp"
#include "tiff/reader.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

struct Reference {
  Json cases;
  OpenSource open;
  std::vector<double> pixels;  // of the input, t, z, c, y, x
  StackShape shape;
};

OpenSource opening(std::string name, const std::vector<std::byte>& bytes) {
  return [name, bytes]() -> std::shared_ptr<StackSource> {
    auto reader = TiffReader::open(std::make_unique<MemorySource>(name, bytes));
    if (!reader.ok()) FAIL(reader.error().message);
    return std::shared_ptr<StackSource>(std::move(*reader));
  };
}

std::vector<double> all_pixels(StackSource& source) {
  const StackInfo& info = source.info();
  std::vector<double> pixels;
  for (const Box& box : stack_boxes(info, 0)) {
    auto block = source.read(box);
    if (!block.ok()) FAIL(block.error().message);
    std::vector<double> values(block->bytes().size() / bytes_per_sample(block->type()));
    convert_samples(block->type(), block->bytes(), SampleType::float64, std::as_writable_bytes(std::span<double>(values)));
    pixels.insert(pixels.end(), values.begin(), values.end());
  }
  return pixels;
}

Reference load(const std::string& json, const std::string& name, const std::vector<std::byte>& tiff) {
  Reference reference;
  reference.cases = fixture_json(json).at("cases");
  reference.open = opening(name, tiff);
  const auto source = reference.open();
  reference.shape = source->info().shape;
  reference.pixels = all_pixels(*source);
  return reference;
}

const Reference& reference_of(const std::string& name) {
  static std::map<std::string, Reference> loaded;
  auto found = loaded.find(name);
  if (found == loaded.end()) {
    found = loaded.emplace(name, load("unmix/unmix_" + name + ".json", name, read_fixture("unmix/" + name + ".ome.tif"))).first;
  }
  return found->second;
}

bool is_one_of(const std::string& key, const std::set<std::string>& keys) { return keys.count(key) > 0; }

/// How far a value of the report may be from the reference's.
struct Tolerance {
  double relative = 0;
  double absolute = 0;
};

Tolerance tolerance_of(const std::string& key, const std::string& method, bool rounded) {
  if (is_one_of(key, {"alpha", "alpha_values", "alpha_by_t", "alpha_reverse", "alpha_reverse_values", "alpha_reverse_by_t"})) {
    const Tolerance rounding{rounded ? 1e-6 : 0.0, 0};
    if (method == "corr_min") return {rounding.relative, 1e-5};
    if (method == "mi_min") return {rounding.relative, 1e-4};
    return {rounded ? 1e-6 : 1e-7, 0};
  }
  if (is_one_of(key, {"bidirectional_mixing_matrix_determinant", "bidirectional_mixing_matrix_determinant_by_t"}))
    return {0, 2e-4};
  if (is_one_of(key, {"source_background", "target_background", "source_threshold", "target_threshold"})) return {1e-9, 0};
  if (is_one_of(key, {"numerator_mean", "denominator_mean", "numerator_sum_xy", "denominator_sum_x2"})) return {1e-7, 0};
  return {};
}

/// What the search reports about itself: a formula or another path to the same minimum may differ.
const std::set<std::string> about_the_search{"optimization_nfev", "objective_value", "post_correlation",
                                             "post_mutual_information"};

class ReportCheck {
 public:
  explicit ReportCheck(const Json& reference) : reference_(reference) {}

  void run(const Json& ours) {
    for (const auto& [key, value] : reference_.items()) {
      REQUIRE(ours.contains(key));
      compare(key, key, value, ours.at(key));
    }
  }
  /// Alphas of mi_min that lie further away than asked; the caller decides by mutual information.
  [[nodiscard]] const std::vector<std::string>& far_off() const { return far_off_; }

 private:
  [[nodiscard]] std::string method_at(const std::string& path) const {
    const bool reverse = path.find("reverse") != std::string::npos;
    const Json& method = reference_.at(reverse ? "method_reverse_effective" : "method_effective");
    return method.is_string() ? method.get<std::string>() : "";
  }

  void compare(const std::string& path, const std::string& key, const Json& reference, const Json& ours) {
    INFO("at " << path << ": reference " << reference.dump() << ", ours " << ours.dump());
    if (reference.is_object()) {
      REQUIRE(ours.is_object());
      for (const auto& [name, value] : reference.items()) {
        REQUIRE(ours.contains(name));
        compare(path + "." + name, name, value, ours.at(name));
      }
      CHECK(ours.size() == reference.size());
    } else if (reference.is_array()) {
      REQUIRE(ours.is_array());
      REQUIRE(ours.size() == reference.size());
      for (std::size_t i = 0; i < reference.size(); ++i)
        compare(path + "[" + std::to_string(i) + "]", key, reference[i], ours[i]);
    } else if (reference.is_number_float() && ours.is_number()) {
      if (about_the_search.count(key) > 0) return;
      const bool top_level = path.find('.') == std::string::npos;
      const Tolerance tolerance = tolerance_of(key, method_at(path), top_level);
      const double expected = reference.get<double>();
      const double allowed = tolerance.absolute + tolerance.relative * std::abs(expected);
      const double difference = std::abs(ours.get<double>() - expected);
      if (method_at(path) == "mi_min" && difference > allowed && key.find("alpha") == 0) {
        far_off_.push_back(path);
      } else {
        CHECK(difference <= allowed);
      }
    } else if (about_the_search.count(key) == 0) {
      CHECK(ours == reference);
    }
  }

  const Json& reference_;
  std::vector<std::string> far_off_;
};

struct Alphas {
  double forward = 0;
  double reverse = 0;
};

Alphas alphas_at(const Json& report, std::int64_t t) {
  const auto value = [&](const std::string& name) {
    const Json& by_t = report.at(name + "_by_t");
    if (by_t.is_array()) return by_t.at(static_cast<std::size_t>(t)).get<double>();
    return report.at(name).is_number() ? report.at(name).get<double>() : 0.0;
  };
  return {value("alpha"), value("alpha_reverse")};
}

/// How far voxels of a time point may be from the reference's, given both pairs of coefficients.
struct Allowed {
  double per_magnitude = 0;
  double rounding = 0;

  Allowed(const Json& ours, const Json& theirs, std::int64_t t, bool integers) : rounding(integers ? 1.0 : 0.0) {
    const Alphas a = alphas_at(ours, t);
    const Alphas b = alphas_at(theirs, t);
    const double d = 1 - b.forward * b.reverse;
    const double moved = std::max(std::abs(a.forward - b.forward), std::abs(a.reverse - b.reverse));
    per_magnitude = 1e-6 + moved / (d * d);
  }
  [[nodiscard]] double difference(double source, double target, double value) const {
    return 2e-6 * std::abs(value) + per_magnitude * (std::abs(source) + std::abs(target)) + rounding;
  }
};

void check_pixels(const Reference& reference, const Json& expected, const Json& expected_report, const UnmixOutcome& outcome) {
  const StackShape& shape = reference.shape;
  CHECK(sample_type_name(outcome.type) == expected.at("dtype").get<std::string>());
  CHECK(Json{shape.t, shape.z, shape.c, shape.y, shape.x} == expected.at("shape"));
  const bool integers = is_integer(outcome.type);
  const Json& report = outcome.account.details;
  const auto source_channel = report.at("source_channel").get<std::int64_t>();
  const auto target_channel = report.at("target_channel").get<std::int64_t>();
  const auto index = [&](std::int64_t t, std::int64_t z, std::int64_t c, std::int64_t pixel) {
    return static_cast<std::size_t>(((t * shape.z + z) * shape.c + c) * shape.pixels_per_plane() + pixel);
  };
  for (const Json& sample : expected.at("samples")) {
    const auto at = sample.at("tzcyx").get<std::vector<std::int64_t>>();
    const double value = sample.at("value").get<double>();
    const std::int64_t pixel = at[3] * shape.x + at[4];
    const double source = reference.pixels[index(at[0], at[1], source_channel, pixel)];
    const double target = reference.pixels[index(at[0], at[1], target_channel, pixel)];
    INFO("voxel " << sample.at("tzcyx").dump());
    CHECK(std::abs(outcome.at(at[0], at[1], at[2], at[3], at[4]) - value) <=
          Allowed(report, expected_report, at[0], integers).difference(source, target, value));
  }
  for (const Json& entry : expected.at("per_tc")) {
    const auto t = entry.at("t").get<std::int64_t>();
    const auto c = entry.at("c").get<std::int64_t>();
    const Allowed at_t(report, expected_report, t, integers);
    double sum = 0;
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    std::int64_t negative = 0;
    double allowed = 0;
    double allowed_voxel = 0;
    std::int64_t uncertain = 0;
    for (std::int64_t z = 0; z < shape.z; ++z) {
      for (std::int64_t pixel = 0; pixel < shape.pixels_per_plane(); ++pixel) {
        const double value = outcome.pixels[0][index(t, z, c, pixel)];
        const double source = reference.pixels[index(t, z, source_channel, pixel)];
        const double target = reference.pixels[index(t, z, target_channel, pixel)];
        const double here = at_t.difference(source, target, value);
        sum += value;
        least = std::min(least, value);
        most = std::max(most, value);
        negative += value < 0 ? 1 : 0;
        uncertain += std::abs(value) <= here ? 1 : 0;
        allowed += here;
        allowed_voxel = std::max(allowed_voxel, here);
      }
    }
    INFO("t " << t << ", c " << c);
    CHECK(std::abs(sum - entry.at("sum").get<double>()) <= allowed);
    CHECK(std::abs(least - entry.at("min").get<double>()) <= allowed_voxel);
    CHECK(std::abs(most - entry.at("max").get<double>()) <= allowed_voxel);
    CHECK(std::abs(negative - entry.at("negative_count").get<std::int64_t>()) <= uncertain);
  }
}

void check_case(const Reference& reference, const Json& expected, std::size_t threads) {
  CAPTURE(expected.at("settings").dump());
  const auto outcome = run_unmix({reference.open}, expected.at("settings"), {.threads = threads});
  const Json& report = expected.at("report");
  if (report.contains("error")) {
    INFO("the reference says: " << report.at("error").get<std::string>());
    REQUIRE_FALSE(outcome.ok());
    const std::string& message = outcome.error().message;
    CAPTURE(message);
    CHECK((outcome.error().code == Errc::bad_setting || outcome.error().code == Errc::not_enough_data));
    // The setting that was given is named, with its value.
    bool named = false;
    for (const auto& [key, value] : expected.at("settings").items()) {
      const std::string text = value.is_string()   ? value.get<std::string>()
                               : value.is_number() ? number_text(value.get<double>())
                                                   : value.dump();
      named = named || (message.find(key) != std::string::npos && message.find(text) != std::string::npos);
    }
    CHECK(named);
    return;
  }
  INFO((outcome.ok() ? std::string() : outcome.error().message));
  REQUIRE(outcome.ok());
  ReportCheck check(report);
  check.run(outcome->account.details);
  CAPTURE(check.far_off());
  CHECK(check.far_off().empty());
  check_pixels(reference, expected.at("output"), report, *outcome);
}

void check_all(const std::string& name, std::size_t cases) {
  const Reference& reference = reference_of(name);
  REQUIRE(reference.cases.size() == cases);
  for (const Json& expected : reference.cases) check_case(reference, expected, 1);
}

}  // namespace

TEST_CASE("reference: one way, uint16, three time points", "[unmix][reference]") { check_all("oneway_u16_T3Z4C2", 37); }
TEST_CASE("reference: one way, float32, one time point", "[unmix][reference]") { check_all("oneway_f32_T1Z3C2", 36); }
TEST_CASE("reference: both ways, uint16, two time points", "[unmix][reference]") { check_all("bidirectional_u16_T2Z2C2", 37); }

#ifndef __EMSCRIPTEN__
// Its input is 4 MB of noise, too much for the repository: run by name, with the folder of the reference results in the environment.
TEST_CASE("reference: the tutorial's scene, float32, two time points of twenty planes", "[.tutorial]") {
  const char* folder = std::getenv("WEBUNMIX_REFERENCE");
  REQUIRE(folder != nullptr);
  auto file = open_file_source(std::string(folder) + "/inputs/tutorial_T2Z20C2_f32.ome.tif");
  REQUIRE(file.ok());
  std::vector<std::byte> bytes(static_cast<std::size_t>((*file)->size()));
  REQUIRE((*file)->read(0, bytes).ok());
  const Reference reference = load("unmix/unmix_tutorial_T2Z20C2_f32.json", "tutorial_T2Z20C2_f32", bytes);
  REQUIRE(reference.cases.size() == 9);
  for (const Json& expected : reference.cases) check_case(reference, expected, 2);
}
#endif
