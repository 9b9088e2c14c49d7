// OME metadata that StackInfo has no place for, taken out of an input's OME-XML so that the output can keep it.
//
// Carried are the instruments, the image's name, date, description, objective and annotations, when, how long and where each plane was
// taken, and the structured annotations. What would not be valid in another document is left out: references without a target,
// identifiers used twice, undeclared name prefixes.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <vector>

namespace webunmix::tiff {

/// A small OME document: <OME><Instrument/>...<Image>...<Pixels><Plane/>...</Pixels></Image><StructuredAnnotations>...</StructuredAnnotations></OME>, names without
/// the input's OME prefix. Empty when there is nothing to carry. What had to be left out is told in `warnings`.
[[nodiscard]] std::string carry_ome(pugi::xml_node root, pugi::xml_node image, std::vector<std::string>& warnings);

}  // namespace webunmix::tiff
