#include "tiff/interpretation.hpp"

#include <tiff.h>
#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "tiff/imagej.hpp"
#include "tiff/ome_reader.hpp"

namespace webunmix::tiff {
namespace {

// Tables of strips that are checked when the walk has not. What lies beyond is checked when it is read.
constexpr std::uint64_t most_table_bytes = std::uint64_t{64} << 20U;

std::string layout_text(const PageLayout& layout) {
  return std::to_string(layout.width) + " x " + std::to_string(layout.height) + " " +
         std::string(sample_type_name(layout.sample_type())) +
         (layout.samples > 1 ? " with " + std::to_string(layout.samples) + " samples per pixel" : "");
}

// Pages of one stack may differ in compression and strips, not in what the pixels are.
bool same_pixels(const PageLayout& a, const PageLayout& b) {
  return a.width == b.width && a.height == b.height && a.samples == b.samples && a.sample_type() == b.sample_type();
}

class Interpreter {
 public:
  Interpreter(ByteSource& source, const PageIndex& index)
      : source_(source), index_(index), directories_(source, index.big_tiff, index.big_endian) {}

  Result<Interpretation> run(std::string_view axes, std::uint32_t image, bool check_pixels) {
    for (std::size_t page = 0; page < index_.pages.size(); ++page) {
      if (!index_.pages[page].reduced) data_pages_.push_back(page);
    }
    if (data_pages_.empty()) {
      return Error{Errc::bad_file, source_.name() + ": all " + std::to_string(index_.pages.size()) +
                                       " pages are marked as thumbnails or masks, none as an image. Export the file again."};
    }
    WEBUNMIX_TRY(check_readable(layout_at(data_pages_.front()), source_.name(), data_pages_.front() + 1));

    result_.format = "TIFF";
    if (looks_like_ome(index_.description)) {
      WEBUNMIX_TRY(take_ome(axes, image));
    } else if (const auto description = parse_imagej(index_)) {
      WEBUNMIX_TRY(take_imagej(*description, axes));
    } else {
      WEBUNMIX_TRY(take_plain(axes));
    }
    WEBUNMIX_TRY(check_pages(check_pixels));
    describe_pixels();
    return std::move(result_);
  }

 private:
  [[nodiscard]] const PageLayout& layout_at(std::uint64_t page) const {
    return index_.layout_of(static_cast<std::size_t>(page));
  }
  [[nodiscard]] std::int64_t samples() const { return layout_at(data_pages_.front()).samples; }

  Result<void> take_ome(std::string_view axes, std::uint32_t image) {
    result_.format = "OME-TIFF";
    OmeFile file{source_.name(), index_.pages.size(), image, [&](std::uint64_t page) { return layout_at(page).samples; }};
    auto parsed = parse_ome(index_.description, file);
    if (!parsed.ok()) {
      if (axes.empty()) return parsed.error();
      result_.warnings.push_back(parsed.error().message);
      return take_plain(axes);
    }
    OmeDescription& ome = *parsed;
    result_.warnings = std::move(ome.warnings);
    result_.carried = std::move(ome.carried);
    result_.stage = std::move(ome.stage);
    result_.info = std::move(ome.stack);
    if (!axes.empty()) return take_plain(axes);
    result_.tiles = std::move(ome.tiles);

    const std::uint64_t first = ome.map.planes.front().page;
    const PageLayout& layout = layout_at(first);
    WEBUNMIX_TRY(check_readable(layout, source_.name(), first + 1));
    const StackShape& shape = result_.info.shape;
    if (shape.x != layout.width || shape.y != layout.height) {
      return Error{Errc::bad_file, source_.name() + ": the OME-XML describes planes of " + std::to_string(shape.x) + " x " +
                                       std::to_string(shape.y) + " pixels, but page " + std::to_string(first + 1) + " has " +
                                       std::to_string(layout.width) + " x " + std::to_string(layout.height) +
                                       ". Save the file again, or say yourself what its pages are (axes)."};
    }
    warn_of_type(ome.type, layout);
    for (const PlaneRef& plane : ome.map.planes) {
      if (plane.sample >= layout_at(plane.page).samples) return different_pages(plane.page, first);
    }
    set_map(std::move(ome.map), AxesOrigin::ome);
    return {};
  }

  void warn_of_type(std::string_view described, const PageLayout& layout) {
    std::string_view found = sample_type_name(layout.sample_type());
    if (found == "float32") found = "float";
    if (found == "float64") found = "double";
    if (described.empty() || described == found || (described == "bit" && layout.bits == 1)) return;
    result_.warnings.push_back("The OME-XML says that samples are " + std::string(described) + ", but the pages hold " +
                               std::string(found) + ": read as the latter.");
  }

  Result<void> take_imagej(const ImageJDescription& description, std::string_view axes) {
    result_.format = "ImageJ TIFF";
    StackInfo& info = result_.info;
    info.pixel_size_x = description.pixel_size_x;
    info.pixel_size_y = description.pixel_size_y;
    info.pixel_size_z = description.pixel_size_z;
    info.time_increment = description.time_increment;
    for (const std::uint32_t colour : imagej_colours(index_)) info.channels.push_back({"", colour, {}, {}});

    const auto pages = static_cast<std::int64_t>(data_pages_.size());
    if (pages == 1 && description.images > 1) WEBUNMIX_TRY(find_contiguous(description.images, axes.empty()));
    const std::int64_t found = result_.stride != 0 ? description.images : pages;
    if (!axes.empty()) return take_plain(axes);
    if (found != description.images) {
      return ask("The description ImageJ wrote into " + source_.name() + " speaks of " + std::to_string(description.images) +
                 " images, but the file has " + std::to_string(found) + " pages.");
    }
    const auto described = description.axes();
    if (described) {
      set_map(map_planes(*described, numbered_pages(), samples()), AxesOrigin::imagej);
      return {};
    }
    const std::string counts = description.counts_text();
    if (counts.empty()) return ask(source_.name() + " does not say what its pages are: ImageJ wrote only their number.");
    return ask("The description ImageJ wrote into " + source_.name() + " speaks of " + counts + ", but of " +
               std::to_string(description.images) + " images.");
  }

  // Above 4 GiB ImageJ writes one directory, and all planes one after another from the first one's place on.
  Result<void> find_contiguous(std::int64_t images, bool needed) {
    const std::uint64_t page = data_pages_.front();
    const PageLayout& layout = layout_at(page);
    std::uint64_t room = 1;
    if (layout.compression == COMPRESSION_NONE && !layout.tiled()) {
      WEBUNMIX_ASSIGN(const SegmentTable table, segment_table(directories_, index_, static_cast<std::size_t>(page)));
      const std::uint64_t plane_bytes = layout.segment_row_bytes() * layout.height * (layout.planar ? layout.samples : 1U);
      bool contiguous = true;
      for (std::size_t i = 1; i < table.offsets.size(); ++i) {
        contiguous = contiguous && table.offsets[i] == table.offsets[i - 1] + table.bytes[i - 1];
      }
      room = contiguous ? (index_.file_bytes - table.offsets[0]) / plane_bytes : 1;
      if (room >= static_cast<std::uint64_t>(images)) {
        result_.stride = plane_bytes;
        return {};
      }
    }
    if (!needed) return {};
    return Error{Errc::bad_file,
                 source_.name() + ": ImageJ's description speaks of " + std::to_string(images) +
                     " images, but the file has 1 page and room for " + std::to_string(room) +
                     (room == 1 ? " image" : " images") +
                     ". It is truncated: copy it again. If only the description is wrong, say what the one page "
                     "is (axes = \"T\")."};
  }

  Result<void> take_plain(std::string_view axes) {
    const auto pages = numbered_pages();
    const auto count = static_cast<std::int64_t>(pages.size());
    if (axes.empty() && count > 1) return ask(source_.name() + " does not say what its pages are.");
    WEBUNMIX_ASSIGN(const PageAxes parsed, parse_axes(axes.empty() ? "T" : axes, count, source_.name()));
    set_map(map_planes(parsed, pages, samples()), axes.empty() ? AxesOrigin::single_plane : AxesOrigin::user);
    return {};
  }

  Result<void> ask(const std::string& reason) {
    result_.pages = data_pages_;
    result_.page_count = static_cast<std::int64_t>(numbered_pages().size());
    result_.question = ask_for_axes(result_.page_count, samples(), reason);
    return {};
  }

  // The pages that axes count: directories, or planes behind the one directory.
  [[nodiscard]] std::vector<std::uint64_t> numbered_pages() const {
    if (result_.stride == 0) return data_pages_;
    std::vector<std::uint64_t> planes(static_cast<std::size_t>(contiguous_images()));
    std::iota(planes.begin(), planes.end(), std::uint64_t{0});
    return planes;
  }
  [[nodiscard]] std::int64_t contiguous_images() const { return parse_imagej(index_)->images; }

  void set_map(PlaneMap map, AxesOrigin origin) {
    result_.origin = origin;
    for (const PlaneRef& plane : map.planes) {
      if (result_.pages.empty() || result_.pages.back() != plane.page) result_.pages.push_back(plane.page);
    }
    std::sort(result_.pages.begin(), result_.pages.end());
    result_.pages.erase(std::unique(result_.pages.begin(), result_.pages.end()), result_.pages.end());
    result_.page_count = static_cast<std::int64_t>(result_.pages.size());
    if (result_.stride != 0) result_.pages = data_pages_;
    result_.map = std::move(map);
  }

  [[nodiscard]] Error different_pages(std::uint64_t page, std::uint64_t first) const {
    return Error{Errc::unsupported, source_.name() + ": page " + std::to_string(page + 1) + " is " +
                                        layout_text(layout_at(page)) + ", page " + std::to_string(first + 1) + " is " +
                                        layout_text(layout_at(first)) +
                                        ". The pages of a stack must be alike: save them as files of their own."};
  }

  Result<void> check_pages(bool check_pixels) {
    const std::uint64_t first = result_.pages.front();
    std::vector<bool> checked(index_.layouts.size(), false);
    std::uint64_t table_bytes = 0;
    for (const std::uint64_t page : result_.pages) {
      const PageLayout& layout = layout_at(page);
      const std::uint32_t number = index_.pages[static_cast<std::size_t>(page)].layout;
      if (!checked[number]) {
        WEBUNMIX_TRY(check_readable(layout, source_.name(), page + 1));
        if (!same_pixels(layout_at(first), layout)) return different_pages(page, first);
        checked[number] = true;
      }
      // The walk has checked what it could; a page it found wrong is told here. The first page must be right in any case: a file that
      // claims more than it holds does not open.
      const bool doubtful =
          check_pixels && !index_.pages[static_cast<std::size_t>(page)].segments_checked && table_bytes <= most_table_bytes;
      if (page != first && !doubtful) continue;
      table_bytes += std::min(most_table_bytes, saturating_product(layout.segments(), 16));
      WEBUNMIX_TRY(segment_table(directories_, index_, static_cast<std::size_t>(page)));
    }
    return {};
  }

  void describe_pixels() {
    StackInfo& info = result_.info;
    const PageLayout& layout = layout_at(result_.pages.front());
    info.shape.x = layout.width;
    info.shape.y = layout.height;
    info.type = layout.sample_type();
    const bool asked = result_.question.has_value();
    info.shape.t = asked ? 1 : result_.map.t;
    info.shape.z = asked ? 1 : result_.map.z;
    info.shape.c = asked ? layout.samples : result_.map.c;
    // Names and colours of other axes than these belong to other channels.
    if (info.channels.size() != static_cast<std::size_t>(info.shape.c)) info.channels.clear();
    info.channels.resize(static_cast<std::size_t>(info.shape.c));
    name_rgb(layout);

    // Single rows of uncompressed strips can be read; compressed strips and tiles only as a whole.
    const bool single_rows = layout.compression == COMPRESSION_NONE && !layout.tiled();
    info.rows_per_band = single_rows ? 1 : layout.segment_height();
    info.costly_to_read = std::any_of(result_.pages.begin(), result_.pages.end(),
                                      [&](std::uint64_t page) { return layout_at(page).compression != COMPRESSION_NONE; });
    if (layout.photometric == PHOTOMETRIC_MINISWHITE) {
      result_.warnings.emplace_back("The file shows 0 as white. Values are read as they are stored.");
    }
  }

  void name_rgb(const PageLayout& layout) {
    const bool coloured = layout.photometric == PHOTOMETRIC_RGB || layout.photometric == PHOTOMETRIC_YCBCR;
    if (!coloured || layout.samples < 3) return;
    constexpr std::array<std::pair<const char*, std::uint32_t>, 3> primaries{
        {{"Red", 0xFF0000FF}, {"Green", 0x00FF00FF}, {"Blue", 0x0000FFFF}}};
    for (std::size_t c = 0; c < result_.info.channels.size(); ++c) {
      const std::size_t sample = c % layout.samples;
      if (sample >= primaries.size()) continue;
      ChannelInfo& channel = result_.info.channels[c];
      channel.name += (channel.name.empty() ? "" : " ") + std::string(primaries[sample].first);
      channel.colour_rgba = primaries[sample].second;
    }
  }

  ByteSource& source_;
  const PageIndex& index_;
  DirectoryReader directories_;
  std::vector<std::uint64_t> data_pages_;
  Interpretation result_;
};

}  // namespace

Result<Interpretation> interpret(ByteSource& source, const PageIndex& index, std::string_view axes, std::uint32_t image,
                                 bool check_pixels) {
  return Interpreter(source, index).run(axes, image, check_pixels);
}

}  // namespace webunmix::tiff
