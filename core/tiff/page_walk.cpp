// Walks the chain of directories: reads of every page what later reading needs, and nothing twice.
#include "tiff/page_index.hpp"

#include <tiff.h>
#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

#include "tiff/text.hpp"

namespace webunmix::tiff {
namespace {

constexpr std::uint16_t tag_imagej_metadata_counts = 50838;
constexpr std::uint16_t tag_imagej_metadata = 50839;

// Of values that are held in memory. OME-XML of the largest plates is some tens of megabytes.
constexpr std::uint64_t largest_description = std::uint64_t{256} << 20U;
constexpr std::uint64_t largest_jpeg_tables = 65536;

// Stacks have one or two layouts. A file in which thousands of pages all differ is no stack.
constexpr std::size_t most_layouts = 1024;

// Tables of segments that the walk looks at to see whether all pixels are there. What lies beyond is checked when it is read.
constexpr std::uint64_t most_checked_table_bytes = std::uint64_t{64} << 20U;

// Reads the directories one after another and adds what they say to the index.
class Walker {
 public:
  explicit Walker(DirectoryReader reader) : reader_(std::move(reader)) {
    index_.file_bytes = reader_.file_bytes();
    index_.big_tiff = reader_.big_tiff();
    index_.big_endian = reader_.big_endian();
  }

  Result<PageIndex> walk() {
    std::unordered_map<std::uint64_t, std::size_t> page_at;
    std::uint64_t tables = 0;
    for (std::uint64_t offset = reader_.first_directory(); offset != 0;) {
      const std::size_t page = index_.pages.size();
      const auto [seen, fresh] = page_at.emplace(offset, page);
      if (!fresh) {
        return Error{Errc::bad_file, reader_.name() + ": the directory after page " + std::to_string(page) +
                                         " is that of page " + std::to_string(seen->second + 1) +
                                         " again, so the pages never end. The file is damaged."};
      }
      WEBUNMIX_ASSIGN(const Directory directory, reader_.directory(offset, page + 1));
      tables += directory.table_bytes;
      if (tables > reader_.file_bytes()) {
        return Error{Errc::bad_file, reader_.name() + ": the directories of the first " + std::to_string(page + 1) +
                                         " pages overlap. The file is damaged."};
      }
      WEBUNMIX_TRY(add(directory));
      offset = directory.next;
    }
    if (index_.pages.empty()) return Error{Errc::bad_file, reader_.name() + " has no pages. The file is damaged."};
    return std::move(index_);
  }

 private:
  // The field's first value as a number that fits T; what does not fit is an error.
  template <class T>
  Result<void> scalar(const Field& field, T& into) {
    WEBUNMIX_ASSIGN(const auto values, reader_.unsigned_values(field, 0, 1));
    if (values[0] > std::numeric_limits<T>::max()) {
      return Error{Errc::bad_file, reader_.name() + ": page " + std::to_string(index_.pages.size() + 1) + " has the value " +
                                       std::to_string(values[0]) + " for tag " + std::to_string(field.tag) +
                                       ", which is too large. The file is damaged."};
    }
    into = static_cast<T>(values[0]);
    return {};
  }

  // The value that all samples share; 0 when they differ.
  Result<void> common(const Field& field, std::uint16_t& into) {
    constexpr std::uint64_t most_samples = std::numeric_limits<std::uint16_t>::max();
    WEBUNMIX_ASSIGN(const auto values, reader_.unsigned_values(field, 0, std::min(field.count, most_samples)));
    const bool alike = !values.empty() && std::all_of(values.begin(), values.end(), [&](auto v) { return v == values[0]; });
    into = alike && values[0] <= most_samples ? static_cast<std::uint16_t>(values[0]) : std::uint16_t{0};
    return {};
  }

  Result<void> add(const Directory& directory) {
    PageLayout layout;
    Page page;
    bool has_width = false;
    bool has_height = false;
    std::uint32_t rows_per_strip = std::numeric_limits<std::uint32_t>::max();
    std::uint16_t planar = PLANARCONFIG_CONTIG;
    for (const Field& field : directory.fields) {
      switch (field.tag) {
        case TIFFTAG_IMAGEWIDTH:
          WEBUNMIX_TRY(scalar(field, layout.width));
          has_width = true;
          break;
        case TIFFTAG_IMAGELENGTH:
          WEBUNMIX_TRY(scalar(field, layout.height));
          has_height = true;
          break;
        case TIFFTAG_TILEWIDTH: WEBUNMIX_TRY(scalar(field, layout.tile_width)); break;
        case TIFFTAG_TILELENGTH: WEBUNMIX_TRY(scalar(field, layout.tile_height)); break;
        case TIFFTAG_ROWSPERSTRIP: WEBUNMIX_TRY(rows(field, rows_per_strip)); break;
        case TIFFTAG_BITSPERSAMPLE: WEBUNMIX_TRY(common(field, layout.bits)); break;
        case TIFFTAG_SAMPLEFORMAT: WEBUNMIX_TRY(common(field, layout.sample_format)); break;
        case TIFFTAG_SAMPLESPERPIXEL: WEBUNMIX_TRY(scalar(field, layout.samples)); break;
        case TIFFTAG_COMPRESSION: WEBUNMIX_TRY(scalar(field, layout.compression)); break;
        case TIFFTAG_PHOTOMETRIC: WEBUNMIX_TRY(scalar(field, layout.photometric)); break;
        case TIFFTAG_PREDICTOR: WEBUNMIX_TRY(scalar(field, layout.predictor)); break;
        case TIFFTAG_FILLORDER: WEBUNMIX_TRY(scalar(field, layout.fill_order)); break;
        case TIFFTAG_PLANARCONFIG: WEBUNMIX_TRY(scalar(field, planar)); break;
        case TIFFTAG_EXTRASAMPLES:
          layout.extra_samples = static_cast<std::uint16_t>(std::min<std::uint64_t>(field.count, 0xFFFF));
          break;
        case TIFFTAG_YCBCRSUBSAMPLING: WEBUNMIX_TRY(subsampling(field, layout.chroma_subsampling)); break;
        case TIFFTAG_JPEGTABLES: WEBUNMIX_TRY(jpeg_tables(field, layout.jpeg_tables)); break;
        case TIFFTAG_SUBFILETYPE: {
          std::uint32_t kind = 0;
          WEBUNMIX_TRY(scalar(field, kind));
          if ((kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0) page.reduced = true;
          break;
        }
        case TIFFTAG_OSUBFILETYPE: {
          std::uint16_t kind = 0;
          WEBUNMIX_TRY(scalar(field, kind));
          if (kind == OFILETYPE_REDUCEDIMAGE) page.reduced = true;
          break;
        }
        case TIFFTAG_STRIPOFFSETS:
        case TIFFTAG_TILEOFFSETS: page.segment_offsets = field; break;
        case TIFFTAG_STRIPBYTECOUNTS:
        case TIFFTAG_TILEBYTECOUNTS: page.segment_bytes = field; break;
        default: break;
      }
    }
    if (!has_width || !has_height || page.segment_offsets.count == 0) {
      return Error{Errc::bad_file, reader_.name() + ": page " + std::to_string(index_.pages.size() + 1) + " has no " +
                                       (!has_width    ? "ImageWidth"
                                        : !has_height ? "ImageLength"
                                                      : "StripOffsets") +
                                       " tag. The file is damaged."};
    }
    layout.planar = planar == PLANARCONFIG_SEPARATE && layout.samples > 1;
    layout.rows_per_strip = layout.tiled() ? 0 : std::min(rows_per_strip, layout.height);
    if (layout.compression == COMPRESSION_NONE) layout.predictor = PREDICTOR_NONE;  // has no effect without compression

    if (page.segment_offsets.count == 1) {
      WEBUNMIX_TRY(scalar(page.segment_offsets, page.only_offset));
      if (page.segment_bytes.count == 1) WEBUNMIX_TRY(scalar(page.segment_bytes, page.only_bytes));
    }
    if (index_.pages.empty()) WEBUNMIX_TRY(describe(directory));
    WEBUNMIX_ASSIGN(page.layout, layout_index(std::move(layout)));
    index_.pages.push_back(page);
    check_segments();
    return {};
  }

  // Of the page that was added last. Checking all pages later would mean going through the whole file again.
  void check_segments() {
    const std::size_t number = index_.pages.size() - 1;
    Page& page = index_.pages.back();
    const PageLayout& layout = index_.layouts[page.layout];
    if (page.layout == readable_.size()) readable_.push_back(check_readable(layout, reader_.name(), number + 1).ok());
    if (page.reduced || !readable_[page.layout]) return;
    const std::uint64_t table_bytes = saturating_product(layout.segments(), 16);
    if (table_bytes > most_checked_table_bytes - checked_table_bytes_) return;
    checked_table_bytes_ += table_bytes;
    page.segments_checked = segment_table(reader_, index_, number).ok();
  }

  Result<std::uint32_t> layout_index(PageLayout layout) {
    // From the last: pages mostly look like the page before.
    for (std::size_t i = index_.layouts.size(); i-- > 0;) {
      if (index_.layouts[i] == layout) return static_cast<std::uint32_t>(i);
    }
    if (index_.layouts.size() == most_layouts) {
      return Error{Errc::unsupported, reader_.name() + ": the pages are of more than " + std::to_string(most_layouts) +
                                          " different kinds (size, type, compression). Save it as a stack of equal pages."};
    }
    index_.layouts.push_back(std::move(layout));
    return static_cast<std::uint32_t>(index_.layouts.size() - 1);
  }

  // RowsPerStrip may be "all of them", which some tools write as a number larger than 32 bits hold.
  Result<void> rows(const Field& field, std::uint32_t& into) {
    WEBUNMIX_ASSIGN(const auto values, reader_.unsigned_values(field, 0, 1));
    into = static_cast<std::uint32_t>(std::min<std::uint64_t>(values[0], std::numeric_limits<std::uint32_t>::max()));
    return {};
  }

  Result<void> subsampling(const Field& field, std::array<std::uint16_t, 2>& into) {
    WEBUNMIX_ASSIGN(const auto values, reader_.unsigned_values(field, 0, 2));
    for (std::size_t i = 0; i < 2; ++i) into[i] = static_cast<std::uint16_t>(std::min<std::uint64_t>(values[i], 0xFFFF));
    return {};
  }

  Result<void> jpeg_tables(const Field& field, std::vector<std::byte>& into) {
    if (field.count > largest_jpeg_tables) {
      return Error{Errc::bad_file, reader_.name() + ": page " + std::to_string(index_.pages.size() + 1) +
                                       " has JPEG tables of " + format_bytes(field.count) + "; at most " +
                                       format_bytes(largest_jpeg_tables) + " are possible. The file is damaged."};
    }
    WEBUNMIX_ASSIGN(into, reader_.bytes(field));
    return {};
  }

  Result<void> describe(const Directory& directory) {
    for (const Field& field : directory.fields) {
      switch (field.tag) {
        case TIFFTAG_IMAGEDESCRIPTION: WEBUNMIX_TRY(description(field)); break;
        case TIFFTAG_XRESOLUTION: WEBUNMIX_TRY(resolution(field, index_.x_resolution)); break;
        case TIFFTAG_YRESOLUTION: WEBUNMIX_TRY(resolution(field, index_.y_resolution)); break;
        case tag_imagej_metadata_counts: WEBUNMIX_TRY(imagej(field, index_.imagej_metadata_counts)); break;
        case tag_imagej_metadata: WEBUNMIX_TRY(imagej(field, index_.imagej_metadata)); break;
        default: break;
      }
    }
    return {};
  }

  Result<void> description(const Field& field) {
    if (field.type != TIFF_ASCII && field.type != TIFF_BYTE) return {};
    if (field.count > largest_description) {
      return Error{Errc::unsupported, reader_.name() + ": the image description is " + format_bytes(field.count) +
                                          " long; at most " + format_bytes(largest_description) + " are read."};
    }
    WEBUNMIX_ASSIGN(index_.description, reader_.text(field));
    return {};
  }

  Result<void> imagej(const Field& field, std::vector<std::byte>& into) {
    if (field.count > largest_description / field_type_bytes(TIFF_LONG)) return {};
    WEBUNMIX_ASSIGN(into, reader_.bytes(field));
    return {};
  }

  Result<void> resolution(const Field& field, double& into) {
    WEBUNMIX_ASSIGN(const double value, reader_.rational(field));
    if (std::isfinite(value) && value > 0) into = value;
    return {};
  }

  DirectoryReader reader_;
  PageIndex index_;
  std::vector<bool> readable_;  // by layout
  std::uint64_t checked_table_bytes_ = 0;
};

}  // namespace

Result<PageIndex> walk_pages(ByteSource& source) {
  WEBUNMIX_ASSIGN(DirectoryReader reader, DirectoryReader::open(source));
  return Walker(std::move(reader)).walk();
}

}  // namespace webunmix::tiff
