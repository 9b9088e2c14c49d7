// The cut of stacks into boxes: whole coverage, borders at the file's strips, and bounded size, for any shape.
#include "run/partition.hpp"

#include <catch2/catch.hpp>

using namespace webunmix;

namespace {

StackInfo stack(std::int64_t c, std::int64_t y, std::int64_t x, std::int64_t rows_per_band,
                SampleType type = SampleType::uint16) {
  StackInfo info;
  info.shape = {.t = 2, .z = 3, .c = c, .y = y, .x = x};
  info.type = type;
  info.rows_per_band = rows_per_band;
  return info;
}

std::int64_t band_bytes(const StackInfo& info) {
  const auto sample = std::max<std::int64_t>(4, static_cast<std::int64_t>(bytes_per_sample(info.type)));
  return rows_per_box(info) * info.shape.c * info.shape.x * sample;
}

}  // namespace

TEST_CASE("a plane of usual size is one band", "[partition]") {
  CHECK(row_bands(stack(2, 1024, 1024, 7)) == std::vector<Rows>{{0, 1024}});
  CHECK(row_bands(stack(1, 1, 1, 1)) == std::vector<Rows>{{0, 1}});
}

TEST_CASE("bands cover the plane without gap or overlap, are bounded, and begin at multiples of one height", "[partition]") {
  const auto info =
      GENERATE(stack(2, 2048, 2048, 1), stack(3, 2048, 2048, 256), stack(1, 30000, 30000, 1), stack(1, 30000, 30000, 30000),
               stack(2, 4096, 4096, 4096), stack(5, 2048, 2048, 3), stack(40, 1000, 4000, 10),
               stack(2, 2161, 5000, 17, SampleType::float64), stack(1, 100000, 512, 100000), stack(1000, 64, 5000, 1));
  const std::int64_t height = rows_per_box(info);
  const auto bands = row_bands(info);
  std::int64_t next = 0;
  for (const Rows& band : bands) {
    CHECK(band.begin == next);
    CHECK(band.begin % height == 0);
    CHECK(band.end > band.begin);
    next = band.end;
  }
  CHECK(next == info.shape.y);
  CHECK(band_bytes(info) <= largest_band_bytes);
}

TEST_CASE("bands follow the file's strips and tiles", "[partition]") {
  CHECK(rows_per_box(stack(3, 2048, 2048, 256)) % 256 == 0);
  CHECK(rows_per_box(stack(2, 2048, 2048, 17)) % 17 == 0);
  // One strip a plane: 32 MiB of float32 are taken whole rather than decoded twice.
  CHECK(rows_per_box(stack(2, 2048, 2048, 2048)) == 2048);
  // 128 MiB are not.
  CHECK(rows_per_box(stack(2, 4096, 4096, 4096)) < 4096);
}

TEST_CASE("the cut does not depend on which channels are asked for", "[partition]") {
  const auto info = stack(4, 4096, 2048, 1);
  const auto one = plane_boxes(info, 0, 1, 2, {3});
  const auto all = plane_boxes(info, 0, 1, 2, all_channels(info));
  REQUIRE(one.size() == all.size());
  REQUIRE(one.size() > 1);
  for (std::size_t i = 0; i < one.size(); ++i) {
    CHECK(one[i].y_begin == all[i].y_begin);
    CHECK(one[i].y_end == all[i].y_end);
    CHECK(one[i].channels == std::vector<std::int32_t>{3});
  }
}

TEST_CASE("the boxes of a stack come t slowest, then z, then from the top", "[partition]") {
  const auto info = stack(4, 4096, 2048, 1);
  const auto boxes = stack_boxes(info, 5);
  const auto bands = row_bands(info);
  REQUIRE(boxes.size() == 6 * bands.size());
  CHECK(count_boxes(info) == boxes.size());
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    CHECK(boxes[i].input == 5);
    CHECK(boxes[i].channels == all_channels(info));
    CHECK(boxes[i].t == static_cast<std::int32_t>(i / bands.size() / 3));
    CHECK(boxes[i].z == static_cast<std::int32_t>(i / bands.size() % 3));
    CHECK(boxes[i].y_begin == bands[i % bands.size()].begin);
  }
}

TEST_CASE("a halo is covered by whole bands, cut to the plane", "[partition]") {
  const auto info = stack(2, 4096, 2048, 1);
  const auto bands = row_bands(info);
  REQUIRE(bands.size() >= 3);
  CHECK(bands_covering(info, {bands[1].begin - 1, bands[1].end + 1}) == std::vector<Rows>(bands.begin(), bands.begin() + 3));
  CHECK(bands_covering(info, {-5, 1}) == std::vector<Rows>{bands[0]});
  CHECK(bands_covering(info, {4095, 9999}) == std::vector<Rows>{bands.back()});
  CHECK(bands_covering(info, bands[1]) == std::vector<Rows>{bands[1]});
}

TEST_CASE("a fold over T is given bands that fit its memory", "[partition]") {
  const auto info = stack(2, 512, 512, 512);
  const auto bands = deep_bands(info, 100, 1, 1 << 20);
  CHECK(bands.front() == Rows{0, 10});
  CHECK(bands.back().end == 512);
  CHECK(deep_bands(info, 1000000, 2, 1 << 20).size() == 512);
  CHECK(deep_bands(info, 1, 1, 1 << 20).size() == 1);
}
