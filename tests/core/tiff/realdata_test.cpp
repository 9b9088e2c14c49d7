// Real microscopy files open with the right axes, and their pixels add up to what tifffile reads.
//
// They are no part of the repository: WEBUNMIX_REALDATA names the folder. Without it this test says that it did nothing.
#include <catch2/catch.hpp>
#include <numeric>

#include "tiff/open.hpp"

using namespace webunmix;
using namespace webunmix::test;

namespace {

struct RealFile {
  const char* name;
  StackShape shape;
  SampleType type;
  AxesOrigin origin;
  const char* answer;                // to the question, empty when there must be none
  std::vector<double> channel_sums;  // by tifffile
};

const std::vector<RealFile>& real_files() {
  static const std::vector<RealFile> files{
      {"16b_3c_neuron-composite.tif",
       {1, 1, 3, 512, 512},
       SampleType::uint16,
       AxesOrigin::imagej,
       "",
       {190408344, 195657577, 157661052}},
      {"mouse_spinalcord_small.tiff",
       {1, 1, 4, 256, 256},
       SampleType::uint16,
       AxesOrigin::user,
       "C",
       {16442127, 59420249, 28718570, 45021689}},
      {"LMNB1_source.tiff", {1, 1, 1, 256, 256}, SampleType::int16, AxesOrigin::single_plane, "", {18273931}},
      {"GFAP_sink.tiff", {1, 1, 1, 256, 256}, SampleType::uint16, AxesOrigin::single_plane, "", {71696962}},
      {"multi-channel.ome.tif", {1, 1, 3, 167, 439}, SampleType::int8, AxesOrigin::ome, "", {3481959, 3481738, 3481626}},
      {"032113-18.lsm", {1, 1, 3, 512, 512}, SampleType::uint8, AxesOrigin::single_plane, "", {2849801, 1023615, 15355859}}};
  return files;
}

double sum_of(const Block& block, std::size_t channel) {
  return visit_sample_type(block.type(), [&]<class T>() {
    const auto pixels = block.channel<T>(channel);
    return std::accumulate(pixels.begin(), pixels.end(), 0.0,
                           [](double sum, T value) { return sum + static_cast<double>(value); });
  });
}

}  // namespace

TEST_CASE("real files open with the right axes and pixels", "[tiff][realdata]") {
  if (!realdata_dir()) {
    WARN("WEBUNMIX_REALDATA is not set: no real file was opened");
    SUCCEED();
    return;
  }
  for (const RealFile& file : real_files()) {
    CAPTURE(file.name);
    const auto reader = open_bytes(read_realdata(file.name), {}, file.name);
    CHECK(reader->question().has_value() == (std::string(file.answer) != ""));
    if (reader->question()) {
      CHECK(reader->question()->guess == file.answer);
      REQUIRE(reader->set_axes(file.answer).ok());
    }
    REQUIRE(reader->info().shape == file.shape);
    CHECK(reader->info().type == file.type);
    CHECK(reader->axes_from() == file.origin);
    const Block block = read_box(*reader, whole_box(file.shape, 0, 0));
    for (std::size_t c = 0; c < file.channel_sums.size(); ++c) CHECK(sum_of(block, c) == file.channel_sums[c]);
  }
}

TEST_CASE("sizes of a real ImageJ file", "[tiff][realdata]") {
  if (!realdata_dir()) {
    WARN("WEBUNMIX_REALDATA is not set: no real file was opened");
    SUCCEED();
    return;
  }
  const auto reader = open_bytes(read_realdata("16b_3c_neuron-composite.tif"));
  REQUIRE(reader->info().pixel_size_x);
  CHECK(reader->info().pixel_size_x->value == Approx(0.16));
  CHECK(reader->info().pixel_size_x->unit == "\u00B5m");
  CHECK_FALSE(reader->info().pixel_size_z);
}
