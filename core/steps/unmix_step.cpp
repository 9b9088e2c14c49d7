#include "steps/unmix_step.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "image/bytes_io.hpp"
#include "run/partition.hpp"
#include "stats/histogram_mode.hpp"
#include "steps/kinds.hpp"
#include "steps/unmix_report.hpp"

namespace webunmix {
namespace {

/// An item gathers planes up to so many pixels: enough to be worth a message, few enough to spread over workers.
constexpr std::int64_t planes_item_pixels = std::int64_t{1} << 20U;
/// Pools of one group: what they hold together should stay in the workers' caches from one pass to the next, and what the lead
/// gathers from them in memory.
constexpr std::int64_t group_voxels = std::int64_t{4} << 20U;
constexpr std::size_t most_pools_in_group = 16;

constexpr const char* offset_name = "offset_adu";

}  // namespace

UnmixStep::UnmixStep(UnmixSettings settings) : settings_(std::move(settings)) {}
UnmixStep::~UnmixStep() = default;

Result<StackInfo> UnmixStep::plan(const StackInfo& stack, const std::vector<InputInfo>& inputs) {
  WEBUNMIX_ASSIGN(plan_, plan_unmix(settings_, stack, inputs));
  StackInfo out = stack;
  out.type = SampleType::float32;
  return out;
}

std::optional<SampleType> UnmixStep::output_type() const { return plan_.output_type; }

// ---- fitting ----

void UnmixStep::resolve_offset(std::size_t channel, const OffsetSetting& setting, const std::vector<EarlierValue>& earlier) {
  Offset& offset = offset_[channel];
  offset = {};
  if (setting) {
    if (const double* value = std::get_if<double>(&*setting)) {
      offset = {OffsetFrom::setting, *value};
    } else {
      offset = {OffsetFrom::histogram_mode, std::nullopt};
    }
    return;
  }
  const auto index = static_cast<std::size_t>(channels()[channel]);
  for (const EarlierValue& value : earlier) {
    if (value.value.name != offset_name || index >= value.value.values.size() || !value.value.values[index]) continue;
    // A step that has taken the pedestal away says 0: there is none to respect, as in a file that was corrected before.
    if (*value.value.values[index] == 0.0) return;
    offset = {OffsetFrom::earlier_step, value.value.values[index]};
    used_.push_back({channel == 0 ? "source_offset" : "target_offset", value});
    return;
  }
}

Result<void> UnmixStep::begin_fit(const std::vector<EarlierValue>& earlier, const FitOptions& options) {
  fit_options_ = options;
  used_.clear();
  warnings_.clear();
  resolve_offset(0, settings_.source_offset, earlier);
  resolve_offset(1, settings_.target_offset, earlier);
  measuring_offsets_ =
      std::any_of(offset_.begin(), offset_.end(), [](const Offset& o) { return o.from == OffsetFrom::histogram_mode; });
  offset_statistics_.clear();
  offset_digits_split_ = false;
  group_.clear();
  group_begin_ = next_pool_ = 0;
  results_.assign(plan_.pools.size(), {});
  coefficients_.assign(plan_.pools.size(), plan_.fixed);
  fitted_ = false;
  return {};
}

bool UnmixStep::needs_pools() const { return plan_.mode != AlphaMode::fixed || fit_options_.compare; }

int UnmixStep::fitting_reads() const {
  // Background and mask in two reads; a third where a mask is so large that it must be counted or drawn from by exact bounds.
  const bool large_mask = !has_one_digit(plan_.stack.type) || settings_.target_low_percentile;
  std::int64_t masked = 0;
  for (std::size_t pool = 0; pool < plan_.pools.size(); ++pool) {
    for (const UnmixDirection& direction : plan_.directions) {
      masked = std::max(masked, static_cast<std::int64_t>(static_cast<double>(plan_.pool_voxels(pool)) *
                                                          (1 - direction.signal_percentile / 100)));
    }
  }
  const int pools = needs_pools() ? (large_mask && masked > (std::int64_t{3} << 19U) ? 3 : 2) : 0;
  return std::max(pools, measuring_offsets_ ? 2 : 0);
}

std::array<std::int32_t, 2> UnmixStep::channels() const { return {settings_.source_channel, settings_.target_channel}; }

UnmixOffsets UnmixStep::offsets() const { return {offset_[0].value, offset_[1].value}; }

UnmixPoolOptions UnmixStep::pool_options() const {
  UnmixPoolOptions options{.max_alpha_voxels = settings_.max_alpha_voxels,
                           .random_state = static_cast<std::uint64_t>(settings_.random_state),
                           .min_mask_voxels = static_cast<std::uint64_t>(settings_.min_mask_voxels),
                           .preprocess = settings_.preprocess_alpha_inputs,
                           .estimate = plan_.mode != AlphaMode::fixed,
                           .compare = fit_options_.compare};
  if (plan_.mode == AlphaMode::fixed) {
    options.manual_alpha = plan_.fixed.forward;
    if (plan_.bidirectional()) options.manual_alpha_reverse = plan_.fixed.reverse;
  }
  return options;
}

std::string UnmixStep::label(const char* doing) const {
  const std::size_t pools = plan_.pools.size();
  if (pools == 1) return doing;
  std::string text = std::string(doing) + ", time point " + std::to_string(plan_.pools[group_begin_].first + 1);
  if (group_.size() > 1) text += " to " + std::to_string(plan_.pools[group_begin_ + group_.size() - 1].first + 1);
  return text + " of " + std::to_string(plan_.stack.shape.t);
}

/// Items over the planes of some time points, in pool order.
void UnmixStep::add_items(Pass& pass, const UnmixTimes& times, const UnmixTimes& z, const Bytes& tag) const {
  std::vector<std::int32_t> read{settings_.source_channel, settings_.target_channel};
  std::sort(read.begin(), read.end());
  Item item{{}, tag};
  std::int64_t pixels = 0;
  const auto finish = [&] {
    if (!item.boxes.empty()) pass.items.push_back(std::exchange(item, Item{{}, tag}));
    pixels = 0;
  };
  for (const std::int32_t input : plan_.inputs) {
    for (std::int64_t t = times.first; t < times.end; ++t) {
      for (std::int64_t plane = z.first; plane < z.end; ++plane) {
        for (Box& box : plane_boxes(plan_.stack, input, t, plane, read)) {
          const std::int64_t more = box.rows() * plan_.stack.shape.x;
          if (pixels > 0 && pixels + more > planes_item_pixels) finish();
          pixels += more;
          item.boxes.push_back(std::move(box));
        }
      }
    }
  }
  finish();
}

Result<std::optional<Pass>> UnmixStep::next_pass() {
  if (measuring_offsets_) return offset_pass();
  if (needs_pools()) {
    while (true) {
      if (group_.empty()) open_group();
      if (group_.empty()) break;
      if (auto pass = group_pass()) return pass;
    }
  }
  WEBUNMIX_TRY(finish_fit());
  return std::optional<Pass>{};
}

std::optional<Pass> UnmixStep::offset_pass() {
  UnmixLook look;
  look.whole_planes = true;
  if (offset_statistics_.empty()) offset_statistics_.assign(2, OrderStatistics(plan_.stack.type));
  for (std::size_t c = 0; c < 2; ++c) {
    if (offset_[c].from != OffsetFrom::histogram_mode) continue;
    if (!offset_digits_split_) {
      look.channels[c].upper_digits = true;
    } else {
      const auto digits = offset_statistics_[c].needed_digits();
      look.channels[c].lower_digits_of.assign(digits.begin(), digits.end());
    }
  }
  Pass pass{"Measuring camera offsets", {}};
  add_items(pass, {plan_.reference_t, plan_.reference_t + 1}, {0, plan_.stack.shape.z}, look.write());
  offset_items_left_ = pass.items.size();
  return pass;
}

Result<void> UnmixStep::reduce_offset(BytesView tally) {
  ByteReader reader(tally);
  for (std::size_t c = 0; c < 2; ++c) {
    if (offset_[c].from != OffsetFrom::histogram_mode) continue;
    if (!offset_digits_split_) {
      offset_statistics_[c].merge_upper(reader);
    } else if (!offset_statistics_[c].needed_digits().empty()) {
      offset_statistics_[c].merge_lower(reader);
    }
  }
  WEBUNMIX_TRY(reader.done("tally of an unmix item"));
  if (--offset_items_left_ > 0) return {};
  return close_offset_look();
}

Result<void> UnmixStep::close_offset_look() {
  bool more = false;
  for (std::size_t c = 0; c < 2; ++c) {
    if (offset_[c].from != OffsetFrom::histogram_mode) continue;
    OrderStatistics& values = offset_statistics_[c];
    if (values.not_finite() > 0) {
      return Error{Errc::not_enough_data,
                   "channel " + std::to_string(channels()[c]) + " has " + std::to_string(values.not_finite()) +
                       " pixels that are NaN or infinite at time point " + std::to_string(plan_.reference_t) +
                       " (counted from 0), so its offset cannot be measured: replace them, or give the "
                       "offset as a number"};
    }
    if (!offset_digits_split_) need_peak(values);
    more = more || (!offset_digits_split_ && !values.needed_digits().empty());
  }
  if (more) {
    offset_digits_split_ = true;
    return {};
  }
  for (std::size_t c = 0; c < 2; ++c) {
    if (offset_[c].from == OffsetFrom::histogram_mode) offset_[c].value = histogram_mode(offset_statistics_[c]);
  }
  offset_statistics_.clear();
  measuring_offsets_ = false;
  return {};
}

void UnmixStep::open_group() {
  group_begin_ = next_pool_;
  std::int64_t voxels = 0;
  while (next_pool_ < plan_.pools.size() && group_.size() < most_pools_in_group) {
    voxels += plan_.pool_voxels(next_pool_);
    if (!group_.empty() && voxels > group_voxels) break;
    group_.push_back(std::make_unique<UnmixPool>(plan_, next_pool_, offsets(), pool_options()));
    ++next_pool_;
  }
}

/// The next pass over the pools of the group that need one; nothing, and no group, when all are estimated.
std::optional<Pass> UnmixStep::group_pass() {
  Pass pass;
  bool first_look = true;
  pool_of_item_.clear();
  items_left_.assign(group_.size(), 0);
  for (std::size_t i = 0; i < group_.size(); ++i) {
    if (!group_[i] || group_[i]->gathered()) continue;
    const UnmixLook look = group_[i]->next_look();
    first_look = first_look && look.channels[0].upper_digits;
    const std::size_t before = pass.items.size();
    add_items(pass, plan_.pools[group_begin_ + i], plan_.z, look.write());
    items_left_[i] = pass.items.size() - before;
    pool_of_item_.resize(pass.items.size(), i);
  }
  if (pass.items.empty()) {
    group_.clear();
    return std::nullopt;
  }
  pass.label = label(first_look ? "Measuring backgrounds" : "Gathering bright voxels");
  return pass;
}

Result<void> UnmixStep::reduce(std::size_t item, BytesView tally) {
  if (measuring_offsets_) return reduce_offset(tally);
  if (item >= pool_of_item_.size()) return Error{Errc::internal, "unmix has no item " + std::to_string(item)};
  const std::size_t i = pool_of_item_[item];
  if (!group_[i]) return {};  // of a comparison that failed
  WEBUNMIX_TRY(group_[i]->take(tally));
  if (--items_left_[i] > 0) return {};
  const auto closed = group_[i]->close_look();
  if (closed.ok()) return {};
  WEBUNMIX_TRY(pool_failed(closed.error()));
  group_[i].reset();
  return {};
}

/// Without a comparison there would have been no estimate to fail: a run with fixed coefficients goes on.
Result<void> UnmixStep::pool_failed(const Error& error) {
  if (plan_.mode != AlphaMode::fixed || error.code == Errc::internal) return error;
  warnings_.push_back("the methods cannot be compared: " + error.message);
  return {};
}

Result<Progress> UnmixStep::advance(std::uint64_t work) {
  for (std::size_t i = 0; i < group_.size(); ++i) {
    if (!group_[i] || !group_[i]->gathered() || group_[i]->done()) continue;
    const auto busy = group_[i]->solve(work);
    if (!busy.ok()) {
      WEBUNMIX_TRY(pool_failed(busy.error()));
      group_[i].reset();
      return Progress{true, 0};
    }
    if (*busy) return Progress{true, group_[i]->fraction()};
    WEBUNMIX_TRY(close_pool(i));
    return Progress{true, 1};
  }
  return Progress{};
}

Result<void> UnmixStep::close_pool(std::size_t in_group) {
  const std::size_t pool = group_begin_ + in_group;
  PoolResult& result = results_[pool];
  result.findings = group_[in_group]->findings();
  result.comparisons = group_[in_group]->comparisons();
  group_[in_group].reset();
  if (plan_.mode == AlphaMode::fixed) return {};
  coefficients_[pool] = {result.findings[0].alpha(), plan_.bidirectional() ? result.findings[1].alpha() : 0.0};
  const std::string where =
      plan_.mode == AlphaMode::per_t ? "at time point " + std::to_string(plan_.pools[pool].first) + " (counted from 0) " : "";
  return check_invertible(coefficients_[pool], where);
}

Result<void> UnmixStep::finish_fit() {
  pedestals_ = {offset_[0].value.value_or(0.0), offset_[1].value.value_or(0.0)};
  fitted_ = true;
  return {};
}

// ---- what was learnt ----

Bytes UnmixStep::state() const {
  ByteWriter writer;
  writer.boolean(fitted_).f64(pedestals_.source).f64(pedestals_.target);
  for (const Offset& offset : offset_) writer.u8(static_cast<std::uint8_t>(offset.from)).boolean(offset.value.has_value());
  std::vector<double> forward;
  std::vector<double> reverse;
  for (const auto& pair : coefficients_) {
    forward.push_back(pair.forward);
    reverse.push_back(pair.reverse);
  }
  writer.values(forward).values(reverse);
  return std::move(writer).take();
}

Result<void> UnmixStep::load(BytesView state) {
  ByteReader reader(state);
  fitted_ = reader.boolean();
  pedestals_.source = reader.f64();
  pedestals_.target = reader.f64();
  for (std::size_t c = 0; c < 2; ++c) {
    offset_[c].from = OffsetFrom{reader.u8()};
    const double value = c == 0 ? pedestals_.source : pedestals_.target;
    offset_[c].value = reader.boolean() ? std::optional(value) : std::nullopt;
  }
  const auto forward = reader.values<double>();
  const auto reverse = reader.values<double>();
  WEBUNMIX_TRY(reader.done("state of an unmix step"));
  if (fitted_ && (forward.size() != plan_.pools.size() || reverse.size() != forward.size())) {
    return Error{Errc::internal, "the state of an unmix step holds " + std::to_string(forward.size()) + " coefficients for " +
                                     std::to_string(plan_.pools.size()) + " pools"};
  }
  coefficients_.clear();
  for (std::size_t i = 0; i < forward.size(); ++i) coefficients_.push_back({forward[i], reverse[i]});
  return {};
}

std::vector<LearntValue> UnmixStep::learnt() const {
  std::vector<LearntValue> learnt;
  if (!fitted_) return learnt;
  LearntValue alpha{"alpha", "", {}};
  LearntValue reverse{"alpha_reverse", "", {}};
  const std::size_t values = plan_.mode == AlphaMode::per_t ? plan_.pool_of_t.size() : 1;
  for (std::size_t t = 0; t < values; ++t) {
    alpha.values.emplace_back(coefficients_[plan_.pool_of_t[t]].forward);
    reverse.values.emplace_back(coefficients_[plan_.pool_of_t[t]].reverse);
  }
  learnt.push_back(std::move(alpha));
  if (plan_.bidirectional()) learnt.push_back(std::move(reverse));
  // What was measured here holds for later steps too: the correction puts pedestals back.
  LearntValue offset{offset_name, "counts", std::vector<std::optional<double>>(static_cast<std::size_t>(plan_.stack.shape.c))};
  bool measured = false;
  for (std::size_t c = 0; c < 2; ++c) {
    if (offset_[c].from != OffsetFrom::histogram_mode) continue;
    offset.values[static_cast<std::size_t>(channels()[c])] = offset_[c].value;
    measured = true;
  }
  if (measured) learnt.push_back(std::move(offset));
  return learnt;
}

// ---- on workers ----

Result<std::unique_ptr<Fold>> UnmixStep::begin(BytesView tag) {
  WEBUNMIX_ASSIGN(UnmixLook look, UnmixLook::read(tag));
  return make_unmix_look_fold(std::move(look), channels(), plan_.region);
}

Result<Item> UnmixStep::output_item(const Box& wanted) const {
  // A box with either channel is made of both, whichever of them the correction needs, so that boxes of different items are the
  // same or disjoint.
  Box box = wanted;
  const auto wants = [&](std::int32_t channel) {
    return std::find(wanted.channels.begin(), wanted.channels.end(), channel) != wanted.channels.end();
  };
  if (wants(settings_.source_channel) || wants(settings_.target_channel)) {
    for (const std::int32_t channel : channels()) {
      if (!wants(channel)) box.channels.push_back(channel);
    }
    std::sort(box.channels.begin(), box.channels.end());
  }
  return Item{{std::move(box)}, {}};
}

UnmixCorrection UnmixStep::correction_at(std::int64_t t) const {
  return {.coefficients = coefficients_[plan_.pool_of_t[static_cast<std::size_t>(t)]],
          .pedestals = pedestals_,
          .source = settings_.source_channel,
          .target = settings_.target_channel,
          .bidirectional = plan_.bidirectional(),
          .clip_negative = settings_.clip_negative};
}

Result<std::unique_ptr<Fold>> UnmixStep::begin_output(const Box& wanted) const {
  if (!fitted_) return Error{Errc::internal, "unmix was asked for output before it was fitted"};
  const StackShape& shape = plan_.stack.shape;
  const auto found = std::find(plan_.inputs.begin(), plan_.inputs.end(), wanted.input);
  const std::int64_t tile = found == plan_.inputs.end() ? 0 : found - plan_.inputs.begin();
  const std::int64_t first_voxel = ((tile * shape.z + wanted.z) * shape.y + wanted.y_begin) * shape.x;
  return make_unmix_output_fold(wanted, correction_at(wanted.t), first_voxel, diagnostic_stride(plan_));
}

// ---- the report ----

void UnmixStep::begin_output_pass() { diagnostics_.emplace(plan_, settings_.clip_negative); }

Result<void> UnmixStep::reduce_output(const Box& box, BytesView tally) {
  WEBUNMIX_ASSIGN(UnmixTally read, UnmixTally::read(tally));
  if (!diagnostics_) diagnostics_.emplace(plan_, settings_.clip_negative);
  diagnostics_->add(box.t, correction_at(box.t), std::move(read));
  return {};
}

Step::Account UnmixStep::account() const {
  Account account;
  account.warnings = plan_.warnings;
  account.warnings.insert(account.warnings.end(), warnings_.begin(), warnings_.end());
  account.used = used_;
  if (!fitted_) return account;
  UnmixReportParts parts{settings_, plan_, coefficients_, offsets(), {}, {}};
  for (const PoolResult& result : results_) {
    parts.findings.push_back(&result.findings);
    parts.comparisons.push_back(&result.comparisons);
  }
  account.details = unmix_details(parts);
  for (std::string& warning : unmix_warnings(parts)) account.warnings.push_back(std::move(warning));
  if (diagnostics_) {
    account.diagnostics = diagnostics_->to_json();
    if (diagnostics_->not_finite() > 0) {
      account.warnings.push_back(
          std::to_string(diagnostics_->not_finite()) +
          " voxels are NaN or infinite in one of the two channels: they are corrected to NaN or infinity too, "
          "and left out of the diagnostics");
    }
  }
  return account;
}

StepKind unmix_kind() {
  return make_step_kind<UnmixSettings, UnmixStep>(
      "unmix", "Unmix", "Subtracts what one channel's dye leaves in another, by a coefficient that is given or estimated.",
      unmix_table());
}

}  // namespace webunmix
