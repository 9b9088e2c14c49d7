#include "flatfield/profile.hpp"

#include <algorithm>

#include "flatfield/resample.hpp"

namespace webunmix {
namespace {

double mean_of_square(const Plane& plane, std::int64_t y_begin, std::int64_t x_begin, std::int64_t height, std::int64_t width) {
  double sum = 0.0;
  for (std::int64_t y = y_begin; y < y_begin + height; ++y) {
    for (std::int64_t x = x_begin; x < x_begin + width; ++x) sum += static_cast<double>(plane.at(y, x));
  }
  return sum / static_cast<double>(height * width);
}

void write_plane(ByteWriter& writer, const Plane& plane) { writer.i64(plane.height).i64(plane.width).values(plane.values); }

Plane read_plane(ByteReader& reader) {
  Plane plane;
  plane.height = reader.i64();
  plane.width = reader.i64();
  plane.values = reader.values<float>();
  if (plane.height < 0 || plane.width < 0 || static_cast<std::int64_t>(plane.values.size()) != plane.height * plane.width)
    reader.fail();
  return plane;
}

}  // namespace

double ShadingProfile::baseline_of(std::int64_t frame) const {
  if (baseline.empty()) return 0.0;
  if (baseline_frames.empty()) return baseline.front();
  const auto after = std::lower_bound(baseline_frames.begin(), baseline_frames.end(), frame);
  const auto i = static_cast<std::size_t>(after - baseline_frames.begin());
  if (after == baseline_frames.end()) return baseline.back();
  if (*after == frame || i == 0) return baseline[i];
  const double fraction =
      static_cast<double>(frame - baseline_frames[i - 1]) / static_cast<double>(*after - baseline_frames[i - 1]);
  return baseline[i - 1] + (baseline[i] - baseline[i - 1]) * fraction;
}

FullSizeProfile at_full_size(const ShadingProfile& profile, std::int64_t height, std::int64_t width) {
  const auto sized = [&](const Plane& plane) {
    return plane.height == height && plane.width == width ? plane : resize_bilinear(plane, height, width);
  };
  FullSizeProfile full{sized(profile.flatfield), {}};
  // A profile that was accepted has a positive mean, and resizing keeps it within a few percent.
  static_cast<void>(normalise_to_mean_one(full.flatfield));
  if (!profile.darkfield.values.empty()) {
    full.darkfield = sized(profile.darkfield);
    for (float& value : full.darkfield.values) value += static_cast<float>(profile.offset);
  } else if (profile.offset != 0.0) {
    full.darkfield = Plane(height, width, static_cast<float>(profile.offset));
  }
  return full;
}

double corner_to_centre(const Plane& plane) {
  const std::int64_t height = std::max<std::int64_t>(1, plane.height / 16);
  const std::int64_t width = std::max<std::int64_t>(1, plane.width / 16);
  double corners = 0.0;
  for (const std::int64_t y : {std::int64_t{0}, plane.height - height}) {
    for (const std::int64_t x : {std::int64_t{0}, plane.width - width})
      corners += mean_of_square(plane, y, x, height, width) / 4.0;
  }
  // Twice as large: of a picture of 16 x 16 the middle is four pixels.
  const double centre = mean_of_square(plane, (plane.height - 2 * height) / 2, (plane.width - 2 * width) / 2,
                                       std::min(2 * height, plane.height), std::min(2 * width, plane.width));
  return centre == 0.0 ? 0.0 : corners / centre;
}

void write_profile(ByteWriter& writer, const ShadingProfile& profile) {
  write_plane(writer, profile.flatfield);
  write_plane(writer, profile.darkfield);
  writer.f64(profile.offset).values(profile.baseline).values(profile.baseline_frames);
  write_plane(writer, profile.mean_image);
}

ShadingProfile read_profile(ByteReader& reader) {
  ShadingProfile profile;
  profile.flatfield = read_plane(reader);
  profile.darkfield = read_plane(reader);
  profile.offset = reader.f64();
  profile.baseline = reader.values<double>();
  profile.baseline_frames = reader.values<std::int64_t>();
  profile.mean_image = read_plane(reader);
  return profile;
}

}  // namespace webunmix
