#include "tiff/imagej.hpp"

#include <cmath>
#include <limits>
#include <map>

#include "tiff/text.hpp"

namespace webunmix::tiff {
namespace {

using Entries = std::map<std::string, std::string, std::less<>>;

Entries entries_of(std::string_view description) {
  Entries entries;
  while (!description.empty()) {
    const auto line_end = description.find('\n');
    const std::string_view line = description.substr(0, line_end);
    const auto equals = line.find('=');
    if (equals != std::string_view::npos) {
      std::string_view value = line.substr(equals + 1);
      if (value.ends_with('\r')) value.remove_suffix(1);
      entries.emplace(line.substr(0, equals), value);
    }
    description.remove_prefix(line_end == std::string_view::npos ? description.size() : line_end + 1);
  }
  return entries;
}

std::optional<std::int64_t> count(const Entries& entries, std::string_view key) {
  const auto found = entries.find(key);
  if (found == entries.end()) return std::nullopt;
  const auto value = parse_integer(found->second);
  return value && *value > 0 && *value <= std::numeric_limits<std::int32_t>::max() ? value : std::nullopt;
}

std::optional<double> positive(const Entries& entries, std::string_view key) {
  const auto found = entries.find(key);
  if (found == entries.end()) return std::nullopt;
  const auto value = parse_number(found->second);
  return value && *value > 0 ? value : std::nullopt;
}

// The unit in the spelling OME uses. A stack in pixels is not calibrated.
std::optional<std::string> unit(const Entries& entries, std::string_view key) {
  const auto found = entries.find(key);
  if (found == entries.end()) return std::nullopt;
  const std::string text = resolve_java_escapes(to_utf8(found->second));
  if (text.empty() || text == "pixel" || text == "pixels") return std::nullopt;
  // U+03BC, the Greek letter, stands for U+00B5, the micro sign.
  if (text == "micron" || text == "microns" || text == "um" || text == "\u03BCm") return "\u00B5m";
  return text;
}

std::uint32_t big_or_little(std::span<const std::byte> bytes, std::size_t at, bool big_endian) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = (value << 8U) | std::to_integer<std::uint32_t>(bytes[at + (big_endian ? i : 3 - i)]);
  return value;
}

}  // namespace

std::optional<PageAxes> ImageJDescription::axes() const {
  if (!channels && !slices && !frames) {
    if (images == 1) return PageAxes{{{'T', 1}}};
    return std::nullopt;
  }
  PageAxes axes{{{'T', frames.value_or(1)}, {'Z', slices.value_or(1)}, {'C', channels.value_or(1)}}};
  std::int64_t rest = images;
  for (const auto& axis : axes.axes) {
    if (rest % axis.length != 0) return std::nullopt;
    rest /= axis.length;
  }
  if (rest != 1) return std::nullopt;
  return axes;
}

std::string ImageJDescription::counts_text() const {
  std::string text;
  const auto add = [&](const std::optional<std::int64_t>& n, const char* one, const char* many) {
    if (!n) return;
    text += (text.empty() ? "" : " x ") + std::to_string(*n) + " " + (*n == 1 ? one : many);
  };
  add(channels, "channel", "channels");
  add(slices, "slice", "slices");
  add(frames, "frame", "frames");
  return text;
}

std::optional<ImageJDescription> parse_imagej(const PageIndex& index) {
  if (!index.description.starts_with("ImageJ=")) return std::nullopt;
  const Entries entries = entries_of(index.description);
  ImageJDescription result;
  result.channels = count(entries, "channels");
  result.slices = count(entries, "slices");
  result.frames = count(entries, "frames");
  result.images = count(entries, "images").value_or(1);

  // Resolutions are pixels per `unit`; without a unit they are a printer's and say nothing.
  const auto unit_x = unit(entries, "unit");
  const auto unit_y = entries.contains("yunit") ? unit(entries, "yunit") : unit_x;
  const auto unit_z = entries.contains("zunit") ? unit(entries, "zunit") : unit_x;
  if (unit_x && index.x_resolution > 0) result.pixel_size_x = Quantity{1 / index.x_resolution, *unit_x};
  if (unit_y && index.y_resolution > 0) result.pixel_size_y = Quantity{1 / index.y_resolution, *unit_y};
  if (const auto spacing = positive(entries, "spacing"); unit_z && spacing) result.pixel_size_z = Quantity{*spacing, *unit_z};
  if (const auto interval = positive(entries, "finterval")) {
    const std::string time_unit = unit(entries, "tunit").value_or("s");
    result.time_increment = Quantity{*interval, time_unit == "sec" ? "s" : time_unit};
  }
  return result;
}

std::vector<std::uint32_t> imagej_colours(const PageIndex& index) {
  // ij.io.TiffDecoder.getMetaData: byte counts, the first of which is that of a header "IJIJ" (in the file's byte order) followed by
  // pairs of a type and a number of values; the values follow in that order, each as long as its byte count says.
  const auto& counts = index.imagej_metadata_counts;
  const auto& data = index.imagej_metadata;
  constexpr std::uint32_t magic = 0x494A'494A;
  constexpr std::uint32_t luts = 0x6C75'7473;
  constexpr std::size_t lut_bytes = 768;  // 256 reds, greens and blues
  if (counts.size() < 4 || data.size() < 4 || big_or_little(data, 0, index.big_endian) != magic) return {};
  const std::uint64_t header = big_or_little(counts, 0, index.big_endian);
  if (header > data.size() || header < 12 || header % 8 != 4) return {};

  std::vector<std::uint32_t> colours;
  std::uint64_t at = header;
  std::size_t value = 1;
  for (std::size_t pair = 4; pair < header; pair += 8) {
    const std::uint32_t type = big_or_little(data, pair, index.big_endian);
    const std::uint32_t values = big_or_little(data, pair + 4, index.big_endian);
    for (std::uint32_t i = 0; i < values; ++i, ++value) {
      if (counts.size() / 4 <= value) return {};
      const std::uint64_t bytes = big_or_little(counts, 4 * value, index.big_endian);
      if (bytes > data.size() - at) return {};
      if (type == luts && bytes == lut_bytes) {
        std::uint32_t rgba = 0xFF;
        for (std::size_t primary = 0; primary < 3; ++primary) {
          const auto level = std::to_integer<std::uint32_t>(data[static_cast<std::size_t>(at) + 256 * primary + 255]);
          rgba |= level << (24 - 8 * primary);
        }
        colours.push_back(rgba);
      }
      at += bytes;
    }
  }
  return colours;
}

}  // namespace webunmix::tiff
