// Programs of others read what we write: tifffile (through tools/check_written.py) and libtiff's tiffinfo.
//
// Native only, since it runs them. They are not needed to build or use WebUnmix: without them this test says that it did nothing.
#include <unistd.h>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "image/file_bytes.hpp"
#include "tiff/written.hpp"

using namespace webunmix;
using namespace webunmix::test;
namespace fs = std::filesystem;

namespace {

struct Outcome {
  int status = -1;
  std::string output;
};

Outcome run(const std::string& command) {
  struct Close {
    int* status;
    void operator()(std::FILE* pipe) const { *status = ::pclose(pipe); }
  };
  Outcome outcome;
  {
    const std::unique_ptr<std::FILE, Close> pipe(::popen(command.c_str(), "r"), Close{&outcome.status});
    REQUIRE(pipe != nullptr);
    char text[4096];
    while (const std::size_t n = std::fread(text, 1, sizeof(text), pipe.get())) outcome.output.append(text, n);
  }
  return outcome;
}

// A folder of its own that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "webunmix-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

fs::path write_file(const OmeTiffPlan& plan, const fs::path& folder, std::int64_t rows_per_box) {
  const fs::path path = folder / "written.ome.tif";
  auto pixels = create_file_sink(path);
  REQUIRE(pixels.ok());
  // Two descriptors on one file, as the page has: one for the pixels, one for the head.
  auto head = create_file_sink(path);
  REQUIRE(head.ok());
  write_formula(plan, **pixels, std::move(*head), rows_per_box);
  return path;
}

// What numpy makes of the whole stack in T, Z, C, Y, X order.
std::string formula_hash(const OmeTiffPlan& plan, const fs::path& folder) {
  const fs::path path = folder / "pixels.raw";
  auto sink = create_file_sink(path);
  REQUIRE(sink.ok());
  const StackShape& shape = plan.stack.shape;
  std::uint64_t at = 0;
  for (std::int64_t t = 0; t < shape.t; ++t) {
    for (std::int64_t z = 0; z < shape.z; ++z) {
      for (std::int64_t c = 0; c < shape.c; ++c) {
        const auto plane = formula_rows(plan.stack.type, shape.x, t, z, c, 0, shape.y);
        REQUIRE((*sink)->write(at, plane).ok());
        at += plane.size();
      }
    }
  }
  return run("sha256sum '" + path.string() + "'").output.substr(0, 64);
}

}  // namespace

TEST_CASE("tifffile reads pixels, axes and names of what we write", "[tiff][writer][others]") {
  if (run("/usr/bin/python3 -c 'import tifffile' 2>/dev/null").status != 0 || run("command -v tiffcp").status != 0) {
    WARN("python3-tifffile or libtiff-tools is not installed: nothing was read");
    return;
  }
  const fs::path script = fs::path(__FILE__).parent_path() / "../../../tools/check_written.py";
  const TemporaryFolder folder;
  struct Case {
    SampleType type;
    Compression compression;
    bool big;
    std::int64_t rows_per_box;
  };
  const Case cases[]{
      {SampleType::uint16, Compression::none, false, 100},    {SampleType::uint16, Compression::deflate, false, 10},
      {SampleType::float32, Compression::deflate, true, 5},   {SampleType::uint8, Compression::lzw, false, 100},
      {SampleType::int16, Compression::zstd, true, 100},      {SampleType::float64, Compression::none, true, 5},
      {SampleType::uint32, Compression::deflate, false, 100}, {SampleType::int8, Compression::deflate, false, 100},
      {SampleType::int32, Compression::none, false, 100},     {SampleType::float32, Compression::zstd, false, 10}};
  for (const Case& one : cases) {
    CAPTURE(sample_type_name(one.type), compression_name(one.compression), one.big);
    OmeTiffPlan plan = plan_of({2, 3, 2, 23, 37}, one.type, one.compression, 5);
    plan.big = one.big;
    plan.stack.channels[0].name = "DAPI & \u03B1";
    plan.stack.channels[1].name = "GFP";
    plan.stack.pixel_size_x = plan.stack.pixel_size_y = Quantity{0.25, "\u00B5m"};
    plan.annotation.recipe = "/1/unmix";
    const fs::path path = write_file(plan, folder.path(), one.rows_per_box);
    const Outcome read = run("/usr/bin/python3 '" + script.string() + "' '" + path.string() + "'");
    REQUIRE(read.status == 0);
    const auto found = Json::parse(read.output);
    CHECK(found["axes"] == "TZCYX");
    CHECK(found["shape"] == Json({2, 3, 2, 23, 37}));
    CHECK(found["dtype"] == std::string(sample_type_name(one.type)));
    CHECK(found["pages"] == 12);
    CHECK(found["ome"] == true);
    CHECK(found["bigtiff"] == one.big);
    CHECK(found["channels"] == Json({"DAPI & \u03B1", "GFP"}));
    CHECK(found["software"] == "WebUnmix 1.2.3");
    CHECK(found["sha256"] == formula_hash(plan, folder.path()));

    const Outcome info = run("tiffinfo -d '" + path.string() + "' 2>&1 >/dev/null");
    CHECK(info.status == 0);
    CHECK(info.output.empty());  // no warnings
    CHECK_THAT(run("tiffinfo '" + path.string() + "'").output, Catch::Contains("Resolution: 40000, 40000 pixels/cm"));
  }
}
