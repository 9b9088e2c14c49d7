// The light of a field of cells in one window of one plane: filaments and vesicles through a point spread function of three widths,
// nuclei with their chromatin texture, and the faint dye in between.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "image/shape.hpp"
#include "synth/cell_geometry.hpp"
#include "synth/light_layer.hpp"

namespace webunmix::synth {

/// Light per pixel, row by row; a filament in focus is about 1 in `source`, a nucleus about 1 in `target`.
struct CellLight {
  std::vector<float> source;
  std::vector<float> target;
};

class CellField {
 public:
  /// `colocalisation`: share of the target's dye that sits on filaments and vesicles instead of in nuclei, in every cell.
  CellField(const StackShape& shape, std::uint64_t seed, double colocalisation);

  [[nodiscard]] CellLight light(std::int64_t t, std::int64_t z, const Window& window);

  [[nodiscard]] const std::vector<CellPlace>& places() const { return places_; }

 private:
  /// A cell with how its target dye is shared out.
  struct Stained {
    Cell cell;
    double nuclear_share = 1;    ///< factor on the nucleus
    double structure_share = 0;  ///< factor on the target's brightness of filaments and vesicles
  };
  struct Plane;

  const Stained& stained(std::size_t index);
  static void draw_structures(const Stained& cell, const Plane& plane, struct Layers& layers);
  static void draw_bodies(const Stained& cell, const Plane& plane, CellLight& light);

  StackShape shape_;
  double colocalisation_;
  std::vector<CellPlace> places_;
  std::list<std::pair<std::size_t, std::unique_ptr<Stained>>>
      recent_;  ///< last used first; making a cell costs about a millisecond
};

}  // namespace webunmix::synth
