// A stack that is computed instead of read, with known truth: for tests, lessons and the page's example.
//
// Pixels are a function of the options and of where they are, never of the order or the size of the boxes that are read; nothing larger
// than a tile is held. The same options give the same bytes natively and as wasm.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "image/stack_source.hpp"
#include "settings/info.hpp"

namespace webunmix {

class Scene : public StackSource {
 public:
  /// The light of each channel's own dye in `box`, float32: without bleed-through, background, noise and clipping.
  [[nodiscard]] virtual Result<Block> clean(const Box& box) = 0;

  /// What was put in: the options in full, the mixing, and where things are. Keys: docs/formats.md.
  [[nodiscard]] virtual Json truth() const = 0;
};

/// A kind of scene, for lists and help.
struct SceneKind {
  std::string name;
  std::string meaning;
  SettingInfos infos;
};
[[nodiscard]] const std::vector<SceneKind>& scene_kinds();

/// A scene from {"scene": one of scene_kinds(), "seed": 0, "shape": [t, z, c, y, x], ...}. Errors: bad_setting, as settings tables say
/// them; unknown scenes and options name the nearest right one.
[[nodiscard]] Result<std::unique_ptr<Scene>> make_scene(const Json& options);

}  // namespace webunmix
