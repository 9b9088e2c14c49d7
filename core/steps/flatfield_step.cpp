#include "steps/flatfield_step.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "flatfield/resample.hpp"
#include "flatfield/segment.hpp"
#include "image/bytes_io.hpp"
#include "image/number_text.hpp"
#include "run/partition.hpp"
#include "steps/kinds.hpp"

namespace webunmix {
namespace {

enum class FoldKind : std::uint8_t { mean, median, plane, frame };

Bytes tag_of(FoldKind kind) { return std::move(ByteWriter().u8(static_cast<std::uint8_t>(kind))).take(); }

Error setting_error(std::string message) { return {Errc::bad_setting, std::move(message)}; }

/// `count` of `all` numbers, evenly spaced from the first to the last.
std::vector<std::int64_t> evenly_spaced(std::int64_t all, std::int64_t count) {
  std::vector<std::int64_t> chosen;
  for (std::int64_t i = 0; i < count; ++i) chosen.push_back(count == 1 ? 0 : i * (all - 1) / (count - 1));
  return chosen;
}

/// Coefficient of variation of the cells of one channel, and the ratio of its corners to its centre.
struct Shading {
  double variation = 0.0;
  double corner_to_centre_ratio = 0.0;
};
Shading shading_of(std::span<const double> sums, std::span<const double> pixels) {
  using flatfield_folds::CoarseSums;
  // Cells of an image with fewer rows or columns than cells stay empty; they take the mean of the others.
  const double all_pixels = std::accumulate(pixels.begin(), pixels.end(), 0.0);
  const double all = all_pixels == 0.0 ? 0.0 : std::accumulate(sums.begin(), sums.end(), 0.0) / all_pixels;
  Plane mean(CoarseSums::cells, CoarseSums::cells);
  for (std::size_t i = 0; i < mean.values.size(); ++i)
    mean.values[i] = static_cast<float>(pixels[i] == 0.0 ? all : sums[i] / pixels[i]);
  const double average = mean_of(mean);
  double squares = 0.0;
  for (const float value : mean.values)
    squares += (static_cast<double>(value) - average) * (static_cast<double>(value) - average);
  const double deviation = std::sqrt(squares / static_cast<double>(mean.values.size()));
  return {average == 0.0 ? 0.0 : deviation / average, corner_to_centre(mean)};
}

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
  if (settings_.working_size && settings_.working_size->empty()) {
    return setting_error("working_size is an empty list: give one number, a pair (height, width), or null for full size.");
  }
  const auto planes_of = [&](std::int32_t input) { return inputs_[static_cast<std::size_t>(input)].stack.shape; };
  if (profile_input_ && chosen_source() == FlatfieldSource::measured) {
    const StackShape profile = planes_of(*profile_input_);
    if (profile.t != 1 || profile.z > 2 || (profile.c != 1 && profile.c != shape.c)) {
      return setting_error("The profile " + inputs_[static_cast<std::size_t>(*profile_input_)].name + " has " +
                           to_string(profile) + ". A profile has one plane, or one per channel (" + std::to_string(shape.c) +
                           " here): the flat-field as z 0 and, where there is one, the dark-field as z 1.");
    }
  }
  if (dark_input_) {
    const StackShape dark = planes_of(*dark_input_);
    if (dark.y != shape.y || dark.x != shape.x || (dark.c != 1 && dark.c != shape.c)) {
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

Result<void> FlatfieldStep::begin_fit(const std::vector<EarlierValue>& earlier, const FitOptions& /*options*/) {
  const auto channels = static_cast<std::size_t>(stack_.shape.c);
  offset_.assign(channels, settings_.offset.value_or(0.0));
  dark_average_.assign(channels, {});
  profiles_.assign(channels, {});
  full_.clear();
  warnings_.clear();
  used_.clear();
  fits_ = Json::array();
  mask_.clear();
  channel_ = 0;
  fit_.reset();
  const auto measured =
      std::find_if(earlier.begin(), earlier.end(), [](const EarlierValue& value) { return value.value.name == "offset_adu"; });
  if (!settings_.offset && measured != earlier.end()) {
    // What an earlier step says holds for the pixels that come in; dark frames are as the camera made them.
    dark_input_.reset();
    for (std::size_t c = 0; c < channels && c < measured->value.values.size(); ++c)
      offset_[c] = measured->value.values[c].value_or(0.0);
    used_.push_back({"offset", *measured});
  } else if (!settings_.offset && !dark_input_ && !settings_.get_darkfield && chosen_source() != FlatfieldSource::measured) {
    warnings_.emplace_back(
        "No camera offset was removed. If the camera adds one, the shading is estimated too weak: give offset, dark frames, or "
        "put a "
        "detect_gain step before this one.");
  }
  if (dark_input_) {
    phase_ = Phase::dark;
  } else {
    remember_shape();
  }
  return {};
}

/// After the dark frames: what the source needs first.
void FlatfieldStep::remember_shape() {
  switch (chosen_source()) {
    case FlatfieldSource::measured: phase_ = Phase::profile; break;
    case FlatfieldSource::empty: phase_ = Phase::empty; break;
    case FlatfieldSource::automatic:
    case FlatfieldSource::basic: phase_ = mask_input_ ? Phase::mask : Phase::frames; break;
  }
}

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
  return settings_.working_size ? std::min(stack_.shape.y, settings_.working_size->front()) : stack_.shape.y;
}
std::int64_t FlatfieldStep::working_width() const {
  return settings_.working_size ? std::min(stack_.shape.x, settings_.working_size->back()) : stack_.shape.x;
}

Result<std::optional<Pass>> FlatfieldStep::next_pass() {
  gathered_.clear();
  reading_ = phase_;
  switch (phase_) {
    case Phase::dark: return std::optional(dark_pass());
    case Phase::profile: return std::optional(profile_pass());
    case Phase::empty: return std::optional(empty_pass());
    case Phase::mask: return std::optional(mask_pass());
    case Phase::frames: {
      saturated_ = 0;
      const auto frames = static_cast<std::int64_t>(all_frames().size());
      frame_numbers_ = evenly_spaced(frames, std::min(frames, settings_.max_frames));
      if (channel_ == 0 && frames > settings_.max_frames) {
        warnings_.push_back("The fit used " + std::to_string(settings_.max_frames) + " evenly spaced frames of " +
                            std::to_string(frames) + " (max_frames).");
      }
      return std::optional(frames_pass());
    }
    case Phase::done: break;
  }
  return std::optional<Pass>{};
}

Pass FlatfieldStep::dark_pass() const {
  const StackInfo& dark = inputs_[static_cast<std::size_t>(*dark_input_)].stack;
  Pass pass{"Averaging dark frames", {}};
  for (std::int32_t c = 0; c < dark.shape.c; ++c) {
    for (const Rows& band : row_bands(dark)) {
      Item item{{}, tag_of(FoldKind::mean)};
      for (std::int32_t t = 0; t < dark.shape.t; ++t) {
        for (std::int32_t z = 0; z < dark.shape.z; ++z) item.boxes.push_back({*dark_input_, t, z, {c}, band.begin, band.end});
      }
      pass.items.push_back(std::move(item));
    }
  }
  return pass;
}

Pass FlatfieldStep::profile_pass() {
  const StackInfo& profile = inputs_[static_cast<std::size_t>(*profile_input_)].stack;
  Pass pass{"Reading the shading profile", {}};
  for (std::int32_t c = 0; c < profile.shape.c; ++c) {
    for (std::int32_t z = 0; z < profile.shape.z; ++z) {
      for (Box& box : plane_boxes(profile, *profile_input_, 0, z, {c}))
        pass.items.push_back({{std::move(box)}, tag_of(FoldKind::plane)});
    }
  }
  return pass;
}

Pass FlatfieldStep::empty_pass() const {
  constexpr std::int64_t band_bytes = std::int64_t{32} << 20U;
  StackInfo as_float = stack_;
  as_float.type = SampleType::float32;
  const auto count = static_cast<std::int64_t>(empty_planes_.size());
  Pass pass{"Taking the median of " + std::to_string(count) + " empty planes", {}};
  for (std::int32_t c = 0; c < stack_.shape.c; ++c) {
    for (const Rows& band : deep_bands(as_float, count, 1, band_bytes)) {
      Item item{{}, tag_of(FoldKind::median)};
      for (const PlaneIndex& plane : empty_planes_) {
        item.boxes.push_back({tiles_[static_cast<std::size_t>(plane.tile)],
                              static_cast<std::int32_t>(plane.t),
                              static_cast<std::int32_t>(plane.z),
                              {c},
                              band.begin,
                              band.end});
      }
      pass.items.push_back(std::move(item));
    }
  }
  return pass;
}

Pass FlatfieldStep::mask_pass() const {
  Pass pass{"Reading the mask", {}};
  for (Box& box : plane_boxes(inputs_[static_cast<std::size_t>(*mask_input_)].stack, *mask_input_, 0, 0, {0})) {
    pass.items.push_back({{std::move(box)}, tag_of(FoldKind::plane)});
  }
  return pass;
}

Pass FlatfieldStep::frames_pass() const {
  const std::vector<Frame> frames = all_frames();
  Pass pass{"Reading frames of " + channel_name(channel_), {}};
  for (const std::int64_t number : frame_numbers_) {
    const Frame& frame = frames[static_cast<std::size_t>(number)];
    pass.items.push_back(
        {plane_boxes(stack_, frame.input, frame.t, frame.z, {static_cast<std::int32_t>(channel_)}),
         std::move(ByteWriter().u8(static_cast<std::uint8_t>(FoldKind::frame)).i64(working_height()).i64(working_width()))
             .take()});
  }
  return pass;
}

Result<std::unique_ptr<Fold>> FlatfieldStep::begin(BytesView tag) {
  ByteReader reader(tag);
  switch (static_cast<FoldKind>(reader.u8())) {
    case FoldKind::mean: return flatfield_folds::mean_of_band();
    case FoldKind::median: return flatfield_folds::median_of_band();
    case FoldKind::plane: return flatfield_folds::plane();
    case FoldKind::frame: {
      const std::int64_t height = reader.i64();
      const std::int64_t width = reader.i64();
      WEBUNMIX_TRY(reader.done("tag of a flatfield item"));
      return flatfield_folds::small_frame(stack_.shape.y, stack_.shape.x, height, width);
    }
  }
  return Error{Errc::internal, "the tag of a flatfield item names no fold"};
}

Result<void> FlatfieldStep::reduce(std::size_t item, BytesView tally) {
  if (reading_ != Phase::frames) {
    ByteReader reader(tally);
    const std::vector<float> values = reader.values<float>();
    WEBUNMIX_TRY(reader.done("what a band of flatfield left"));
    gathered_.insert(gathered_.end(), values.begin(), values.end());
    return {};
  }
  WEBUNMIX_ASSIGN(const flatfield_folds::SmallFrame frame, flatfield_folds::read_small_frame(tally));
  if (frame.not_finite > 0) {
    return Error{Errc::not_enough_data,
                 channel_name(channel_) + ": frame " + std::to_string(frame_numbers_[item] + 1) + " holds " +
                     std::to_string(frame.not_finite) +
                     " pixels that are NaN or infinite; a shading profile cannot be fitted to them. Replace them first."};
  }
  saturated_ += frame.saturated;
  gathered_.insert(gathered_.end(), frame.pixels.begin(), frame.pixels.end());
  return {};
}

Result<Progress> FlatfieldStep::advance(std::uint64_t work) {
  if (fit_) {
    if (fit_->advance(work)) return Progress{true, fit_->fraction()};
    WEBUNMIX_TRY(end_basic());
    return Progress{};
  }
  const auto pixels = static_cast<std::size_t>(stack_.shape.pixels_per_plane());
  switch (reading_) {
    case Phase::dark: {
      const auto channels = static_cast<std::size_t>(inputs_[static_cast<std::size_t>(*dark_input_)].stack.shape.c);
      if (gathered_.size() < channels * pixels) return Progress{};
      for (std::size_t c = 0; c < dark_average_.size(); ++c) {
        dark_average_[c] = Plane(stack_.shape.y, stack_.shape.x);
        const auto from = gathered_.begin() + static_cast<std::ptrdiff_t>((channels == 1 ? 0 : c) * pixels);
        std::copy_n(from, pixels, dark_average_[c].values.begin());
      }
      remember_shape();
      break;
    }
    case Phase::profile: {
      const StackShape& shape = inputs_[static_cast<std::size_t>(*profile_input_)].stack.shape;
      if (gathered_.size() < static_cast<std::size_t>(shape.samples())) return Progress{};
      WEBUNMIX_TRY(take_profile());
      phase_ = Phase::done;
      break;
    }
    case Phase::empty: {
      if (gathered_.size() < profiles_.size() * pixels) return Progress{};
      WEBUNMIX_TRY(take_empty());
      phase_ = Phase::done;
      break;
    }
    case Phase::mask: {
      if (gathered_.size() < pixels) return Progress{};
      AreaDownsampler sampler(stack_.shape.y, stack_.shape.x, working_height(), working_width());
      sampler.add_rows(0, gathered_);
      mask_ = sampler.finish().values;
      phase_ = Phase::frames;
      break;
    }
    case Phase::frames: {
      const auto small = static_cast<std::size_t>(working_height() * working_width());
      if (gathered_.size() < frame_numbers_.size() * small) return Progress{};
      WEBUNMIX_TRY(begin_basic());
      reading_ = Phase::done;
      return Progress{true, 0.0};
    }
    case Phase::done: return Progress{};
  }
  reading_ = Phase::done;
  return Progress{};
}

Plane FlatfieldStep::dark_of(std::size_t channel) const { return dark_average_[channel]; }

Result<void> FlatfieldStep::take_profile() {
  const InputInfo& input = inputs_[static_cast<std::size_t>(*profile_input_)];
  const StackShape& shape = input.stack.shape;
  const auto pixels = static_cast<std::size_t>(shape.pixels_per_plane());
  const auto plane_at = [&](std::size_t c, std::size_t z) {
    Plane plane(shape.y, shape.x);
    const std::size_t at = (c * static_cast<std::size_t>(shape.z) + z) * pixels;
    std::copy_n(gathered_.begin() + static_cast<std::ptrdiff_t>(at), pixels, plane.values.begin());
    return plane;
  };
  for (std::size_t c = 0; c < profiles_.size(); ++c) {
    const std::size_t from = shape.c == 1 ? 0 : c;
    ShadingProfile& profile = profiles_[c];
    profile.flatfield = plane_at(from, 0);
    const bool finite =
        std::all_of(profile.flatfield.values.begin(), profile.flatfield.values.end(), [](float v) { return std::isfinite(v); });
    const double mean = mean_of(profile.flatfield);
    if (!finite || !normalise_to_mean_one(profile.flatfield)) {
      return Error{Errc::bad_file, input.name + " cannot be a flat-field: " +
                                       (finite ? "its mean is " + number_text(mean) + ", a flat-field's is above 0."
                                               : std::string("it holds NaN or infinite values. Replace them."))};
    }
    if (std::abs(mean - 1.0) > 1e-3 && (c == 0 || shape.c > 1)) {
      warnings_.push_back("The flat-field of " + channel_name(c) + " had the mean " + number_text(mean) +
                          " and was divided by it.");
    }
    if (shape.z == 2) {
      profile.darkfield = plane_at(from, 1);
      if (!std::all_of(profile.darkfield.values.begin(), profile.darkfield.values.end(),
                       [](float v) { return std::isfinite(v); })) {
        return Error{Errc::bad_file,
                     input.name + " cannot be a profile: its dark-field holds NaN or infinite values. Replace them."};
      }
    } else if (!dark_average_[c].values.empty()) {
      profile.darkfield = dark_average_[c];
    } else {
      profile.offset = offset_[c];
    }
  }
  if (shape.z == 2 && (settings_.offset || dark_input_)) {
    warnings_.emplace_back(
        "The profile brings its own dark-field: the offset and the dark frames that were given are not used.");
  }
  if (shape.y != stack_.shape.y || shape.x != stack_.shape.x) {
    warnings_.push_back("The profile has " + std::to_string(shape.y) + " x " + std::to_string(shape.x) +
                        " pixels and was resampled to " + std::to_string(stack_.shape.y) + " x " +
                        std::to_string(stack_.shape.x) + ".");
  }
  return {};
}

Result<void> FlatfieldStep::take_empty() {
  const auto pixels = static_cast<std::size_t>(stack_.shape.pixels_per_plane());
  for (std::size_t c = 0; c < profiles_.size(); ++c) {
    ShadingProfile& profile = profiles_[c];
    Plane median(stack_.shape.y, stack_.shape.x);
    std::copy_n(gathered_.begin() + static_cast<std::ptrdiff_t>(c * pixels), pixels, median.values.begin());
    const Plane dark = dark_of(c);
    for (std::size_t i = 0; i < pixels; ++i)
      median.values[i] -= dark.values.empty() ? static_cast<float>(offset_[c]) : dark.values[i];
    smooth_gaussian(median, settings_.sigma);
    const double level = mean_of(median);
    if (!normalise_to_mean_one(median)) {
      return Error{Errc::not_enough_data,
                   channel_name(c) + ": the empty planes have the mean " + number_text(level) +
                       " after the offset was removed, so they hold no light to measure shading with. Check offset, "
                       "fov_list and z_levels."};
    }
    profile.flatfield = std::move(median);
    profile.baseline = {level};
    if (dark.values.empty()) {
      profile.offset = offset_[c];
    } else {
      profile.darkfield = dark;
    }
    fits_.push_back({{"channel", c}, {"planes", empty_planes_.size()}, {"level_counts", level}});
  }
  if (empty_planes_.size() < 10) {
    warnings_.push_back("Only " + std::to_string(empty_planes_.size()) +
                        " empty planes were found; their median is noisy. 50 or more are better.");
  }
  return {};
}

Result<void> FlatfieldStep::begin_basic() {
  const std::int64_t height = working_height();
  const std::int64_t width = working_width();
  const auto small = static_cast<std::size_t>(height * width);
  const Plane dark = dark_of(channel_);
  if (!dark.values.empty()) {
    AreaDownsampler sampler(stack_.shape.y, stack_.shape.x, height, width);
    sampler.add_rows(0, dark.values);
    const Plane small_dark = sampler.finish();
    for (std::size_t i = 0; i < gathered_.size(); ++i) gathered_[i] -= small_dark.values[i % small];
  } else if (offset_[channel_] != 0.0) {
    for (float& value : gathered_) value -= static_cast<float>(offset_[channel_]);
  }
  std::vector<std::uint8_t> excluded;
  if (!mask_.empty()) {
    excluded.resize(gathered_.size());
    for (std::size_t i = 0; i < excluded.size(); ++i) excluded[i] = mask_[i % small] <= 0.0F ? 1 : 0;
  } else if (settings_.autosegment) {
    excluded = bright_with_margin(gathered_, height, width, otsu_threshold(gathered_), settings_.autosegment_margin);
  }
  BasicOptions options;
  options.get_darkfield = settings_.get_darkfield;
  options.smoothness_flatfield = settings_.smoothness_flatfield;
  options.smoothness_darkfield = settings_.smoothness_darkfield;
  options.epsilon = settings_.epsilon;
  options.max_iterations = static_cast<int>(settings_.max_iterations);
  options.optimization_tol = settings_.optimization_tol;
  options.max_reweight_iterations = static_cast<int>(settings_.max_reweight_iterations);
  options.reweighting_tol = settings_.reweighting_tol;
  options.sort_intensity = settings_.sort_intensity;
  options.constant_darkfield = settings_.constant_darkfield;
  WEBUNMIX_ASSIGN(fit_, BasicFit::begin(height, width, std::move(gathered_), std::move(excluded), options));
  gathered_ = {};
  return {};
}

Result<void> FlatfieldStep::end_basic() {
  auto found = fit_->result();
  fit_.reset();
  if (!found.ok()) return Error{found.error().code, channel_name(channel_) + ": " + found.error().message};
  ShadingProfile& profile = profiles_[channel_];
  profile.flatfield = std::move(found->flatfield);
  profile.baseline = found->baseline;
  profile.baseline_frames = frame_numbers_;
  const Plane dark = dark_of(channel_);
  if (!dark.values.empty()) {
    profile.darkfield = dark;
    if (settings_.get_darkfield) {
      const Plane fitted = resize_bilinear(found->darkfield, stack_.shape.y, stack_.shape.x);
      for (std::size_t i = 0; i < fitted.values.size(); ++i) profile.darkfield.values[i] += fitted.values[i];
    }
  } else {
    profile.offset = offset_[channel_];
    if (settings_.get_darkfield) profile.darkfield = std::move(found->darkfield);
  }

  const std::string name = channel_name(channel_);
  const std::size_t frames = frame_numbers_.size();
  if (frames < 3) {
    warnings_.push_back(name + ": the profile was fitted to " + std::to_string(frames) + (frames == 1 ? " frame" : " frames") +
                        ". With fewer than 3 the image itself is taken for shading.");
  }
  if (saturated_ > 0) {
    warnings_.push_back(name + ": " + std::to_string(saturated_) +
                        " pixels of the frames are saturated; shading is underestimated there.");
  }
  if (found->smoothness_flatfield < 0.01 || found->smoothness_flatfield > 10.0) {
    warnings_.push_back(
        name + ": smoothness_flatfield is " + number_text(found->smoothness_flatfield) +
        ", outside the usual 0.01 to 10. Look at the profile, and set it by hand if it is too rough or too flat.");
  }
  const double mean_baseline =
      std::accumulate(profile.baseline.begin(), profile.baseline.end(), 0.0) / static_cast<double>(frames);
  double squares = 0.0;
  for (const double b : profile.baseline) squares += (b - mean_baseline) * (b - mean_baseline);
  const double variation = mean_baseline == 0.0 ? 0.0 : std::sqrt(squares / static_cast<double>(frames)) / mean_baseline;
  if (settings_.get_darkfield && variation < 0.05) {
    warnings_.push_back(
        name + ": the brightness of the frames varies by " + number_text(std::round(variation * 1000.0) / 10.0) +
        " % only. With less than 5 % the dark-field cannot be told from the light; give the camera's offset instead.");
  }
  if (!found->converged) {
    warnings_.push_back(
        name +
        ": the fit ended at its limit of iterations before it settled. Raise max_iterations or max_reweight_iterations.");
  }
  fits_.push_back({{"channel", channel_},
                   {"frames", frames},
                   {"smoothness_flatfield_used", found->smoothness_flatfield},
                   {"smoothness_darkfield_used", found->smoothness_darkfield},
                   {"iterations", found->iterations},
                   {"reweightings", found->reweightings},
                   {"converged", found->converged},
                   {"brightness_variation", variation}});
  ++channel_;
  phase_ = channel_ < profiles_.size() ? Phase::frames : Phase::done;
  return {};
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
  full_.clear();
  for (const ShadingProfile& profile : profiles_) {
    if (profile.flatfield.values.empty()) return {};  // not fitted yet
    full_.push_back(at_full_size(profile, stack_.shape.y, stack_.shape.x));
  }
  return {};
}

std::string FlatfieldStep::channel_name(std::size_t channel) const {
  std::string number = "channel " + std::to_string(channel);
  if (channel >= stack_.channels.size() || stack_.channels[channel].name.empty()) return number;
  return number + " (" + stack_.channels[channel].name + ")";
}

std::vector<LearntValue> FlatfieldStep::learnt() const {
  std::vector<LearntValue> values{{"flatfield_min", "", {}},
                                  {"flatfield_max", "", {}},
                                  {"corner_to_centre", "", {}},
                                  {"darkfield_mean_adu", "counts", {}},
                                  {"baseline_mean_adu", "counts", {}}};
  for (const ShadingProfile& profile : profiles_) {
    if (profile.flatfield.values.empty()) return {};
    const FullSizeProfile full = at_full_size(profile, stack_.shape.y, stack_.shape.x);
    const auto [lowest, highest] = std::minmax_element(full.flatfield.values.begin(), full.flatfield.values.end());
    values[0].values.emplace_back(static_cast<double>(*lowest));
    values[1].values.emplace_back(static_cast<double>(*highest));
    values[2].values.emplace_back(corner_to_centre(full.flatfield));
    values[3].values.emplace_back(mean_of(full.darkfield));
    const auto count = static_cast<double>(profile.baseline.size());
    values[4].values.push_back(profile.baseline.empty()
                                   ? std::optional<double>{}
                                   : std::accumulate(profile.baseline.begin(), profile.baseline.end(), 0.0) / count);
  }
  return values;
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

Step::Account FlatfieldStep::account() const {
  Account account;
  constexpr std::array<const char*, 4> names{"auto", "measured", "empty", "basic"};
  account.details["source"] = names[static_cast<std::size_t>(chosen_source())];
  account.details["offset_adu"] = offset_;
  account.details["fits"] = fits_;
  Json baselines = Json::array();
  for (const ShadingProfile& profile : profiles_) baselines.push_back(profile.baseline);
  account.details["baseline_adu"] = std::move(baselines);
  constexpr auto cells = static_cast<std::size_t>(flatfield_folds::CoarseSums::cells * flatfield_folds::CoarseSums::cells);
  Json shading = Json::array();
  for (std::size_t c = 0; (c + 1) * cells <= sums_.pixels.size(); ++c) {
    const auto part = [&](const std::vector<double>& all) { return std::span(all).subspan(c * cells, cells); };
    const Shading before = shading_of(part(sums_.before), part(sums_.pixels));
    const Shading after = shading_of(part(sums_.after), part(sums_.pixels));
    shading.push_back({{"channel", c},
                       {"variation_before", before.variation},
                       {"variation_after", after.variation},
                       {"corner_to_centre_before", before.corner_to_centre_ratio},
                       {"corner_to_centre_after", after.corner_to_centre_ratio}});
  }
  account.diagnostics["mean_image_shading"] = std::move(shading);
  account.warnings = warnings_;
  account.used = used_;
  return account;
}

StepKind flatfield_kind() {
  return make_step_kind<FlatfieldSettings, FlatfieldStep>("flatfield", "Flat-field",
                                                          "Evens out the illumination: divides each channel by its shading, "
                                                          "measured, seen in empty regions, or fitted to the frames.",
                                                          flatfield_table(), {Role::profile, Role::dark, Role::mask});
}

}  // namespace webunmix
