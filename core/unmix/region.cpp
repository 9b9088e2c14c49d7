#include "unmix/region.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace webunmix::unmix {
namespace {

/// Where the outline crosses the centre line of a row. An edge holds its upper end and not its lower one, so a vertex counts once.
void crossings(const std::vector<std::vector<double>>& polygon, double y, std::vector<double>& into) {
  into.clear();
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const auto& a = polygon[i];
    const auto& b = polygon[(i + 1) % polygon.size()];
    if ((a[1] <= y) == (b[1] <= y)) continue;
    into.push_back(a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]));
  }
  std::sort(into.begin(), into.end());
}

}  // namespace

Region::Region(std::int64_t width, std::int64_t height) : pixels_(width * height) {
  first_of_row_.reserve(static_cast<std::size_t>(height) + 1);
  for (std::int64_t y = 0; y <= height; ++y) first_of_row_.push_back(static_cast<std::size_t>(y));
  runs_.assign(static_cast<std::size_t>(height), Run{0, width});
}

Result<Region> Region::from_polygon(const std::vector<std::vector<double>>& polygon, std::int64_t width, std::int64_t height) {
  if (polygon.size() < 3) {
    return Error{Errc::bad_setting,
                 "region has " + std::to_string(polygon.size()) + " vertices; a polygon has at least 3, as x,y;x,y;x,y"};
  }
  for (const auto& vertex : polygon) {
    if (vertex.size() != 2 || !std::isfinite(vertex[0]) || !std::isfinite(vertex[1])) {
      return Error{Errc::bad_setting, "every vertex of region must be two numbers x,y in pixels; one of them is not"};
    }
  }
  Region region(width, 0);
  std::vector<double> edges;
  for (std::int64_t y = 0; y < height; ++y) {
    crossings(polygon, static_cast<double>(y) + 0.5, edges);
    for (std::size_t i = 0; i + 1 < edges.size(); i += 2) {
      const auto first_centre_from = [width](double x) {
        return static_cast<std::int64_t>(std::clamp(std::ceil(x - 0.5), 0.0, static_cast<double>(width)));
      };
      const Run run{first_centre_from(edges[i]), first_centre_from(edges[i + 1])};
      if (run.begin >= run.end) continue;
      region.runs_.push_back(run);
      region.pixels_ += run.end - run.begin;
    }
    region.first_of_row_.push_back(region.runs_.size());
  }
  if (region.pixels_ == 0) {
    return Error{Errc::bad_setting, "region holds no pixel of the image, which is " + std::to_string(width) + " x " +
                                        std::to_string(height) + " pixels: draw it inside"};
  }
  region.whole_ = region.pixels_ == width * height;
  return region;
}

std::span<const Run> Region::row(std::int64_t y) const {
  const auto row = static_cast<std::size_t>(y);
  return std::span<const Run>(runs_).subspan(first_of_row_[row], first_of_row_[row + 1] - first_of_row_[row]);
}

}  // namespace webunmix::unmix
