#include "steps/detect_gain_step.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "image/bytes_io.hpp"
#include "image/number_text.hpp"
#include "run/partition.hpp"
#include "steps/detect_gain_report.hpp"
#include "steps/kinds.hpp"

namespace webunmix {
namespace {

enum class GainFold : std::uint8_t { temporal, robust, calibration };

constexpr std::int64_t most_pixels = std::int64_t{1} << 20U;
constexpr std::int64_t band_bytes = std::int64_t{32} << 20U;

template <class T>
void append(std::vector<T>& to, const std::vector<T>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

/// `detail`: every how manieth row is kept (temporal), how many frames there are (robust).
Bytes frames_tag(GainFold kind, FramesInBox order, std::int64_t detail) {
  ByteWriter tag;
  tag.u8(static_cast<std::uint8_t>(kind)).u8(static_cast<std::uint8_t>(order)).i64(detail);
  return std::move(tag).take();
}

}  // namespace

DetectGainStep::DetectGainStep(DetectGainSettings settings) : settings_(settings) {}

// ---- planning ----

Result<StackInfo> DetectGainStep::plan(const StackInfo& stack, const std::vector<InputInfo>& inputs) {
  stack_ = stack;
  layout_ = FrameLayout(settings_.axis, stack);
  inputs_ = inputs;
  dark_input_.reset();
  level_inputs_.clear();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].role == Role::dark) dark_input_ = static_cast<std::int32_t>(i);
    if (inputs[i].role == Role::level) level_inputs_.push_back(static_cast<std::int32_t>(i));
    if (inputs[i].role != Role::dark && inputs[i].role != Role::level) continue;
    const StackShape& shape = inputs[i].stack.shape;
    if (shape.y != stack.shape.y || shape.x != stack.shape.x || (shape.c != 1 && shape.c != stack.shape.c)) {
      return Error{Errc::bad_setting, inputs[i].name + " has " + to_string(shape) +
                                          "; dark frames and light levels must have the height and width of " + "the stack (" +
                                          std::to_string(stack.shape.y) + " x " + std::to_string(stack.shape.x) +
                                          ") and one channel or as many as it."};
    }
    if (shape.t * shape.z < 2) {
      return Error{Errc::not_enough_data,
                   inputs[i].name + " holds one frame; noise is what changes from frame to frame. Record 2 or more."};
    }
  }
  if (from_sets() && (!dark_input_ || level_inputs_.empty())) {
    return Error{
        Errc::bad_setting,
        "this method needs dark frames and at least one light level (on the command line: --dark and --level); given are " +
            std::string(dark_input_ ? "dark frames" : "no dark frames") + " and " + std::to_string(level_inputs_.size()) +
            (level_inputs_.size() == 1 ? " level." : " levels.")};
  }
  if (!from_sets() && layout_.frames() < 2) {
    const bool deep = settings_.axis == FrameAxis::t && stack.shape.z > 1;
    return Error{
        Errc::not_enough_data,
        std::string("One frame cannot tell a gain: the noise is what changes from frame to frame. The stack has 1 along ") +
            layout_.axis_name() +
            (deep ? "; if its " + std::to_string(stack.shape.z) + " planes are frames of one scene, set axis to Z."
                  : "; record 2 or more frames of a still scene.")};
  }
  return stack;
}

std::size_t DetectGainStep::measured_channels() const {
  return static_cast<std::size_t>(from_sets() ? stack_.shape.c : layout_.channels());
}

std::int64_t DetectGainStep::row_step() const {
  if (robust()) return 1;
  const std::int64_t pixels = layout_.scenes() * layout_.scene_height() * layout_.scene_width();
  return std::clamp<std::int64_t>((pixels + most_pixels - 1) / most_pixels, 1, layout_.scene_height());
}

GainMaps::Grid DetectGainStep::grid() const {
  if (from_sets()) return {stack_.shape.y, stack_.shape.x, 1};
  return {layout_.scene_height(), layout_.scene_width(), row_step()};
}

// ---- fitting ----

Result<void> DetectGainStep::begin_fit(const std::vector<EarlierValue>& /*earlier*/, const FitOptions& options) {
  compare_ = options.compare;
  channel_ = 0;
  found_.assign(measured_channels(), {});
  warnings_.clear();
  curves_ = Json::array();
  planes_.clear();
  refused_.reset();
  phase_ = dark_input_ && !from_sets() ? Phase::dark : Phase::channel;
  if (dark_input_ && stack_.shape.c > 1 && inputs_[static_cast<std::size_t>(*dark_input_)].stack.shape.c == 1) {
    warnings_.push_back("The dark frames have one channel, which is taken for all " + std::to_string(stack_.shape.c) + ".");
  }
  if (!from_sets() && row_step() > 1) {
    const std::int64_t step = row_step();
    const std::string every = step == 2 ? "second" : step == 3 ? "third" : std::to_string(step) + "th";
    warnings_.push_back("Every " + every +
                        " row was measured: a million pixels tell the gain as well as all. Maps repeat these rows.");
  }
  return {};
}

Result<std::optional<Pass>> DetectGainStep::next_pass() {
  reduced_ = 0;
  maps_ = {};
  robust_maps_ = {};
  calibration_ = {};
  if (phase_ == Phase::done) return std::optional<Pass>{};
  Pass pass = phase_ == Phase::dark ? dark_pass() : from_sets() ? calibration_pass() : channel_pass();
  items_ = pass.items.size();
  return std::optional(std::move(pass));
}

Pass DetectGainStep::dark_pass() const {
  const StackInfo& dark = inputs_[static_cast<std::size_t>(*dark_input_)].stack;
  const std::int32_t channel = dark.shape.c == 1 ? 0 : static_cast<std::int32_t>(channel_);
  const std::int64_t step =
      std::clamp<std::int64_t>((dark.shape.pixels_per_plane() + most_pixels - 1) / most_pixels, 1, dark.shape.y);
  Pass pass{"Measuring offset and read noise", {}};
  for (const Rows& band : row_bands(dark)) {
    Item item{{}, frames_tag(GainFold::temporal, FramesInBox::whole, step)};
    for (std::int32_t t = 0; t < dark.shape.t; ++t) {
      for (std::int32_t z = 0; z < dark.shape.z; ++z)
        item.boxes.push_back({*dark_input_, t, z, {channel}, band.begin, band.end});
    }
    pass.items.push_back(std::move(item));
  }
  return pass;
}

Pass DetectGainStep::channel_pass() const {
  Pass pass{"Measuring the noise of " + channel_name(), {}};
  const std::vector<Rows> bands = layout_.bands(robust(), band_bytes);
  const auto channel = static_cast<std::int32_t>(channel_);
  const auto kind = robust() ? GainFold::robust : GainFold::temporal;
  const std::int64_t detail = robust() ? layout_.frames() : row_step();
  for (std::int32_t scene = 0; scene < layout_.scenes(); ++scene) {
    for (const Rows& band : bands)
      pass.items.push_back({layout_.boxes(channel, scene, band), frames_tag(kind, layout_.in_box(), detail)});
  }
  return pass;
}

Pass DetectGainStep::calibration_pass() const {
  std::vector<std::int32_t> sets{*dark_input_};
  append(sets, level_inputs_);
  std::vector<std::uint64_t> frames;
  for (const std::int32_t set : sets) {
    const StackShape& shape = inputs_[static_cast<std::size_t>(set)].stack.shape;
    frames.push_back(static_cast<std::uint64_t>(shape.t * shape.z));
  }
  Pass pass{"Measuring the calibration set of " + channel_name(), {}};
  // A fold keeps the first frame and two sums of doubles of the set it reads, and mean and variance of those it has read.
  const auto floats_per_pixel = static_cast<std::int64_t>(5 + 2 * sets.size());
  StackInfo as_float = stack_;
  as_float.type = SampleType::float32;
  for (const Rows& band : deep_bands(as_float, floats_per_pixel, 1, band_bytes)) {
    Item item{{}, std::move(ByteWriter().u8(static_cast<std::uint8_t>(GainFold::calibration)).values(frames)).take()};
    for (const std::int32_t set : sets) {
      const StackShape& shape = inputs_[static_cast<std::size_t>(set)].stack.shape;
      const std::int32_t channel = shape.c == 1 ? 0 : static_cast<std::int32_t>(channel_);
      for (std::int32_t t = 0; t < shape.t; ++t) {
        for (std::int32_t z = 0; z < shape.z; ++z) item.boxes.push_back({set, t, z, {channel}, band.begin, band.end});
      }
    }
    pass.items.push_back(std::move(item));
  }
  return pass;
}

Result<std::unique_ptr<Fold>> DetectGainStep::begin(BytesView tag) {
  ByteReader reader(tag);
  switch (static_cast<GainFold>(reader.u8())) {
    case GainFold::temporal: {
      const auto order = static_cast<FramesInBox>(reader.u8());
      return detect_gain_folds::temporal_sums(order, std::max<std::int64_t>(1, reader.i64()));
    }
    case GainFold::robust: {
      const auto order = static_cast<FramesInBox>(reader.u8());
      return detect_gain_folds::robust(order, static_cast<std::size_t>(reader.i64()));
    }
    case GainFold::calibration: return detect_gain_folds::calibration(reader.values<std::uint64_t>());
  }
  return Error{Errc::internal, "the tag of a detect_gain item names no fold"};
}

Result<void> DetectGainStep::reduce(std::size_t /*item*/, BytesView tally) {
  ++reduced_;
  if (phase_ == Phase::channel && from_sets()) {
    WEBUNMIX_ASSIGN(const auto maps, detect_gain_folds::read_calibration_maps(tally));
    calibration_.add(maps);
    return {};
  }
  if (phase_ == Phase::channel && robust()) {
    WEBUNMIX_ASSIGN(const auto maps, detect_gain_folds::read_robust_maps(tally));
    append(robust_maps_.median, maps.median);
    append(robust_maps_.variance, maps.variance);
    robust_maps_.not_finite += maps.not_finite;
    return {};
  }
  WEBUNMIX_ASSIGN(const auto maps, detect_gain_folds::read_temporal_maps(tally));
  append(maps_.mean, maps.mean);
  append(maps_.variance, maps.variance);
  append(maps_.maximum, maps.maximum);
  maps_.frame_sums.merge(maps.frame_sums);
  maps_.not_finite += maps.not_finite;
  return {};
}

Result<Progress> DetectGainStep::advance(std::uint64_t /*work*/) {
  if (phase_ == Phase::done || reduced_ < items_ || items_ == 0) return Progress{};
  items_ = 0;
  if (phase_ == Phase::dark) {
    WEBUNMIX_TRY(close_dark());
    phase_ = Phase::channel;
    return Progress{};
  }
  WEBUNMIX_TRY(close_maps());
  ++channel_;
  if (channel_ == found_.size()) {
    phase_ = Phase::done;
  } else if (dark_input_ && !from_sets()) {
    phase_ = Phase::dark;
  }
  return Progress{};
}

Result<void> DetectGainStep::refuse_not_finite() const {
  const std::uint64_t count = maps_.not_finite + robust_maps_.not_finite + calibration_.not_finite;
  if (count == 0) return {};
  return Error{Errc::not_enough_data, channel_name() + ": " + std::to_string(count) +
                                          (count == 1 ? " sample is" : " samples are") +
                                          " NaN or infinite, so the noise cannot be measured. Replace them first."};
}

std::int64_t DetectGainStep::dark_frames() const {
  const StackShape& dark = inputs_[static_cast<std::size_t>(*dark_input_)].stack.shape;
  return dark.t * dark.z;
}

Result<void> DetectGainStep::close_dark() {
  WEBUNMIX_TRY(refuse_not_finite());
  const auto count = static_cast<double>(maps_.mean.size());
  Channel& channel = found_[channel_];
  channel.offset = std::accumulate(maps_.mean.begin(), maps_.mean.end(), 0.0) / count;
  channel.read_variance = std::accumulate(maps_.variance.begin(), maps_.variance.end(), 0.0) / count;
  channel.take_dark_errors(count, static_cast<double>(dark_frames()));
  return {};
}

Result<void> DetectGainStep::close_maps() {
  auto closed = refuse_not_finite();
  if (closed.ok()) closed = from_sets() ? close_calibration() : close_channel();
  if (closed.ok()) return {};
  return pass_over(closed.error());
}

/// One channel that cannot be measured does not take the others' results away; when there are none, its reason is the answer. What its
/// frames did tell shows why.
Result<void> DetectGainStep::pass_over(const Error& reason) {
  if (reason.code != Errc::not_enough_data) return reason;
  if (!refused_) refused_ = reason;
  warnings_.push_back(reason.message);
  Json curve{{"channel", channel_}, {"refused", reason.message}};
  if (!from_sets() && maps_.not_finite + robust_maps_.not_finite == 0) {
    if (compare_) curve["density"] = transfer_density(maps_.mean, maps_.variance, {});
    planes_.add_frames(channel_, grid(), maps_.mean, maps_.variance, std::nullopt);
  }
  curves_.push_back(std::move(curve));
  const bool last = channel_ + 1 == found_.size();
  const bool none = std::none_of(found_.begin(), found_.end(), [](const Channel& channel) { return channel.gain.has_value(); });
  if (last && none && !compare_) return *refused_;
  return {};
}

Result<PhotonTransfer> DetectGainStep::fit_frames() const {
  if (robust()) {
    return fit_median_mad(robust_maps_.median, robust_maps_.variance, static_cast<std::size_t>(settings_.nbins),
                          channel_name());
  }
  const TransferInput input{maps_.mean,
                            maps_.variance,
                            maps_.maximum,
                            maps_.frame_sums,
                            static_cast<std::size_t>(layout_.frames()),
                            is_integer(stack_.type) ? std::optional(sample_range(stack_.type).highest) : std::nullopt,
                            channel_name()};
  return settings_.method == GainMethod::quantile_low ? fit_quantile_low(input) : fit_frame_difference(input);
}

Result<void> DetectGainStep::close_channel() {
  if (robust()) {
    maps_.mean.assign(robust_maps_.median.begin(), robust_maps_.median.end());
    maps_.variance.assign(robust_maps_.variance.begin(), robust_maps_.variance.end());
  }
  if (const std::optional<double> dark = found_[channel_].offset) {
    const auto brightest = static_cast<double>(*std::max_element(maps_.mean.begin(), maps_.mean.end()));
    if (*dark >= brightest) {
      return Error{Errc::not_enough_data,
                   channel_name() + ": the dark frames (mean " + rounded_text(*dark, 1) +
                       ") are as bright as the brightest pixel of the frames. Check which file is which."};
    }
  }
  WEBUNMIX_ASSIGN(PhotonTransfer transfer, fit_frames());
  if (robust()) {
    // The median of T values of normal noise varies by pi / 2 times what their mean does.
    const double typical = std::accumulate(robust_maps_.variance.begin(), robust_maps_.variance.end(), 0.0) /
                           static_cast<double>(robust_maps_.variance.size());
    transfer.lever = lever_of(robust_maps_.median, typical, std::numbers::pi / 2.0 / static_cast<double>(layout_.frames()));
  }
  // No pixel is darker than the camera without light; the darkest tenth of the range leaves room for noise.
  if (const std::optional<double> dark = found_[channel_].offset; dark && !robust()) {
    const double limit = transfer.lowest_mean_used + 0.1 * (transfer.highest_mean_used - transfer.lowest_mean_used);
    if (*dark > limit) {
      return Error{Errc::not_enough_data, channel_name() + ": the dark frames (mean " + rounded_text(*dark, 1) +
                                              ") are brighter than the dark parts of the frames (" +
                                              rounded_text(transfer.lowest_mean_used, 1) +
                                              "). Check which file holds the dark frames."};
    }
  }
  std::vector<std::string> warnings = transfer.warnings;
  // The line reaches zero variance below the offset by read variance times gain: dark frames of another channel or camera lie elsewhere.
  if (const Channel& dark = found_[channel_]; dark.offset && dark.read_variance && transfer.zero_variance_adu && !robust()) {
    const double expected = *transfer.zero_variance_adu + *dark.read_variance * transfer.gain_e_per_adu;
    const double slack = std::max(6.0 * transfer.zero_variance_se.value_or(0.0),
                                  0.02 * (transfer.highest_mean_used - transfer.lowest_mean_used));
    if (std::abs(*dark.offset - expected) > slack) {
      warnings.push_back(channel_name() + ": the dark frames have the mean " + rounded_text(*dark.offset, 1) +
                         " ADU, but by the noise of the frames the offset is about " + rounded_text(expected, 1) +
                         " ADU. They seem to be of another camera, channel or setting, so offset and read noise are doubtful.");
    }
  }
  if (robust()) {
    append(warnings, median_mad_doubts(transfer, static_cast<std::size_t>(layout_.frames()), channel_name()));
  }
  append(warnings_, warnings);
  Channel& channel = found_[channel_];
  channel.gain = transfer.gain_e_per_adu;
  channel.gain_se = transfer.gain_se;
  channel.zero_variance = transfer.zero_variance_adu;
  channel.zero_variance_se = transfer.zero_variance_se;
  Json curve = transfer_account(channel_, transfer);
  if (compare_) curve["density"] = transfer_density(maps_.mean, maps_.variance, transfer.var_bins);
  curves_.push_back(std::move(curve));
  // The compatible gain map is mean over variance, whatever the offset.
  const double dark_level = robust() ? 0.0 : channel.offset.value_or(transfer.zero_variance_adu.value_or(0.0));
  planes_.add_frames(channel_, grid(), maps_.mean, maps_.variance, dark_level);
  return {};
}

std::string DetectGainStep::channel_name() const {
  if (!from_sets() && settings_.axis == FrameAxis::c) return "all channels";
  std::string number = "channel " + std::to_string(channel_);
  if (channel_ >= stack_.channels.size() || stack_.channels[channel_].name.empty()) return number;
  return number + " (" + stack_.channels[channel_].name + ")";
}

// ---- what was learnt ----

Bytes DetectGainStep::state() const {
  ByteWriter writer;
  writer.u64(found_.size());
  for (const Channel& channel : found_) {
    for (const auto& value : channel.values()) {
      writer.boolean(value.has_value()).f64(value.value_or(0.0));
    }
  }
  return std::move(writer).take();
}

Result<void> DetectGainStep::load(BytesView state) {
  ByteReader reader(state);
  found_.assign(std::min(static_cast<std::size_t>(reader.u64()), measured_channels()), {});
  for (Channel& channel : found_) {
    for (auto* value : channel.places()) {
      const bool known = reader.boolean();
      const double number = reader.f64();
      if (known) *value = number;
    }
  }
  return reader.done("the state of detect_gain");
}

std::vector<LearntValue> DetectGainStep::learnt() const {
  LearntValue gain{"gain_e_per_adu", "e-/ADU", {}};
  LearntValue gain_se{"gain_se_e_per_adu", "e-/ADU", {}};
  LearntValue bound{"zero_variance_adu", "ADU", {}};
  LearntValue bound_se{"zero_variance_se_adu", "ADU", {}};
  LearntValue offset{"offset_adu", "ADU", {}};
  LearntValue offset_se{"offset_se_adu", "ADU", {}};
  LearntValue read{"read_noise_e", "e-", {}};
  LearntValue read_se{"read_noise_se_e", "e-", {}};
  // Frames along C have one result, which is that of every channel.
  for (std::size_t c = 0; !found_.empty() && c < static_cast<std::size_t>(stack_.shape.c); ++c) {
    const Channel& channel = found_[std::min(c, found_.size() - 1)];
    gain.values.push_back(channel.gain);
    gain_se.values.push_back(channel.gain_se);
    bound.values.push_back(channel.zero_variance);
    bound_se.values.push_back(channel.zero_variance_se);
    offset.values.push_back(channel.offset);
    offset_se.values.push_back(channel.offset_se);
    const std::optional<double> noise = channel.gain && channel.read_variance
                                            ? std::optional(std::sqrt(std::max(0.0, *channel.read_variance)) * *channel.gain)
                                            : std::nullopt;
    read.values.push_back(noise);
    // Of a root, half the relative error of what is under it; and the gain's.
    read_se.values.push_back(
        noise && channel.read_variance_error && channel.gain_se
            ? std::optional(*noise * std::hypot(*channel.read_variance_error / 2.0, *channel.gain_se / *channel.gain))
            : std::nullopt);
  }
  std::vector<LearntValue> values{std::move(gain), std::move(gain_se)};
  const auto known = [](const LearntValue& value) {
    return std::any_of(value.values.begin(), value.values.end(), [](const auto& each) { return each.has_value(); });
  };
  for (LearntValue* value : {&bound, &bound_se, &offset, &offset_se, &read, &read_se}) {
    if (known(*value)) values.push_back(std::move(*value));
  }
  return values;
}

Result<Item> DetectGainStep::output_item(const Box& wanted) const { return Item{{wanted}, {}}; }

Result<std::unique_ptr<Fold>> DetectGainStep::begin_output(const Box& /*wanted*/) const {
  return Error{Errc::internal, "detect_gain changes no pixels and makes none"};
}

Step::Account DetectGainStep::account() const {
  Account account;
  account.details = Json{{"frames", from_sets() ? Json(nullptr) : Json(layout_.frames())}, {"channels", curves_}};
  account.warnings = warnings_;
  return account;
}

StepKind detect_gain_kind() {
  StepKind kind = make_step_kind<DetectGainSettings, DetectGainStep>(
      "detect_gain", "Camera gain",
      "Measures how many photo-electrons a grey level stands for, from the noise of repeated frames. It changes no pixels.",
      detect_gain_table(), {Role::dark, Role::level});
  kind.planes_option = "maps";
  return kind;
}

}  // namespace webunmix
