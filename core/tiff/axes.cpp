#include "tiff/axes.hpp"

#include <algorithm>

#include "tiff/text.hpp"

namespace webunmix::tiff {

std::string PageAxes::text() const {
  std::string text;
  for (const Axis& axis : axes) text += axis.name + std::to_string(axis.length);
  return text;
}

Result<PageAxes> parse_axes(std::string_view text, std::int64_t pages, const std::string& file) {
  const auto wrong = [&](const std::string& why) {
    return Error{Errc::bad_setting, "axes = \"" + std::string(text) + "\" " + why + " " + file + " has " +
                                        std::to_string(pages) + (pages == 1 ? " page" : " pages") +
                                        ". Give the axes of the pages, slowest first, as T, Z and C with their lengths; one "
                                        "length may be left out: \"T9Z20C2\", \"ZC2\", \"T\"."};
  };
  PageAxes result;
  std::optional<std::size_t> open_axis;
  std::int64_t product = 1;
  for (std::size_t i = 0; i < text.size();) {
    const char lower = text[i];
    const char name = lower >= 'a' && lower <= 'z' ? static_cast<char>(lower - 'a' + 'A') : lower;
    if (name != 'T' && name != 'Z' && name != 'C')
      return wrong("has '" + to_utf8(text.substr(i, 1)) + "' where an axis should be.");
    for (const auto& axis : result.axes) {
      if (axis.name == name) return wrong(std::string("names the axis ") + name + " twice.");
    }
    std::size_t end = i + 1;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    PageAxes::Axis axis{name, 1};
    if (end == i + 1) {
      if (open_axis) return wrong("leaves out more than one length.");
      open_axis = result.axes.size();
    } else {
      const auto length = parse_integer(text.substr(i + 1, end - i - 1));
      if (!length || *length < 1 || *length > pages) {
        return wrong(std::string("gives ") + name + " the length " + std::string(text.substr(i + 1, end - i - 1)) + ".");
      }
      axis.length = *length;
      product *= *length;
      if (product > pages) return wrong("has a length too large.");
    }
    result.axes.push_back(axis);
    i = end;
  }
  if (result.axes.empty()) return wrong("names no axis.");
  if (open_axis) {
    if (pages % product != 0) {
      return wrong("leaves a length open, but " + std::to_string(pages) + " pages are no multiple of " +
                   std::to_string(product) + ".");
    }
    result.axes[*open_axis].length = pages / product;
  } else if (product != pages) {
    return wrong("stands for " + std::to_string(product) + (product == 1 ? " page." : " pages."));
  }
  return result;
}

PlaneMap map_planes(const PageAxes& axes, const std::vector<std::uint64_t>& pages, std::int64_t samples) {
  PlaneMap map;
  std::int64_t page_channels = 1;
  for (const auto& axis : axes.axes) (axis.name == 'T' ? map.t : axis.name == 'Z' ? map.z : page_channels) = axis.length;
  map.c = page_channels * samples;
  map.planes.resize(pages.size() * static_cast<std::size_t>(samples));

  for (std::size_t p = 0; p < pages.size(); ++p) {
    std::int64_t t = 0;
    std::int64_t z = 0;
    std::int64_t c = 0;
    auto rest = static_cast<std::int64_t>(p);
    for (auto axis = axes.axes.rbegin(); axis != axes.axes.rend(); ++axis) {
      (axis->name == 'T' ? t : axis->name == 'Z' ? z : c) = rest % axis->length;
      rest /= axis->length;
    }
    for (std::int64_t s = 0; s < samples; ++s) {
      const std::int64_t plane = (t * map.z + z) * map.c + c * samples + s;
      map.planes[static_cast<std::size_t>(plane)] = {pages[p], static_cast<std::uint32_t>(s)};
    }
  }
  return map;
}

AxesQuestion ask_for_axes(std::int64_t pages, std::int64_t samples, const std::string& reason) {
  AxesQuestion question;
  question.pages = pages;
  question.message = reason + " What are its " + std::to_string(pages) + " pages?";
  question.choices = {"T", "Z", "C"};
  if (samples > 1) question.choices = {"T", "Z"};
  // Channels of a plane next to each other is the common order; more than four are rare in files that say nothing.
  for (std::int64_t channels = 2; channels <= 4 && samples == 1; ++channels) {
    if (pages % channels != 0 || pages == channels) continue;
    const std::string planes = std::to_string(pages / channels) + "C" + std::to_string(channels);
    question.choices.push_back("T" + planes);
    question.choices.push_back("Z" + planes);
  }
  question.guess = samples > 1 ? "T" : pages <= 4 ? "C" : "Z";
  return question;
}

}  // namespace webunmix::tiff
