#include "synth/cell_light.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "synth/elementary.hpp"
#include "synth/value_noise.hpp"

namespace webunmix::synth {
namespace {

constexpr double full_radius = 190;             // pixels: cells are drawn at their full size from here on
constexpr double plane_distance = 0.3 / 0.108;  // of planes, pixels, at full size
constexpr std::size_t cells_kept = 64;
constexpr double farthest_light = 1.3;  // from a cell's middle, units of its radius

/// One width of the point spread function: blur across, and how light fades with distance from the plane (both pixels; the second at
/// full size).
struct Focus {
  double sigma;
  double depth;
  double strength;
  std::int64_t scale;
};
constexpr std::array<Focus, 3> foci = {{{1.3, 4.5, 1.0, 1}, {4.0, 10.0, 0.5, 2}, {12.0, 26.0, 0.3, 4}}};
constexpr double root_two_pi = 2.5066282746310002;

/// Light per pixel of length that makes a line in focus peak at 1; and per point.
constexpr double line_light = foci[0].sigma * root_two_pi;
constexpr double point_light = line_light * line_light;

double fading_at(const Focus& focus, double distance) {
  const double scaled = distance / focus.depth;
  return focus.strength * exponential(-0.5 * scaled * scaled);
}

/// Integral of the three fadings over all distances: light that a line sends into all planes together, pixels.
double light_over_depth() {
  double sum = 0;
  for (const auto& focus : foci) sum += focus.strength * focus.depth * root_two_pi;
  return sum;
}

/// Fading by distance, tabulated: it is needed for every pixel of every filament.
class FadingTable {
 public:
  explicit FadingTable(const Focus& focus) {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      values_[i] = static_cast<float>(fading_at(focus, static_cast<double>(i) / steps_per_pixel));
    }
  }
  [[nodiscard]] float at(double distance) const {
    const double place = std::abs(distance) * steps_per_pixel + 0.5;
    return place < static_cast<double>(values_.size()) ? values_[static_cast<std::size_t>(place)] : 0.0F;
  }

 private:
  static constexpr double steps_per_pixel = 16;
  static constexpr std::size_t farthest = 90;  // pixels
  std::array<float, static_cast<std::size_t>(steps_per_pixel) * farthest> values_{};
};

const std::array<FadingTable, 3>& fading_tables() {
  static const std::array<FadingTable, 3> tables = {FadingTable(foci[0]), FadingTable(foci[1]), FadingTable(foci[2])};
  return tables;
}

/// 0 below 0, 1 above 1, smooth between.
double step_up(double t) {
  t = std::clamp(t, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

}  // namespace

/// The point spread function's layers for one dye.
struct DyeLayers {
  explicit DyeLayers(const Window& window)
      : layers{LightLayer(window, foci[0].sigma, foci[0].scale), LightLayer(window, foci[1].sigma, foci[1].scale),
               LightLayer(window, foci[2].sigma, foci[2].scale)} {}

  std::array<LightLayer, 3> layers;
};

struct Layers {
  DyeLayers source;
  DyeLayers target;
};

/// A cell's frame in one plane: from units of the cell to pixels of the image.
struct CellField::Plane {
  Window window;
  double time = 0;
  double z = 0;       ///< height above the middle of the stack, units of the cell's radius
  double pixels = 1;  ///< per unit
  double scale = 1;   ///< of the cell against its full size
  Vector2 centre;
  double cosine = 1;
  double sine = 0;

  Plane(const Window& where, const CellPlace& place, const StackShape& shape, std::int64_t t, std::int64_t plane)
      : window(where), time(static_cast<double>(t)), pixels(place.radius), scale(place.radius / full_radius) {
    const double middle = 0.5 * static_cast<double>(shape.z - 1);
    z = (static_cast<double>(plane) - middle) * plane_distance / full_radius;
    centre = {place.centre.x + place.drift.x * time, place.centre.y + place.drift.y * time};
    const auto [s, c] = sine_cosine(place.angle + place.spin * time);
    cosine = c;
    sine = s;
  }

  [[nodiscard]] Vector2 to_image(double x, double y) const {
    return {centre.x + pixels * (x * cosine - y * sine), centre.y + pixels * (x * sine + y * cosine)};
  }
  [[nodiscard]] Vector2 to_cell(double x, double y) const {
    const double dx = (x - centre.x) / pixels;
    const double dy = (y - centre.y) / pixels;
    return {dx * cosine + dy * sine, dy * cosine - dx * sine};
  }
  [[nodiscard]] bool is_near(double reach) const {
    return centre.x + reach >= static_cast<double>(window.x) &&
           centre.x - reach <= static_cast<double>(window.x + window.width) &&
           centre.y + reach >= static_cast<double>(window.y) &&
           centre.y - reach <= static_cast<double>(window.y + window.height);
  }
};

CellField::CellField(const StackShape& shape, std::uint64_t seed, double colocalisation)
    : shape_(shape), colocalisation_(colocalisation), places_(cell_places(shape.x, shape.y, shape.t, seed)) {}

const CellField::Stained& CellField::stained(std::size_t index) {
  for (auto entry = recent_.begin(); entry != recent_.end(); ++entry) {
    if (entry->first != index) continue;
    recent_.splice(recent_.begin(), recent_, entry);
    return *recent_.front().second;
  }
  auto made = std::make_unique<Stained>();
  made->cell = make_cell(places_[index]);
  if (colocalisation_ > 0) {
    // Light in all planes together, pixels cubed: of the nucleus, and of what carries the target's dye besides it.
    const double unit = places_[index].radius;
    const Nucleus& nucleus = made->cell.nucleus;
    const double depth_unit = full_radius;
    const double nuclear =
        nucleus.brightness * (4.0 / 3.0) * 3.141592653589793 * nucleus.a * unit * nucleus.b * unit * nucleus.c * depth_unit;
    double structures = 0;
    for (const Filament& filament : made->cell.filaments) {
      double length = 0;
      for (std::size_t i = filament.first + 1; i < filament.first + filament.count; ++i) {
        const Point3& a = made->cell.points[i - 1];
        const Point3& b = made->cell.points[i];
        const double dx = static_cast<double>(b.x) - static_cast<double>(a.x);
        const double dy = static_cast<double>(b.y) - static_cast<double>(a.y);
        length += std::sqrt(dx * dx + dy * dy);
      }
      structures += static_cast<double>(filament.target) * length * unit * line_light;
    }
    for (const Vesicle& vesicle : made->cell.vesicles) structures += static_cast<double>(vesicle.target) * point_light;
    structures *= light_over_depth();
    made->nuclear_share = 1 - colocalisation_;
    made->structure_share = structures > 0 ? colocalisation_ * nuclear / structures : 0;
  }
  recent_.emplace_front(index, std::move(made));
  if (recent_.size() > cells_kept) recent_.pop_back();
  return *recent_.front().second;
}

void CellField::draw_structures(const Stained& stained, const Plane& plane, Layers& layers) {
  const auto& tables = fading_tables();
  const auto put = [&](Vector2 at, double height, double source, double target) {
    for (std::size_t k = 0; k < foci.size(); ++k) {
      const float fade = tables[k].at(height);
      if (fade < 1e-4F) continue;
      layers.source.layers[k].add(at.x, at.y, static_cast<float>(source) * fade);
      if (target > 0) layers.target.layers[k].add(at.x, at.y, static_cast<float>(target) * fade);
    }
  };
  const Cell& cell = stained.cell;
  for (const Filament& filament : cell.filaments) {
    const double source = static_cast<double>(filament.source);
    const double target = static_cast<double>(filament.target) * stained.structure_share;
    // Filaments grow and shrink a little: their far end comes and goes.
    const double shown = 0.93 + 0.07 * sine_cosine(static_cast<double>(filament.phase) + 0.7 * plane.time).sine;
    const auto count = static_cast<std::size_t>(shown * static_cast<double>(filament.count));
    for (std::size_t i = filament.first + 1; i < filament.first + count; ++i) {
      const Point3& a = cell.points[i - 1];
      const Point3& b = cell.points[i];
      const Vector2 from = plane.to_image(static_cast<double>(a.x), static_cast<double>(a.y));
      const Vector2 to = plane.to_image(static_cast<double>(b.x), static_cast<double>(b.y));
      const double dx = to.x - from.x;
      const double dy = to.y - from.y;
      const double length = std::sqrt(dx * dx + dy * dy);
      const double pieces = std::floor(length) + 1;
      const double light = line_light * length / pieces;
      for (double piece = 0.5; piece < pieces; piece += 1) {
        const double s = piece / pieces;
        const double height = static_cast<double>(a.z) + s * (static_cast<double>(b.z) - static_cast<double>(a.z));
        put({from.x + s * dx, from.y + s * dy}, (height - plane.z) * full_radius, source * light, target * light);
      }
    }
  }
  for (const Vesicle& vesicle : cell.vesicles) {
    put(plane.to_image(static_cast<double>(vesicle.at.x), static_cast<double>(vesicle.at.y)),
        (static_cast<double>(vesicle.at.z) - plane.z) * full_radius, static_cast<double>(vesicle.source) * point_light * 1.5,
        static_cast<double>(vesicle.target) * stained.structure_share * point_light);
  }
}

void CellField::draw_bodies(const Stained& stained, const Plane& plane, CellLight& light) {
  const Cell& cell = stained.cell;
  const Nucleus& nucleus = cell.nucleus;
  const double soft = 2.2 / plane.pixels;  // of the nucleus' edge, units
  const double halo_width = 14 * plane.scale / plane.pixels;
  const double smaller = std::min(nucleus.a, nucleus.b);
  const double reach = farthest_light * plane.pixels;
  const double w = plane.z / nucleus.c;
  const double cell_depth =
      exponential(-0.5 * (plane.z / 0.1) * (plane.z / 0.1));  // dye between the structures fades with height
  const double halo_strength = 0.07 * exponential(-std::max(0.0, std::abs(w) - 1));
  const Window& window = plane.window;
  const std::int64_t y_begin = std::max(window.y, static_cast<std::int64_t>(std::floor(plane.centre.y - reach)));
  const std::int64_t y_end = std::min(window.y + window.height, static_cast<std::int64_t>(std::ceil(plane.centre.y + reach)));
  const std::int64_t x_begin = std::max(window.x, static_cast<std::int64_t>(std::floor(plane.centre.x - reach)));
  const std::int64_t x_end = std::min(window.x + window.width, static_cast<std::int64_t>(std::ceil(plane.centre.x + reach)));
  for (std::int64_t y = y_begin; y < y_end; ++y) {
    for (std::int64_t x = x_begin; x < x_end; ++x) {
      const Vector2 p = plane.to_cell(static_cast<double>(x), static_cast<double>(y));
      const double distance = std::sqrt(p.x * p.x + p.y * p.y);
      if (distance > farthest_light) continue;
      const double inverse = distance > 1e-9 ? 1 / distance : 0;
      const double edge = cell.outline.reach(distance > 1e-9 ? Vector2{p.x * inverse, p.y * inverse} : Vector2{1, 0});
      const double q = distance / edge;
      const double cytoplasm = q < 1 ? cell_depth * step_up((1 - q) * 6) * (0.35 + 0.65 * (1 - q * q)) : 0;

      const double dx = p.x - nucleus.centre.x;
      const double dy = p.y - nucleus.centre.y;
      const double u = (dx * nucleus.cosine + dy * nucleus.sine) / nucleus.a;
      const double v = (dy * nucleus.cosine - dx * nucleus.sine) / nucleus.b;
      const double flat = std::sqrt(u * u + v * v);
      const double solid = std::sqrt(u * u + v * v + w * w);
      // Distance inside (> 0) or outside (< 0) the surface, about.
      const double inside = (1 - solid) * smaller;
      double chromatin = 0;
      if (inside > -soft) {
        // In pixels at full size, with the lattice askew to the axes so that it does not show.
        const double gx = full_radius * (0.8 * u * nucleus.a + 0.6 * v * nucleus.b);
        const double gy = full_radius * (0.8 * v * nucleus.b - 0.6 * u * nucleus.a);
        const double gz = full_radius * (plane.z + 0.3 * u * nucleus.a);
        const double texture = 0.5 * value_noise(gx / 14, gy / 14, gz / 12, nucleus.texture) +
                               0.35 * value_noise(gx / 6, gy / 6, gz / 8, nucleus.texture + 1) +
                               0.3 * value_noise(gx / 3, gy / 3, gz / 6, nucleus.texture + 2);
        double density = 1 + 0.45 * texture + 0.14 * step_up((solid - 0.75) / 0.2);
        for (const Nucleolus& nucleolus : nucleus.nucleoli) {
          const double du = u - static_cast<double>(nucleolus.at.x);
          const double dv = v - static_cast<double>(nucleolus.at.y);
          const double dw = 0.6 * (w - static_cast<double>(nucleolus.at.z));
          const double distance2 = (du * du + dv * dv + dw * dw) / (nucleolus.radius * nucleolus.radius);
          if (distance2 < 16) density *= 1 - 0.8 * exponential(-distance2);
        }
        chromatin = density * step_up(0.5 + 0.5 * inside / soft);
      }
      const double away = std::max(0.0, (flat - 1) * smaller);
      const double halo = away < 8 * halo_width ? halo_strength * exponential(-away / halo_width) : 0;
      const auto i = static_cast<std::size_t>((y - window.y) * window.width + (x - window.x));
      light.target[i] +=
          static_cast<float>(stained.nuclear_share * (nucleus.brightness * (0.93 * chromatin + halo) + 0.02 * cytoplasm));
      const double free_tubulin = cytoplasm * (1 - 0.7 * step_up(0.5 + 0.5 * inside / soft));
      light.source[i] += static_cast<float>(0.06 * free_tubulin);
    }
  }
}

CellLight CellField::light(std::int64_t t, std::int64_t z, const Window& window) {
  const auto pixels = static_cast<std::size_t>(window.width * window.height);
  CellLight light{std::vector<float>(pixels, 0.0F), std::vector<float>(pixels, 0.0F)};
  Layers layers{DyeLayers(window), DyeLayers(window)};
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const CellPlace& place = places_[i];
    const Plane plane(window, place, shape_, t, z);
    constexpr double widest_blur = 48;
    if (!plane.is_near(farthest_light * place.radius + widest_blur)) continue;
    const Stained& cell = stained(i);
    draw_structures(cell, plane, layers);
    draw_bodies(cell, plane, light);
  }
  for (auto& layer : layers.source.layers) layer.blur_onto(light.source);
  if (colocalisation_ > 0) {
    for (auto& layer : layers.target.layers) layer.blur_onto(light.target);
  }
  return light;
}

}  // namespace webunmix::synth
