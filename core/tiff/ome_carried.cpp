#include "tiff/ome_carried.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "tiff/xml.hpp"

namespace webunmix::tiff {
namespace {

// How far up the declaration of a prefix is looked for: without a limit, deep nesting would cost the square of its depth.
constexpr int most_levels_up = 64;

std::string_view prefix_of(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

// Visits every element of a tree, without recursion: annotations of strangers may be nested deeply.
template <class Visit>
void for_each_element(pugi::xml_node top, Visit visit) {
  pugi::xml_node node = top;
  while (node) {
    if (node.type() == pugi::node_element) visit(node);
    if (node.first_child()) {
      node = node.first_child();
      continue;
    }
    while (node != top && !node.next_sibling()) node = node.parent();
    if (node == top) break;
    node = node.next_sibling();
  }
}

// Copies `from` behind the children of `to`, drops the OME prefix from its names and declares the other prefixes it uses. False, and
// nothing copied, when a prefix is declared nowhere.
bool copy_element(pugi::xml_node to, pugi::xml_node from, std::string_view ome_prefix) {
  std::set<std::string, std::less<>> undeclared;
  for_each_element(from, [&](pugi::xml_node node) {
    const auto need = [&](std::string_view name) {
      const std::string_view prefix = prefix_of(name);
      if (prefix.empty() || prefix == "xml" || prefix == "xmlns" || prefix == ome_prefix) return;
      const std::string declaration = "xmlns:" + std::string(prefix);
      pugi::xml_node outer = node;
      for (int level = 0; level < most_levels_up; ++level, outer = outer.parent()) {
        if (outer.attribute(declaration.c_str())) return;
        if (outer == from) break;
      }
      undeclared.insert(declaration);
    };
    need(node.name());
    for (const auto attribute : node.attributes()) need(attribute.name());
  });
  std::vector<std::pair<std::string, std::string>> declarations;
  for (const std::string& declaration : undeclared) {
    pugi::xml_node outer = from.parent();
    while (outer && !outer.attribute(declaration.c_str())) outer = outer.parent();
    if (!outer) return false;
    declarations.emplace_back(declaration, outer.attribute(declaration.c_str()).value());
  }

  pugi::xml_node copy = to.append_copy(from);
  for (const auto& [name, value] : declarations) copy.append_attribute(name.c_str()) = value.c_str();
  if (!ome_prefix.empty()) {
    for_each_element(copy, [&](pugi::xml_node node) {
      if (prefix_of(node.name()) == ome_prefix) node.set_name(std::string(local_name(node.name())).c_str());
    });
  }
  return true;
}

bool is_recent_schema(pugi::xml_node root, std::string_view ome_prefix) {
  const std::string name = ome_prefix.empty() ? "xmlns" : "xmlns:" + std::string(ome_prefix);
  const std::string_view schema = root.attribute(name.c_str()).as_string();
  return schema.ends_with("/2015-01") || schema.ends_with("/2016-06");
}

// When, how long and where planes were taken. Their hashes are of pixels that will be others.
void carry_planes(pugi::xml_node to, pugi::xml_node pixels) {
  constexpr std::array<const char*, 13> kept{
      "TheZ",      "TheT",          "TheC",      "DeltaT",        "DeltaTUnit", "ExposureTime", "ExposureTimeUnit",
      "PositionX", "PositionXUnit", "PositionY", "PositionYUnit", "PositionZ",  "PositionZUnit"};
  constexpr std::size_t places = 3;  // what says which plane it is
  // Where a page holds several channels, TheC counts pages.
  for (auto channel = child_named(pixels, "Channel"); channel; channel = next_named(channel, "Channel")) {
    if (integer_attribute(channel, "SamplesPerPixel").value_or(1) != 1) return;
  }
  pugi::xml_node planes;
  for (auto node = child_named(pixels, "Plane"); node; node = next_named(node, "Plane")) {
    const auto known = [&](const char* name) { return !node.attribute(name).empty(); };
    if (!std::all_of(kept.begin(), kept.begin() + places, known) || std::none_of(kept.begin() + places, kept.end(), known))
      continue;
    if (!planes) planes = to.append_child("Pixels");
    pugi::xml_node plane = planes.append_child("Plane");
    for (const char* name : kept) {
      if (known(name)) plane.append_attribute(name) = node.attribute(name).value();
    }
  }
}

}  // namespace

std::string carry_ome(pugi::xml_node root, pugi::xml_node image, std::vector<std::string>& warnings) {
  const std::string_view ome_prefix = prefix_of(root.name());
  pugi::xml_document carried;
  pugi::xml_node top = carried.append_child("OME");
  std::set<std::string, std::less<>> ids;
  int left_out = 0;
  const auto copy_with_id = [&](pugi::xml_node to, pugi::xml_node from) {
    const std::string id = from.attribute("ID").as_string();
    if (id.empty() || ids.contains(id) || !copy_element(to, from, ome_prefix)) {
      ++left_out;
      return;
    }
    ids.insert(id);
  };

  // Attributes of instruments changed their meaning between the older schemas.
  if (is_recent_schema(root, ome_prefix)) {
    for (auto node = child_named(root, "Instrument"); node; node = next_named(node, "Instrument")) copy_with_id(top, node);
    // Objectives and the like are referred to by identifiers of their own.
    for_each_element(top, [&](pugi::xml_node node) {
      if (const auto id = node.attribute("ID")) ids.insert(id.as_string());
    });
  }
  pugi::xml_node kept_image = top.append_child("Image");
  if (const auto name = image.attribute("Name")) kept_image.append_attribute("Name") = name.value();
  pugi::xml_node annotations = top.append_child("StructuredAnnotations");
  const auto source = child_named(root, "StructuredAnnotations");
  for (const auto node : source.children()) {
    if (node.type() == pugi::node_element) copy_with_id(annotations, node);
  }
  // An annotation may be annotated; a reference to one that was left out would make the document invalid.
  std::vector<pugi::xml_node> dangling;
  for_each_element(top, [&](pugi::xml_node node) {
    if (is_element(node, "AnnotationRef") && !ids.contains(node.attribute("ID").as_string())) dangling.push_back(node);
  });
  for (auto node : dangling) node.parent().remove_child(node);

  // In the order of the schema.
  constexpr std::array<std::string_view, 5> kept{"AcquisitionDate", "Description", "InstrumentRef", "ObjectiveSettings",
                                                 "AnnotationRef"};
  for (const auto name : kept) {
    for (auto node = child_named(image, name); node; node = next_named(node, name)) {
      const auto id = node.attribute("ID");
      if (!id.empty() && !ids.contains(id.as_string())) continue;
      copy_element(kept_image, node, ome_prefix);
    }
  }
  if (is_recent_schema(root, ome_prefix)) carry_planes(kept_image, child_named(image, "Pixels"));
  if (left_out > 0) {
    warnings.push_back(std::to_string(left_out) + (left_out == 1 ? " OME annotation is" : " OME annotations are") +
                       " not valid and will not be kept in the output.");
  }
  if (!kept_image.first_child() && !kept_image.first_attribute()) top.remove_child(kept_image);
  if (!annotations.first_child()) top.remove_child(annotations);
  if (!top.first_child()) return {};
  return xml_text(carried);
}

}  // namespace webunmix::tiff
