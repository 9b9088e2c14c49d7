#include "synth/cell_geometry.hpp"

#include <algorithm>
#include <cmath>

#include "synth/elementary.hpp"
#include "synth/noise.hpp"

namespace webunmix::synth {
namespace {

constexpr double largest_radius = 190;  // pixels: 20 um at 0.108 um

double dot(Vector2 a, Vector2 b) { return a.x * b.x + a.y * b.y; }
Vector2 operator+(Vector2 a, Vector2 b) { return {a.x + b.x, a.y + b.y}; }
Vector2 operator-(Vector2 a, Vector2 b) { return {a.x - b.x, a.y - b.y}; }
Vector2 operator*(Vector2 a, double s) { return {a.x * s, a.y * s}; }
double length(Vector2 a) { return std::sqrt(dot(a, a)); }
Vector2 perpendicular(Vector2 a) { return {-a.y, a.x}; }

Vector2 unit(Vector2 a) {
  const double size = length(a);
  return size > 1e-12 ? a * (1 / size) : Vector2{1, 0};
}

Vector2 direction(double radians) {
  const auto [sine, cosine] = sine_cosine(radians);
  return {cosine, sine};
}

/// Where a point is relative to the nucleus: 1 on its edge, and the direction away from it.
struct NucleusView {
  double q;
  Vector2 outward;
};

NucleusView seen_from(const Nucleus& nucleus, Vector2 p) {
  const Vector2 d = p - nucleus.centre;
  const double u = (d.x * nucleus.cosine + d.y * nucleus.sine) / nucleus.a;
  const double v = (d.y * nucleus.cosine - d.x * nucleus.sine) / nucleus.b;
  const Vector2 gradient = unit({u / nucleus.a, v / nucleus.b});
  return {std::sqrt(u * u + v * v),
          {gradient.x * nucleus.cosine - gradient.y * nucleus.sine, gradient.x * nucleus.sine + gradient.y * nucleus.cosine}};
}

/// Draws one cell. Each statement draws at most one random number, but for braced lists: elsewhere C++ leaves the order open, and
/// compilers differ.
class Builder {
 public:
  Builder(Cell& cell, std::uint64_t seed) : cell_(cell), random_(seed) {}

  void interphase() {
    outline(1.0, 0.07);
    nucleus();
    const Vector2 towards = any_direction();
    const Vector2 centrosome = outside_nucleus(towards, 1.14);
    for (int i = 0; i < 95; ++i) {
      const Vector2 start = centrosome + Vector2{random_.normal(), random_.normal()} * 0.022;
      const Vector2 heading = any_direction();
      walk(start, heading, random_.uniform(0.5, 1.7), 0.35);
    }
    for (int i = 0; i < 150; ++i) {
      const Vector2 radial = any_direction();
      const Vector2 start = radial * (cell_.outline.reach(radial) * std::sqrt(random_.uniform(0.06, 0.9)));
      const Vector2 tangent = perpendicular(radial) * (random_.uniform() < 0.5 ? 1.0 : -1.0);
      const Vector2 heading = unit(tangent + any_direction() * 0.6);
      walk(start, heading, random_.uniform(0.4, 1.5), 0.4);
    }
    vesicles(14);
  }

  /// Metaphase: two poles, fibres that bow between them, asters, and the chromosomes in a plate across the middle.
  void metaphase() {
    outline(0.56, 0.03);
    const Vector2 axis = any_direction();
    Nucleus& plate = cell_.nucleus;
    plate.a = 0.062;
    plate.b = 0.21;
    plate.c = 0.15;
    plate.cosine = axis.x;
    plate.sine = axis.y;
    plate.brightness = 1.9;
    plate.texture = texture();
    for (const double side : {-1.0, 1.0}) {
      const Vector2 pole = axis * (0.27 * side);
      const auto near_pole = [&] { return pole + Vector2{random_.normal(), random_.normal()} * 0.014; };
      for (int i = 0; i < 46; ++i) {
        const double across = random_.normal() * 0.1;
        const Vector2 end = axis * (random_.uniform(-0.16, 0.05) * side) + perpendicular(axis) * across;
        fibre(near_pole(), end, -across * 1.2 * side, 0.6);
      }
      for (int i = 0; i < 34; ++i) {
        const Vector2 out = unit(any_direction() + axis * (0.7 * side));
        const Vector2 start = near_pole();
        const Vector2 end = start + out * random_.uniform(0.08, 0.27);
        fibre(start, end, random_.normal() * 0.02, 0.5);
      }
    }
    vesicles(6);
  }

 private:
  Vector2 any_direction() { return direction(random_.uniform(0, two_pi)); }

  void outline(double radius, double roughness) {
    cell_.outline.radius = radius;
    for (std::size_t i = 0; i < Outline::harmonics; ++i) {
      const double size = roughness / static_cast<double>(i + 1);
      cell_.outline.cosine[i] = size * random_.normal();
      cell_.outline.sine[i] = size * random_.normal();
    }
  }

  void nucleus() {
    Nucleus& nucleus = cell_.nucleus;
    const Vector2 aside = any_direction();
    nucleus.centre = aside * random_.uniform(0, 0.16);
    nucleus.a = random_.uniform(0.42, 0.5);
    nucleus.b = random_.uniform(0.32, 0.38);
    nucleus.c = 0.15;
    const Vector2 axis = any_direction();
    nucleus.cosine = axis.x;
    nucleus.sine = axis.y;
    nucleus.brightness = random_.uniform(0.8, 1.15);
    nucleus.texture = texture();
    const int count = 2 + static_cast<int>(random_.uniform() * 3);
    for (int i = 0; i < count; ++i) {
      const Vector2 towards = any_direction();
      const Vector2 at = towards * random_.uniform(0.1, 0.55);
      nucleus.nucleoli.push_back(
          {{static_cast<float>(at.x), static_cast<float>(at.y), static_cast<float>(0.3 * random_.normal())},
           random_.uniform(0.12, 0.22)});
    }
  }

  std::uint32_t texture() { return static_cast<std::uint32_t>(random_.uniform() * 4294967296.0); }

  Vector2 outside_nucleus(Vector2 towards, double q) const {
    const Nucleus& nucleus = cell_.nucleus;
    const double u = (towards.x * nucleus.cosine + towards.y * nucleus.sine) / nucleus.a;
    const double v = (towards.y * nucleus.cosine - towards.x * nucleus.sine) / nucleus.b;
    return nucleus.centre + towards * (q / std::sqrt(u * u + v * v));
  }

  /// A stiff random walk of the given length. `over_share` of the walks pass over or under the nucleus, the others around it.
  void walk(Vector2 at, Vector2 heading, double total, double over_share) {
    constexpr double stride = 0.03;
    const bool over = random_.uniform() < over_share;
    const double side = random_.uniform() < 0.5 ? -1.0 : 1.0;
    const int steps = static_cast<int>(total / stride);
    begin_filament();
    const double turning = random_.uniform(0.6, 0.86);  // how far out it begins to follow the edge
    double curvature = 0;
    double height = random_.uniform(-1, 1);
    for (int i = 0; i <= steps; ++i) {
      const Vector2 radial = unit(at);
      const double q = length(at) / cell_.outline.reach(radial);
      const NucleusView nucleus = seen_from(cell_.nucleus, at);
      double z = height * half_thickness(q);
      if (over && nucleus.q < 1) {
        const double surface = cell_.nucleus.c * std::sqrt(1 - nucleus.q * nucleus.q) + 0.012;
        if (std::abs(z) < surface) z = side * surface;
      }
      add_point(at, z);

      curvature = 0.85 * curvature + 0.03 * random_.normal();
      heading = unit(heading + perpendicular(heading) * curvature);
      if (q > turning) {
        const Vector2 tangent = perpendicular(radial) * (dot(perpendicular(radial), heading) < 0 ? -1.0 : 1.0);
        const double strength = std::min((q - turning) / 0.2, 1.0) * 0.3;
        heading = unit(heading * (1 - strength) + tangent * strength - radial * (q > 0.95 ? 0.3 + 4 * (q - 0.95) : 0.0));
      }
      if (!over && nucleus.q < 1.25) {
        const double inward = std::min(dot(heading, nucleus.outward), 0.0);
        const double strength = std::min((1.25 - nucleus.q) / 0.2, 1.0);
        heading = unit(heading - nucleus.outward * (inward * strength) + nucleus.outward * (nucleus.q < 1.05 ? 0.4 : 0.0));
      }
      at = at + heading * stride;
      height = std::clamp(height + 0.07 * random_.normal(), -1.0, 1.0);
    }
    end_filament(1.0);
  }

  /// A bowed line between two points.
  void fibre(Vector2 from, Vector2 to, double bow, double brightness) {
    constexpr int steps = 12;
    begin_filament();
    const Vector2 across = perpendicular(unit(to - from));
    const double z_from = 0.01 * random_.normal();
    const double z_to = 0.09 * random_.normal();
    for (int i = 0; i <= steps; ++i) {
      const double s = static_cast<double>(i) / steps;
      add_point(from + (to - from) * s + across * (bow * 4 * s * (1 - s) * 0.5), z_from + (z_to - z_from) * s);
    }
    end_filament(brightness);
  }

  void vesicles(int count) {
    for (int i = 0; i < count; ++i) {
      const Vector2 radial = any_direction();
      const double q = std::sqrt(random_.uniform(0.05, 0.7));
      Vector2 at = radial * (q * cell_.outline.reach(radial));
      const NucleusView nucleus = seen_from(cell_.nucleus, at);
      if (nucleus.q < 1.1) at = at + nucleus.outward * ((1.1 - nucleus.q) * cell_.nucleus.a);
      const double z = random_.uniform(-0.6, 0.6) * half_thickness(q);
      cell_.vesicles.push_back({point(at, z), static_cast<float>(exponential(0.4 * random_.normal())),
                                static_cast<float>(exponential(0.4 * random_.normal()))});
    }
  }

  static Point3 point(Vector2 at, double z) {
    return {static_cast<float>(at.x), static_cast<float>(at.y), static_cast<float>(z)};
  }

  void begin_filament() { cell_.filaments.push_back({cell_.points.size(), 0, 0, 0, 0}); }
  void add_point(Vector2 at, double z) { cell_.points.push_back(point(at, z)); }
  void end_filament(double brightness) {
    Filament& filament = cell_.filaments.back();
    filament.count = cell_.points.size() - filament.first;
    filament.source = static_cast<float>(brightness * exponential(0.2 * random_.normal()));
    // A third carries both dyes, each in its own amount: what differs from cell to cell can be told from bleed-through.
    const double shared = exponential(0.6 * random_.normal());
    filament.target = random_.uniform() < 0.35 ? static_cast<float>(shared) : 0.0F;
    filament.phase = static_cast<float>(random_.uniform(0, two_pi));
  }

  Cell& cell_;
  Deviates random_;
};

}  // namespace

double Outline::reach(Vector2 u) const {
  // cos and sin of 2, 3, 4 times the angle, by turning.
  double c = u.x * u.x - u.y * u.y;
  double s = 2 * u.x * u.y;
  double sum = 1;
  for (std::size_t i = 0; i < harmonics; ++i) {
    sum += cosine[i] * c + sine[i] * s;
    const double turned = c * u.x - s * u.y;
    s = c * u.y + s * u.x;
    c = turned;
  }
  return radius * sum;
}

double half_thickness(double q) { return 0.045 + 0.11 * std::max(0.0, 1 - q * q); }

std::vector<CellPlace> cell_places(std::int64_t width, std::int64_t height, std::int64_t times, std::uint64_t seed) {
  const auto shorter = static_cast<double>(std::min(width, height));
  const double radius = std::min(largest_radius, std::max(8.0, 0.3 * shorter));
  // A loosened hexagonal lattice. Cells drift less than a radius over the series.
  const double pitch = 1.78 * radius;
  const double row_pitch = 0.87 * pitch;
  const auto columns = static_cast<std::int64_t>(std::ceil(static_cast<double>(width) / pitch)) + 2;
  const auto rows = static_cast<std::int64_t>(std::ceil(static_cast<double>(height) / row_pitch)) + 2;
  const double farthest = 0.8 * radius / static_cast<double>(std::max<std::int64_t>(times - 1, 1));
  std::vector<CellPlace> places;
  for (std::int64_t j = -1; j < rows; ++j) {
    for (std::int64_t i = -1; i < columns; ++i) {
      CellPlace place;
      place.seed = mixed_seed(seed, {0x63656c6c, j, i});
      Deviates random(mixed_seed(place.seed, {1}));
      const double shift = j % 2 == 0 ? 0.25 : -0.25;
      place.centre.x = (static_cast<double>(i) + 0.5 + shift + random.uniform(-0.16, 0.16)) * pitch;
      place.centre.y = (static_cast<double>(j) + 0.5 + random.uniform(-0.16, 0.16)) * row_pitch;
      place.radius = radius * random.uniform(0.9, 1.08);
      place.angle = random.uniform(0, two_pi);
      place.spin = random.uniform(-0.03, 0.03);
      const double fastest = std::min(farthest, 0.02 * radius);
      place.drift = {random.uniform(-fastest, fastest), random.uniform(-fastest, fastest)};
      place.dividing = random.uniform() < 0.13;
      places.push_back(place);
    }
  }
  return places;
}

Cell make_cell(const CellPlace& place) {
  Cell cell;
  Builder builder(cell, mixed_seed(place.seed, {2}));
  if (place.dividing) {
    builder.metaphase();
  } else {
    builder.interphase();
  }
  return cell;
}

}  // namespace webunmix::synth
