#include "tiff/reader.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "tiff/interpretation.hpp"
#include "tiff/page_index.hpp"
#include "tiff/pixel_reader.hpp"

namespace webunmix {
namespace {

// Changes when the layout of the bytes of index() does.
constexpr std::uint32_t index_magic = 0x5754'4932;

// Runs what may throw (memory, the XML library) and makes a Result of it. `doing` completes "Out of memory while ...".
template <class F>
auto guarded(const std::string& doing, F&& f) -> decltype(f()) {
  try {
    return f();
  } catch (const std::bad_alloc&) {
    return Error{Errc::out_of_memory, "Out of memory while " + doing + ". Close other tabs or use fewer workers."};
  } catch (const std::exception& exception) {
    return Error{Errc::internal, "Failed while " + doing + ": " + exception.what()};
  }
}

}  // namespace

struct TiffReader::Parts {
  std::unique_ptr<ByteSource> source;
  std::string axes;         // the user's; empty: what the file says
  std::uint32_t image = 0;  // which of an OME-XML's
  tiff::PageIndex index;
  tiff::Interpretation meaning;
  std::optional<tiff::PixelReader> pixels;

  Result<void> load(std::span<const std::byte> bytes) {
    ByteReader in(bytes);
    const std::uint32_t magic = in.u32();
    image = in.u32();
    const std::string saved_axes = in.text();
    index = tiff::read_index(in);
    WEBUNMIX_TRY(in.done("The index of " + source->name()));
    const bool layouts_exist = std::all_of(index.pages.begin(), index.pages.end(),
                                           [&](const tiff::Page& page) { return page.layout < index.layouts.size(); });
    if (magic != index_magic || index.pages.empty() || !layouts_exist || index.file_bytes != source->size()) {
      return Error{Errc::internal, "The index given for " + source->name() + " is not one of this file."};
    }
    if (axes.empty()) axes = saved_axes;
    return {};
  }

  Result<void> open(const TiffOpenOptions& options) {
    axes = options.axes;
    const bool walk = options.index.empty();
    if (walk) {
      WEBUNMIX_ASSIGN(index, tiff::walk_pages(*source));
    } else {
      WEBUNMIX_TRY(load(options.index));
    }
    WEBUNMIX_ASSIGN(meaning, tiff::interpret(*source, index, axes, image, walk));
    pixels.emplace(*source, index, meaning.stride);
    return {};
  }

  Result<void> set_axes(std::string_view text) {
    WEBUNMIX_ASSIGN(tiff::Interpretation other, tiff::interpret(*source, index, text, image, true));
    axes = text;
    meaning = std::move(other);
    pixels.emplace(*source, index, meaning.stride);
    return {};
  }

  [[nodiscard]] Result<void> check(const Box& box) const {
    const StackShape& shape = meaning.info.shape;
    bool inside = box.t >= 0 && box.t < shape.t && box.z >= 0 && box.z < shape.z && box.y_begin >= 0 &&
                  box.y_begin < box.y_end && box.y_end <= shape.y && !box.channels.empty();
    for (const std::int32_t c : box.channels) inside = inside && c >= 0 && c < shape.c;
    if (inside) return {};
    std::string channels;
    for (const std::int32_t c : box.channels) channels += (channels.empty() ? "" : ",") + std::to_string(c);
    return Error{Errc::internal, "t " + std::to_string(box.t) + ", z " + std::to_string(box.z) + ", c [" + channels +
                                     "], rows " + std::to_string(box.y_begin) + " to " + std::to_string(box.y_end) +
                                     " (from 0) were asked of " + source->name() + ", which has " + to_string(shape) + "."};
  }

  Result<Block> read(const Box& box) {
    if (meaning.question) return Error{Errc::axes_needed, meaning.question->message};
    WEBUNMIX_TRY(check(box));
    Block block(box, meaning.info.type, meaning.info.shape.x);

    struct Wanted {
      std::uint64_t page;
      tiff::WantedSample sample;
    };
    std::vector<Wanted> wanted;
    const std::size_t channel_bytes = block.pixels_per_channel() * bytes_per_sample(block.type());
    for (std::size_t i = 0; i < box.channels.size(); ++i) {
      const tiff::PlaneRef& plane = meaning.map.at(box.t, box.z, box.channels[i]);
      wanted.push_back({plane.page, {plane.sample, block.bytes().subspan(i * channel_bytes, channel_bytes)}});
    }
    // Channels of one page together, so that it is decoded once.
    std::stable_sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) { return a.page < b.page; });
    std::vector<tiff::WantedSample> samples;
    for (std::size_t i = 0; i < wanted.size();) {
      const std::uint64_t page = wanted[i].page;
      samples.clear();
      for (; i < wanted.size() && wanted[i].page == page; ++i) samples.push_back(wanted[i].sample);
      WEBUNMIX_TRY(pixels->read(page, box.y_begin, box.y_end, samples));
    }
    return block;
  }
};

TiffReader::TiffReader(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TiffReader::~TiffReader() = default;

Result<std::unique_ptr<TiffReader>> TiffReader::open(std::unique_ptr<ByteSource> source, const TiffOpenOptions& options) {
  return guarded("opening " + source->name(), [&]() -> Result<std::unique_ptr<TiffReader>> {
    auto parts = std::make_unique<Parts>();
    parts->source = std::move(source);
    WEBUNMIX_TRY(parts->open(options));
    return std::unique_ptr<TiffReader>(new TiffReader(std::move(parts)));
  });
}

const StackInfo& TiffReader::info() const { return parts_->meaning.info; }

Result<Block> TiffReader::read(const Box& box) {
  return guarded("reading " + name(), [&] { return parts_->read(box); });
}

const std::optional<AxesQuestion>& TiffReader::question() const { return parts_->meaning.question; }

Result<void> TiffReader::set_axes(std::string_view axes) {
  return guarded("reading the axes of " + name(), [&] { return parts_->set_axes(axes); });
}

std::vector<std::byte> TiffReader::index() const { return index_of(parts_->image); }

std::vector<std::byte> TiffReader::index_of(std::uint32_t image) const {
  ByteWriter out;
  out.u32(index_magic).u32(image).text(parts_->axes);
  tiff::write_index(out, parts_->index);
  return std::move(out).take();
}

const std::string& TiffReader::name() const { return parts_->source->name(); }
std::uint64_t TiffReader::file_bytes() const { return parts_->source->size(); }
std::int64_t TiffReader::pages() const { return parts_->meaning.page_count; }
AxesOrigin TiffReader::axes_from() const { return parts_->meaning.origin; }
std::string TiffReader::format() const { return parts_->meaning.format + (parts_->index.big_tiff ? ", BigTIFF" : ""); }
std::string TiffReader::compression() const {
  return tiff::compression_text(parts_->index.layout_of(static_cast<std::size_t>(parts_->meaning.pages.front())).compression);
}
const std::vector<std::string>& TiffReader::warnings() const { return parts_->meaning.warnings; }
const std::vector<TileImage>& TiffReader::tiles() const { return parts_->meaning.tiles; }
const std::optional<StagePosition>& TiffReader::stage_position() const { return parts_->meaning.stage; }
const std::string& TiffReader::carried_metadata() const { return parts_->meaning.carried; }

}  // namespace webunmix
