// What is known of a stack besides its pixels: shape, sample type, names, colours, physical sizes.
//
// A size that the file does not give stays absent: filling it with 1 would be a wrong number in somebody's scale bar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "image/sample_type.hpp"
#include "image/shape.hpp"

namespace webunmix {

struct ChannelInfo {
  std::string name;                          ///< empty when the file gives none
  std::optional<std::uint32_t> colour_rgba;  ///< 0xRRGGBBAA
  std::optional<double> excitation_nm;
  std::optional<double> emission_nm;
};

/// A length or duration with the unit the file uses ("µm", "s", "pixel").
struct Quantity {
  double value = 0;
  std::string unit;
};

struct StackInfo {
  StackShape shape;
  SampleType type = SampleType::uint16;
  std::vector<ChannelInfo> channels;  ///< always shape.c entries
  std::optional<Quantity> pixel_size_x;
  std::optional<Quantity> pixel_size_y;
  std::optional<Quantity> pixel_size_z;
  std::optional<Quantity> time_increment;
  std::int64_t rows_per_band = 1;  ///< bands of rows should begin at multiples of this (strip or tile height)
  bool costly_to_read = false;     ///< compressed or computed: reading a box again costs more than moving its bytes
};

}  // namespace webunmix
