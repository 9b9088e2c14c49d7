// Which page holds which plane: the axes of a stack and their order, as a user, ImageJ or OME says it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/result.hpp"
#include "tiff/reader.hpp"

namespace webunmix::tiff {

/// Where a plane lies: in which page, and which of its samples it is.
struct PlaneRef {
  std::uint64_t page = 0;  ///< in the order of the file, from 0
  std::uint32_t sample = 0;

  friend bool operator==(const PlaneRef&, const PlaneRef&) = default;
};

/// All planes of a stack, by t, then z, then c (fastest).
struct PlaneMap {
  std::int64_t t = 1;
  std::int64_t z = 1;
  std::int64_t c = 1;
  std::vector<PlaneRef> planes;

  [[nodiscard]] const PlaneRef& at(std::int64_t ti, std::int64_t zi, std::int64_t ci) const {
    return planes[static_cast<std::size_t>((ti * z + zi) * c + ci)];
  }
};

/// The axes along which pages follow each other, slowest first, with their lengths.
struct PageAxes {
  struct Axis {
    char name = 'T';  ///< 'T', 'Z' or 'C'
    std::int64_t length = 1;
  };
  std::vector<Axis> axes;

  [[nodiscard]] std::string text() const;  ///< "T9Z20C2"
};

/// Reads "T9Z20C2" for `pages` pages. One count may be left out. Errors: bad_setting, naming `file`, the text and what would do.
[[nodiscard]] Result<PageAxes> parse_axes(std::string_view text, std::int64_t pages, const std::string& file);

/// Lays the planes of `pages` (their numbers in the file) out along `axes`. Each page holds `samples` channels, which vary fastest.
[[nodiscard]] PlaneMap map_planes(const PageAxes& axes, const std::vector<std::uint64_t>& pages, std::int64_t samples);

/// The question to ask about `pages` pages of `samples` samples. `reason` says why the file itself does not answer it.
[[nodiscard]] AxesQuestion ask_for_axes(std::int64_t pages, std::int64_t samples, const std::string& reason);

}  // namespace webunmix::tiff
