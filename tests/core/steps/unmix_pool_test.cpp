// One pool on the lead, fed by folds: whatever way the voxels come in, the mask and the sample are those of the definition.
#include "steps/unmix_pool.hpp"

#include <catch2/catch.hpp>

#include "image/bytes_io.hpp"
#include "steps/unmix_scene.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

struct PoolRun {
  DirectionFindings forward;
  std::vector<DirectionFindings> all;
  int looks = 0;
  std::string error;
};

/// Looks at a pool until it is gathered, a few rows to an item, and estimates it.
PoolRun run_pool(const MemoryStack& stack, const UnmixSettings& settings, UnmixPoolOptions options, UnmixOffsets offsets = {}) {
  PoolRun run;
  auto plan = plan_unmix(settings, stack.info, {{Role::main, "stack", stack.info}});
  REQUIRE(plan.ok());
  options.max_alpha_voxels = settings.max_alpha_voxels;
  options.min_mask_voxels = static_cast<std::uint64_t>(settings.min_mask_voxels);
  options.preprocess = settings.preprocess_alpha_inputs;
  UnmixPool pool(*plan, 0, offsets, options);
  MemoryStackSource source(std::make_shared<const MemoryStack>(stack));
  const StackShape& shape = stack.info.shape;
  while (!pool.gathered()) {
    ++run.looks;
    const UnmixLook look = pool.next_look();
    REQUIRE_FALSE(look.asks_nothing());
    for (std::int32_t z = 0; z < shape.z; ++z) {
      for (std::int64_t y = 0; y < shape.y; y += 17) {
        auto read_back = UnmixLook::read(look.write());
        REQUIRE(read_back.ok());
        const auto fold =
            make_unmix_look_fold(std::move(*read_back), {settings.source_channel, settings.target_channel}, plan->region);
        auto block = source.read({.z = z, .channels = {0, 1}, .y_begin = y, .y_end = std::min(y + 17, shape.y)});
        REQUIRE(block.ok());
        REQUIRE(fold->take(std::make_shared<const Block>(std::move(*block))).ok());
        const auto folded = fold->finish();
        REQUIRE(folded.ok());
        REQUIRE(pool.take(folded->tally).ok());
      }
    }
    const auto closed = pool.close_look();
    if (!closed.ok()) {
      run.error = closed.error().message;
      return run;
    }
    REQUIRE(run.looks < 6);
  }
  CHECK(pool.next_look().asks_nothing());
  while (true) {
    const auto busy = pool.solve(1000);
    if (!busy.ok()) {
      run.error = busy.error().message;
      return run;
    }
    if (!*busy) break;
  }
  CHECK(pool.done());
  run.all = pool.findings();
  run.forward = run.all.front();
  return run;
}

void check_against_definition(const MemoryStack& stack, const UnmixSettings& settings, const UnmixPoolOptions& options,
                              int looks, UnmixOffsets offsets = {}) {
  const PoolRun run = run_pool(stack, settings, options, offsets);
  INFO(run.error);
  REQUIRE(run.error.empty());
  CHECK(run.looks == looks);
  const DefinitionOptions definition{.signal = settings.signal_percentile,
                                     .background = settings.background_percentile,
                                     .target_low = settings.target_low_percentile,
                                     .preprocess = settings.preprocess_alpha_inputs,
                                     .source_offset = offsets.source,
                                     .target_offset = offsets.target,
                                     .min_mask = static_cast<std::uint64_t>(settings.min_mask_voxels),
                                     .most = static_cast<std::uint64_t>(settings.max_alpha_voxels.value_or(1'000'000'000)),
                                     .seed = options.random_state};
  const ByDefinition expected = by_definition(pool_of(stack, 0, 0), pool_of(stack, 0, 1), definition);
  const DirectionFindings& found = run.forward;
  CHECK(found.source_background == expected.source_background);
  CHECK(found.target_background == expected.target_background);
  CHECK(found.source_threshold == expected.source_threshold);
  if (settings.target_low_percentile) CHECK(found.target_threshold == expected.target_threshold);
  CHECK(found.source_only_voxels == expected.source_only);
  CHECK(found.mask_voxels == expected.mask);
  CHECK(found.low_target_mask == expected.low_target_mask);
  CHECK(found.fallback == (settings.target_low_percentile && !expected.low_target_mask));
  CHECK(found.estimation_voxels == expected.x.size());
  CHECK(found.alpha() == Approx(expected.mean_ratio()).epsilon(1e-12));
}

const UnmixMemory plenty{};
/// So little that every mask must be counted, or drawn from by exact bounds.
const UnmixMemory little{.gathered_at_once = 10, .most_kept = 100000};

}  // namespace

TEST_CASE("a pool of integers is read twice: thresholds, then voxels", "[unmix][pool]") {
  const auto stack = scene<std::uint16_t>({}, SampleType::uint16);
  for (const double signal : {99.0, 90.0, 50.0, 0.0, 100.0}) {
    CAPTURE(signal);
    check_against_definition(stack, {.signal_percentile = signal, .min_mask_voxels = 1}, {}, 2);
  }
  check_against_definition(stack, {.background_percentile = 50}, {}, 2);
  check_against_definition(stack, {.preprocess_alpha_inputs = false}, {}, 2);
}

TEST_CASE("a pool of floats is read twice as well", "[unmix][pool]") {
  const auto stack = scene<float>({}, SampleType::float32);
  for (const double signal : {99.0, 90.0, 50.0, 1.0, 0.0, 100.0}) {
    CAPTURE(signal);
    check_against_definition(stack, {.signal_percentile = signal, .min_mask_voxels = 1}, {}, 2);
  }
  check_against_definition(stack, {.background_percentile = 50}, {}, 2);
  check_against_definition(stack, {.preprocess_alpha_inputs = false}, {}, 2);
  SceneOptions around_zero;
  around_zero.source_pedestal = around_zero.target_pedestal = 0;
  check_against_definition(scene<float>(around_zero, SampleType::float32), {.signal_percentile = 40}, {}, 2);
}

TEST_CASE("a mask too large to gather is drawn from as it comes in", "[unmix][pool]") {
  const auto integers = scene<std::uint16_t>({}, SampleType::uint16);
  const auto floats = scene<float>({}, SampleType::float32);
  for (const std::int64_t most : {100, 500000}) {
    CAPTURE(most);
    const UnmixSettings settings{.signal_percentile = 60, .max_alpha_voxels = most};
    check_against_definition(integers, settings, {.random_state = 5, .memory = little}, 2);
    check_against_definition(floats, settings, {.random_state = 5, .memory = little}, 3);
  }
}

TEST_CASE("a sample is the same however the voxels come in", "[unmix][pool]") {
  const auto stack = scene<float>({}, SampleType::float32);
  const UnmixSettings settings{.signal_percentile = 30, .max_alpha_voxels = 500};
  const auto gathered = run_pool(stack, settings, {.random_state = 9, .memory = plenty});
  const auto drawn = run_pool(stack, settings, {.random_state = 9, .memory = little});
  const auto other_seed = run_pool(stack, settings, {.random_state = 10, .memory = plenty});
  CHECK(gathered.forward.estimation_voxels == 500);
  CHECK(gathered.forward.alpha() == drawn.forward.alpha());
  CHECK(gathered.forward.alpha() != other_seed.forward.alpha());
}

TEST_CASE("the target's percentile keeps dim targets, and falls back when too few are left", "[unmix][pool]") {
  const auto integers = scene<std::uint16_t>({}, SampleType::uint16);
  const auto floats = scene<float>({}, SampleType::float32);
  const UnmixSettings kept{.signal_percentile = 90, .target_low_percentile = 95};
  const UnmixSettings fallen{.signal_percentile = 99, .target_low_percentile = 20};
  for (const UnmixSettings& settings : {kept, fallen}) {
    CAPTURE(*settings.target_low_percentile);
    check_against_definition(integers, settings, {}, 2);
    check_against_definition(floats, settings, {}, 2);
    // Counted first, then gathered by both bounds.
    check_against_definition(integers, settings, {.memory = little}, 3);
    check_against_definition(floats, settings, {.memory = little}, 4);
  }
  CHECK(run_pool(integers, kept, {}).forward.low_target_mask);
  CHECK(run_pool(integers, fallen, {}).forward.fallback);
}

TEST_CASE("an offset takes the background's place", "[unmix][pool]") {
  const auto stack = scene<std::uint16_t>({}, SampleType::uint16);
  check_against_definition(stack, {}, {}, 2, {.source = 100.0, .target = 60.0});
  check_against_definition(stack, {}, {}, 2, {.source = 100.0, .target = std::nullopt});
  // Without preprocessing the offset is still taken off, and nothing is clipped.
  check_against_definition(stack, {.preprocess_alpha_inputs = false}, {}, 2, {.source = 100.5, .target = 60.0});
  check_against_definition(scene<float>({}, SampleType::float32), {.signal_percentile = 5}, {}, 2,
                           {.source = 1000.0, .target = 60.0});
}

TEST_CASE("where rounding hides small values behind a large pedestal, voxels are gathered again", "[unmix][pool]") {
  // The background is -2^20, so values below 1/16 above 0 are all prepared to 2^20: the threshold's digit says nothing of them.
  std::vector<float> values(2 * 64 * 64, -1048576.0F);
  RandomNumbers random(3);
  for (std::size_t i = 1000; i < values.size(); ++i) values[i] = static_cast<float>(random.uniform() * 1e-3);
  const auto stack = MemoryStack::of({.t = 1, .z = 1, .c = 2, .y = 64, .x = 64}, SampleType::float32, values);
  check_against_definition(stack, {.signal_percentile = 80}, {}, 3);
}

TEST_CASE("both directions share the looks", "[unmix][pool]") {
  SceneOptions options;
  options.alpha_reverse = 0.2;
  const auto stack = scene<std::uint16_t>(options, SampleType::uint16);
  const UnmixSettings settings{.signal_percentile = 97, .bidirectional = true, .signal_percentile_reverse = 95};
  const auto run = run_pool(stack, settings, {.random_state = 4});
  CHECK(run.looks == 2);
  REQUIRE(run.all.size() == 2);
  const auto forward = by_definition(pool_of(stack, 0, 0), pool_of(stack, 0, 1), {.signal = 97});
  const auto reverse = by_definition(pool_of(stack, 0, 1), pool_of(stack, 0, 0), {.signal = 95});
  CHECK(run.all[0].alpha() == Approx(forward.mean_ratio()).epsilon(1e-12));
  CHECK(run.all[1].alpha() == Approx(reverse.mean_ratio()).epsilon(1e-12));
  CHECK(run.all[1].mask_voxels == reverse.mask);
  CHECK(run.all[0].seed == 4);
  CHECK(run.all[1].seed == 10004);
}

TEST_CASE("a mask that memory cannot hold is an error that says what to set", "[unmix][pool]") {
  const auto stack = scene<std::uint16_t>({}, SampleType::uint16);
  const UnmixMemory tiny{.gathered_at_once = 10, .most_kept = 1000};
  const auto all = run_pool(stack, {.signal_percentile = 50, .max_alpha_voxels = std::nullopt}, {.memory = tiny});
  CHECK(all.error.find("max_alpha_voxels is null (all)") != std::string::npos);
  CHECK(all.error.find("1000") != std::string::npos);
  const auto many = run_pool(stack, {.signal_percentile = 50, .max_alpha_voxels = 2000}, {.memory = tiny});
  CHECK(many.error.find("max_alpha_voxels is 2000") != std::string::npos);
  const auto few = run_pool(stack, {.signal_percentile = 50, .max_alpha_voxels = 1000}, {.memory = tiny});
  CHECK(few.error.empty());
  CHECK(few.forward.estimation_voxels == 1000);
}

TEST_CASE("too small a mask names both counts", "[unmix][pool]") {
  const auto stack = scene<std::uint16_t>({}, SampleType::uint16);
  const auto alone = run_pool(stack, {.min_mask_voxels = 5000}, {});
  CHECK(alone.error.find("holds 62 voxels, fewer than min_mask_voxels 5000") != std::string::npos);
  CHECK(alone.error.find("lower signal_percentile, which is 99") != std::string::npos);
  const auto both = run_pool(stack, {.signal_percentile = 90, .target_low_percentile = 95, .min_mask_voxels = 5000}, {});
  CHECK(both.error.find("with target_low_percentile)") != std::string::npos);
  CHECK(both.error.find("from channel 0 into channel 1") != std::string::npos);
}

TEST_CASE("a tag that is no look, and a tally that is none, are refused", "[unmix][pool]") {
  CHECK_FALSE(UnmixLook::read(Bytes(3)).ok());
  const auto stack = scene<std::uint16_t>({}, SampleType::uint16);
  const auto plan = plan_unmix({}, stack.info, {{Role::main, "stack", stack.info}});
  REQUIRE(plan.ok());
  UnmixPool pool(*plan, 0, {}, {});
  CHECK(pool.take(Bytes(5)).error().code == Errc::internal);
}
