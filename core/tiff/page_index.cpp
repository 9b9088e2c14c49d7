#include "tiff/page_index.hpp"

namespace webunmix::tiff {
namespace {

void write_field(ByteWriter& out, const Field& field) { out.u32(field.tag).u32(field.type).u64(field.count).u64(field.at); }

Field read_field(ByteReader& in) {
  Field field;
  field.tag = static_cast<std::uint16_t>(in.u32());
  field.type = static_cast<std::uint16_t>(in.u32());
  field.count = in.u64();
  field.at = in.u64();
  return field;
}

}  // namespace

void write_index(ByteWriter& out, const PageIndex& index) {
  out.u64(index.file_bytes).boolean(index.big_tiff).boolean(index.big_endian);
  out.u64(index.layouts.size());
  for (const PageLayout& layout : index.layouts) {
    out.u32(layout.width).u32(layout.height).u32(layout.tile_width).u32(layout.tile_height).u32(layout.rows_per_strip);
    for (const std::uint16_t value :
         {layout.bits, layout.samples, layout.sample_format, layout.compression, layout.photometric, layout.predictor,
          layout.fill_order, layout.extra_samples, layout.chroma_subsampling[0], layout.chroma_subsampling[1]}) {
      out.u32(value);
    }
    out.boolean(layout.planar).bytes(layout.jpeg_tables);
  }
  out.u64(index.pages.size());
  for (const Page& page : index.pages) {
    out.u32(page.layout).boolean(page.reduced);
    write_field(out, page.segment_offsets);
    write_field(out, page.segment_bytes);
    out.u64(page.only_offset).u64(page.only_bytes);
  }
  out.text(index.description).f64(index.x_resolution).f64(index.y_resolution);
  out.bytes(index.imagej_metadata_counts).bytes(index.imagej_metadata);
}

PageIndex read_index(ByteReader& in) {
  PageIndex index;
  index.file_bytes = in.u64();
  index.big_tiff = in.boolean();
  index.big_endian = in.boolean();
  for (std::uint64_t n = in.u64(); n > 0 && in.ok(); --n) {
    PageLayout& layout = index.layouts.emplace_back();
    for (std::uint32_t* value :
         {&layout.width, &layout.height, &layout.tile_width, &layout.tile_height, &layout.rows_per_strip}) {
      *value = in.u32();
    }
    for (std::uint16_t* value :
         {&layout.bits, &layout.samples, &layout.sample_format, &layout.compression, &layout.photometric, &layout.predictor,
          &layout.fill_order, &layout.extra_samples, &layout.chroma_subsampling[0], &layout.chroma_subsampling[1]}) {
      *value = static_cast<std::uint16_t>(in.u32());
    }
    layout.planar = in.boolean();
    const auto tables = in.bytes();
    layout.jpeg_tables.assign(tables.begin(), tables.end());
  }
  for (std::uint64_t n = in.u64(); n > 0 && in.ok(); --n) {
    Page& page = index.pages.emplace_back();
    page.layout = in.u32();
    page.reduced = in.boolean();
    page.segment_offsets = read_field(in);
    page.segment_bytes = read_field(in);
    page.only_offset = in.u64();
    page.only_bytes = in.u64();
  }
  index.description = in.text();
  index.x_resolution = in.f64();
  index.y_resolution = in.f64();
  const auto counts = in.bytes();
  index.imagej_metadata_counts.assign(counts.begin(), counts.end());
  const auto metadata = in.bytes();
  index.imagej_metadata.assign(metadata.begin(), metadata.end());
  return index;
}

}  // namespace webunmix::tiff
