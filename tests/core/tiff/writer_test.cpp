// What is written is read back the same: pixels, axes, names, sizes; and what cannot be written is refused.
#include <catch2/catch.hpp>
#include <pugixml.hpp>

#include "tiff/inspection.hpp"
#include "tiff/open.hpp"
#include "tiff/written.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

constexpr SampleType all_types[]{SampleType::uint8,  SampleType::int8,  SampleType::uint16,  SampleType::int16,
                                 SampleType::uint32, SampleType::int32, SampleType::float32, SampleType::float64};
constexpr Compression all_compressions[]{Compression::none, Compression::deflate, Compression::zstd, Compression::lzw};

void check_pixels(TiffReader& reader, SampleType type) {
  const StackShape shape = reader.info().shape;
  for (std::int64_t t = 0; t < shape.t; ++t) {
    for (std::int64_t z = 0; z < shape.z; ++z) {
      const Block block = read_box(reader, whole_box(shape, t, z));
      CHECK(largest_difference(block, std::string(sample_type_name(type))) == 0);
    }
  }
}

std::string description_of(const std::vector<std::byte>& file) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  const auto begin = text.find("<?xml");
  return std::string(text.substr(begin, text.find('\0', begin) - begin));
}

}  // namespace

TEST_CASE("every type and compression is read back as it was written", "[tiff][writer]") {
  const StackShape shape{2, 2, 3, 13, 21};
  for (const SampleType type : all_types) {
    for (const Compression compression : all_compressions) {
      for (const bool big : {false, true}) {
        CAPTURE(sample_type_name(type), compression_name(compression), big);
        OmeTiffPlan plan = plan_of(shape, type, compression, 5);
        plan.big = big;
        const auto reader = open_bytes(written_bytes(plan));
        CHECK(reader->info().shape == shape);
        CHECK(reader->info().type == type);
        CHECK(reader->axes_from() == AxesOrigin::ome);
        CHECK(reader->compression() == compression_name(compression));
        CHECK(reader->format() == (big ? "OME-TIFF, BigTIFF" : "OME-TIFF"));
        CHECK(reader->warnings().empty());
        check_pixels(*reader, type);
      }
    }
  }
}

TEST_CASE("strips of several pages may be placed in turns", "[tiff][writer]") {
  const StackShape shape{2, 1, 3, 24, 9};
  for (const Compression compression : {Compression::none, Compression::deflate}) {
    const OmeTiffPlan plan = plan_of(shape, SampleType::uint16, compression, 4);
    const auto by_plane = written_bytes(plan);
    const auto by_band = written_bytes(plan, 8);
    CHECK(by_plane.size() == by_band.size());
    CHECK(by_plane != by_band);
    check_pixels(*open_bytes(by_plane), SampleType::uint16);
    check_pixels(*open_bytes(by_band), SampleType::uint16);
    CHECK(written_bytes(plan, 8) == by_band);
  }
}

TEST_CASE("names, colours, sizes and the recipe survive, whatever they contain", "[tiff][writer]") {
  OmeTiffPlan plan = plan_of({2, 3, 2, 5, 7}, SampleType::float32, Compression::deflate, 5);
  plan.stack.channels[0] = {"DAPI <& \"co\"> \u03B1\x01", 0x0000FFFF, 405.0, 461.5};
  plan.stack.channels[1] = {"", 0xFF00FF80, std::nullopt, 520.0};
  plan.stack.pixel_size_x = Quantity{0.1, "micron"};
  plan.stack.pixel_size_y = Quantity{100, "nm"};
  plan.stack.pixel_size_z = Quantity{1.0 / 3, "\u00B5m"};
  plan.stack.time_increment = Quantity{2.5, "sec"};
  plan.annotation = {"/1/unmix?method=mi_min", "https://example.org/#/1/unmix?a=1&b=<2>", "{\"steps\": []}"};
  const auto bytes = written_bytes(plan);
  const auto reader = open_bytes(bytes);
  const StackInfo& info = reader->info();
  CHECK(info.channels[0].name == "DAPI <& \"co\"> \u03B1");
  CHECK(info.channels[0].colour_rgba == 0x0000FFFFU);
  CHECK(info.channels[0].excitation_nm == 405.0);
  CHECK(info.channels[0].emission_nm == 461.5);
  CHECK(info.channels[1].name.empty());
  CHECK(info.channels[1].colour_rgba == 0xFF00FF80U);
  CHECK(info.pixel_size_x->value == 0.1);
  CHECK(info.pixel_size_x->unit == "\u00B5m");
  CHECK(info.pixel_size_y->unit == "nm");
  CHECK(info.pixel_size_z->value == 1.0 / 3);
  CHECK(info.time_increment->value == 2.5);
  CHECK(info.time_increment->unit == "s");

  pugi::xml_document document;
  REQUIRE(document.load_string(description_of(bytes).c_str()));
  const auto annotation = document.child("OME").child("StructuredAnnotations").child("MapAnnotation");
  CHECK(annotation.attribute("Namespace").as_string() == std::string(recipe_namespace));
  const auto value_of = [&](const char* key) {
    return std::string(annotation.child("Value").find_child_by_attribute("K", key).child_value());
  };
  CHECK(value_of("recipe") == plan.annotation.recipe);
  CHECK(value_of("link") == plan.annotation.link);
  CHECK(value_of("recipe_json") == plan.annotation.json);
  CHECK(value_of("program") == "WebUnmix 1.2.3");
  const auto image = document.child("OME").child("Image");
  CHECK(image.child("AnnotationRef").attribute("ID").as_string() == std::string(annotation.attribute("ID").as_string()));
}

TEST_CASE("missing sizes stay missing, unknown units are not written as known ones", "[tiff][writer]") {
  OmeTiffPlan plan = plan_of({1, 1, 1, 5, 7}, SampleType::uint8, Compression::none, 5);
  plan.stack.pixel_size_x = Quantity{3, "furlong"};
  const auto reader = open_bytes(written_bytes(plan));
  CHECK_FALSE(reader->info().pixel_size_x);
  CHECK_FALSE(reader->info().pixel_size_z);
  CHECK_FALSE(reader->info().time_increment);
}

TEST_CASE("instruments and annotations of the input are carried into the output", "[tiff][writer][ome]") {
  const std::string input =
      "<?xml version=\"1.0\"?><o:OME xmlns:o=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\" xmlns:lab=\"urn:lab\">"
      "<o:Instrument ID=\"Instrument:0\"><o:Objective ID=\"Objective:0\" NominalMagnification=\"63\"/></o:Instrument>"
      "<o:Image ID=\"Image:0\" Name=\"dish 3\"><o:AcquisitionDate>2024-02-29T12:00:00</o:AcquisitionDate><o:Description>a &lt; "
      "b</o:Description>"
      "<o:InstrumentRef ID=\"Instrument:0\"/><o:ObjectiveSettings ID=\"Objective:0\"/>"
      "<o:Pixels ID=\"Pixels:0\" Type=\"uint8\" DimensionOrder=\"XYCZT\" SizeX=\"7\" SizeY=\"5\" SizeZ=\"1\" SizeC=\"1\" "
      "SizeT=\"1\">"
      "<o:TiffData IFD=\"0\"/><o:Plane TheZ=\"0\" TheT=\"0\" TheC=\"0\" DeltaT=\"1.25\" ExposureTime=\"40\" "
      "ExposureTimeUnit=\"ms\">"
      "<o:HashSHA1>0123456789012345678901234567890123456789</o:HashSHA1></o:Plane><o:Plane TheZ=\"0\" TheT=\"9\" TheC=\"0\" "
      "DeltaT=\"9\"/></o:Pixels><o:AnnotationRef ID=\"Annotation:1\"/><o:AnnotationRef ID=\"Annotation:9\"/></o:Image>"
      "<o:StructuredAnnotations><o:XMLAnnotation ID=\"Annotation:1\"><o:Value><lab:dish n=\"3\">x</lab:dish></o:Value>"
      "</o:XMLAnnotation><o:XMLAnnotation ID=\"Annotation:1\"/><o:XMLAnnotation ID=\"Annotation:2\"><o:Value><zoo:y/></o:Value>"
      "</o:XMLAnnotation></o:StructuredAnnotations></o:OME>";
  // A file with that description, made by exchanging the description of one of ours.
  OmeTiffPlan plan = plan_of({1, 1, 1, 5, 7}, SampleType::uint8, Compression::none, 5);
  plan.annotation.recipe = "/1/first";
  plan.annotation.json = std::string(2000, 'x');  // room
  auto bytes = written_bytes(plan);
  const std::string own = description_of(bytes);
  REQUIRE(own.size() > input.size());
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::size_t at = text.find("<?xml");
  std::string exchanged = input;
  exchanged.resize(own.size(), ' ');
  std::copy(exchanged.begin(), exchanged.end(), reinterpret_cast<char*>(bytes.data()) + at);

  const auto reader = open_bytes(bytes);
  REQUIRE(reader->warnings().size() == 1);
  CHECK_THAT(reader->warnings()[0], Catch::Contains("2 OME annotations"));
  plan.carried = reader->carried_metadata();
  plan.annotation = {"/1/second", "", ""};
  const auto output = written_bytes(plan);
  pugi::xml_document document;
  REQUIRE(document.load_string(description_of(output).c_str()));
  const auto root = document.child("OME");
  CHECK(root.child("Instrument").child("Objective").attribute("NominalMagnification").as_int() == 63);
  const auto image = root.child("Image");
  CHECK(std::string(image.child_value("AcquisitionDate")) == "2024-02-29T12:00:00");
  CHECK(std::string(image.child_value("Description")) == "a < b");
  CHECK(image.child("ObjectiveSettings").attribute("ID").as_string() == std::string("Objective:0"));
  CHECK(image.attribute("Name").as_string() == std::string("dish 3"));
  const auto plane = image.child("Pixels").child("Plane");
  CHECK(plane.attribute("DeltaT").as_double() == 1.25);
  CHECK(plane.attribute("ExposureTimeUnit").as_string() == std::string("ms"));
  CHECK_FALSE(plane.first_child());  // a hash would be of the input's pixels
  CHECK_FALSE(plane.next_sibling("Plane"));
  const auto annotations = root.child("StructuredAnnotations");
  const auto dish = annotations.child("XMLAnnotation").child("Value").child("lab:dish");
  CHECK(dish.attribute("n").as_int() == 3);
  CHECK(annotations.child("XMLAnnotation").attribute("xmlns:lab").as_string() == std::string("urn:lab"));
  CHECK_FALSE(annotations.child("XMLAnnotation").next_sibling("XMLAnnotation"));
  CHECK(image.child("AnnotationRef").attribute("ID").as_string() == std::string("Annotation:1"));
  CHECK(image.child("AnnotationRef").next_sibling("AnnotationRef").attribute("ID").as_string() ==
        std::string(annotations.child("MapAnnotation").attribute("ID").as_string()));

  SECTION("a second run keeps the recipe of the first") {
    const auto second = open_bytes(output);
    CHECK(second->warnings().empty());
    plan.carried = second->carried_metadata();
    plan.annotation.recipe = "/1/third";
    pugi::xml_document again;
    REQUIRE(again.load_string(description_of(written_bytes(plan)).c_str()));
    std::vector<std::string> recipes;
    std::vector<std::string> ids;
    for (const auto map : again.child("OME").child("StructuredAnnotations").children("MapAnnotation")) {
      recipes.emplace_back(map.child("Value").find_child_by_attribute("K", "recipe").child_value());
      ids.emplace_back(map.attribute("ID").as_string());
    }
    CHECK(recipes == std::vector<std::string>{"/1/second", "/1/third"});
    CHECK(ids[0] != ids[1]);
  }
}

TEST_CASE("ten thousand pages are laid out and read without walking back", "[tiff][writer]") {
  const StackShape shape{100, 50, 2, 4, 5};
  const auto bytes = written_bytes(plan_of(shape, SampleType::uint8, Compression::none, 4));
  const auto reader = open_bytes(bytes);
  CHECK(reader->info().shape == shape);
  CHECK(reader->pages() == 10000);
  const Block block = read_box(*reader, whole_box(shape, 99, 49));
  CHECK(largest_difference(block, "uint8") == 0);
}

TEST_CASE("BigTIFF is chosen when the result may pass 4 GiB", "[tiff][writer]") {
  const auto is_big = [](std::int64_t planes, Compression compression) {
    OmeTiffPlan plan = plan_of({planes, 1, 1, 1024, 1024}, SampleType::uint16, compression, 1024);
    auto writer = TiffWriter::begin(plan, std::make_unique<MemorySink>(std::make_shared<std::vector<std::byte>>()));
    REQUIRE(writer.ok());
    return (*writer)->is_big();
  };
  CHECK_FALSE(is_big(2047, Compression::none));
  CHECK(is_big(2048, Compression::none));
  CHECK(is_big(2047, Compression::deflate));
  CHECK_FALSE(is_big(1360, Compression::lzw));
  CHECK(is_big(1370, Compression::lzw));

  // Past 4 GiB after all, against the plan's word.
  OmeTiffPlan plan = plan_of({2, 1, 1, 16, 16}, SampleType::uint8, Compression::deflate, 16);
  plan.big = false;
  auto writer = TiffWriter::begin(plan, std::make_unique<MemorySink>(std::make_shared<std::vector<std::byte>>()));
  REQUIRE(writer.ok());
  REQUIRE((*writer)->place(0, 0, 0xFFFF0000).ok());
  const auto refused = (*writer)->place(1, 0, 0x10000);
  REQUIRE_FALSE(refused.ok());
  CHECK_THAT(refused.error().message, Catch::Contains("4 GiB"));
}

TEST_CASE("strips follow the borders of boxes", "[tiff][writer]") {
  StackInfo stack;
  stack.type = SampleType::uint16;
  stack.shape = {1, 1, 2, 2048, 2048};
  CHECK(strip_rows(stack, 2048) == 256);  // 1 MiB
  CHECK(strip_rows(stack, 96) == 96);
  CHECK(strip_rows(stack, 1000) == 250);
  CHECK(strip_rows(stack, 509) == 1);  // a prime above 256
  stack.shape.x = 4'000'000;
  CHECK(strip_rows(stack, 2048) == 1);
  stack.shape = {1, 1, 2, 10, 10};
  CHECK(strip_rows(stack, 10) == 10);
}

TEST_CASE("misuse of the writer is an error that names the strip", "[tiff][writer]") {
  const OmeTiffPlan plan = plan_of({1, 1, 2, 10, 10}, SampleType::uint8, Compression::none, 5);
  const auto buffer = std::make_shared<std::vector<std::byte>>();
  auto begun = TiffWriter::begin(plan, std::make_unique<MemorySink>(buffer));
  REQUIRE(begun.ok());
  TiffWriter& writer = **begun;
  CHECK(writer.strips_per_page() == 2);
  CHECK_FALSE(writer.place(2, 0, 50).ok());
  CHECK_FALSE(writer.place(0, 2, 50).ok());
  CHECK_FALSE(writer.place(0, 0, 0).ok());
  REQUIRE(writer.place(0, 0, 50).ok());
  const auto twice = writer.place(0, 0, 50);
  REQUIRE_FALSE(twice.ok());
  CHECK_THAT(twice.error().message, Catch::Contains("strip 1 of page 1 was placed twice"));
  const auto finished = writer.finish();
  REQUIRE_FALSE(finished.ok());
  CHECK_THAT(finished.error().message, Catch::Contains("strip 2 of page 1 was never placed"));
  CHECK(buffer->empty());  // nothing that could be taken for a whole file

  const auto encoded = encode_strip(SampleType::uint16, 10, 5, Compression::deflate, std::vector<std::byte>(99));
  REQUIRE_FALSE(encoded.ok());
  CHECK(encoded.error().code == Errc::internal);

  OmeTiffPlan wrong = plan;
  wrong.stack.shape.t = 0;
  CHECK_FALSE(TiffWriter::begin(wrong, std::make_unique<MemorySink>(buffer)).ok());
  wrong = plan;
  wrong.stack.channels.clear();
  CHECK_FALSE(TiffWriter::begin(wrong, std::make_unique<MemorySink>(buffer)).ok());
}

TEST_CASE("a full disk is told by finish", "[tiff][writer]") {
  const OmeTiffPlan plan = plan_of({4, 1, 1, 8, 8}, SampleType::uint8, Compression::none, 8);
  const auto buffer = std::make_shared<std::vector<std::byte>>();
  auto begun = TiffWriter::begin(plan, std::make_unique<MemorySink>(buffer, 100));
  REQUIRE(begun.ok());
  for (std::uint32_t page = 0; page < 4; ++page) REQUIRE((*begun)->place(page, 0, 64).ok());
  const auto finished = (*begun)->finish();
  REQUIRE_FALSE(finished.ok());
  CHECK(finished.error().code == Errc::write_failed);
}
