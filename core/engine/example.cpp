#include "engine/example.hpp"

#include <string>
#include <utility>

#include "engine/stack_file.hpp"
#include "run/caught.hpp"
#include "synth/scene.hpp"

namespace webunmix {
namespace {

Result<Compression> take_compression(Json& options) {
  if (!options.is_object() || !options.contains("compression")) return Compression::deflate;
  const Json value = options.at("compression");
  options.erase("compression");
  const auto known = value.is_string() ? compression_from_name(value.get<std::string>()) : std::nullopt;
  if (known) return *known;
  return Error{Errc::bad_setting, "compression is " + value.dump() + ": valid are none, deflate, zstd and lzw."};
}

Result<Json> write_scene(Json options, ByteSink& sink) {
  WEBUNMIX_ASSIGN(const Compression compression, take_compression(options));
  WEBUNMIX_ASSIGN(const std::unique_ptr<Scene> scene, make_scene(options));
  OmeTiffPlan plan;
  plan.name = options.at("scene").get<std::string>() + ".ome.tif";
  plan.stack = scene->info();
  plan.compression = compression;
  WEBUNMIX_TRY(write_stack(
      std::move(plan), [&](const Box& box) { return scene->read(box); }, sink));
  return scene->truth();
}

}  // namespace

Result<Json> write_example(const Json& options, std::unique_ptr<ByteSink> sink) {
  return caught([&] { return write_scene(options, *sink); });
}

}  // namespace webunmix
