#include "tiff/ome_writer.hpp"

#include <cmath>
#include <optional>
#include <pugixml.hpp>
#include <string_view>
#include <vector>

#include "image/number_text.hpp"
#include "tiff/text.hpp"
#include "tiff/units.hpp"
#include "tiff/xml.hpp"

namespace webunmix::tiff {
namespace {

// Control characters, which XML 1.0 has no way to write, and invalid UTF-8 would make the document unreadable.
std::string xml_safe(std::string_view text) {
  std::string safe = to_utf8(text);
  std::erase_if(safe, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
  });
  return safe;
}

void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name) = xml_safe(value).c_str();
}
void set(pugi::xml_node node, const char* name, double value) { set(node, name, std::string_view(number_text(value))); }
void set(pugi::xml_node node, const char* name, std::int64_t value) {
  set(node, name, std::string_view(std::to_string(value)));
}

void set_quantity(pugi::xml_node node, const std::string& name, const std::optional<Quantity>& quantity,
                  std::optional<std::string_view> (*known_unit)(std::string_view)) {
  if (!quantity || !std::isfinite(quantity->value) || quantity->value <= 0) return;
  const auto unit = known_unit(quantity->unit);
  if (!unit) return;
  set(node, name.c_str(), quantity->value);
  set(node, (name + "Unit").c_str(), *unit);
}

std::string_view ome_type(SampleType type) {
  switch (type) {
    case SampleType::float32: return "float";
    case SampleType::float64: return "double";
    default: return sample_type_name(type);
  }
}

void add_channel(pugi::xml_node pixels, const ChannelInfo& info, std::size_t number) {
  pugi::xml_node channel = pixels.append_child("Channel");
  set(channel, "ID", std::string_view("Channel:0:" + std::to_string(number)));
  if (!info.name.empty()) set(channel, "Name", std::string_view(info.name));
  set(channel, "SamplesPerPixel", std::int64_t{1});
  const auto wavelength = [&](const char* name, const std::optional<double>& nm) {
    if (!nm || !std::isfinite(*nm) || *nm <= 0) return;
    set(channel, name, *nm);
    set(channel, (std::string(name) + "Unit").c_str(), std::string_view("nm"));
  };
  wavelength("ExcitationWavelength", info.excitation_nm);
  wavelength("EmissionWavelength", info.emission_nm);
  // Red, green, blue, alpha in a signed number.
  if (info.colour_rgba) set(channel, "Color", std::int64_t{static_cast<std::int32_t>(*info.colour_rgba)});
}

void copy_children(pugi::xml_node to, pugi::xml_node from, std::string_view name) {
  for (auto node = child_named(from, name); node; node = next_named(node, name)) to.append_copy(node);
}

// What is known of the stack's planes; of planes it does not have, or has twice, nothing.
void copy_planes(pugi::xml_node to, pugi::xml_node from, const StackShape& shape) {
  std::vector<bool> seen(static_cast<std::size_t>(shape.planes()));
  for (auto node = child_named(from, "Plane"); node; node = next_named(node, "Plane")) {
    const std::int64_t t = integer_attribute(node, "TheT").value_or(-1);
    const std::int64_t z = integer_attribute(node, "TheZ").value_or(-1);
    const std::int64_t c = integer_attribute(node, "TheC").value_or(-1);
    if (t < 0 || t >= shape.t || z < 0 || z >= shape.z || c < 0 || c >= shape.c) continue;
    const auto plane = static_cast<std::size_t>((t * shape.z + z) * shape.c + c);
    if (!seen[plane]) to.append_copy(node);
    seen[plane] = true;
  }
}

bool has_id(pugi::xml_node top, const std::string& id) {
  return !top.find_node([&](pugi::xml_node node) { return id == node.attribute("ID").as_string(); }).empty();
}

}  // namespace

std::string ome_xml(const OmeTiffPlan& plan) {
  const StackInfo& stack = plan.stack;
  pugi::xml_document document;
  pugi::xml_document carried_document;
  carried_document.load_buffer(plan.carried.data(), plan.carried.size());
  const pugi::xml_node carried = carried_document.child("OME");

  pugi::xml_node root = document.append_child("OME");
  set(root, "xmlns", std::string_view("http://www.openmicroscopy.org/Schemas/OME/2016-06"));
  set(root, "xmlns:xsi", std::string_view("http://www.w3.org/2001/XMLSchema-instance"));
  set(root, "xsi:schemaLocation",
      std::string_view("http://www.openmicroscopy.org/Schemas/OME/2016-06 "
                       "http://www.openmicroscopy.org/Schemas/OME/2016-06/ome.xsd"));
  set(root, "Creator", std::string_view("WebUnmix " + plan.version));
  copy_children(root, carried, "Instrument");

  pugi::xml_node image = root.append_child("Image");
  set(image, "ID", std::string_view("Image:0"));
  const std::string_view carried_name = carried.child("Image").attribute("Name").as_string();
  const std::string_view image_name = carried_name.empty() ? std::string_view(plan.name) : carried_name;
  if (!image_name.empty()) set(image, "Name", image_name);
  for (const auto& name : {"AcquisitionDate", "Description", "InstrumentRef", "ObjectiveSettings"}) {
    copy_children(image, carried.child("Image"), name);
  }

  pugi::xml_node pixels = image.append_child("Pixels");
  set(pixels, "ID", std::string_view("Pixels:0"));
  set(pixels, "DimensionOrder", std::string_view("XYCZT"));
  set(pixels, "Type", ome_type(stack.type));
  set(pixels, "BigEndian", std::string_view("false"));
  set(pixels, "SizeX", stack.shape.x);
  set(pixels, "SizeY", stack.shape.y);
  set(pixels, "SizeC", stack.shape.c);
  set(pixels, "SizeZ", stack.shape.z);
  set(pixels, "SizeT", stack.shape.t);
  set_quantity(pixels, "PhysicalSizeX", stack.pixel_size_x, ome_length_unit);
  set_quantity(pixels, "PhysicalSizeY", stack.pixel_size_y, ome_length_unit);
  set_quantity(pixels, "PhysicalSizeZ", stack.pixel_size_z, ome_length_unit);
  set_quantity(pixels, "TimeIncrement", stack.time_increment, ome_time_unit);
  for (std::size_t c = 0; c < stack.channels.size(); ++c) add_channel(pixels, stack.channels[c], c);
  pugi::xml_node tiff_data = pixels.append_child("TiffData");
  set(tiff_data, "IFD", std::int64_t{0});
  set(tiff_data, "PlaneCount", stack.shape.planes());
  copy_planes(pixels, carried.child("Image").child("Pixels"), stack.shape);
  copy_children(image, carried.child("Image"), "AnnotationRef");

  pugi::xml_node annotations = root.append_child("StructuredAnnotations");
  for (const auto node : carried.child("StructuredAnnotations").children()) annotations.append_copy(node);
  const RecipeAnnotation& made_by = plan.annotation;
  if (!made_by.recipe.empty() || !made_by.link.empty() || !made_by.json.empty()) {
    // An input that this program wrote brings its own recipe along; both stay.
    std::string id;
    for (int n = 0; id.empty() || has_id(root, id); ++n) id = "Annotation:WebUnmix:" + std::to_string(n);
    pugi::xml_node annotation = annotations.append_child("MapAnnotation");
    set(annotation, "ID", std::string_view(id));
    set(annotation, "Namespace", recipe_namespace);
    pugi::xml_node value = annotation.append_child("Value");
    const auto entry = [&](std::string_view key, const std::string& text) {
      if (text.empty()) return;
      pugi::xml_node node = value.append_child("M");
      set(node, "K", key);
      node.text() = xml_safe(text).c_str();
    };
    entry("program", "WebUnmix " + plan.version);
    entry("recipe", made_by.recipe);
    entry("link", made_by.link);
    entry("recipe_json", made_by.json);
    set(image.append_child("AnnotationRef"), "ID", std::string_view(id));
  }
  if (!annotations.first_child()) root.remove_child(annotations);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + xml_text(document);
}

}  // namespace webunmix::tiff
