#include "steps/flatfield_step.hpp"

#include <algorithm>
#include <utility>

#include "flatfield/resample.hpp"
#include "image/bytes_io.hpp"
#include "image/number_text.hpp"
#include "steps/earlier.hpp"
#include "steps/kinds.hpp"

namespace webunmix {
namespace {

Error setting_error(std::string message) { return {Errc::bad_setting, std::move(message)}; }

}  // namespace

FlatfieldStep::FlatfieldStep(FlatfieldSettings settings) : settings_(std::move(settings)) {}
FlatfieldStep::~FlatfieldStep() = default;

// ---- planning ----

Result<StackInfo> FlatfieldStep::plan(const StackInfo& stack, const std::vector<InputInfo>& inputs) {
  stack_ = stack;
  inputs_ = inputs;
  tiles_.clear();
  profile_input_.reset();
  dark_input_.reset();
  mask_input_.reset();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto index = static_cast<std::int32_t>(i);
    if (inputs[i].role == Role::main) tiles_.push_back(index);
    if (inputs[i].role == Role::profile) profile_input_ = index;
    if (inputs[i].role == Role::dark) dark_input_ = index;
    if (inputs[i].role == Role::mask) mask_input_ = index;
  }
  WEBUNMIX_TRY(check_inputs());
  if (chosen_source() == FlatfieldSource::empty) WEBUNMIX_TRY(check_empty_regions());
  StackInfo out = stack;
  out.type = SampleType::float32;
  output_type_ = sample_type_of(settings_.output_dtype,
                                tiles_.empty() ? stack.type : inputs[static_cast<std::size_t>(tiles_.front())].stack.type);
  return out;
}

FlatfieldSource FlatfieldStep::chosen_source() const {
  if (settings_.source != FlatfieldSource::automatic) return settings_.source;
  if (profile_input_) return FlatfieldSource::measured;
  return settings_.fov_list || settings_.z_levels ? FlatfieldSource::empty : FlatfieldSource::basic;
}

Result<void> FlatfieldStep::check_inputs() {
  const StackShape& shape = stack_.shape;
  if (chosen_source() == FlatfieldSource::measured && !profile_input_) {
    return setting_error(
        "source is measured, but no profile is given. Give one (on the command line: --profile), or choose another source.");
  }
  if (chosen_source() == FlatfieldSource::empty && !settings_.fov_list && !settings_.z_levels) {
    return setting_error("source is empty, but neither fov_list nor z_levels says where nothing is. Give one of them.");
  }
  const auto planes_of = [&](std::int32_t input) { return inputs_[static_cast<std::size_t>(input)].stack.shape; };
  if (profile_input_ && chosen_source() == FlatfieldSource::measured) {
    const StackShape profile = planes_of(*profile_input_);
    if (profile.t != 1 || profile.z > 3 || (profile.c != 1 && profile.c != shape.c)) {
      return setting_error("The profile " + inputs_[static_cast<std::size_t>(*profile_input_)].name + " has " +
                           to_string(profile) + ". A profile has one plane, or one per channel (" + std::to_string(shape.c) +
                           " here): the flat-field as z 0 and, where there is one, the dark-field as z 1.");
    }
  }
  if (dark_input_) {
    const StackShape dark = planes_of(*dark_input_);
    // Beside a measured flat-field of another size the dark-field may have another size too: both are resampled.
    const bool other_size = (dark.y != shape.y || dark.x != shape.x) && chosen_source() != FlatfieldSource::measured;
    if (other_size || (dark.c != 1 && dark.c != shape.c)) {
      return setting_error("The dark frames " + inputs_[static_cast<std::size_t>(*dark_input_)].name + " have " +
                           to_string(dark) + "; they must have the image's height and width (" + std::to_string(shape.y) +
                           " x " + std::to_string(shape.x) + ") and one channel or as many as it.");
    }
  }
  if (mask_input_) {
    const StackShape mask = planes_of(*mask_input_);
    if (mask.y != shape.y || mask.x != shape.x || mask.c != 1 || mask.z != 1 || mask.t != 1) {
      return setting_error("The mask " + inputs_[static_cast<std::size_t>(*mask_input_)].name + " has " + to_string(mask) +
                           "; it must be one plane of the image's height and width (" + std::to_string(shape.y) + " x " +
                           std::to_string(shape.x) + "), 0 where pixels are to be left out.");
    }
  }
  return {};
}

Result<void> FlatfieldStep::check_empty_regions() {
  if (settings_.fov_list && settings_.fov_list->empty())
    return setting_error("fov_list is empty: name the empty tiles, numbered from 1, or leave it out.");
  EmptyRegionChoice choice;
  choice.tiles = settings_.fov_list.value_or(std::vector<std::int64_t>{});
  if (settings_.z_levels) choice.z_levels = ZLevels{settings_.z_levels->front(), settings_.z_levels->back()};
  if (settings_.grid) choice.grid = TileGrid{settings_.grid->front(), settings_.grid->back()};
  choice.n_zplanes = settings_.n_zplanes;
  WEBUNMIX_ASSIGN(empty_planes_,
                  choose_empty_planes(choice, static_cast<std::int64_t>(tiles_.size()), stack_.shape.t, stack_.shape.z));
  return {};
}

// ---- fitting ----

Result<void> FlatfieldStep::begin_fit(const std::vector<EarlierValue>& earlier, const FitOptions& options) {
  const auto channels = static_cast<std::size_t>(stack_.shape.c);
  offset_.assign(channels, settings_.offset.value_or(0.0));
  dark_average_.assign(channels, {});
  profiles_.assign(channels, {});
  full_.clear();
  warnings_.clear();
  used_.clear();
  fits_ = Json::array();
  mask_.clear();
  judged_.clear();
  if (chosen_source() == FlatfieldSource::empty && settings_.z_levels && !settings_.fov_list && !settings_.grid &&
      tiles_.size() >= 4) {
    warnings_.push_back("The " + std::to_string(tiles_.size()) +
                        " tiles are taken to stand in one row, so that the planes come from the first and the last. Set grid "
                        "(rows, columns) when they do not.");
  }
  if (profile_input_ && chosen_source() != FlatfieldSource::measured) {
    warnings_.push_back("The profile " + inputs_[static_cast<std::size_t>(*profile_input_)].name +
                        " is not used, because source is " + source_name(chosen_source()) +
                        ". Set source to measured, or to auto, to use it.");
  }
  look_ = options.compare;
  channel_ = 0;
  fit_.reset();
  const bool wants_offset = !dark_input_ && !settings_.get_darkfield && chosen_source() != FlatfieldSource::measured;
  const EarlierValue* measured = nearest(earlier, "offset_adu");
  if (!settings_.offset && !measured && wants_offset) {
    measured = nearest(earlier, "zero_variance_adu");
    if (measured) warnings_.emplace_back(offset_from_zero_variance);
  }
  if (!settings_.offset && measured) {
    // What an earlier step says holds for the pixels that come in; dark frames are as the camera made them.
    dark_input_.reset();
    for (std::size_t c = 0; c < channels && c < measured->value.values.size(); ++c)
      offset_[c] = measured->value.values[c].value_or(0.0);
    used_.push_back({"offset", *measured});
  } else if (!settings_.offset && wants_offset) {
    warnings_.emplace_back(
        "No camera offset was removed. If the camera adds one, the shading is estimated too weak: give offset, dark frames, or "
        "put a detect_gain step before this one.");
  }
  if (settings_.offset && dark_input_) {
    offset_.assign(channels, 0.0);
    warnings_.emplace_back("Both an offset and dark frames were given: the dark frames are used, the offset is not.");
  }
  if (dark_input_) {
    const InputInfo& dark = inputs_[static_cast<std::size_t>(*dark_input_)];
    const StackShape& shape = dark.stack.shape;
    if (shape.c == 1 && channels > 1 && shape.t * shape.z == stack_.shape.c) {
      warnings_.push_back(
          dark.name + " has " + std::to_string(channels) +
          " planes, which were averaged. If each belongs to a channel, its file must say so: save it as OME-TIFF "
          "with channels.");
    }
  }
  if (channels == 3 && stack_.channels[0].name == "Red" && stack_.channels[1].name == "Green" &&
      stack_.channels[2].name == "Blue") {
    warnings_.emplace_back(
        "The channels are the colours of an RGB picture. Its values have usually been balanced and bent for the eye, and a "
        "shading profile holds for counts as the camera gave them: use the raw recording if there is one.");
  }
  phase_ = dark_input_ ? Phase::dark : first_phase();
  return {};
}

/// What the source needs first, when the dark frames are known.
FlatfieldStep::Phase FlatfieldStep::first_phase() const {
  switch (chosen_source()) {
    case FlatfieldSource::measured: return Phase::profile;
    case FlatfieldSource::empty: return Phase::empty;
    case FlatfieldSource::automatic:
    case FlatfieldSource::basic: break;
  }
  return mask_input_ ? Phase::mask : Phase::frames;
}

/// BaSiC has read the frames and knows their mean already.
FlatfieldStep::Phase FlatfieldStep::phase_after_profile() const { return look_ ? Phase::look : Phase::done; }

int FlatfieldStep::fitting_reads() const { return 1; }

std::vector<FlatfieldStep::Frame> FlatfieldStep::all_frames() const {
  std::vector<Frame> frames;
  for (const std::int32_t input : tiles_) {
    for (std::int64_t t = 0; t < stack_.shape.t; ++t) {
      for (std::int64_t z = 0; z < stack_.shape.z; ++z)
        frames.push_back({input, static_cast<std::int32_t>(t), static_cast<std::int32_t>(z)});
    }
  }
  return frames;
}

std::int64_t FlatfieldStep::working_height() const {
  const auto most = working_size_of(settings_);
  return most ? std::min(stack_.shape.y, most->height) : stack_.shape.y;
}
std::int64_t FlatfieldStep::working_width() const {
  const auto most = working_size_of(settings_);
  return most ? std::min(stack_.shape.x, most->width) : stack_.shape.x;
}

Result<void> FlatfieldStep::reduce(std::size_t item, BytesView tally) {
  ++reduced_;
  if (reading_ != Phase::frames && reading_ != Phase::look) {
    ByteReader reader(tally);
    const std::vector<float> values = reader.values<float>();
    WEBUNMIX_TRY(reader.done("what a band of flatfield left"));
    gathered_.insert(gathered_.end(), values.begin(), values.end());
    return {};
  }
  WEBUNMIX_ASSIGN(const auto frames, flatfield_folds::read_small_frames(tally));
  const std::size_t items_per_channel = (frame_numbers_.size() + frames_together() - 1) / frames_together();
  if (reading_ == Phase::look) {
    for (const flatfield_folds::SmallFrame& frame : frames) {
      const std::size_t begin = item / items_per_channel * frame.pixels.size();
      for (std::size_t i = 0; i < frame.pixels.size(); ++i) look_sums_[begin + i] += static_cast<double>(frame.pixels[i]);
    }
    return {};
  }
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const flatfield_folds::SmallFrame& frame = frames[i];
    if (frame.not_finite > 0) {
      return Error{Errc::not_enough_data,
                   channel_name(channel_) + ": frame " + std::to_string(frame_numbers_[item * frames_together() + i] + 1) +
                       " holds " + std::to_string(frame.not_finite) +
                       " pixels that are NaN or infinite; a shading profile cannot be fitted to them. Replace them first."};
    }
    saturated_ += frame.saturated;
    gathered_.insert(gathered_.end(), frame.pixels.begin(), frame.pixels.end());
    for (std::size_t i = 0; i < frame.pixels.size(); ++i) frame_sums_[i] += static_cast<double>(frame.pixels[i]);
  }
  return {};
}

Result<Progress> FlatfieldStep::advance(std::uint64_t work) {
  if (fit_) {
    if (fit_->advance(work)) return Progress{true, fit_->fraction()};
    WEBUNMIX_TRY(end_basic());
    if (phase_ == Phase::done) {
      enlarge();
      warn_of_dark_pixels();
    }
    return Progress{};
  }
  if (reading_ == Phase::done || reduced_ < items_) return Progress{};
  const Phase ended = std::exchange(reading_, Phase::done);
  switch (ended) {
    case Phase::dark:
      take_dark();
      phase_ = first_phase();
      break;
    case Phase::profile:
      WEBUNMIX_TRY(take_profile());
      phase_ = phase_after_profile();
      break;
    case Phase::empty:
      WEBUNMIX_TRY(take_empty());
      phase_ = Phase::baseline;
      break;
    case Phase::baseline:
      take_baseline();
      phase_ = phase_after_profile();
      break;
    case Phase::mask: {
      AreaDownsampler sampler(stack_.shape.y, stack_.shape.x, working_height(), working_width());
      sampler.add_rows<float>(0, gathered_);
      mask_ = sampler.finish().values;
      phase_ = Phase::frames;
      break;
    }
    case Phase::frames: WEBUNMIX_TRY(begin_basic()); return Progress{true, 0.0};
    case Phase::look:
      take_mean_images();
      phase_ = Phase::done;
      break;
    case Phase::done: break;
  }
  // The lead works items too, and is not told what it knows already.
  enlarge();
  if (phase_ == Phase::done) warn_of_dark_pixels();
  return Progress{};
}

// ---- what was learnt ----

Bytes FlatfieldStep::state() const {
  ByteWriter writer;
  writer.u64(profiles_.size());
  for (const ShadingProfile& profile : profiles_) write_profile(writer, profile);
  return std::move(writer).take();
}

Result<void> FlatfieldStep::load(BytesView state) {
  ByteReader reader(state);
  profiles_.assign(static_cast<std::size_t>(std::min<std::uint64_t>(reader.u64(), static_cast<std::uint64_t>(stack_.shape.c))),
                   {});
  for (ShadingProfile& profile : profiles_) profile = read_profile(reader);
  WEBUNMIX_TRY(reader.done("the state of flatfield"));
  enlarge();
  return {};
}

/// Makes the profiles ready for use, once all channels have one.
void FlatfieldStep::enlarge() {
  full_.clear();
  const bool fitted = std::none_of(profiles_.begin(), profiles_.end(),
                                   [](const ShadingProfile& profile) { return profile.flatfield.values.empty(); });
  if (!fitted) return;
  for (const ShadingProfile& profile : profiles_) full_.push_back(at_full_size(profile, stack_.shape.y, stack_.shape.x));
}

/// Of every finished flat-field, whatever its source.
void FlatfieldStep::warn_of_dark_pixels() {
  for (std::size_t c = 0; c < full_.size(); ++c) {
    const std::vector<float>& values = full_[c].flatfield.values;
    const auto dark = std::count_if(values.begin(), values.end(), [](float v) { return v < 0.01F; });
    if (dark == 0) continue;
    const float least = *std::min_element(values.begin(), values.end());
    warnings_.push_back("The flat-field of " + channel_name(c) + " has " + std::to_string(dark) +
                        (dark == 1 ? " pixel" : " pixels") + " below 1 % of its mean" +
                        (least < 0.0F ? ", down to " + rounded_text(static_cast<double>(least), 4) : std::string()) +
                        "; dividing by them makes values that mean nothing.");
  }
}

std::string FlatfieldStep::channel_name(std::size_t channel) const {
  std::string number = "channel " + std::to_string(channel);
  if (channel >= stack_.channels.size() || stack_.channels[channel].name.empty()) return number;
  return number + " (" + stack_.channels[channel].name + ")";
}

// ---- output ----

Result<Item> FlatfieldStep::output_item(const Box& wanted) const { return Item{{wanted}, {}}; }

Result<std::unique_ptr<Fold>> FlatfieldStep::begin_output(const Box& wanted) const {
  if (full_.empty()) return Error{Errc::internal, "flatfield was asked for pixels before it was fitted"};
  const auto tile = std::find(tiles_.begin(), tiles_.end(), wanted.input) - tiles_.begin();
  const std::int64_t frame = (static_cast<std::int64_t>(tile) * stack_.shape.t + wanted.t) * stack_.shape.z + wanted.z;
  std::vector<ShadingCorrection> corrections;
  std::vector<float> baselines;
  for (const std::int32_t channel : wanted.channels) {
    const auto c = static_cast<std::size_t>(channel);
    corrections.emplace_back(full_[c].flatfield.values, full_[c].darkfield.values, settings_.form);
    baselines.push_back(settings_.baseline_subtract ? static_cast<float>(profiles_[c].baseline_of(frame)) : 0.0F);
  }
  return flatfield_folds::corrected(wanted, stack_.shape.y, std::move(corrections), std::move(baselines));
}

void FlatfieldStep::begin_output_pass() {
  constexpr auto cells = static_cast<std::size_t>(flatfield_folds::CoarseSums::cells * flatfield_folds::CoarseSums::cells);
  const std::size_t size = static_cast<std::size_t>(stack_.shape.c) * cells;
  sums_.before.assign(size, 0.0);
  sums_.after.assign(size, 0.0);
  sums_.pixels.assign(size, 0.0);
}

Result<void> FlatfieldStep::reduce_output(const Box& box, BytesView tally) {
  flatfield_folds::add_coarse_sums(sums_, tally, box.channels);
  return {};
}

StepKind flatfield_kind() {
  return make_step_kind<FlatfieldSettings, FlatfieldStep>("flatfield", "Flat-field",
                                                          "Evens out the illumination: divides each channel by its shading, "
                                                          "measured, seen in empty regions, or fitted to the frames.",
                                                          flatfield_table(), {Role::profile, Role::dark, Role::mask});
}

}  // namespace webunmix
