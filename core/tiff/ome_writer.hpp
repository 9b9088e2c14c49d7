// Makes the OME-XML of an output: what the pages are, what is known of them, and how they were made.
#pragma once

#include <string>

#include "tiff/writer.hpp"

namespace webunmix::tiff {

/// OME schema 2016-06, UTF-8, with an XML declaration. Planes follow in DimensionOrder XYCZT, one a page. Quantities whose unit the
/// schema does not know are left out, as are characters that XML cannot hold.
[[nodiscard]] std::string ome_xml(const OmeTiffPlan& plan);

}  // namespace webunmix::tiff
