// Whole runs of `unmix`: truth recovered, the same bits with any number of threads, every sample type, offsets, regions, tiles,
// comparisons, diagnostics, and the errors a user can run into.
#include "steps/unmix_step.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "image/bytes_io.hpp"
#include "steps/unmix_scene.hpp"
#include "support/thread_counts.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

UnmixOutcome run(const MemoryStack& stack, const Json& settings, const UnmixRunOptions& options = {}) {
  CAPTURE(settings.dump());
  auto outcome = run_unmix({in_memory(stack)}, settings, options);
  INFO((outcome.ok() ? std::string() : outcome.error().message));
  REQUIRE(outcome.ok());
  return std::move(*outcome);
}

Error failure(const MemoryStack& stack, const Json& settings, const UnmixRunOptions& options = {}) {
  CAPTURE(settings.dump());
  const auto outcome = run_unmix({in_memory(stack)}, settings, options);
  REQUIRE_FALSE(outcome.ok());
  return outcome.error();
}

bool says(const std::string& text, const std::vector<std::string>& parts) {
  INFO(text);
  for (const std::string& part : parts) {
    if (text.find(part) == std::string::npos) {
      UNSCOPED_INFO("missing: " << part);
      return false;
    }
  }
  return true;
}

bool warns(const UnmixOutcome& outcome, const std::vector<std::string>& parts) {
  return std::any_of(outcome.account.warnings.begin(), outcome.account.warnings.end(), [&](const std::string& warning) {
    return std::all_of(parts.begin(), parts.end(),
                       [&](const std::string& part) { return warning.find(part) != std::string::npos; });
  });
}

double alpha(const UnmixOutcome& outcome) { return outcome.account.details.at("alpha").get<double>(); }

}  // namespace

// ---- truth ----

TEST_CASE("bleed-through that was mixed in is taken out", "[unmix][step]") {
  SceneOptions mixed;
  mixed.noise = 2;
  // Mutual information needs many voxels: a histogram of 32 x 32 bins over some thousand.
  mixed.shape = {.t = 1, .z = 2, .c = 2, .y = 160, .x = 160};
  SceneOptions pure = mixed;
  pure.alpha = 0;
  const auto stack = scene<float>(mixed, SampleType::float32);
  const auto truth = scene_values(pure);
  const auto outcome = run(
      stack, {{"method", "mi_min"}, {"signal_percentile", 90}, {"mi_bins", 32}, {"source_offset", 100}, {"target_offset", 60}});
  CHECK(alpha(outcome) == Approx(0.3).margin(0.01));
  const auto exact = run(stack, {{"alpha", 0.3}, {"source_offset", 100}, {"target_offset", 60}, {"clip_negative", false}});
  double worst = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) worst = std::max(worst, std::abs(exact.pixels[0][i] - truth[i]));
  CHECK(worst < 0.3 * 2 * 1.001);  // alpha times the source's noise
}

TEST_CASE("both directions are taken out together", "[unmix][step]") {
  SceneOptions mixed;
  mixed.alpha_reverse = 0.15;
  mixed.source_pedestal = mixed.target_pedestal = 0;
  mixed.noise = 0;
  SceneOptions pure = mixed;
  pure.alpha = pure.alpha_reverse = 0;
  const auto truth = scene_values(pure);
  const auto outcome = run(scene<float>(mixed, SampleType::float32),
                           {{"bidirectional", true}, {"alpha", 0.3}, {"alpha_reverse", 0.15}, {"clip_negative", false}});
  double worst = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) worst = std::max(worst, std::abs(outcome.pixels[0][i] - truth[i]));
  CHECK(worst < 2e-3);
}

TEST_CASE("alpha does not depend on the brightness of both channels together", "[unmix][step]") {
  SceneOptions options;
  const auto values = scene_values(options);
  std::vector<float> once;
  std::vector<float> fourfold;
  for (const double value : values) {
    once.push_back(static_cast<float>(value));
    fourfold.push_back(static_cast<float>(value) * 4);
  }
  for (const char* method : {"mean_ratio", "linear_fit", "corr_min", "mi_min"}) {
    const auto a = run(MemoryStack::of(options.shape, SampleType::float32, once), {{"method", method}}, {.output = false});
    const auto b = run(MemoryStack::of(options.shape, SampleType::float32, fourfold), {{"method", method}}, {.output = false});
    CHECK(alpha(a) == Approx(alpha(b)).epsilon(1e-12));
  }
}

// ---- the same everywhere ----

TEST_CASE("any number of threads gives the same bits", "[unmix][step]") {
  SceneOptions options;
  options.shape = {.t = 3, .z = 3, .c = 3, .y = 40, .x = 52};
  const auto integers = scene<std::uint16_t>(options, SampleType::uint16);
  const auto floats = scene<float>(options, SampleType::float32);
  const std::vector<Json> recipes{
      {{"method", "mi_min"}, {"alpha_mode", "per_t"}, {"signal_percentile", 80}, {"max_alpha_voxels", 300}},
      {{"method", "corr_min"}, {"bidirectional", true}, {"source_offset", "auto"}, {"target_offset", "auto"}},
      {{"alpha", 0.3}, {"output_dtype", "uint16"}}};
  for (const MemoryStack* stack : {&integers, &floats}) {
    for (const Json& recipe : recipes) {
      std::optional<UnmixOutcome> first;
      for (const std::size_t threads : thread_counts) {
        CAPTURE(threads);
        const auto outcome = run(*stack, recipe, {.threads = threads, .compare = true});
        if (!first) first = outcome;
        CHECK(outcome.account.details == first->account.details);
        CHECK(outcome.account.diagnostics == first->account.diagnostics);
        CHECK(outcome.pixels == first->pixels);
        CHECK(outcome.conversion == first->conversion);
      }
    }
  }
}

TEST_CASE("planes of several bands and items of several planes are one pool", "[unmix][step]") {
  SceneOptions options;
  options.shape = {.t = 1, .z = 1, .c = 2, .y = 1700, .x = 1400};
  auto stack = scene<std::uint16_t>(options, SampleType::uint16);
  REQUIRE(row_bands(stack.info).size() > 1);
  const auto outcome = run(stack, {{"method", "mean_ratio"}}, {.threads = thread_counts.back()});
  const auto expected = by_definition(pool_of(stack, 0, 0), pool_of(stack, 0, 1), {});
  CHECK(alpha(outcome) == Approx(expected.mean_ratio()).epsilon(1e-12));
  CHECK(outcome.account.details.at("mask_voxel_count") == expected.mask);
  const Json& diagnostics = outcome.account.diagnostics.at("by_t").at(0);
  CHECK(diagnostics.at("voxels") == 1700 * 1400);
  CHECK(diagnostics.at("sampled_voxels").get<std::int64_t>() <= (1 << 18));
  CHECK(diagnostics.at("sampled_voxels").get<std::int64_t>() > (1 << 17));
}

TEST_CASE("each time point is estimated as if it were alone", "[unmix][step]") {
  SceneOptions options;
  options.shape = {.t = 37, .z = 2, .c = 2, .y = 24, .x = 32};
  options.drift_per_t = 0.005;
  const auto stack = scene<std::uint16_t>(options, SampleType::uint16);
  const Json settings{{"method", "linear_fit"}, {"signal_percentile", 70}, {"max_alpha_voxels", 200}, {"random_state", 5}};
  Json per_t = settings;
  per_t["alpha_mode"] = "per_t";
  const auto all = run(stack, per_t, {.threads = thread_counts.back()});
  const Json& by_t = all.account.details.at("alpha_by_t");
  REQUIRE(by_t.size() == 37);
  REQUIRE(all.learnt.front().values.size() == 37);
  for (const std::int64_t t : {0, 1, 15, 16, 17, 36}) {
    CAPTURE(t);
    Json one = settings;
    one["alpha_reference_t"] = t;
    one["random_state"] = 5 + t;
    const auto alone = run(stack, one);
    CHECK(by_t.at(static_cast<std::size_t>(t)) == alone.account.details.at("alpha"));
    CHECK(all.learnt.front().values[static_cast<std::size_t>(t)] == alpha(alone));
    // The pixels of t were corrected with it.
    CHECK(all.at(t, 1, 1, 12, 16) == alone.at(t, 1, 1, 12, 16));
  }
  CHECK(by_t.at(36).get<double>() > by_t.at(0).get<double>() + 0.1);
}

// ---- sample types ----

TEST_CASE("the same counts in another sample type give the same alpha", "[unmix][step]") {
  SceneOptions options;
  options.source_pedestal = 10;
  options.target_pedestal = 12;
  auto values = scene_values(options);
  for (double& value : values) value = std::clamp(std::round(value / 20), 0.0, 120.0);
  const auto as = [&]<class T>(SampleType type, T) {
    return MemoryStack::of(options.shape, type, std::vector<T>(values.begin(), values.end()));
  };
  const Json settings{{"method", "linear_fit"}, {"signal_percentile", 90}};
  const auto reference = run(as(SampleType::float32, 0.0F), settings);
  const auto check = [&](const MemoryStack& stack) {
    const auto outcome = run(stack, settings);
    CHECK(outcome.account.details == reference.account.details);
    CHECK(outcome.pixels == reference.pixels);
  };
  check(as(SampleType::uint8, std::uint8_t{}));
  check(as(SampleType::int8, std::int8_t{}));
  check(as(SampleType::uint16, std::uint16_t{}));
  check(as(SampleType::int16, std::int16_t{}));
  check(as(SampleType::uint32, std::uint32_t{}));
  check(as(SampleType::int32, std::int32_t{}));
  check(as(SampleType::float64, 0.0));
}

TEST_CASE("integer outputs are rounded, saturated and counted, both ways too", "[unmix][step]") {
  SceneOptions options;
  options.alpha_reverse = 0.1;
  const auto stack = scene<std::uint16_t>(options, SampleType::uint16);
  for (const bool both : {false, true}) {
    Json settings{{"alpha", 0.9}, {"bidirectional", both}, {"clip_negative", false}};
    if (both) settings["alpha_reverse"] = 0.1;
    const auto exact = run(stack, settings);
    for (const char* type : {"int16", "uint16", "uint8", "input"}) {
      CAPTURE(type, both);
      settings["output_dtype"] = type;
      const auto outcome = run(stack, settings);
      CHECK(outcome.type == (std::string(type) == "input" ? SampleType::uint16 : *sample_type_from_name(type)));
      CHECK(outcome.account.details.at("output_dtype") == sample_type_name(outcome.type));
      const SampleRange range = sample_range(outcome.type);
      std::uint64_t low = 0;
      std::uint64_t high = 0;
      bool equal = true;
      for (std::size_t i = 0; i < exact.pixels[0].size(); ++i) {
        const double whole = std::nearbyint(exact.pixels[0][i]);
        low += whole < range.lowest ? 1U : 0U;
        high += whole > range.highest ? 1U : 0U;
        equal = equal && outcome.pixels[0][i] == std::clamp(whole, range.lowest, range.highest);
      }
      CHECK(equal);
      CHECK(outcome.conversion.clipped_low == low);
      CHECK(outcome.conversion.clipped_high == high);
      if (outcome.type == SampleType::uint16) CHECK(low > 0);
      if (outcome.type == SampleType::uint8) CHECK(high > 0);
    }
  }
}

// ---- channels ----

TEST_CASE("channels that are not corrected keep their pixels, and roles may be any two", "[unmix][step]") {
  SceneOptions options;
  options.shape.c = 4;
  const auto stack = scene<std::uint16_t>(options, SampleType::uint16);
  const auto outcome = run(stack, {{"source_channel", 3}, {"target_channel", 1}, {"alpha", 0.5}, {"clip_negative", false}});
  for (const std::int64_t c : {0, 1, 2, 3}) {
    for (std::int64_t z = 0; z < 2; ++z) {
      const auto target = pool_of(stack, 0, c);
      const auto source = pool_of(stack, 0, 3);
      for (std::int64_t x = 0; x < options.shape.x; x += 7) {
        const auto i = static_cast<std::size_t>((z * options.shape.y + 5) * options.shape.x + x);
        const float expected = c == 1 ? target[i] - 0.5F * source[i] : target[i];
        CHECK(outcome.at(0, z, c, 5, x) == static_cast<double>(expected));
      }
    }
  }
}

TEST_CASE("single channels of the output are those of the whole, and ask for the same boxes", "[unmix][step]") {
  SceneOptions options;
  options.shape.c = 3;
  const auto stack = scene<std::uint16_t>(options, SampleType::uint16);
  for (const bool both : {false, true}) {
    UnmixStep step({.alpha = 0.4, .bidirectional = both});
    REQUIRE(step.plan(stack.info, {{Role::main, "stack", stack.info}}).ok());
    REQUIRE(step.begin_fit({}, {}).ok());
    const auto pass = step.next_pass();
    REQUIRE(pass.ok());
    CHECK_FALSE(*pass);
    MemoryStackSource source(std::make_shared<const MemoryStack>(stack));
    const auto make = [&](std::vector<std::int32_t> channels) {
      const Box wanted{.channels = std::move(channels), .y_begin = 3, .y_end = 30};
      auto item = step.output_item(wanted);
      REQUIRE(item.ok());
      REQUIRE(item->boxes.size() == 1);
      auto fold = step.begin_output(wanted);
      REQUIRE(fold.ok());
      auto block = source.read(item->boxes.front());
      REQUIRE(block.ok());
      REQUIRE((*fold)->take(std::make_shared<const Block>(std::move(*block))).ok());
      auto folded = (*fold)->finish();
      REQUIRE(folded.ok());
      return std::pair{item->boxes.front(), *folded};
    };
    const auto [whole_box, whole] = make({0, 1, 2});
    const auto [source_box, source_alone] = make({0});
    const auto [target_box, target_alone] = make({1});
    const auto [other_box, other_alone] = make({2});
    CHECK(source_box == target_box);
    CHECK(source_box.channels == std::vector<std::int32_t>{0, 1});
    CHECK(other_box.channels == std::vector<std::int32_t>{2});
    CHECK(whole_box.channels == std::vector<std::int32_t>{0, 1, 2});
    const auto same = [&whole = whole](const SharedBlock& alone, std::size_t channel) {
      const auto a = alone->channel<float>(0);
      const auto b = whole.block->channel<float>(channel);
      return std::equal(a.begin(), a.end(), b.begin(), b.end());
    };
    CHECK(same(source_alone.block, 0));
    CHECK(same(target_alone.block, 1));
    CHECK(same(other_alone.block, 2));
    // Counted once, where the target is made.
    CHECK(source_alone.tally.empty());
    CHECK(other_alone.tally.empty());
    CHECK(target_alone.tally == whole.tally);
  }
}

// ---- offsets ----

TEST_CASE("with offsets the background stays where it is", "[unmix][step]") {
  SceneOptions options;
  options.shape.z = 6;
  const auto stack = scene<std::uint16_t>(options, SampleType::uint16);
  const auto background = [](const UnmixOutcome& outcome) {
    return outcome.account.diagnostics.at("after").at("target_pedestal").get<double>();
  };
  const auto plain = run(stack, {{"alpha", 0.3}});
  CHECK(background(plain) == Approx(60 - 0.3 * 100).margin(1.5));
  CHECK(plain.account.details.at("source_offset").is_null());
  const auto given = run(stack, {{"alpha", 0.3}, {"source_offset", 100}, {"target_offset", 60}});
  CHECK(background(given) == Approx(60).margin(1.5));
  CHECK(given.account.details.at("source_offset") == 100.0);
  const auto found = run(stack, {{"alpha", 0.3}, {"source_offset", "auto"}, {"target_offset", "auto"}});
  CHECK(background(found) == Approx(60).margin(1.5));
  CHECK(found.account.details.at("source_offset").get<double>() == Approx(100).margin(1));
  CHECK(found.account.details.at("target_offset").get<double>() == Approx(60).margin(1));
  REQUIRE(found.learnt.back().name == "offset_adu");
  CHECK(found.learnt.back().values[0] == found.account.details.at("source_offset").get<double>());
  // Estimation takes them for the background.
  const auto estimated = run(stack, {{"source_offset", 100}, {"target_offset", 60}});
  CHECK(estimated.account.details.at("alpha_estimation").at("source_background") == 100.0);
  const auto expected =
      by_definition(pool_of(stack, 0, 0), pool_of(stack, 0, 1), {.source_offset = 100.0, .target_offset = 60.0});
  CHECK(alpha(estimated) == Approx(expected.mean_ratio()).epsilon(1e-12));
}

TEST_CASE("automatic offsets of float samples are as exact as those of integers", "[unmix][step]") {
  SceneOptions options;
  options.shape.z = 6;
  options.source_pedestal = 20000.5;
  const auto outcome =
      run(scene<float>(options, SampleType::float32), {{"alpha", 0.3}, {"source_offset", "auto"}}, {.output = false});
  CHECK(outcome.account.details.at("source_offset").get<double>() == Approx(20000.5).margin(1));
  CHECK(outcome.account.details.at("target_offset").is_null());
}

namespace {

/// A measuring step that says which offsets it found, and looks at nothing.
class OffsetStep final : public Step {
 public:
  explicit OffsetStep(std::vector<std::optional<double>> values) : values_(std::move(values)) {}
  Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>&) override { return stack; }
  [[nodiscard]] bool changes_pixels() const override { return false; }
  [[nodiscard]] std::vector<LearntValue> learnt() const override { return {{"offset_adu", "ADU", values_}}; }
  [[nodiscard]] Result<Item> output_item(const Box& wanted) const override { return Item{{wanted}, {}}; }
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin_output(const Box&) const override {
    return Error{Errc::internal, "a measuring step makes no output"};
  }

 private:
  std::vector<std::optional<double>> values_;
};

}  // namespace

TEST_CASE("an offset that an earlier step measured is used, and the report says so", "[unmix][step]") {
  const auto stack = scene<std::uint16_t>({}, SampleType::uint16);
  const auto with_offsets = [](std::vector<std::optional<double>> values) {
    return [values] {
      std::vector<PipelineStep> steps;
      steps.push_back({"detect_gain", std::make_unique<OffsetStep>(values)});
      return steps;
    };
  };
  const auto both = run(stack, {{"alpha", 0.3}}, {.earlier = with_offsets({100.0, 60.0})});
  CHECK(both.account.details.at("source_offset") == 100.0);
  REQUIRE(both.account.used.size() == 2);
  CHECK(both.account.used[0].setting == "source_offset");
  CHECK(both.account.used[1].setting == "target_offset");
  CHECK(both.account.used[1].from.step_name == "detect_gain");
  CHECK(both.pixels == run(stack, {{"alpha", 0.3}, {"source_offset", 100}, {"target_offset", 60}}).pixels);
  const auto one = run(stack, {{"alpha", 0.3}, {"target_offset", 50}}, {.earlier = with_offsets({std::nullopt, 60.0})});
  CHECK(one.account.used.empty());
  CHECK(one.account.details.at("source_offset").is_null());
  CHECK(one.account.details.at("target_offset") == 50.0);
}

// ---- regions and tiles ----

TEST_CASE("a region limits the estimate to its pixels", "[unmix][step]") {
  SceneOptions options;
  options.shape = {.t = 4, .z = 5, .c = 2, .y = 48, .x = 64};
  const auto stack = scene<float>(options, SampleType::float32);
  const auto pool = [&](std::int64_t t_end, std::int64_t c) {
    std::vector<float> inside;
    for (std::int64_t t = 1; t < t_end; ++t) {
      const auto all = pool_of(stack, t, c);
      for (std::int64_t z = 1; z <= 3; ++z) {
        for (std::int64_t y = 8; y < 40; ++y) {
          for (std::int64_t x = 5; x < 50; ++x) inside.push_back(all[static_cast<std::size_t>((z * 48 + y) * 64 + x)]);
        }
      }
    }
    return inside;
  };
  Json settings{{"region", {{5, 8}, {50, 8}, {50, 40}, {5, 40}}},
                {"region_z", {1, 3}},
                {"alpha_reference_t", 1},
                {"signal_percentile", 90}};
  const auto one = run(stack, settings, {.output = false});
  const auto expected = by_definition(pool(2, 0), pool(2, 1), {.signal = 90});
  CHECK(alpha(one) == Approx(expected.mean_ratio()).epsilon(1e-12));
  CHECK(one.account.details.at("mask_voxel_count") == expected.mask);

  settings["region_t"] = {1, 2};
  const auto two = run(stack, settings, {.output = false});
  const auto pooled = by_definition(pool(3, 0), pool(3, 1), {.signal = 90});
  CHECK(alpha(two) == Approx(pooled.mean_ratio()).epsilon(1e-12));
  CHECK(two.account.details.at("mask_voxel_count") == pooled.mask);

  settings["alpha_mode"] = "per_t";
  const auto each = run(stack, settings, {.output = false});
  const Json& by_t = each.account.details.at("alpha_by_t");
  REQUIRE(by_t.size() == 4);
  CHECK(by_t[0] == by_t[1]);  // the nearest that was estimated
  CHECK(by_t[3] == by_t[2]);
  CHECK(by_t[1] == alpha(one));
  CHECK(each.account.details.at("alpha_estimation_by_t").size() == 2);
}

TEST_CASE("tiles of one experiment are one pool", "[unmix][step]") {
  SceneOptions first;
  SceneOptions second;
  second.seed = 2;
  const auto a = scene<std::uint16_t>(first, SampleType::uint16);
  const auto b = scene<std::uint16_t>(second, SampleType::uint16);
  const auto outcome = run_unmix({in_memory(a), in_memory(b)}, {{"method", "linear_fit"}}, {.threads = thread_counts.back()});
  REQUIRE(outcome.ok());
  auto source = pool_of(a, 0, 0);
  auto target = pool_of(a, 0, 1);
  for (const float value : pool_of(b, 0, 0)) source.push_back(value);
  for (const float value : pool_of(b, 0, 1)) target.push_back(value);
  CHECK(outcome->account.details.at("mask_voxel_count") == by_definition(source, target, {}).mask);
  REQUIRE(outcome->pixels.size() == 2);
  CHECK(outcome->pixels[0] != outcome->pixels[1]);
  CHECK(outcome->account.diagnostics.at("voxels") == 2 * 2 * 48 * 64);
}

// ---- comparison and diagnostics ----

TEST_CASE("a comparison shows every method beside the one in use", "[unmix][step]") {
  SceneOptions options;
  options.shape = {.t = 1, .z = 4, .c = 2, .y = 160, .x = 160};
  const auto stack = scene<std::uint16_t>(options, SampleType::uint16);
  const auto outcome = run(stack, {{"method", "mi_min"}, {"signal_percentile", 97}}, {.compare = true, .output = false});
  const Json& details = outcome.account.details;
  const Json& methods = details.at("comparison").at("methods");
  REQUIRE(methods.size() == 4);
  for (const Json& method : methods) {
    CAPTURE(method.dump());
    const auto name = method.at("method").get<std::string>();
    const auto single = run(stack, {{"method", name}, {"signal_percentile", 97}}, {.output = false});
    CHECK(method.at("alpha") == single.account.details.at("alpha"));
    CHECK(method.at("mask_voxel_count") == single.account.details.at("mask_voxel_count"));
    REQUIRE(method.at("interval").size() == 2);
    CHECK(method.at("interval")[0].get<double>() < method.at("interval")[1].get<double>());
    CHECK(method.at("error").is_null());
  }
  CHECK(details.at("comparison").at("resamples") == 200);
  const Json& estimation = details.at("alpha_estimation");
  CHECK(details.at("comparison").at("source_threshold_counts").get<double>() ==
        estimation.at("source_background").get<double>() + estimation.at("mask_details").at("source_threshold").get<double>());
  CHECK(details.at("curves").at("alpha").size() == 65);
  CHECK(details.at("curves").at("mutual_information").size() == 65);
  CHECK(details.at("curves").at("correlation").size() == 65);
}

TEST_CASE("fixed coefficients are compared with what the methods say, if they can say anything", "[unmix][step]") {
  const auto stack = scene<std::uint16_t>({}, SampleType::uint16);
  const auto by_hand = run(stack, {{"alpha", 0.25}}, {.compare = true, .output = false});
  CHECK(by_hand.account.details.at("alpha") == 0.25);
  CHECK(by_hand.account.details.at("alpha_estimation").is_null());
  CHECK(by_hand.account.details.at("comparison").at("methods").size() == 5);
  CHECK(by_hand.account.details.at("comparison").at("methods")[0].at("method") == "manual");
  const auto few = run(stack, {{"alpha", 0.25}, {"min_mask_voxels", 100000}}, {.compare = true, .output = false});
  CHECK_FALSE(few.account.details.contains("comparison"));
  CHECK(warns(few, {"cannot be compared", "min_mask_voxels 100000"}));
  CHECK(run(stack, {{"alpha", 0.25}}).passes <= 1);  // nothing is read to fit: only the output
}

TEST_CASE("each time point has a comparison of its own", "[unmix][step]") {
  SceneOptions options;
  options.shape.t = 3;
  const auto outcome =
      run(scene<std::uint16_t>(options, SampleType::uint16),
          {{"alpha_mode", "per_t"}, {"bidirectional", true}, {"signal_percentile", 90}}, {.compare = true, .output = false});
  const Json& forward = outcome.account.details.at("comparison_by_t");
  const Json& reverse = outcome.account.details.at("comparison_reverse_by_t");
  REQUIRE(forward.size() == 3);
  REQUIRE(reverse.size() == 3);
  for (std::size_t t = 0; t < 3; ++t) {
    CHECK(forward[t].at("t") == t);
    CHECK(forward[t].at("methods")[0].at("alpha") == outcome.account.details.at("alpha_by_t")[t]);
    CHECK(reverse[t].at("methods")[0].at("alpha") == outcome.account.details.at("alpha_reverse_by_t")[t]);
    CHECK(forward[t].at("curves").at("alpha").size() == 65);
  }
}

TEST_CASE("diagnostics say what the correction did", "[unmix][step]") {
  SceneOptions options;
  options.shape = {.t = 2, .z = 4, .c = 2, .y = 64, .x = 80};
  const auto stack = scene<std::uint16_t>(options, SampleType::uint16);
  const auto right = run(stack, {{"alpha", 0.3}, {"source_offset", 100}, {"target_offset", 60}}).account.diagnostics;
  const auto value = [](const Json& diagnostics, const char* when, const char* key) {
    return diagnostics.at(when).at(key).get<double>();
  };
  CHECK(value(right, "before", "pearson_r") > value(right, "after", "pearson_r") + 0.1);
  CHECK(value(right, "before", "mutual_information") > value(right, "after", "mutual_information"));
  CHECK(value(right, "before", "target_pedestal") == Approx(60).margin(1));
  CHECK(value(right, "after", "negative_fraction") == 0);
  CHECK(right.at("by_t").size() == 2);
  const auto removed = value(right, "after", "target_signal_removed");
  CHECK(removed > 0.1);
  CHECK(removed < 0.4);
  // Much too large a coefficient: half of the target's own signal goes as well, and much becomes negative.
  const auto wrong = run(stack, {{"alpha", 1.5}, {"source_offset", 100}, {"target_offset", 60}}).account.diagnostics;
  CHECK(value(wrong, "after", "negative_fraction") > 0.05);
  CHECK(value(wrong, "after", "target_signal_removed") > removed);
  // Pearson's r over all voxels, as numpy would compute it.
  PairSums sums;
  for (std::int64_t t = 0; t < 2; ++t) sums.add(sum_pairs(pool_of(stack, t, 0), pool_of(stack, t, 1)));
  CHECK(value(right, "before", "pearson_r") == Approx(*pearson(centred(sums))).epsilon(1e-9));
  CHECK(right.at("voxels") == 2 * 4 * 64 * 80);
}

// ---- pixels that cannot be ----

TEST_CASE("NaN pixels stop an estimate, unless the region leaves them out", "[unmix][step]") {
  SceneOptions options;
  auto values = scene_values(options);
  std::vector<float> samples(values.begin(), values.end());
  samples[0] = std::numeric_limits<float>::quiet_NaN();  // source, z 0, y 0, x 0
  samples[1] = std::numeric_limits<float>::infinity();
  const auto stack = MemoryStack::of(options.shape, SampleType::float32, samples);
  const Error error = failure(stack, Json::object());
  CHECK(error.code == Errc::not_enough_data);
  CHECK(says(error.message, {"channel 0", "2 voxels of 6144", "NaN or infinite", "time point 0", "region"}));
  CHECK(failure(stack, {{"alpha", 0.3}, {"source_offset", "auto"}}).code == Errc::not_enough_data);
  const Json beside{{"region", {{4, 4}, {60, 4}, {60, 44}, {4, 44}}}, {"signal_percentile", 90}};
  CHECK(alpha(run(stack, beside, {.output = false})) > 0);

  const auto fixed = run(stack, {{"alpha", 0.3}});
  CHECK(warns(fixed, {"2 voxels are NaN or infinite"}));
  CHECK(fixed.account.diagnostics.at("not_finite_voxels") == 2);
  CHECK(fixed.account.diagnostics.at("before").at("pearson_r").is_number());
  CHECK(std::isnan(fixed.at(0, 0, 1, 0, 0)));
}

TEST_CASE("a constant stack determines nothing", "[unmix][step]") {
  const StackShape shape{.t = 1, .z = 1, .c = 2, .y = 20, .x = 20};
  const auto stack = MemoryStack::of(shape, SampleType::uint8, std::vector<std::uint8_t>(800, 7));
  for (const char* method : {"mean_ratio", "linear_fit", "corr_min", "mi_min"}) {
    const Error error = failure(stack, {{"method", method}});
    CHECK(error.code == Errc::not_enough_data);
    CHECK(says(error.message, {"channel 0 into channel 1", "time point 0"}));
  }
  CHECK(run(stack, {{"alpha", 0.5}}).at(0, 0, 1, 3, 3) == 3.5);
}

// ---- settings that cannot be ----

TEST_CASE("settings that do not fit are named, with what would", "[unmix][step]") {
  SceneOptions options;
  options.shape.t = 2;
  const auto stack = scene<std::uint16_t>(options, SampleType::uint16);
  const auto check = [&](const Json& settings, const std::vector<std::string>& parts) {
    const Error error = failure(stack, settings);
    CHECK(error.code == Errc::bad_setting);
    CHECK(says(error.message, parts));
  };
  check({{"source_channel", 5}}, {"source_channel is 5", "0 to 1"});
  check({{"target_channel", 0}}, {"both 0", "different"});
  check({{"method", "manual"}}, {"method is manual", "give alpha"});
  check({{"method", "manual"}, {"alpha_mode", "per_t"}, {"alpha", 0.2}}, {"method is manual", "per_t", "mean_ratio"});
  check({{"method_reverse", "manual"}, {"bidirectional", true}}, {"method_reverse is manual", "reference_t"});
  check({{"alpha_mode", "fixed"}}, {"alpha_mode is fixed", "give alpha"});
  check({{"alpha_reference_t", 2}}, {"alpha_reference_t is 2", "0 to 1"});
  check({{"alpha", 2.0}, {"bidirectional", true}}, {"alpha 2", "alpha_reverse 2", "-3"});
  check({{"alpha", -0.1}}, {"alpha", "-0.1"});
  check({{"alpha_max", 0}}, {"alpha_max", "0"});
  check({{"mi_bins", 1}}, {"mi_bins", "1"});
  check({{"background_percentile", 101}}, {"background_percentile", "101", "100"});
  check({{"region_z", {1, 2}}}, {"region_z is 1,2", "0 to 1"});
  check({{"region_t", {1, 0}}}, {"region_t is 1,0", "order"});
  check({{"region", {{1, 1}, {2, 2}}}}, {"region has 2 vertices", "at least 3"});
  check({{"region", {{100, 100}, {120, 100}, {120, 120}}}}, {"region holds no pixel", "64 x 48"});
  check({{"max_alpha_voxels", 0}}, {"max_alpha_voxels"});
  check({{"output_dtype", "uint12"}}, {"output_dtype", "uint12", "uint16"});
  CHECK(run(stack, {{"alpha_reference_t", 7}, {"alpha_mode", "per_t"}}, {.output = false})
            .account.details.at("alpha_by_t")
            .size() == 2);

  const StackShape one_channel{.t = 1, .z = 1, .c = 1, .y = 4, .x = 4};
  const auto grey = MemoryStack::of(one_channel, SampleType::uint8, std::vector<std::uint8_t>(16, 1));
  CHECK(says(failure(grey, Json::object()).message, {"two channels", "has 1", "axes"}));
}

TEST_CASE("coefficients that are estimated and cannot be inverted stop the run", "[unmix][step]") {
  // Each channel holds the other twice over.
  std::vector<float> samples;
  RandomNumbers random(1);
  const StackShape shape{.t = 1, .z = 1, .c = 2, .y = 40, .x = 40};
  std::vector<float> light(1600);
  for (float& value : light) value = static_cast<float>(1000 * random.uniform());
  samples = light;
  samples.insert(samples.end(), light.begin(), light.end());
  const Error error =
      failure(MemoryStack::of(shape, SampleType::float32, samples), {{"bidirectional", true}, {"background_percentile", 0}});
  CHECK(error.code == Errc::bad_setting);
  CHECK(says(error.message, {"alpha 1", "alpha_reverse 1", "above 0"}));
}

TEST_CASE("settings that are given and not used are warned of", "[unmix][step]") {
  const auto stack = scene<std::uint16_t>({}, SampleType::uint16);
  CHECK(warns(run(stack, {{"alpha", 0.3}, {"alpha_mode", "reference_t"}}, {.output = false}),
              {"alpha 0.3 is not used", "reference_t"}));
  CHECK(warns(run(stack, {{"alpha_reverse", 0.2}, {"bidirectional", true}}, {.output = false}),
              {"alpha_reverse 0.2 is not used", "alpha is not given"}));
  CHECK(warns(run(stack, {{"alpha_reverse", 0.2}, {"alpha", 0.1}}), {"alpha_reverse 0.2 is not used", "bidirectional is off"}));
  CHECK(warns(run(stack, {{"target_low_percentile", 10}}, {.output = false}),
              {"target_low_percentile", "fewer than min_mask_voxels 16"}));
  CHECK(warns(run(stack, {{"method", "corr_min"}, {"alpha_max", 0.05}}, {.output = false}),
              {"alpha lies at its upper bound alpha_max 0.05"}));
  CHECK(run(stack, {{"method", "mi_min"}}).account.warnings.empty());
}

// ---- the protocol ----

TEST_CASE("a state that is damaged is refused", "[unmix][step]") {
  const auto stack = scene<std::uint16_t>({}, SampleType::uint16);
  UnmixStep lead({.alpha = 0.4});
  REQUIRE(lead.plan(stack.info, {{Role::main, "stack", stack.info}}).ok());
  REQUIRE(lead.begin_fit({}, {}).ok());
  REQUIRE(lead.next_pass().ok());
  UnmixStep worker({.alpha = 0.4});
  REQUIRE(worker.plan(stack.info, {{Role::main, "stack", stack.info}}).ok());
  const Box box{.channels = {1}, .y_begin = 0, .y_end = 1};
  CHECK(worker.begin_output(box).error().code == Errc::internal);
  Bytes state = lead.state();
  REQUIRE(worker.load(state).ok());
  CHECK(worker.begin_output(box).ok());
  CHECK(worker.learnt().front().values == lead.learnt().front().values);
  state.pop_back();
  CHECK(worker.load(state).error().code == Errc::internal);
}
