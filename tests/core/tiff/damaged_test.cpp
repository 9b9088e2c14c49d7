// Files that are cut off, contradict themselves or are no TIFF at all: each a clear error, whatever the bytes; run under sanitizers.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <random>

#include "tiff/formula.hpp"
#include "tiff/inspection.hpp"
#include "tiff/made_file.hpp"
#include "tiff/open.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text.data(), text.size()));
  return {bytes.begin(), bytes.end()};
}

// Opens what may be damaged and reads all of it; the first error, or nothing when all pixels could be read.
std::optional<Error> read_everything(const std::vector<std::byte>& bytes) {
  auto opened = try_open(bytes);
  if (!opened.ok()) return opened.error();
  TiffReader& reader = **opened;
  // Whatever the file claims, it must be possible to show it: as text, without bytes that had to be replaced.
  const Json shown = inspection(reader);
  CHECK(Json::parse(shown.dump()) == shown);
  if (reader.question()) {
    if (auto answered = reader.set_axes(reader.question()->guess); !answered.ok()) return answered.error();
  }
  const StackShape shape = reader.info().shape;
  for (std::int64_t t = 0; t < shape.t; ++t) {
    for (std::int64_t z = 0; z < shape.z; ++z) {
      auto block = reader.read(whole_box(shape, t, z));
      if (!block.ok()) return block.error();
    }
  }
  return std::nullopt;
}

// An error that a person can act on: it names the file and one of the causes that a file can have.
void check_clear(const Error& error) {
  CAPTURE(error.message);
  const std::array causes{Errc::bad_file, Errc::unsupported, Errc::out_of_memory, Errc::bad_setting};
  CHECK(std::find(causes.begin(), causes.end(), error.code) != causes.end());
  CHECK(error.message.find("stack.tif") != std::string::npos);
  CHECK(error.message.size() > 30);
}

Error error_of(const std::vector<std::byte>& bytes) {
  const auto error = read_everything(bytes);
  REQUIRE(error);
  check_clear(*error);
  return *error;
}

Error error_of(const MadePage& page) { return error_of(made_file({page})); }

MadePage with(std::uint16_t tag, std::uint64_t value) {
  MadePage page;
  page.longs[tag] = value;
  return page;
}

// Changes the value of a SHORT or small LONG of the first directory of a little-endian file.
void set_short(std::vector<std::byte>& file, std::uint16_t tag, std::uint16_t value) {
  std::uint32_t directory = 0;
  std::memcpy(&directory, file.data() + 4, sizeof(directory));
  std::uint16_t entries = 0;
  std::memcpy(&entries, file.data() + directory, sizeof(entries));
  for (std::size_t i = 0; i < entries; ++i) {
    std::byte* entry = file.data() + directory + 2 + 12 * i;
    if (std::memcmp(entry, &tag, sizeof(tag)) == 0) return static_cast<void>(std::memcpy(entry + 8, &value, sizeof(value)));
  }
  FAIL("no tag " << tag);
}

constexpr std::array<const char*, 14> varied{"uint16_be_none.tif",
                                             "uint8_le_deflate.tif",
                                             "int32_lzw_predictor2_be.tif",
                                             "float32_zstd_predictor3_le.tif",
                                             "uint8_packbits_plain.tif",
                                             "rgb_uint16_contig_lzw.tif",
                                             "rgb_uint8_separate_tiles_deflate.tif",
                                             "big_tiles_uint16_be_zlib.tif",
                                             "jpeg_ycbcr.tif",
                                             "bits4_lzw.tif",
                                             "pages_pyramid.tif",
                                             "imagej_hyperstack.tif",
                                             "imagej_contiguous.tif",
                                             "ome_metadata.ome.tif"};

}  // namespace

TEST_CASE("what is no TIFF file is told by what it is", "[tiff][damaged]") {
  CHECK_THAT(error_of(bytes_of("")).message, Catch::Contains("empty (0 bytes)"));
  CHECK_THAT(error_of(bytes_of("x,y\n1,2\n")).message, Catch::Contains("not a TIFF file") && Catch::Contains("text"));
  CHECK_THAT(error_of(bytes_of("\x89PNG\r\n\x1A\n")).message, Catch::Contains("PNG"));
  CHECK_THAT(error_of(bytes_of("ZISRAWFILE......")).message, Catch::Contains("CZI"));
  CHECK_THAT(error_of(std::vector<std::byte>(4096)).message, Catch::Contains("none of the marks"));
  CHECK_THAT(error_of(bytes_of("II")).message, Catch::Contains("not a TIFF file"));
  using namespace std::string_view_literals;
  CHECK_THAT(error_of(bytes_of("II*\0"sv)).message, Catch::Contains("ends within the TIFF header"));
  CHECK_THAT(error_of(bytes_of("II*\0\0\0\0\0"sv)).message, Catch::Contains("no pages"));
  CHECK_THAT(error_of(bytes_of("II+\0\4\0\0\0\0\0\0\0\0\0\0\0"sv)).message, Catch::Contains("offsets of 4 bytes"));
}

TEST_CASE("a loop of directories is an error and not a hang", "[tiff][damaged]") {
  auto bytes = made_stack(3);
  // The last directory's pointer to the next one is the last number of its table; it held 0.
  const auto reader = open_bytes(bytes);
  REQUIRE(reader->pages() == 3);
  tiff::DirectoryBuilder header(false, false);
  const auto table_bytes = 2 + 12 * 9 + 4;
  const auto page_bytes = (table_bytes + 7) / 8 * 8;
  const auto next_of_last = static_cast<std::size_t>(8 + 2 * page_bytes + table_bytes - 4);
  for (const int target : {0, 1, 2}) {
    const auto offset = static_cast<std::uint32_t>(8 + target * page_bytes);
    std::memcpy(bytes.data() + next_of_last, &offset, sizeof(offset));
    CHECK_THAT(error_of(bytes).message,
               Catch::Contains("after page 3 is that of page " + std::to_string(target + 1)) && Catch::Contains("never end"));
  }
}

TEST_CASE("a small file that claims a large image is not believed", "[tiff][damaged]") {
  for (const std::uint64_t compression : {1U, 5U, 8U, 32773U, 50000U, 7U}) {
    MadePage page = with(TIFFTAG_COMPRESSION, compression);
    page.longs[TIFFTAG_IMAGEWIDTH] = 60000;
    page.longs[TIFFTAG_IMAGELENGTH] = 60000;
    page.longs[TIFFTAG_ROWSPERSTRIP] = 60000;
    page.data.resize(800);
    CAPTURE(compression);
    CHECK_THAT(error_of(page).message, Catch::Contains("page 1"));
    // In many strips: tables of the right length, all pointing at the same few bytes.
    page.longs[TIFFTAG_ROWSPERSTRIP] = 6000;
    page.strips = 10;
    CHECK_THAT(error_of(page).message, Catch::Contains("page 1"));
  }
  MadePage page = with(TIFFTAG_IMAGEWIDTH, 0xFFFFFFFF);
  page.longs[TIFFTAG_IMAGELENGTH] = 0xFFFFFFFF;
  page.longs[TIFFTAG_ROWSPERSTRIP] = 0xFFFFFFFF;
  page.longs[TIFFTAG_SAMPLESPERPIXEL] = 65535;
  page.longs[TIFFTAG_BITSPERSAMPLE] = 32;
  CHECK(error_of(page).code == Errc::bad_file);
  page.longs[TIFFTAG_ROWSPERSTRIP] = 1;
  CHECK(error_of(page).code == Errc::bad_file);
  page.longs[TIFFTAG_PLANARCONFIG] = 2;
  CHECK(error_of(page).code == Errc::bad_file);
  page.longs[TIFFTAG_TILEWIDTH] = 16;
  page.longs[TIFFTAG_TILELENGTH] = 16;
  CHECK(error_of(page).code == Errc::bad_file);
}

TEST_CASE("tables of strips that do not fit", "[tiff][damaged]") {
  MadePage page = with(TIFFTAG_ROWSPERSTRIP, 2);
  page.strips = 2;
  CHECK_THAT(error_of(page).message, Catch::Contains("page 1 needs 3 strips") && Catch::Contains("2 offsets"));
  page.strips = 3;
  page.counts_missing = 1;
  CHECK_THAT(error_of(page).message, Catch::Contains("page 1 needs 3 strips") && Catch::Contains("2 byte counts"));
  page.counts_missing = 0;
  CHECK_FALSE(read_everything(made_file({page})));
  page.data.resize(45);
  CHECK_THAT(error_of(page).message,
             Catch::Contains("strip 1 of 3") && Catch::Contains("15 bytes") && Catch::Contains("16 bytes"));

  MadePage without;
  without.without_offsets = true;
  CHECK_THAT(error_of(without).message, Catch::Contains("no StripOffsets"));
  MadePage one;
  one.counts_missing = 1;
  CHECK_FALSE(read_everything(made_file({one})));  // one uncompressed strip needs no count

  auto bytes = made_file({MadePage{}});
  bytes.pop_back();
  CHECK_THAT(error_of(bytes).message, Catch::Contains("strip 1 of 1") && Catch::Contains("file ends at byte"));
}

TEST_CASE("kinds of pixels that are not read are named", "[tiff][damaged]") {
  const auto unsupported = [](const MadePage& page, const std::string& what) {
    const Error error = error_of(page);
    CHECK(error.code == Errc::unsupported);
    CHECK_THAT(error.message, Catch::Contains(what) && Catch::Contains("page 1"));
  };
  unsupported(with(TIFFTAG_COMPRESSION, 34712), "JPEG 2000 (compression 34712)");
  unsupported(with(TIFFTAG_COMPRESSION, 34925), "LZMA (compression 34925)");
  unsupported(with(TIFFTAG_COMPRESSION, 4), "CCITT");
  unsupported(with(TIFFTAG_COMPRESSION, 12345), "an unknown method (compression 12345)");
  unsupported(with(TIFFTAG_BITSPERSAMPLE, 12), "12-bit unsigned integer");
  unsupported(with(TIFFTAG_BITSPERSAMPLE, 24), "24-bit unsigned integer");
  MadePage page = with(TIFFTAG_BITSPERSAMPLE, 64);
  page.longs[TIFFTAG_SAMPLEFORMAT] = SAMPLEFORMAT_COMPLEXIEEEFP;
  unsupported(page, "64-bit complex floating point");
  page.longs[TIFFTAG_SAMPLEFORMAT] = SAMPLEFORMAT_UINT;
  unsupported(page, "64-bit unsigned integer");
  page = with(TIFFTAG_BITSPERSAMPLE, 16);
  page.longs[TIFFTAG_SAMPLEFORMAT] = SAMPLEFORMAT_IEEEFP;
  unsupported(page, "16-bit floating point");
  page.longs[TIFFTAG_SAMPLEFORMAT] = 77;
  unsupported(page, "unknown (77)");
  unsupported(with(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_YCBCR), "YCbCr");
  unsupported(with(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_CFA), "camera raw");

  const auto damaged = [](const MadePage& wrong, const std::string& what) {
    const Error error = error_of(wrong);
    CHECK(error.code == Errc::bad_file);
    CHECK_THAT(error.message, Catch::Contains(what));
  };
  damaged(with(TIFFTAG_IMAGEWIDTH, 0), "0 x 6 pixels");
  damaged(with(TIFFTAG_IMAGELENGTH, 0), "8 x 0 pixels");
  damaged(with(TIFFTAG_SAMPLESPERPIXEL, 0), "0 samples");
  damaged(with(TIFFTAG_ROWSPERSTRIP, 0), "8 x 0 pixels");
  damaged(with(TIFFTAG_TILEWIDTH, 16), "16 x 0 pixels");
  damaged(with(TIFFTAG_SAMPLESPERPIXEL, 65536), "65536 for tag 277");
  page = with(TIFFTAG_COMPRESSION, COMPRESSION_LZW);
  page.longs[TIFFTAG_PREDICTOR] = 3;
  damaged(page, "floating-point predictor");
}

TEST_CASE("pages that are not alike are no stack", "[tiff][damaged]") {
  MadePage wide = with(TIFFTAG_IMAGEWIDTH, 4);
  CHECK_THAT(error_of(made_file({MadePage{}, wide})).message, Catch::Contains("page 2 is 4 x 6 uint8, page 1 is 8 x 6 uint8"));
  MadePage thumbnail = wide;
  thumbnail.longs[TIFFTAG_SUBFILETYPE] = 1;
  CHECK_FALSE(read_everything(made_file({MadePage{}, thumbnail})));
  CHECK_THAT(error_of(made_file({thumbnail})).message, Catch::Contains("thumbnails"));

  std::vector<MadePage> pages;
  for (std::uint64_t i = 1; i <= 1100; ++i) pages.push_back(with(TIFFTAG_IMAGEWIDTH, i));
  CHECK_THAT(error_of(made_file(pages)).message, Catch::Contains("different kinds"));
}

TEST_CASE("a codec that fails names the strip and its reason", "[tiff][damaged]") {
  for (const std::uint64_t compression : {5U, 8U, 50000U, 7U}) {
    CAPTURE(compression);
    const Error error = error_of(with(TIFFTAG_COMPRESSION, compression));
    CHECK(error.code == Errc::bad_file);
    CHECK_THAT(error.message, Catch::Contains("page 1: strip 1 of 1 cannot be decoded"));
  }
  // A JPEG strip that ends early is filled up by libjpeg; that must not pass for pixels.
  auto bytes = read_fixture("tiff/jpeg_grey.tif");
  const auto whole = open_bytes(bytes);
  const std::byte scan[]{std::byte{0xFF}, std::byte{0xDA}};
  const auto start = std::search(bytes.begin(), bytes.end(), std::begin(scan), std::end(scan));
  REQUIRE(start != bytes.end());
  // End of image, a few bytes into the data of the first scan.
  start[16] = std::byte{0xFF};
  start[17] = std::byte{0xD9};
  CHECK_THAT(error_of(bytes).message, Catch::Contains("strip 1 of 3 cannot be decoded (jpeg)"));
}

TEST_CASE("JPEG strips of another height than the page says", "[tiff][damaged]") {
  // 21 rows in strips of 8, 8 and 5.
  auto bytes = read_fixture("tiff/jpeg_grey.tif");
  set_short(bytes, TIFFTAG_IMAGELENGTH, 20);  // the last strip has a row too many, as some programs write it
  const auto reader = open_bytes(bytes);
  CHECK(largest_difference(read_box(*reader, whole_box(reader->info().shape, 0, 0)), "smooth") <= 6);
  set_short(bytes, TIFFTAG_IMAGELENGTH, 22);  // and here one too few
  CHECK_THAT(error_of(bytes).message,
             Catch::Contains("strip 3 of 3 cannot be decoded (jpeg)") && Catch::Contains("expected 35x6"));
}

TEST_CASE("Deflate under its older code", "[tiff]") {
  auto bytes = read_fixture("tiff/uint8_le_deflate.tif");
  set_short(bytes, TIFFTAG_COMPRESSION, COMPRESSION_DEFLATE);
  const auto reader = open_bytes(bytes);
  CHECK(reader->compression() == "deflate");
  CHECK(largest_difference(read_box(*reader, whole_box(reader->info().shape, 0, 0)), "uint8") == 0);
}

TEST_CASE("every truncation of every kind of file is an error", "[tiff][damaged]") {
  for (const char* file : varied) {
    const auto bytes = read_fixture("tiff/" + std::string(file));
    CAPTURE(file);
    REQUIRE_FALSE(read_everything(bytes));
    for (std::size_t size = 0; size < bytes.size(); size += size < 256 ? 1 : 61) {
      CAPTURE(size);
      const auto error = read_everything({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)});
      // What stands behind the last strip and directory may be missing without harm.
      if (error) {
        check_clear(*error);
      } else {
        CHECK(size + 256 > bytes.size());
      }
    }
  }
}

TEST_CASE("a large file cut at any kilobyte is an error", "[tiff][damaged]") {
  std::vector<MadePage> pages(20);
  for (MadePage& page : pages) {
    page.longs[TIFFTAG_IMAGEWIDTH] = 80;
    page.longs[TIFFTAG_IMAGELENGTH] = 60;
    page.longs[TIFFTAG_ROWSPERSTRIP] = 20;
    page.strips = 3;
    page.data.assign(4800, std::byte{1});
  }
  pages[0].description = "ImageJ=1.53t\nimages=20\nframes=20\n";
  for (const bool big : {false, true}) {
    const auto bytes = made_file(pages, big);
    REQUIRE_FALSE(read_everything(bytes));
    for (std::size_t size = 0; size < bytes.size(); size += 1024) {
      error_of(std::vector<std::byte>(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)));
    }
  }
}

TEST_CASE("flipped bytes never crash, hang or print", "[tiff][damaged]") {
  std::mt19937 random(20240229);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  std::size_t errors = 0;
  for (const char* file : varied) {
    const auto sound = read_fixture("tiff/" + std::string(file));
    for (int mutation = 0; mutation < 250; ++mutation) {
      auto bytes = sound;
      const std::size_t flips = 1 + below(4);
      for (std::size_t i = 0; i < flips; ++i) {
        // Half of the flips hit the first bytes or the last, where headers and directories tend to lie.
        const std::size_t zone = below(4);
        const std::size_t size = std::min<std::size_t>(bytes.size(), 400);
        const std::size_t at = zone == 0 ? below(size) : zone == 1 ? bytes.size() - 1 - below(size) : below(bytes.size());
        bytes[at] = below(3) == 0 ? static_cast<std::byte>(below(2) * 255) : bytes[at] ^ static_cast<std::byte>(1U << below(8));
      }
      CAPTURE(file, mutation);
      if (const auto error = read_everything(bytes)) {
        check_clear(*error);
        ++errors;
      }
    }
  }
  CHECK(errors > 500);
}

TEST_CASE("a source that fails while reading is told as such", "[tiff][damaged]") {
  // Fails at the nth read, wherever that is.
  class FailingSource final : public ByteSource {
   public:
    FailingSource(std::vector<std::byte> bytes, int reads) : bytes_("stack.tif", std::move(bytes)), reads_(reads) {}
    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
    [[nodiscard]] const std::string& name() const override { return bytes_.name(); }
    [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<std::byte> into) override {
      if (reads_-- == 0) return Error{Errc::read_failed, "the disk is gone"};
      return bytes_.read(offset, into);
    }

   private:
    MemorySource bytes_;
    int reads_;
  };
  const auto bytes = read_fixture("tiff/ome_metadata.ome.tif");
  int survived = 0;
  for (int reads = 0; reads < 200; ++reads) {
    auto opened = TiffReader::open(std::make_unique<FailingSource>(bytes, reads));
    Result<Block> block = Error{};
    if (opened.ok()) block = (*opened)->read(whole_box((*opened)->info().shape, 1, 2));
    if (opened.ok() && block.ok()) {
      ++survived;
      continue;
    }
    const Error& error = opened.ok() ? block.error() : opened.error();
    CHECK(error.code == Errc::read_failed);
    CHECK(error.message == "the disk is gone");
  }
  CHECK(survived > 0);
  CHECK(survived < 200);
}
