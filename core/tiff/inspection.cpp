#include "tiff/inspection.hpp"

#include <array>
#include <cstdio>

#include "tiff/text.hpp"

namespace webunmix {
namespace {

using tiff::to_utf8;

Json quantity(const std::optional<Quantity>& value) {
  if (!value) return nullptr;
  return {{"value", value->value}, {"unit", to_utf8(value->unit)}};
}

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json colour(const std::optional<std::uint32_t>& rgba) {
  if (!rgba) return nullptr;
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "#%06x", static_cast<unsigned>(*rgba >> 8U));
  return text.data();
}

Json origin(AxesOrigin origin) {
  switch (origin) {
    case AxesOrigin::ome: return "ome";
    case AxesOrigin::imagej: return "imagej";
    case AxesOrigin::user: return "user";
    case AxesOrigin::single_plane: return "single plane";
    case AxesOrigin::unknown: break;
  }
  return nullptr;
}

}  // namespace

Json inspection(const TiffReader& reader) {
  const StackInfo& info = reader.info();
  const auto& question = reader.question();
  Json result;
  result["name"] = to_utf8(reader.name());
  result["bytes"] = reader.file_bytes();
  result["format"] = reader.format();
  result["compression"] = reader.compression();
  result["shape"] = nullptr;
  if (!question) result["shape"] = {info.shape.t, info.shape.z, info.shape.c, info.shape.y, info.shape.x};
  result["axes"] = "TZCYX";
  result["axes_from"] = origin(reader.axes_from());
  result["question"] = nullptr;
  if (question) {
    result["question"] = {{"pages", question->pages},
                          {"message", to_utf8(question->message)},
                          {"guess", question->guess},
                          {"choices", question->choices}};
  }
  result["type"] = sample_type_name(info.type);
  result["channels"] = Json::array();
  for (const ChannelInfo& channel : info.channels) {
    result["channels"].push_back({{"name", to_utf8(channel.name)},
                                  {"colour", colour(channel.colour_rgba)},
                                  {"excitation_nm", number(channel.excitation_nm)},
                                  {"emission_nm", number(channel.emission_nm)}});
  }
  result["pixel_size"] = {
      {"x", quantity(info.pixel_size_x)}, {"y", quantity(info.pixel_size_y)}, {"z", quantity(info.pixel_size_z)}};
  result["time_increment"] = quantity(info.time_increment);
  result["tiles"] = Json::array();
  for (const TileImage& tile : reader.tiles()) result["tiles"].push_back({{"image", tile.image}, {"name", tile.name}});
  result["stage_position"] = nullptr;
  if (const auto& stage = reader.stage_position())
    result["stage_position"] = {{"x", quantity(stage->x)}, {"y", quantity(stage->y)}};
  result["warnings"] = Json::array();
  for (const std::string& warning : reader.warnings()) result["warnings"].push_back(to_utf8(warning));
  return result;
}

}  // namespace webunmix
