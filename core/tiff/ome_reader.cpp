#include "tiff/ome_reader.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "tiff/ome_carried.hpp"
#include "tiff/units.hpp"
#include "tiff/xml.hpp"

namespace webunmix::tiff {
namespace {

// The order in which a TiffData block counts its planes on.
struct PlaneOrder {
  std::array<char, 3> fastest_first{'C', 'Z', 'T'};

  struct Position {
    std::int64_t t = 0;
    std::int64_t z = 0;
    std::int64_t c = 0;
  };
  [[nodiscard]] static std::int64_t length(const PlaneMap& map, char axis) {
    return axis == 'T' ? map.t : axis == 'Z' ? map.z : map.c;
  }
  [[nodiscard]] std::int64_t number(const PlaneMap& map, const Position& at) const {
    std::int64_t number = 0;
    for (auto axis = fastest_first.rbegin(); axis != fastest_first.rend(); ++axis) {
      number = number * length(map, *axis) + (*axis == 'T' ? at.t : *axis == 'Z' ? at.z : at.c);
    }
    return number;
  }
  [[nodiscard]] Position position(const PlaneMap& map, std::int64_t number) const {
    Position at;
    for (const char axis : fastest_first) {
      (axis == 'T' ? at.t : axis == 'Z' ? at.z : at.c) = number % length(map, axis);
      number /= length(map, axis);
    }
    return at;
  }
};

std::string plane_text(const PlaneOrder::Position& at) {
  return "T " + std::to_string(at.t + 1) + ", Z " + std::to_string(at.z + 1) + ", C " + std::to_string(at.c + 1);
}

class OmeParser {
 public:
  explicit OmeParser(const OmeFile& file) : file_(file) {}

  Result<OmeDescription> parse(std::string_view xml) {
    pugi::xml_document document;
    const pugi::xml_parse_result parsed = document.load_buffer(xml.data(), xml.size());
    if (!parsed) {
      return damaged(std::string("is damaged at byte ") + std::to_string(parsed.offset) + " (" + parsed.description() + ")");
    }
    root_ = document.find_child([](pugi::xml_node node) { return is_element(node, "OME"); });
    if (!root_) return damaged("has no OME element");
    if (const auto binary_only = child_named(root_, "BinaryOnly")) {
      return Error{Errc::unsupported, file_.name + " is part of a set whose metadata lie in \"" +
                                          to_utf8(binary_only.attribute("MetadataFile").as_string()) +
                                          "\". Sets of several files are not read: save the stack as one OME-TIFF file."};
    }
    choose_image();
    pixels_ = child_named(image_, "Pixels");
    if (!pixels_) return damaged("describes no image");
    find_tiles();
    WEBUNMIX_TRY(read_shape());
    WEBUNMIX_TRY(map_planes());
    read_sizes();
    read_channels();
    result_.stage = stage_of(child_named(pixels_, "Plane"), "PositionX", "PositionY");
    if (!result_.stage) result_.stage = stage_of(child_named(image_, "StageLabel"), "X", "Y");
    result_.type = pixels_.attribute("Type").as_string(pixels_.attribute("PixelType").as_string());
    result_.carried = carry_ome(root_, image_, result_.warnings);
    return std::move(result_);
  }

 private:
  /// What images must have in common to be tiles.
  static constexpr std::array alike_in{"SizeX", "SizeY", "SizeZ", "SizeC", "SizeT", "Type"};

  [[nodiscard]] Error damaged(const std::string& what) const {
    return Error{Errc::bad_file,
                 file_.name + ": the OME-XML " + what +
                     ". Save the file again, or say yourself what its pages are (axes, for example \"T9Z20C2\")."};
  }

  [[nodiscard]] std::vector<pugi::xml_node> images() const {
    std::vector<pugi::xml_node> images;
    for (auto image = child_named(root_, "Image"); image; image = next_named(image, "Image")) images.push_back(image);
    return images;
  }

  // Files of a set all describe every image: those whose pixels lie in another file are that file's. A file that is never named, as one
  // that was renamed, holds them all as far as it can be told.
  void choose_image() {
    const std::vector<pugi::xml_node> all = images();
    std::vector<bool> named_here(all.size());
    elsewhere_.assign(all.size(), false);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto pixels = child_named(all[i], "Pixels");
      for (auto block = child_named(pixels, "TiffData"); block; block = next_named(block, "TiffData")) {
        const auto uuid = child_named(block, "UUID");
        if (!uuid) continue;
        elsewhere_[i] = true;
        named_here[i] = named_here[i] || is_this_file(uuid);
      }
    }
    const bool named = std::find(named_here.begin(), named_here.end(), true) != named_here.end();
    for (std::size_t i = 0; i < all.size(); ++i) elsewhere_[i] = elsewhere_[i] && named && !named_here[i];
    const auto first = static_cast<std::size_t>(std::find(elsewhere_.begin(), elsewhere_.end(), false) - elsewhere_.begin());
    const std::size_t chosen = file_.image == 0 ? first : file_.image;
    if (chosen < all.size()) image_ = all[chosen];
  }

  void find_tiles() {
    const std::vector<pugi::xml_node> all = images();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto pixels = child_named(all[i], "Pixels");
      const bool alike = std::all_of(alike_in.begin(), alike_in.end(), [&](const char* name) {
        return std::string_view(pixels.attribute(name).as_string()) == pixels_.attribute(name).as_string();
      });
      if (alike && !elsewhere_[i])
        result_.tiles.push_back({static_cast<std::uint32_t>(i), to_utf8(all[i].attribute("Name").as_string())});
    }
    const auto foreign = static_cast<std::size_t>(std::count(elsewhere_.begin(), elsewhere_.end(), true));
    const std::size_t here = all.size() - foreign;
    if (foreign > 0) {
      result_.warnings.push_back("The file is one of a set of " + std::to_string(all.size()) + " images, " +
                                 std::to_string(foreign) +
                                 " of which lie in other files. To have them as tiles, open all files of the set together.");
    }
    if (const std::size_t others = here - result_.tiles.size(); others > 0) {
      result_.warnings.push_back("The file holds " + std::to_string(here) + " images; " + std::to_string(others) +
                                 " of another shape or type than the one that is read are left out.");
    }
    if (result_.tiles.size() < 2) result_.tiles.clear();
  }

  Result<void> size(const char* name, std::int64_t& into) {
    const auto value = integer_attribute(pixels_, name);
    if (!value || *value < 1 || *value > std::numeric_limits<std::int32_t>::max()) {
      return damaged(std::string("gives ") + name + " = \"" + to_utf8(pixels_.attribute(name).as_string()) +
                     "\", which is no number of pixels or planes");
    }
    into = *value;
    return {};
  }

  Result<void> read_shape() {
    StackShape& shape = result_.stack.shape;
    WEBUNMIX_TRY(size("SizeX", shape.x));
    WEBUNMIX_TRY(size("SizeY", shape.y));
    WEBUNMIX_TRY(size("SizeZ", shape.z));
    WEBUNMIX_TRY(size("SizeC", shape.c));
    WEBUNMIX_TRY(size("SizeT", shape.t));

    const std::string order = pixels_.attribute("DimensionOrder").as_string();
    std::string sorted = order;
    std::sort(sorted.begin(), sorted.end());
    if (sorted != "CTXYZ" || !order.starts_with("XY")) {
      return damaged("gives DimensionOrder = \"" + to_utf8(order) + "\"; it must begin with XY and name Z, C and T");
    }
    std::copy(order.begin() + 2, order.end(), order_.fastest_first.begin());
    return {};
  }

  // True when a TiffData's UUID element means this file. A file that was renamed still has its own UUID, and when only one file is
  // ever named, it is this one.
  [[nodiscard]] bool is_this_file(pugi::xml_node uuid) const {
    const std::string_view own = root_.attribute("UUID").as_string();
    const std::string_view named = uuid.child_value();
    return (!own.empty() && own == named) || file_.name == uuid.attribute("FileName").as_string();
  }

  Result<void> check_files() {
    bool one_file = true;
    pugi::xml_node first;
    pugi::xml_node foreign;
    for (auto block = child_named(pixels_, "TiffData"); block; block = next_named(block, "TiffData")) {
      const auto uuid = child_named(block, "UUID");
      if (!uuid) continue;
      if (!first) first = uuid;
      one_file = one_file && std::string_view(first.child_value()) == uuid.child_value();
      if (!foreign && !is_this_file(uuid)) foreign = uuid;
    }
    if (!foreign) return {};
    if (one_file && root_.attribute("UUID").empty()) return {};
    if (one_file && may_hold_all_planes()) return {};
    const std::string missing = to_utf8(foreign.attribute("FileName").as_string("a file without a name"));
    return Error{Errc::unsupported,
                 file_.name + " is part of a set: some of its planes lie in \"" + missing +
                     "\". A stack that is spread over several files is not read: save it as one OME-TIFF file."};
  }

  // Without a product of three numbers that the file claims: it might overflow.
  [[nodiscard]] bool may_hold_all_planes() const {
    const StackShape& shape = result_.stack.shape;
    const auto pages = static_cast<std::int64_t>(file_.pages);
    return shape.t <= pages && shape.z <= pages / shape.t && shape.c <= pages / (shape.t * shape.z);
  }

  Result<void> map_planes() {
    if (child_named(pixels_, "BinData")) {
      return Error{Errc::unsupported, file_.name +
                                          ": the OME-XML holds the pixels itself (BinData), which is not read. Save the "
                                          "stack as OME-TIFF with the pixels in its pages."};
    }
    WEBUNMIX_TRY(check_files());

    const StackShape& shape = result_.stack.shape;
    const auto first_block = child_named(pixels_, "TiffData");
    const std::uint64_t first_page = first_block.attribute("IFD").as_ullong(0);
    samples_ = first_page < file_.pages ? std::max<std::int64_t>(file_.samples_of(first_page), 1) : 1;
    if (shape.c % samples_ != 0) {
      return damaged("gives SizeC = " + std::to_string(shape.c) + ", but the pages have " + std::to_string(samples_) +
                     " samples per pixel");
    }
    // Planes here are pages: a page may hold several channels as samples.
    PlaneMap pages{shape.t, shape.z, shape.c / samples_, {}};
    const auto most = static_cast<std::int64_t>(std::min<std::uint64_t>(file_.pages, std::numeric_limits<std::int32_t>::max()));
    if (pages.t > most || pages.z > most / pages.t || pages.c > most / (pages.t * pages.z)) {
      return damaged("describes a stack of " + to_string(shape) + ", but the file has only " + std::to_string(file_.pages) +
                     (file_.pages == 1 ? " page. " : " pages. ") + "The file is truncated or was cut");
    }
    constexpr std::uint64_t nowhere = std::numeric_limits<std::uint64_t>::max();
    pages.planes.assign(static_cast<std::size_t>(pages.t * pages.z * pages.c), PlaneRef{nowhere, 0});

    if (!first_block) WEBUNMIX_TRY(place_block(pages, pugi::xml_node()));
    for (auto block = first_block; block; block = next_named(block, "TiffData")) WEBUNMIX_TRY(place_block(pages, block));

    PlaneMap& map = result_.map;
    map.t = pages.t;
    map.z = pages.z;
    map.c = shape.c;
    map.planes.reserve(pages.planes.size() * static_cast<std::size_t>(samples_));
    for (std::size_t p = 0; p < pages.planes.size(); ++p) {
      if (pages.planes[p].page == nowhere) {
        const auto c = static_cast<std::int64_t>(p) % pages.c;
        const auto z = static_cast<std::int64_t>(p) / pages.c % pages.z;
        const auto t = static_cast<std::int64_t>(p) / pages.c / pages.z;
        return damaged("names no page for the plane " + plane_text({t, z, c}));
      }
      for (std::int64_t s = 0; s < samples_; ++s) map.planes.push_back({pages.planes[p].page, static_cast<std::uint32_t>(s)});
    }
    return {};
  }

  // The number an attribute gives, `otherwise` when it is missing, -1 when it is no number that pages or planes can have.
  static std::int64_t count(pugi::xml_node block, const char* name, std::int64_t otherwise) {
    if (block.attribute(name).empty()) return otherwise;
    const std::int64_t value = integer_attribute(block, name).value_or(-1);
    return value <= std::numeric_limits<std::int32_t>::max() ? value : -1;
  }

  // One TiffData: `PlaneCount` planes from (FirstT, FirstZ, FirstC) on lie in as many pages from `IFD` on. Without PlaneCount it is
  // one when IFD is given, else all there are.
  Result<void> place_block(PlaneMap& pages, pugi::xml_node block) {
    const auto all = static_cast<std::int64_t>(pages.planes.size());
    const std::int64_t page = count(block, "IFD", 0);
    PlaneOrder::Position at{count(block, "FirstT", 0), count(block, "FirstZ", 0), count(block, "FirstC", 0)};
    // FirstC counts channels in some files and pages in others where a page holds several channels.
    if (at.c >= pages.c && at.c % samples_ == 0) at.c /= samples_;
    if (page < 0 || at.t < 0 || at.z < 0 || at.c < 0 || at.t >= pages.t || at.z >= pages.z || at.c >= pages.c) {
      return damaged("has a TiffData element that begins at page " + std::to_string(page + 1) + ", plane " + plane_text(at) +
                     ", which is outside the stack");
    }
    const std::int64_t number = order_.number(pages, at);
    const std::int64_t planes = count(block, "PlaneCount", block.attribute("IFD").empty() ? all - number : 1);
    if (planes < 0 || planes > all - number) {
      return damaged("has a TiffData element of PlaneCount " + std::to_string(planes) + " at plane " + plane_text(at) +
                     ", more than the stack has");
    }
    for (std::int64_t i = 0; i < planes; ++i) {
      const auto to = order_.position(pages, number + i);
      const auto from = static_cast<std::uint64_t>(page + i);
      if (from >= file_.pages) {
        return damaged("says that plane " + plane_text(to) + " is page " + std::to_string(from + 1) +
                       ", but the file has only " + std::to_string(file_.pages) + ". The file is truncated or was cut");
      }
      PlaneRef& plane = pages.planes[static_cast<std::size_t>((to.t * pages.z + to.z) * pages.c + to.c)];
      if (plane.page < file_.pages && plane.page != from) {
        return damaged("names two pages, " + std::to_string(plane.page + 1) + " and " + std::to_string(from + 1) +
                       ", for plane " + plane_text(to));
      }
      plane.page = from;
    }
    return {};
  }

  [[nodiscard]] std::optional<Quantity> quantity(const char* name, const char* default_unit) const {
    const auto value = number_attribute(pixels_, name);
    if (!value || *value <= 0) return std::nullopt;
    const std::string unit_name = std::string(name) + "Unit";
    return Quantity{*value, to_utf8(pixels_.attribute(unit_name.c_str()).as_string(default_unit))};
  }

  void read_sizes() {
    result_.stack.pixel_size_x = quantity("PhysicalSizeX", "\u00B5m");
    result_.stack.pixel_size_y = quantity("PhysicalSizeY", "\u00B5m");
    result_.stack.pixel_size_z = quantity("PhysicalSizeZ", "\u00B5m");
    result_.stack.time_increment = quantity("TimeIncrement", "s");
  }

  static std::optional<StagePosition> stage_of(pugi::xml_node node, const char* name_x, const char* name_y) {
    const auto coordinate = [&](const char* name) -> std::optional<Quantity> {
      const auto value = number_attribute(node, name);
      if (!value) return std::nullopt;
      const std::string unit_name = std::string(name) + "Unit";
      return Quantity{*value, to_utf8(node.attribute(unit_name.c_str()).as_string("reference frame"))};
    };
    auto x = coordinate(name_x);
    auto y = coordinate(name_y);
    if (!x || !y) return std::nullopt;
    return StagePosition{std::move(*x), std::move(*y)};
  }

  static std::optional<double> wavelength_nm(pugi::xml_node channel, const char* name) {
    const auto value = number_attribute(channel, name);
    const std::string unit_name = std::string(name) + "Unit";
    const auto scale = nanometres_in(channel.attribute(unit_name.c_str()).as_string("nm"));
    if (!value || *value <= 0 || !scale) return std::nullopt;
    return *value * *scale;
  }

  void read_channels() {
    const auto channels = static_cast<std::size_t>(result_.stack.shape.c);
    result_.stack.channels.resize(channels);
    // Schemas before 2010 keep names and wavelengths in LogicalChannel elements beside Pixels.
    const bool modern = !child_named(pixels_, "Channel").empty();
    const auto parent = modern ? pixels_ : image_;
    const char* element = modern ? "Channel" : "LogicalChannel";
    std::size_t number = 0;
    const std::size_t samples = count_children(parent, element) == channels ? 1 : static_cast<std::size_t>(samples_);
    for (auto channel = child_named(parent, element); channel && number < channels; channel = next_named(channel, element)) {
      ChannelInfo info;
      info.name = to_utf8(channel.attribute("Name").as_string());
      info.excitation_nm = wavelength_nm(channel, modern ? "ExcitationWavelength" : "ExWave");
      info.emission_nm = wavelength_nm(channel, modern ? "EmissionWavelength" : "EmWave");
      // A signed 32-bit number whose bytes are red, green, blue, alpha.
      if (const auto colour = integer_attribute(channel, "Color")) info.colour_rgba = static_cast<std::uint32_t>(*colour);
      for (std::size_t s = 0; s < samples && number < channels; ++s, ++number) result_.stack.channels[number] = info;
    }
  }

  static std::size_t count_children(pugi::xml_node parent, const char* element) {
    std::size_t n = 0;
    for (auto child = child_named(parent, element); child; child = next_named(child, element)) ++n;
    return n;
  }

  const OmeFile& file_;
  pugi::xml_node root_;
  std::vector<bool> elsewhere_;  ///< by image: its pixels lie in another file of the set
  pugi::xml_node image_;
  pugi::xml_node pixels_;
  PlaneOrder order_;
  std::int64_t samples_ = 1;
  OmeDescription result_;
};

}  // namespace

bool looks_like_ome(std::string_view description) {
  // The element may follow an XML declaration and comments; a prefix may stand before its name.
  const std::string_view head = description.substr(0, 4096);
  const auto first = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string_view::npos || head[first] != '<') return false;
  return head.find("<OME") != std::string_view::npos || head.find(":OME ") != std::string_view::npos;
}

Result<OmeDescription> parse_ome(std::string_view xml, const OmeFile& file) { return OmeParser(file).parse(xml); }

}  // namespace webunmix::tiff
