// OME-XML and ImageJ descriptions: what they say, what they leave open, and what is wrong with them.
#include <catch2/catch.hpp>

#include "tiff/inspection.hpp"
#include "tiff/made_file.hpp"
#include "tiff/open.hpp"
#include "tiff/text.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

// An OME-TIFF of `pages` pages; `pixels` are further attributes of Pixels, `inside` its content, `outside` what follows the image.
std::vector<std::byte> ome_file(std::size_t pages, const std::string& pixels, const std::string& inside,
                                const std::string& outside = {}, const std::string& root = {}) {
  return made_stack(
      pages, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\" " +
                 root + "><Image ID=\"Image:0\"><Pixels ID=\"Pixels:0\" Type=\"uint8\" SizeX=\"8\" SizeY=\"6\" " + pixels +
                 ">" + inside + "</Pixels></Image>" + outside + "</OME>");
}

constexpr const char* zct = "DimensionOrder=\"XYCZT\" SizeT=\"1\" SizeZ=\"3\" SizeC=\"2\"";

Error ome_error(std::size_t pages, const std::string& pixels, const std::string& inside, const std::string& root = {}) {
  auto reader = try_open(ome_file(pages, pixels, inside, {}, root));
  REQUIRE_FALSE(reader.ok());
  return reader.error();
}

}  // namespace

TEST_CASE("TiffData places planes wherever it says", "[tiff][ome]") {
  const auto reader = open_bytes(
      ome_file(6, zct,
               "<TiffData IFD=\"5\" FirstZ=\"0\" FirstC=\"0\"/><TiffData IFD=\"0\" FirstZ=\"0\" FirstC=\"1\" "
               "PlaneCount=\"3\"/><TiffData IFD=\"4\" FirstZ=\"2\"/><TiffData IFD=\"3\" FirstZ=\"2\" FirstC=\"1\"/>"));
  CHECK(reader->axes_from() == AxesOrigin::ome);
  CHECK(page_of(*reader, 0, 0, 0) == 5);
  CHECK(page_of(*reader, 0, 0, 1) == 0);
  CHECK(page_of(*reader, 0, 1, 0) == 1);
  CHECK(page_of(*reader, 0, 1, 1) == 2);
  CHECK(page_of(*reader, 0, 2, 0) == 4);
  CHECK(page_of(*reader, 0, 2, 1) == 3);
}

TEST_CASE("without TiffData the pages follow each other in DimensionOrder", "[tiff][ome]") {
  for (const char* inside : {"", "<TiffData/>", "<TiffData IFD=\"0\" PlaneCount=\"6\"/>"}) {
    CAPTURE(inside);
    const auto reader = open_bytes(ome_file(6, "DimensionOrder=\"XYZCT\" SizeT=\"1\" SizeZ=\"3\" SizeC=\"2\"", inside));
    CHECK(page_of(*reader, 0, 2, 0) == 2);
    CHECK(page_of(*reader, 0, 0, 1) == 3);
  }
}

TEST_CASE("sizes, names and colours of OME-XML", "[tiff][ome]") {
  const auto reader = open_bytes(
      ome_file(2,
               "DimensionOrder=\"XYCZT\" SizeT=\"1\" SizeZ=\"1\" SizeC=\"2\" PhysicalSizeX=\"0.1\" PhysicalSizeY=\"100\" "
               "PhysicalSizeYUnit=\"nm\" "
               "PhysicalSizeZ=\"-1\" TimeIncrement=\"2\" TimeIncrementUnit=\"min\"",
               "<Channel ID=\"Channel:0:0\" Name=\"a &lt; b &amp; &#181;\" Color=\"-16776961\" EmissionWavelength=\"0.5\" "
               "EmissionWavelengthUnit=\"&#181;m\" ExcitationWavelength=\"405\"/><Channel ID=\"Channel:0:1\"/>"));
  const StackInfo& info = reader->info();
  REQUIRE(info.pixel_size_x);
  CHECK(info.pixel_size_x->value == 0.1);
  CHECK(info.pixel_size_x->unit == "\u00B5m");
  CHECK(info.pixel_size_y->unit == "nm");
  CHECK_FALSE(info.pixel_size_z);
  CHECK(info.time_increment->value == 2);
  CHECK(info.time_increment->unit == "min");
  CHECK(info.channels[0].name == "a < b & \u00B5");
  CHECK(info.channels[0].colour_rgba == 0xFF0000FFU);
  CHECK(*info.channels[0].emission_nm == Approx(500));
  CHECK(*info.channels[0].excitation_nm == 405);
  CHECK(info.channels[1].name.empty());
  CHECK_FALSE(info.channels[1].colour_rgba);
}

TEST_CASE("a namespace prefix, a second image and another pixel type", "[tiff][ome]") {
  const std::string pixels =
      "<ome:Pixels ID=\"Pixels:0\" Type=\"uint16\" DimensionOrder=\"XYCZT\" SizeX=\"8\" SizeY=\"6\" SizeZ=\"1\" "
      "SizeC=\"1\" SizeT=\"2\"><ome:TiffData IFD=\"1\" PlaneCount=\"2\"/></ome:Pixels>";
  const auto reader =
      open_bytes(made_stack(3,
                            "<ome:OME xmlns:ome=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\"><ome:Image "
                            "ID=\"Image:0\">" +
                                pixels + "</ome:Image><ome:Image ID=\"Image:1\"/></ome:OME>"));
  CHECK(reader->info().shape == StackShape{2, 1, 1, 6, 8});
  CHECK(reader->info().type == SampleType::uint8);
  CHECK(page_of(*reader, 0, 0, 0) == 1);
  REQUIRE(reader->warnings().size() == 2);
  CHECK_THAT(reader->warnings()[0], Catch::Contains("2 images"));
  CHECK_THAT(reader->warnings()[1], Catch::Contains("uint16") && Catch::Contains("uint8"));
}

TEST_CASE("images of one shape are tiles, each with its place, opened by the index of the first", "[tiff][ome]") {
  const auto image = [](const std::string& name, int page, const std::string& size, const std::string& x) {
    return "<Image ID=\"Image:" + std::to_string(page) + "\" Name=\"" + name +
           "\"><Pixels ID=\"Pixels:" + std::to_string(page) + "\" Type=\"uint8\" DimensionOrder=\"XYCZT\" SizeX=\"" + size +
           "\" SizeY=\"6\" SizeZ=\"1\" SizeC=\"1\" SizeT=\"1\"><TiffData IFD=\"" + std::to_string(page) +
           "\"/><Plane TheT=\"0\" TheZ=\"0\" TheC=\"0\" PositionX=\"" + x +
           "\" PositionXUnit=\"mm\" PositionY=\"-3.5\"/></Pixels></Image>";
  };
  const std::string xml = "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\">" + image("Left", 0, "8", "1.25") +
                          image("Overview", 1, "4", "0") + image("Right", 2, "8", "2.5") + "</OME>";
  const std::vector<std::byte> file = made_stack(3, xml);
  const auto first = open_bytes(file);
  REQUIRE(first->tiles().size() == 2);
  CHECK(first->tiles()[0].name == "Left");
  CHECK(first->tiles()[1].image == 2);
  CHECK(first->tiles()[1].name == "Right");
  REQUIRE(first->warnings().size() == 1);
  CHECK_THAT(first->warnings()[0], Catch::Contains("3 images; 1 of another shape"));
  REQUIRE(first->stage_position());
  CHECK(first->stage_position()->x.value == 1.25);
  CHECK(first->stage_position()->x.unit == "mm");
  CHECK(first->stage_position()->y.value == -3.5);
  CHECK(first->stage_position()->y.unit == "reference frame");
  CHECK(page_of(*first, 0, 0, 0) == 0);

  const auto index = first->index_of(2);
  auto second = TiffReader::open(std::make_unique<MemorySource>("made.tif", file), {.axes = "", .index = index});
  REQUIRE(second.ok());
  CHECK(page_of(**second, 0, 0, 0) == 2);
  CHECK((*second)->stage_position()->x.value == 2.5);
  CHECK((*second)->index() == index);
}

TEST_CASE("each file of a set is read for the images that lie in it", "[tiff][ome]") {
  const auto image = [](int number) {
    const std::string n = std::to_string(number);
    return "<Image ID=\"Image:" + n + "\" Name=\"Tile " + n + "\"><Pixels ID=\"Pixels:" + n +
           "\" Type=\"uint8\" DimensionOrder=\"XYCZT\" SizeX=\"8\" SizeY=\"6\" SizeZ=\"2\" SizeC=\"1\" SizeT=\"1\">"
           "<TiffData IFD=\"0\" PlaneCount=\"2\"><UUID FileName=\"tile" +
           n + ".ome.tif\">urn:uuid:" + n + "</UUID></TiffData><Plane TheT=\"0\" TheZ=\"0\" TheC=\"0\" PositionX=\"" + n +
           "00\" PositionY=\"0\"/></Pixels></Image>";
  };
  const auto file = [&](int number) {
    return made_stack(2, "<OME UUID=\"urn:uuid:" + std::to_string(number) + "\">" + image(1) + image(2) + image(3) + "</OME>");
  };
  for (const int number : {1, 2, 3}) {
    CAPTURE(number);
    const auto reader = open_bytes(file(number));
    REQUIRE(reader->stage_position());
    CHECK(reader->stage_position()->x.value == 100.0 * number);
    CHECK(reader->tiles().empty());
    REQUIRE(reader->warnings().size() == 1);
    CHECK_THAT(reader->warnings()[0], Catch::Contains("one of a set of 3 images, 2 of which lie in other files"));
  }
}

TEST_CASE("OME-XML that does not fit the pages is refused by name", "[tiff][ome]") {
  SECTION("fewer pages than planes") {
    const Error error = ome_error(4, zct, "");
    CHECK(error.code == Errc::bad_file);
    CHECK_THAT(error.message,
               Catch::Contains("stack.tif") && Catch::Contains("T 1, Z 3, C 2") && Catch::Contains("only 4 pages"));
  }
  SECTION("a page that is not there") {
    const Error error = ome_error(6, zct, "<TiffData IFD=\"4\" PlaneCount=\"6\"/>");
    CHECK(error.code == Errc::bad_file);
    CHECK_THAT(error.message, Catch::Contains("page 7") && Catch::Contains("has only 6"));
  }
  SECTION("a plane without a page") {
    const Error error = ome_error(6, zct, "<TiffData IFD=\"0\" PlaneCount=\"5\"/>");
    CHECK_THAT(error.message, Catch::Contains("no page for the plane T 1, Z 3, C 2"));
  }
  SECTION("a plane with two pages") {
    const Error error = ome_error(6, zct, "<TiffData IFD=\"0\" PlaneCount=\"6\"/><TiffData IFD=\"3\"/>");
    CHECK_THAT(error.message, Catch::Contains("two pages, 1 and 4, for plane T 1, Z 1, C 1"));
  }
  SECTION("a block outside the stack") {
    CHECK_THAT(ome_error(6, zct, "<TiffData FirstZ=\"9\"/>").message, Catch::Contains("outside the stack"));
    CHECK_THAT(ome_error(6, zct, "<TiffData IFD=\"-3\"/>").message, Catch::Contains("outside the stack"));
    CHECK_THAT(ome_error(6, zct, "<TiffData IFD=\"0\" PlaneCount=\"7\"/>").message, Catch::Contains("PlaneCount 7"));
    CHECK_THAT(ome_error(6, zct, "<TiffData IFD=\"x\"/>").message, Catch::Contains("outside the stack"));
  }
  SECTION("absurd sizes") {
    const Error error =
        ome_error(1, "DimensionOrder=\"XYCZT\" SizeT=\"2147483647\" SizeZ=\"2147483647\" SizeC=\"2147483647\"", "");
    CHECK(error.code == Errc::bad_file);
    CHECK_THAT(ome_error(1, "DimensionOrder=\"XYCZT\" SizeT=\"-1\" SizeZ=\"1\" SizeC=\"1\"", "").message,
               Catch::Contains("SizeT"));
  }
  SECTION("numbers beyond all pages") {
    const std::string most = "9223372036854775807";
    for (const char* name : {"IFD", "FirstT", "FirstZ", "FirstC", "PlaneCount"}) {
      for (const std::string& value : {most, std::string("-") + most, most + "0", std::string("2147483647")}) {
        CAPTURE(name, value);
        CHECK(ome_error(6, zct, "<TiffData " + std::string(name) + "=\"" + value + "\"/>").code == Errc::bad_file);
      }
    }
    CHECK(ome_error(1, "DimensionOrder=\"XYCZT\" SizeT=\"2147483647\" SizeZ=\"2147483647\" SizeC=\"2147483647\"",
                    "<TiffData><UUID FileName=\"other.tif\">urn:uuid:2</UUID></TiffData>", "UUID=\"urn:uuid:1\"")
              .code == Errc::unsupported);
  }
  SECTION("no dimension order") {
    CHECK_THAT(ome_error(6, "SizeT=\"1\" SizeZ=\"3\" SizeC=\"2\"", "").message, Catch::Contains("DimensionOrder"));
  }
  SECTION("other sizes than the pages") {
    auto reader =
        try_open(made_stack(1,
                            "<OME><Image><Pixels DimensionOrder=\"XYCZT\" SizeX=\"80\" SizeY=\"6\" SizeZ=\"1\" SizeC=\"1\" "
                            "SizeT=\"1\"/></Image></OME>"));
    REQUIRE_FALSE(reader.ok());
    CHECK_THAT(reader.error().message, Catch::Contains("80 x 6") && Catch::Contains("8 x 6"));
  }
  SECTION("broken XML") {
    auto reader = try_open(made_stack(2, "<?xml version=\"1.0\"?><OME><Image><Pix"));
    REQUIRE_FALSE(reader.ok());
    CHECK(reader.error().code == Errc::bad_file);
    CHECK_THAT(reader.error().message, Catch::Contains("damaged at byte"));
    TiffOpenOptions options;
    options.axes = "Z";
    const auto overruled = open_bytes(made_stack(2, "<?xml version=\"1.0\"?><OME><Image><Pix"), options);
    CHECK(overruled->info().shape.z == 2);
    CHECK(overruled->warnings().size() == 1);
  }
}

TEST_CASE("pixels that lie elsewhere are refused by the name of the place", "[tiff][ome]") {
  const Error inside = ome_error(1, "DimensionOrder=\"XYCZT\" SizeT=\"1\" SizeZ=\"1\" SizeC=\"1\"", "<BinData>AAAA</BinData>");
  CHECK(inside.code == Errc::unsupported);
  CHECK_THAT(inside.message, Catch::Contains("BinData"));

  const Error set =
      ome_error(3, "DimensionOrder=\"XYCZT\" SizeT=\"1\" SizeZ=\"3\" SizeC=\"2\"",
                "<TiffData IFD=\"0\" PlaneCount=\"3\"><UUID FileName=\"stack.tif\">urn:uuid:1</UUID></TiffData>"
                "<TiffData FirstC=\"1\" IFD=\"0\" PlaneCount=\"3\"><UUID FileName=\"red.ome.tif\">urn:uuid:2</UUID></TiffData>",
                "UUID=\"urn:uuid:1\"");
  CHECK(set.code == Errc::unsupported);
  CHECK_THAT(set.message, Catch::Contains("\"red.ome.tif\""));

  auto companion = try_open(made_stack(1, "<OME><BinaryOnly MetadataFile=\"set.companion.ome\" UUID=\"urn:uuid:1\"/></OME>"));
  REQUIRE_FALSE(companion.ok());
  CHECK(companion.error().code == Errc::unsupported);
  CHECK_THAT(companion.error().message, Catch::Contains("set.companion.ome"));
}

TEST_CASE("TiffData may name a page that cannot be read", "[tiff][ome]") {
  std::vector<MadePage> pages(2);
  pages[0].description =
      "<OME><Image><Pixels DimensionOrder=\"XYCZT\" SizeX=\"8\" SizeY=\"6\" SizeZ=\"1\" SizeC=\"1\" SizeT=\"1\">"
      "<TiffData IFD=\"1\"/></Pixels></Image></OME>";
  pages[1].longs[TIFFTAG_SAMPLESPERPIXEL] = 0;
  const auto reader = try_open(made_file(pages));
  REQUIRE_FALSE(reader.ok());
  CHECK_THAT(reader.error().message, Catch::Contains("page 2 has 0 samples"));
}

TEST_CASE("a file that was renamed still knows itself", "[tiff][ome]") {
  for (const char* root : {"UUID=\"urn:uuid:1\"", ""}) {
    const auto reader =
        open_bytes(ome_file(1, "DimensionOrder=\"XYCZT\" SizeT=\"1\" SizeZ=\"1\" SizeC=\"1\"",
                            "<TiffData IFD=\"0\"><UUID FileName=\"old-name.ome.tif\">urn:uuid:1</UUID></TiffData>", "", root));
    CHECK(reader->info().shape.planes() == 1);
  }
}

TEST_CASE("ImageJ's description in all its forms", "[tiff][imagej]") {
  SECTION("micro sign as an escape, a word or a byte of Latin-1") {
    for (const char* unit : {"\\u00B5m", "micron", "um", "\xB5m", "\u00B5m"}) {
      CAPTURE(unit);
      const auto reader = open_bytes(made_stack(6, "ImageJ=1.53t\nimages=6\nchannels=2\nslices=3\nunit=" + std::string(unit) +
                                                       "\nspacing=0.5\nfinterval=1.5\ntunit=min\n"));
      CHECK(reader->info().shape == StackShape{1, 3, 2, 6, 8});
      CHECK(reader->info().pixel_size_z->unit == "\u00B5m");
      CHECK(reader->info().pixel_size_z->value == 0.5);
      CHECK_FALSE(reader->info().pixel_size_x);  // the file gives no resolution
      CHECK(reader->info().time_increment->value == 1.5);
      CHECK(reader->info().time_increment->unit == "min");
    }
  }
  SECTION("channel fastest, then slice, then frame") {
    const auto reader =
        open_bytes(made_stack(12, "ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\n"));
    CHECK(page_of(*reader, 1, 1, 1) == 9);
  }
  SECTION("sizes in pixels are no sizes") {
    const auto reader = open_bytes(made_stack(2, "ImageJ=1.53t\nimages=2\nslices=2\nunit=pixel\nspacing=1\n"));
    CHECK_FALSE(reader->info().pixel_size_z);
  }
  SECTION("only a number of images") {
    const auto reader = open_bytes(made_stack(4, "ImageJ=1.40\nimages=4\n"));
    REQUIRE(reader->question());
    CHECK_THAT(reader->question()->message, Catch::Contains("ImageJ wrote only their number"));
  }
  SECTION("counts that contradict each other or the pages") {
    const auto reader = open_bytes(made_stack(6, "ImageJ=1.53t\nimages=6\nchannels=2\nslices=5\n"));
    REQUIRE(reader->question());
    CHECK_THAT(reader->question()->message, Catch::Contains("2 channels x 5 slices") && Catch::Contains("6 images"));
    const auto other = open_bytes(made_stack(5, "ImageJ=1.53t\nimages=6\nchannels=2\nslices=3\n"));
    REQUIRE(other->question());
    CHECK_THAT(other->question()->message, Catch::Contains("6 images") && Catch::Contains("5 pages"));
  }
}

TEST_CASE("ImageJ's single directory for many planes must have room for them", "[tiff][imagej]") {
  auto bytes = read_fixture("tiff/imagej_contiguous.tif");
  bytes.pop_back();
  auto truncated = try_open(bytes);
  REQUIRE_FALSE(truncated.ok());
  CHECK(truncated.error().code == Errc::bad_file);
  CHECK_THAT(truncated.error().message, Catch::Contains("10 images") && Catch::Contains("room for 9 images"));

  TiffOpenOptions options;
  options.axes = "T";
  CHECK(open_bytes(bytes, options)->info().shape == StackShape{1, 1, 1, 9, 11});
  options.axes = "Z5C2";
  CHECK(open_fixture("imagej_contiguous.tif", options)->info().shape == StackShape{1, 5, 2, 9, 11});
}

TEST_CASE("text of unknown encoding becomes valid UTF-8", "[tiff][text]") {
  CHECK(tiff::to_utf8("5 \xB5m") == "5 \u00B5m");
  CHECK(tiff::to_utf8("\u00B5 \u03B1 \u20AC \U0001F52C") == "\u00B5 \u03B1 \u20AC \U0001F52C");
  CHECK(tiff::to_utf8("\xC0\x80 \xED\xA0\x80 \xF5") == "\u00C0\u0080 \u00ED\u00A0\u0080 \u00F5");
  CHECK(tiff::to_utf8("\xE2\x82") == "\u00E2\u0082");
  CHECK(tiff::resolve_java_escapes("\\u00B5m \\u03b1 \\uD800 \\u12") == "\u00B5m \u03B1 \\uD800 \\u12");
  CHECK(tiff::format_bytes(999) == "999 bytes");
  CHECK(tiff::format_bytes(7'200'000'000) == "7.2 GB");
  CHECK_FALSE(tiff::parse_number("inf"));
  CHECK_FALSE(tiff::parse_number("0x10"));
  CHECK_FALSE(tiff::parse_number("1.5x"));
  CHECK(tiff::parse_number(" 1.5 ") == 1.5);
}
