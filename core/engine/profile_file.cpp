#include "engine/profile_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "engine/stack_file.hpp"
#include "flatfield/npy.hpp"
#include "run/caught.hpp"

namespace webunmix {
namespace {

/// The profile of one channel.
struct Channel {
  std::string name;
  std::vector<float> flatfield;
  std::vector<float> darkfield;
  std::vector<float> baseline;
};

struct Profiles {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::string sized_by;  ///< the file that gave height and width
  std::vector<Channel> channels;
};

Error bad(std::string message) { return {Errc::bad_file, std::move(message)}; }

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t length : shape) text += (text.empty() ? "" : " x ") + std::to_string(length);
  return text.empty() ? "a single number" : text;
}

Result<void> check_finite(const NumberArray& array, const std::string& where) {
  const auto wrong = std::find_if(array.values.begin(), array.values.end(), [](double v) { return !std::isfinite(v); });
  if (wrong == array.values.end()) return {};
  const auto at = wrong - array.values.begin();
  return bad(where + " holds a value that is NaN or infinite (element " + std::to_string(at) + " of " +
             std::to_string(array.values.size()) + ", from 0). Replace such values and save it again.");
}

/// One file's arrays by key.
struct File {
  std::string name;
  std::string channel;
  std::vector<const ProfileArray*> arrays;

  [[nodiscard]] const ProfileArray* find(std::string_view key) const {
    const auto found = std::find_if(arrays.begin(), arrays.end(), [&](const ProfileArray* each) { return each->key == key; });
    return found == arrays.end() ? nullptr : *found;
  }
  [[nodiscard]] std::string keys() const {
    std::string list;
    for (const ProfileArray* each : arrays) list += (list.empty() ? "" : ", ") + each->key;
    return list.empty() ? "nothing" : list;
  }
};

std::vector<File> files_of(const std::vector<ProfileArray>& arrays) {
  std::vector<File> files;
  for (const ProfileArray& array : arrays) {
    if (files.empty() || files.back().name != array.file) files.push_back({array.file, array.channel, {}});
    files.back().arrays.push_back(&array);
  }
  return files;
}

Result<std::optional<NumberArray>> parsed(const File& file, std::string_view key) {
  const ProfileArray* const found = file.find(key);
  if (found == nullptr) return std::optional<NumberArray>{};
  const std::string where = "`" + std::string(key) + "` in " + file.name;
  WEBUNMIX_ASSIGN(NumberArray array, parse_npy(found->bytes, where));
  WEBUNMIX_TRY(check_finite(array, where));
  return std::optional(std::move(array));
}

std::vector<float> part(const NumberArray& array, std::size_t i, std::size_t size) {
  const double* const begin = array.values.data() + i * size;
  std::vector<float> values(size);
  for (std::size_t k = 0; k < size; ++k) values[k] = static_cast<float>(begin[k]);
  return values;
}

/// Adds the channels of `file`. `alone`: it is the only file, and may hold several.
Result<void> add_file(const File& file, bool alone, Profiles& profiles) {
  WEBUNMIX_ASSIGN(const std::optional<NumberArray> flat, parsed(file, "flatfield"));
  if (!flat) {
    return bad(file.name + " has no array `flatfield`; it holds " + file.keys() +
               ". A profile needs `flatfield`, and may have `darkfield` and `baseline`.");
  }
  const std::vector<std::int64_t>& shape = flat->shape;
  const bool several = shape.size() == 3;
  if ((shape.size() != 2 && !(several && alone)) || flat->values.empty()) {
    return bad("`flatfield` in " + file.name + " has the shape " + shape_text(shape) + "; it must be rows x columns" +
               (alone ? ", or channels x rows x columns." : "."));
  }
  const std::int64_t height = shape[shape.size() - 2];
  const std::int64_t width = shape[shape.size() - 1];
  if (profiles.channels.empty()) {
    profiles.height = height;
    profiles.width = width;
    profiles.sized_by = file.name;
  } else if (height != profiles.height || width != profiles.width) {
    return bad("The profiles differ in size: " + profiles.sized_by + " has " + std::to_string(profiles.height) + " x " +
               std::to_string(profiles.width) + " pixels, " + file.name + " has " + std::to_string(height) + " x " +
               std::to_string(width) + ". Make them from stacks of one size.");
  }
  const auto pixels = static_cast<std::size_t>(height * width);
  const std::size_t count = several ? static_cast<std::size_t>(shape[0]) : 1;

  WEBUNMIX_ASSIGN(const std::optional<NumberArray> dark, parsed(file, "darkfield"));
  if (dark && dark->values.size() != 1 && dark->shape != shape) {
    return bad("`darkfield` in " + file.name + " has the shape " + shape_text(dark->shape) + ", `flatfield` has " +
               shape_text(shape) + ": they must be the same, or `darkfield` a single number.");
  }
  WEBUNMIX_ASSIGN(const std::optional<NumberArray> baseline, parsed(file, "baseline"));
  std::size_t baseline_length = 0;
  if (baseline) {
    baseline_length = baseline->values.size() / count;
    const bool fits = baseline->shape.size() <= 1 ? count == 1 || baseline->values.size() == count
                                                  : baseline->shape.size() == 2 && several && baseline->shape[0] == shape[0];
    if (!fits || baseline_length > pixels) {
      return bad("`baseline` in " + file.name + " has the shape " + shape_text(baseline->shape) +
                 "; it must be one number, or one for each frame" + (several ? ", for each channel" : "") +
                 ", and no more than a profile has pixels.");
    }
  }
  for (std::size_t c = 0; c < count; ++c) {
    Channel channel{file.channel, part(*flat, c, pixels), {}, {}};
    if (dark && dark->values.size() == 1) channel.darkfield.assign(pixels, static_cast<float>(dark->values[0]));
    if (dark && dark->values.size() != 1) channel.darkfield = part(*dark, c, pixels);
    if (baseline) channel.baseline = part(*baseline, c, baseline_length);
    profiles.channels.push_back(std::move(channel));
  }
  return {};
}

/// Planes along Z: flat-field, dark-field, baseline. What is not there, and what a baseline leaves of its plane, is NaN.
Result<void> write(const std::string& name, const Profiles& profiles, ByteSink& sink) {
  constexpr float none = std::numeric_limits<float>::quiet_NaN();
  const auto any = [&](std::vector<float> Channel::*which) {
    return std::any_of(profiles.channels.begin(), profiles.channels.end(),
                       [&](const Channel& c) { return !(c.*which).empty(); });
  };
  const std::int64_t planes = any(&Channel::baseline) ? 3 : any(&Channel::darkfield) ? 2 : 1;
  OmeTiffPlan plan;
  plan.name = name;
  plan.stack.shape = {1, planes, static_cast<std::int64_t>(profiles.channels.size()), profiles.height, profiles.width};
  plan.stack.type = SampleType::float32;
  for (const Channel& channel : profiles.channels) {
    plan.stack.channels.emplace_back();
    plan.stack.channels.back().name = channel.name;
  }
  plan.compression = Compression::none;
  const auto read = [&](const Box& box) -> Result<Block> {
    Block block(box, SampleType::float32, profiles.width);
    const auto first = static_cast<std::size_t>(box.y_begin * profiles.width);
    for (std::size_t i = 0; i < box.channels.size(); ++i) {
      const Channel& channel = profiles.channels[static_cast<std::size_t>(box.channels[i])];
      const std::vector<float>& from = box.z == 0 ? channel.flatfield : box.z == 1 ? channel.darkfield : channel.baseline;
      const auto into = block.channel<float>(i);
      const std::size_t known = std::min(into.size(), from.size() - std::min(from.size(), first));
      std::copy_n(from.data() + (known > 0 ? first : 0), known, into.begin());
      std::fill(into.begin() + static_cast<std::ptrdiff_t>(known), into.end(), none);
    }
    return block;
  };
  return write_stack(std::move(plan), read, sink);
}

Result<void> make(const std::string& name, const std::vector<ProfileArray>& arrays, ByteSink& sink) {
  Profiles profiles;
  const std::vector<File> files = files_of(arrays);
  for (const File& file : files) WEBUNMIX_TRY(add_file(file, files.size() == 1, profiles));
  if (profiles.channels.empty()) return bad(name + " holds no arrays. A profile needs `flatfield`.");
  return write(name, profiles, sink);
}

}  // namespace

Result<void> write_profile_stack(const std::string& name, const std::vector<ProfileArray>& arrays,
                                 std::unique_ptr<ByteSink> sink) {
  return caught([&] { return make(name, arrays, *sink); });
}

}  // namespace webunmix
