// Small helpers over pugixml for OME-XML, in which elements may or may not carry a namespace prefix ("OME:Image", "Image").
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "tiff/text.hpp"

namespace webunmix::tiff {

[[nodiscard]] inline std::string_view local_name(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

[[nodiscard]] inline bool is_element(pugi::xml_node node, std::string_view name) {
  return node.type() == pugi::node_element && local_name(node.name()) == name;
}

/// The first child of that local name, or a null node.
[[nodiscard]] inline pugi::xml_node child_named(pugi::xml_node parent, std::string_view name) {
  return parent.find_child([&](pugi::xml_node node) { return is_element(node, name); });
}

[[nodiscard]] inline pugi::xml_node next_named(pugi::xml_node node, std::string_view name) {
  for (node = node.next_sibling(); node; node = node.next_sibling()) {
    if (is_element(node, name)) break;
  }
  return node;
}

[[nodiscard]] inline std::optional<std::int64_t> integer_attribute(pugi::xml_node node, const char* name) {
  return parse_integer(node.attribute(name).as_string());
}

[[nodiscard]] inline std::optional<double> number_attribute(pugi::xml_node node, const char* name) {
  return parse_number(node.attribute(name).as_string());
}

/// The document on one line, as UTF-8, without an XML declaration.
[[nodiscard]] inline std::string xml_text(const pugi::xml_document& document) {
  struct StringWriter final : pugi::xml_writer {
    std::string text;
    void write(const void* data, std::size_t size) override { text.append(static_cast<const char*>(data), size); }
  } writer;
  document.save(writer, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
  return std::move(writer.text);
}

}  // namespace webunmix::tiff
