// Files written by independent tools (tools/fixtures/make_tiff_fixtures.py): every pixel, read whole and in parts, and what is
// known of the stack.
#include <catch2/catch.hpp>

#include "tiff/formula.hpp"
#include "tiff/inspection.hpp"
#include "tiff/open.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

Json manifest() { return fixture_json("tiff/manifest.json"); }

StackShape shape_of(const Json& entry) {
  const auto shape = entry["shape"].get<std::vector<std::int64_t>>();
  return {shape[0], shape[1], shape[2], shape[3], shape[4]};
}

std::unique_ptr<TiffReader> open_entry(const Json& entry) {
  TiffOpenOptions options;
  options.axes = entry.value("axes", "");
  return open_fixture(entry["file"].get<std::string>(), options);
}

}  // namespace

TEST_CASE("pixels of every fixture are those of the formula", "[tiff]") {
  for (const Json& entry : manifest()) {
    CAPTURE(entry["file"].get<std::string>());
    const auto reader = open_entry(entry);
    REQUIRE_FALSE(reader->question());
    const StackShape shape = shape_of(entry);
    REQUIRE(reader->info().shape == shape);
    const auto kind = entry["kind"].get<std::string>();
    const double tolerance = entry.value("tolerance", 0.0);
    const auto type = sample_type_from_name(kind).value_or(SampleType::uint8);
    REQUIRE(reader->info().type == type);

    for (std::int64_t t = 0; t < shape.t; ++t) {
      for (std::int64_t z = 0; z < shape.z; ++z) {
        const Block block = read_box(*reader, whole_box(shape, t, z));
        REQUIRE(block.width() == shape.x);
        CHECK(largest_difference(block, kind) <= tolerance);
      }
    }
  }
}

TEST_CASE("any rows and channels of a plane can be read alone", "[tiff]") {
  for (const Json& entry : manifest()) {
    CAPTURE(entry["file"].get<std::string>());
    const auto reader = open_entry(entry);
    const StackShape shape = shape_of(entry);
    const auto kind = entry["kind"].get<std::string>();
    const double tolerance = entry.value("tolerance", 0.0);
    const std::int64_t last_t = shape.t - 1;
    const std::int64_t last_z = shape.z - 1;
    const std::int64_t rows[][2] = {{0, 1}, {0, 5}, {3, 4}, {1, shape.y - 1}, {shape.y - 1, shape.y}, {shape.y / 2, shape.y}};
    for (const auto& [begin, end] : rows) {
      for (std::int32_t c = 0; c < shape.c; ++c) {
        Box box = whole_box(shape, last_t, last_z);
        box.channels = {c};
        if (c > 0) box.channels = {c, 0, c};  // any order, any number of times
        box.y_begin = begin;
        box.y_end = end;
        CAPTURE(begin, end, c);
        const Block block = read_box(*reader, box);
        CHECK(largest_difference(block, kind) <= tolerance);
      }
    }
  }
}

TEST_CASE("a reader opened with another's index reads the same", "[tiff]") {
  for (const Json& entry : manifest()) {
    CAPTURE(entry["file"].get<std::string>());
    const auto file = entry["file"].get<std::string>();
    const auto first = open_entry(entry);
    const auto index = first->index();
    TiffOpenOptions options;
    options.index = index;
    const auto second = open_fixture(file, options);
    CHECK(inspection(*second) == inspection(*first));
    CHECK(second->index() == index);
    const StackShape shape = shape_of(entry);
    const Box box = whole_box(shape, shape.t - 1, shape.z - 1);
    const Block a = read_box(*first, box);
    const Block b = read_box(*second, box);
    CHECK(std::equal(a.bytes().begin(), a.bytes().end(), b.bytes().begin(), b.bytes().end()));
  }
}

TEST_CASE("fixtures are described as they were made", "[tiff]") {
  for (const Json& entry : manifest()) {
    CAPTURE(entry["file"].get<std::string>());
    const auto reader = open_entry(entry);
    const Json found = inspection(*reader);
    CHECK(found["shape"] == entry["shape"]);
    CHECK(found["name"] == entry["file"]);
    CHECK(found["axes"] == "TZCYX");
    if (entry.contains("compression")) CHECK(found["compression"] == entry["compression"]);
    if (entry.contains("format")) CHECK(found["format"] == entry["format"]);
    const bool user = entry.contains("axes");
    const std::string single = user ? "user" : "single plane";
    CHECK(found["axes_from"] == entry.value("axes_from", single));
    if (entry.contains("pages")) CHECK(reader->pages() == entry["pages"].get<std::int64_t>());
    if (entry.contains("rows_per_band")) CHECK(reader->info().rows_per_band == entry["rows_per_band"].get<std::int64_t>());
    CHECK(reader->info().costly_to_read == (found["compression"] != "none"));

    const auto check_channels = [&](const char* wanted, const char* key) {
      if (!entry.contains(wanted)) return;
      REQUIRE(found["channels"].size() == entry[wanted].size());
      for (std::size_t c = 0; c < entry[wanted].size(); ++c) {
        CAPTURE(c, key);
        if (entry[wanted][c].is_number()) {
          CHECK(found["channels"][c][key].get<double>() == Approx(entry[wanted][c].get<double>()));
        } else {
          CHECK(found["channels"][c][key] == entry[wanted][c]);
        }
      }
    };
    check_channels("names", "name");
    check_channels("colours", "colour");
    check_channels("emission_nm", "emission_nm");
    check_channels("excitation_nm", "excitation_nm");
    if (entry.contains("pixel_size")) {
      const char* axes[] = {"x", "y", "z"};
      for (std::size_t i = 0; i < 3; ++i) {
        CHECK(found["pixel_size"][axes[i]]["value"].get<double>() == Approx(entry["pixel_size"][i].get<double>()));
        CHECK(found["pixel_size"][axes[i]]["unit"] == entry["length_unit"]);
      }
    }
    if (entry.contains("time_increment")) {
      CHECK(found["time_increment"]["value"].get<double>() == Approx(entry["time_increment"].get<double>()));
    }
  }
}
