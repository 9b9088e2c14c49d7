// Files of more than 4 GiB, without the bytes: a source that makes them up as they are asked for.
#include <catch2/catch.hpp>
#include <cstring>

#include "tiff/made_file.hpp"
#include "tiff/open.hpp"
#include "tiff/written.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

// The head as given; behind it every byte is a function of its position. Counts what is read.
class MadeUpSource final : public ByteSource {
 public:
  MadeUpSource(std::vector<std::byte> head, std::uint64_t size) : name_("large.tif"), head_(std::move(head)), size_(size) {}

  static std::byte byte_at(std::uint64_t offset) { return static_cast<std::byte>((offset * 0x9E3779B97F4A7C15U) >> 56U); }

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<std::byte> into) override {
    REQUIRE(offset + into.size() <= size_);
    for (std::size_t i = 0; i < into.size(); ++i) {
      const std::uint64_t at = offset + i;
      into[i] = at < head_.size() ? head_[static_cast<std::size_t>(at)] : byte_at(at);
    }
    ++reads;
    bytes += into.size();
    return {};
  }

  int reads = 0;
  std::uint64_t bytes = 0;

 private:
  std::string name_;
  std::vector<std::byte> head_;
  std::uint64_t size_;
};

struct Opened {
  std::unique_ptr<TiffReader> reader;
  MadeUpSource* source = nullptr;
};

Opened open_made_up(std::vector<std::byte> head, std::uint64_t size) {
  auto source = std::make_unique<MadeUpSource>(std::move(head), size);
  Opened opened;
  opened.source = source.get();
  auto reader = TiffReader::open(std::move(source));
  if (!reader.ok()) FAIL(reader.error().message);
  opened.reader = std::move(*reader);
  return opened;
}

// The bytes of some rows, against those of the file from `offset` on.
bool is_at(TiffReader& reader, const Box& box, std::uint64_t offset) {
  const Block block = read_box(reader, box);
  for (std::size_t i = 0; i < block.bytes().size(); ++i) {
    if (block.bytes()[i] != MadeUpSource::byte_at(offset + i)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("an 8 GB stack is laid out as BigTIFF and any plane of it is read at once", "[tiff][large]") {
  const StackShape shape{64, 16, 2, 2048, 1024};
  OmeTiffPlan plan = plan_of(shape, SampleType::uint16, Compression::none, 512);
  const auto head = std::make_shared<std::vector<std::byte>>();
  auto begun = TiffWriter::begin(plan, std::make_unique<MemorySink>(head));
  REQUIRE(begun.ok());
  TiffWriter& writer = **begun;
  CHECK(writer.is_big());
  std::vector<std::uint64_t> plane_at;
  for (std::uint32_t page = 0; page < shape.planes(); ++page) {
    for (std::uint32_t strip = 0; strip < 4; ++strip) {
      const auto offset = writer.place(page, strip, 512 * 1024 * 2);
      REQUIRE(offset.ok());
      if (strip == 0) plane_at.push_back(*offset);
    }
  }
  REQUIRE(writer.finish().ok());
  CHECK(writer.file_bytes() > 8'500'000'000);
  CHECK(head->size() < 1'000'000);

  const Opened opened = open_made_up(*head, writer.file_bytes());
  CHECK(opened.reader->info().shape == shape);
  CHECK(opened.reader->info().rows_per_band == 1);
  CHECK(opened.source->bytes < 4 * head->size());  // nothing but the head was looked at

  opened.source->reads = 0;
  Box box;
  box.t = 63;
  box.z = 15;
  box.channels = {1};
  box.y_begin = 1000;
  box.y_end = 1100;  // across a border of strips that lie side by side
  CHECK(is_at(*opened.reader, box, plane_at.back() + std::uint64_t{1000} * 1024 * 2));
  CHECK(opened.source->reads <= 3);  // the table of strips, and the rows in one piece
}

TEST_CASE("ImageJ's planes beyond 4 GiB lie behind the only directory", "[tiff][large][imagej]") {
  MadePage page;
  page.longs[TIFFTAG_IMAGEWIDTH] = 4096;
  page.longs[TIFFTAG_IMAGELENGTH] = 4096;
  page.longs[TIFFTAG_ROWSPERSTRIP] = 4096;
  page.description = "ImageJ=1.53t\nimages=400\nchannels=4\nslices=100\nhyperstack=true\n";
  page.data.resize(4096 * 4096);
  std::vector<std::byte> head = made_file({page});
  const std::uint64_t first_at = head.size() - page.data.size();
  head.resize(static_cast<std::size_t>(first_at));
  const std::uint64_t plane_bytes = 4096 * 4096;
  const Opened opened = open_made_up(head, first_at + 400 * plane_bytes);
  CHECK(opened.reader->info().shape == StackShape{1, 100, 4, 4096, 4096});
  CHECK(opened.reader->pages() == 400);
  Box box;
  box.z = 99;
  box.channels = {2};
  box.y_begin = 4095;
  box.y_end = 4096;
  CHECK(is_at(*opened.reader, box, first_at + 398 * plane_bytes + std::uint64_t{4095} * 4096));
}

TEST_CASE("pages far apart cost one look each", "[tiff][large]") {
  // 640 planes of 8 MB, each behind its directory, as most programs write them.
  constexpr std::uint64_t plane_bytes = std::uint64_t{8} << 20U;
  constexpr std::uint64_t pages = 640;
  struct Chain final : ByteSource {
    std::string name_ = "chain.tif";
    std::uint64_t stride = 0;
    std::vector<std::vector<std::byte>> directories;
    std::vector<std::byte> header;
    int reads = 0;
    [[nodiscard]] std::uint64_t size() const override { return 16 + stride * directories.size(); }
    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<std::byte> into) override {
      ++reads;
      std::fill(into.begin(), into.end(), std::byte{0});
      for (std::size_t i = 0; i < into.size(); ++i) {
        const std::uint64_t at = offset + i;
        const std::vector<std::byte>& part = at < 16 ? header : directories[static_cast<std::size_t>((at - 16) / stride)];
        const std::uint64_t within = at < 16 ? at : (at - 16) % stride;
        if (within < part.size()) into[i] = part[static_cast<std::size_t>(within)];
      }
      return {};
    }
  };
  auto source = std::make_unique<Chain>();
  Chain* chain = source.get();
  tiff::DirectoryBuilder(true, false).append_header_to(source->header, 16);
  for (int round = 0; round < 2; ++round) {
    std::uint64_t directory_bytes = source->directories.empty() ? 0 : source->directories[0].size();
    source->stride = directory_bytes + plane_bytes;
    source->directories.clear();
    for (std::uint64_t p = 0; p < pages; ++p) {
      const std::uint64_t at = 16 + p * source->stride;
      tiff::DirectoryBuilder directory(true, false);
      directory.add_long(TIFFTAG_IMAGEWIDTH, 2048);
      directory.add_long(TIFFTAG_IMAGELENGTH, 2048);
      directory.add_short(TIFFTAG_BITSPERSAMPLE, 16);
      directory.add_long(TIFFTAG_ROWSPERSTRIP, 256);
      std::vector<std::uint64_t> offsets;
      for (std::uint64_t s = 0; s < 8; ++s) offsets.push_back(at + directory_bytes + s * plane_bytes / 8);
      directory.add_offsets(TIFFTAG_STRIPOFFSETS, offsets);
      directory.add_longs(TIFFTAG_STRIPBYTECOUNTS, std::vector<std::uint64_t>(8, plane_bytes / 8));
      directory.append_to(source->directories.emplace_back(), at, p + 1 == pages ? 0 : at + source->stride);
    }
  }
  TiffOpenOptions options;
  options.axes = "T";
  auto reader = TiffReader::open(std::move(source), options);
  REQUIRE(reader.ok());
  CHECK((*reader)->info().shape == StackShape{640, 1, 1, 2048, 2048});
  CHECK((*reader)->file_bytes() > 5'000'000'000);
  CHECK(chain->reads <= static_cast<int>(pages) + 5);
}
