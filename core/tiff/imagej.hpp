// What ImageJ says of a stack in the image description: "ImageJ=1.53t\nimages=60\nchannels=3\nslices=20\n...".
//
// Written by ij.io.TiffEncoder and ij.io.FileSaver; pages vary by channel fastest, then slice, then frame. Above 4 GiB ImageJ
// writes one directory and lays the planes behind its first one after another.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/stack_info.hpp"
#include "tiff/axes.hpp"
#include "tiff/page_index.hpp"

namespace webunmix::tiff {

struct ImageJDescription {
  std::int64_t images = 1;
  std::optional<std::int64_t> channels;
  std::optional<std::int64_t> slices;
  std::optional<std::int64_t> frames;
  std::optional<Quantity> pixel_size_x;
  std::optional<Quantity> pixel_size_y;
  std::optional<Quantity> pixel_size_z;
  std::optional<Quantity> time_increment;

  /// The axes of the pages; nothing when the description does not say (only a number of images) or contradicts itself.
  [[nodiscard]] std::optional<PageAxes> axes() const;
  /// "3 channels x 20 slices", for messages.
  [[nodiscard]] std::string counts_text() const;
};

/// Reads the description of a file's first page; nothing when ImageJ did not write it.
[[nodiscard]] std::optional<ImageJDescription> parse_imagej(const PageIndex& index);

/// The colours of the channels, 0xRRGGBBAA, from the look-up tables ImageJ keeps in tags 50838 and 50839: the colour of the largest
/// value. Empty when there are none.
[[nodiscard]] std::vector<std::uint32_t> imagej_colours(const PageIndex& index);

}  // namespace webunmix::tiff
