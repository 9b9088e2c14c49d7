// Where cells lie and what they are made of: outlines, nuclei, microtubules, vesicles. A cartoon drawn from random numbers, not a
// simulation: microtubules are stiff random walks that leave the centrosome, give way to the nucleus and turn along the cell's edge.
//
// Lengths inside a cell are in units of the cell's radius, so that a small image shows small cells rather than a part of one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace webunmix::synth {

struct Vector2 {
  double x = 0;
  double y = 0;
};

/// A closed curve around the origin: 1 plus a few harmonics.
struct Outline {
  static constexpr std::size_t harmonics = 3;  ///< of order 2, 3, 4
  std::array<double, harmonics> cosine{};
  std::array<double, harmonics> sine{};
  double radius = 1;

  /// Distance from the origin to the curve in the direction of the unit vector `u`.
  [[nodiscard]] double reach(Vector2 u) const;
};

/// One cell of the field: all that is needed to decide whether it touches a window, and to make the rest of it.
struct CellPlace {
  Vector2 centre;         ///< at t = 0, pixels
  Vector2 drift;          ///< pixels per time point
  double angle = 0;       ///< at t = 0, radians
  double spin = 0;        ///< radians per time point
  double radius = 0;      ///< pixels
  bool dividing = false;  ///< in metaphase: rounded up, with a spindle and a plate of chromosomes
  std::uint64_t seed = 0;
};

struct Point3 {
  float x = 0;
  float y = 0;
  float z = 0;
};

/// A polyline of `count` points from `first` on.
struct Filament {
  std::size_t first = 0;
  std::size_t count = 0;
  float source = 0;  ///< brightness of the source's dye, about 1
  float target = 0;  ///< brightness of the target's dye, 0 on most
  float phase = 0;   ///< of growing and shrinking, radians
};

struct Vesicle {
  Point3 at;
  float source = 0;
  float target = 0;
};

struct Nucleolus {
  Point3 at;  ///< in the frame of the nucleus, in units of its semi-axes
  double radius = 0;
};

/// Chromatin: an ellipsoid, its axes along the frame (cosine, sine).
struct Nucleus {
  Vector2 centre;
  double a = 0, b = 0, c = 0;  ///< semi-axes
  double cosine = 1, sine = 0;
  double brightness = 1;
  std::vector<Nucleolus> nucleoli;
  std::uint32_t texture = 0;
};

struct Cell {
  Outline outline;
  Nucleus nucleus;
  std::vector<Point3> points;
  std::vector<Filament> filaments;
  std::vector<Vesicle> vesicles;
};

/// The cells of a field of `width` x `height` pixels, and of its surroundings, from which light and wandering cells come.
[[nodiscard]] std::vector<CellPlace> cell_places(std::int64_t width, std::int64_t height, std::int64_t times,
                                                 std::uint64_t seed);

[[nodiscard]] Cell make_cell(const CellPlace& place);

/// Half of a cell's thickness at distance `q` from its middle, as a share of the outline's reach; in units of the radius.
[[nodiscard]] double half_thickness(double q);

}  // namespace webunmix::synth
