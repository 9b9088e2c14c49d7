#include "synth/scene.hpp"

#include "settings/nearest.hpp"
#include "synth/cells.hpp"
#include "synth/circles.hpp"
#include "synth/photon_transfer_scene.hpp"
#include "synth/picasso_scene.hpp"
#include "synth/shading.hpp"

namespace webunmix {

const std::vector<SceneKind>& scene_kinds() {
  static const std::vector<SceneKind> kinds = {
      {"circles", "Two colours that circle in three dimensions over time; one bleeds into the other.",
       synth::circles_table().infos()},
      {"cells", "Cells: microtubules bleed into the channel of the nuclei; photon and read noise, camera offset.",
       synth::cells_table().infos()},
      {"dyes",
       "Two to eight dyes in structures of their own, each bleeding into other channels; photon and read noise, camera offset.",
       synth::dyes_table().infos()},
      {"shading",
       "Frames under uneven light: blobs on a background whose brightness varies; photon and read noise, camera offset.",
       synth::shading_table().infos()},
      {"photon_transfer", "Repeated frames of a still scene, taken by a camera of known gain, offset and read noise.",
       synth::photon_transfer_table().infos()},
  };
  return kinds;
}

Result<std::unique_ptr<Scene>> make_scene(const Json& options) {
  if (!options.is_object() || !options.contains("scene") || !options["scene"].is_string()) {
    return Error{Errc::bad_setting, "An example needs the name of its scene: {\"scene\": \"circles\"}."};
  }
  const auto name = options["scene"].get<std::string>();
  Json settings = options;
  settings.erase("scene");
  if (name == "circles") {
    WEBUNMIX_ASSIGN(const synth::CirclesOptions read, synth::circles_table().from_json(settings));
    return synth::make_circles(read);
  }
  if (name == "cells") {
    WEBUNMIX_ASSIGN(const synth::CellsOptions read, synth::cells_table().from_json(settings));
    return synth::make_cells(read);
  }
  if (name == "dyes") {
    WEBUNMIX_ASSIGN(const synth::DyesOptions read, synth::dyes_table().from_json(settings));
    return synth::make_dyes(read);
  }
  if (name == "shading") {
    WEBUNMIX_ASSIGN(const synth::ShadingOptions read, synth::shading_table().from_json(settings));
    return synth::make_shading(read);
  }
  if (name == "photon_transfer") {
    WEBUNMIX_ASSIGN(const synth::PhotonTransferOptions read, synth::photon_transfer_table().from_json(settings));
    return synth::make_photon_transfer(read);
  }
  std::vector<std::string> names;
  for (const auto& kind : scene_kinds()) names.push_back(kind.name);
  return Error{Errc::bad_setting, "There is no scene `" + name + "`" + suggestion(name, names)};
}

}  // namespace webunmix
