// What the pages are when the file does not say: the question, the user's answers, and what is refused.
#include <catch2/catch.hpp>

#include "tiff/axes.hpp"
#include "tiff/inspection.hpp"
#include "tiff/made_file.hpp"
#include "tiff/open.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

std::string parsed(const std::string& text, std::int64_t pages) {
  const auto axes = tiff::parse_axes(text, pages, "stack.tif");
  return axes.ok() ? axes->text() : std::string(errc_name(axes.error().code)) + ": " + axes.error().message;
}

}  // namespace

TEST_CASE("axes are read slowest first, one length may be left out", "[tiff][axes]") {
  CHECK(parsed("T9Z20C2", 360) == "T9Z20C2");
  CHECK(parsed("T", 7) == "T7");
  CHECK(parsed("ZC3", 60) == "Z20C3");
  CHECK(parsed("C2Z", 60) == "C2Z30");
  CHECK(parsed("t2z5", 10) == "T2Z5");
  CHECK(parsed("T1", 1) == "T1");
}

TEST_CASE("axes that do not fit are refused with the reason", "[tiff][axes]") {
  CHECK_THAT(parsed("T9Z20", 360), Catch::Contains("bad_setting") && Catch::Contains("\"T9Z20\" stands for 180 pages") &&
                                       Catch::Contains("stack.tif has 360 pages"));
  CHECK_THAT(parsed("ZC7", 60), Catch::Contains("60 pages are no multiple of 7"));
  CHECK_THAT(parsed("TZ", 60), Catch::Contains("leaves out more than one length"));
  CHECK_THAT(parsed("T5T2", 10), Catch::Contains("names the axis T twice"));
  CHECK_THAT(parsed("T5Q2", 10), Catch::Contains("'Q'"));
  CHECK_THAT(parsed("", 10), Catch::Contains("names no axis"));
  CHECK_THAT(parsed("T0", 10), Catch::Contains("length 0"));
  CHECK_THAT(parsed("T99999999999999999999", 10), Catch::Contains("length 99999999999999999999"));
  CHECK_THAT(parsed("T4Z4C4", 10), Catch::Contains("too large"));
}

TEST_CASE("a file of several pages that says nothing opens with a question", "[tiff][axes]") {
  const auto reader = open_bytes(made_stack(12));
  REQUIRE(reader->question());
  CHECK(reader->question()->pages == 12);
  CHECK_THAT(reader->question()->message, Catch::Contains("stack.tif does not say what its pages are"));
  const auto choices = reader->question()->choices;
  CHECK(std::find(choices.begin(), choices.end(), reader->question()->guess) != choices.end());
  CHECK(std::find(choices.begin(), choices.end(), "Z6C2") != choices.end());
  const auto json = inspection(*reader);
  CHECK(json["shape"].is_null());
  CHECK(json["axes_from"].is_null());
  CHECK(json["question"]["pages"] == 12);

  const auto refused = reader->read(whole_box(reader->info().shape, 0, 0));
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::axes_needed);

  SECTION("every choice it offers is accepted") {
    for (const std::string& choice : choices) {
      CAPTURE(choice);
      CHECK(reader->set_axes(choice).ok());
      CHECK_FALSE(reader->question());
      CHECK(reader->info().shape.planes() == 12);
    }
  }
  SECTION("an answer decides which page a plane is") {
    REQUIRE(reader->set_axes("T2Z3C2").ok());
    CHECK(inspection(*reader)["axes_from"] == "user");
    CHECK(inspection(*reader)["shape"] == Json({2, 3, 2, 6, 8}));
    CHECK(page_of(*reader, 1, 2, 1) == 11);
    CHECK(page_of(*reader, 1, 0, 0) == 6);
    REQUIRE(reader->set_axes("C2Z3T2").ok());
    CHECK(page_of(*reader, 1, 0, 0) == 1);
    CHECK(page_of(*reader, 0, 1, 0) == 2);
    CHECK(page_of(*reader, 0, 0, 1) == 6);
  }
  SECTION("a wrong answer changes nothing") {
    const auto outcome = reader->set_axes("T5");
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error().code == Errc::bad_setting);
    CHECK(reader->question());
  }
  SECTION("the index carries the answer") {
    REQUIRE(reader->set_axes("Z4C3").ok());
    const auto index = reader->index();
    TiffOpenOptions options;
    options.index = index;
    const auto other = open_bytes(made_stack(12), options);
    CHECK_FALSE(other->question());
    CHECK(other->info().shape == StackShape{1, 4, 3, 6, 8});
  }
}

TEST_CASE("the channels of an RGB file are its samples, so its pages are no channels", "[tiff][axes]") {
  const auto reader = open_fixture("pages_rgb.tif");
  REQUIRE(reader->question());
  CHECK(reader->question()->choices == std::vector<std::string>{"T", "Z"});
  CHECK(reader->info().shape == StackShape{1, 1, 3, 9, 11});
  CHECK(reader->info().channels[1].name == "Green");
}

TEST_CASE("the user's axes overrule the file's", "[tiff][axes]") {
  TiffOpenOptions options;
  options.axes = "T";
  const auto reader = open_fixture("imagej_hyperstack.tif", options);
  CHECK(reader->info().shape == StackShape{12, 1, 1, 9, 11});
  CHECK(reader->axes_from() == AxesOrigin::user);
  CHECK(reader->info().pixel_size_x->value == Approx(0.25));

  options.axes = "T4";
  const auto refused = try_open(read_fixture("tiff/imagej_hyperstack.tif"), options);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::bad_setting);
}

TEST_CASE("an index of another file is refused", "[tiff][axes]") {
  const auto index = open_bytes(made_stack(3))->index();
  TiffOpenOptions options;
  options.index = index;
  const auto refused = try_open(made_stack(4), options);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == Errc::internal);
  for (std::size_t size = 1; size < index.size(); ++size) {
    options.index = std::span(index).first(size);
    CHECK_FALSE(try_open(made_stack(3), options).ok());
  }
}
