#include "engine/example.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "engine/stack_file.hpp"
#include "image/number_text.hpp"
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

/// Examples are made in memory, on the page and on the command line.
constexpr std::int64_t most_bytes = std::int64_t{1} << 30U;

Result<Json> write_scene(Json options, ByteSink& sink) {
  WEBUNMIX_ASSIGN(const Compression compression, take_compression(options));
  WEBUNMIX_ASSIGN(const std::unique_ptr<Scene> scene, make_scene(options));
  const StackShape& shape = scene->info().shape;
  // In double: the product may be beyond all integers.
  double bytes = static_cast<double>(bytes_per_sample(scene->info().type));
  for (const std::int64_t length : {shape.t, shape.z, shape.c, shape.y, shape.x}) bytes *= static_cast<double>(length);
  if (bytes > static_cast<double>(most_bytes)) {
    return Error{Errc::bad_setting, "`shape` makes a stack of " + rounded_text(bytes / 1e9, 2) +
                                        " GB; examples are made in memory and have at most " +
                                        rounded_text(static_cast<double>(most_bytes) / 1e9, 2) +
                                        " GB. Ask for fewer time points, planes or pixels."};
  }
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
