// Byte strings between workers: what goes in comes out, and no byte string, however short or wrong, is read past its end.
#include "image/bytes_io.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace webunmix;

namespace {

std::vector<std::byte> sample() {
  return std::move(ByteWriter()
                       .u8(7)
                       .u32(0x01020304U)
                       .i32(-5)
                       .u64(std::numeric_limits<std::uint64_t>::max())
                       .i64(-6)
                       .f32(0.5F)
                       .f64(-0.0)
                       .boolean(true)
                       .text("µm")
                       .values(std::vector<double>{1.5, -2.5})
                       .bytes(std::vector<std::byte>{std::byte{9}}))
      .take();
}

}  // namespace

TEST_CASE("what was written is read", "[bytes_io]") {
  const auto bytes = sample();
  ByteReader reader(bytes);
  CHECK(reader.u8() == 7);
  CHECK(reader.u32() == 0x01020304U);
  CHECK(reader.i32() == -5);
  CHECK(reader.u64() == std::numeric_limits<std::uint64_t>::max());
  CHECK(reader.i64() == -6);
  CHECK(reader.f32() == 0.5F);
  CHECK(std::signbit(reader.f64()));
  CHECK(reader.boolean());
  CHECK(reader.text() == "µm");
  CHECK(reader.values<double>() == std::vector<double>{1.5, -2.5});
  const auto inner = reader.bytes();
  REQUIRE(inner.size() == 1);
  CHECK(inner[0] == std::byte{9});
  CHECK(reader.done("sample").ok());
}

TEST_CASE("bytes are little-endian", "[bytes_io]") {
  const auto bytes = std::move(ByteWriter().u32(0x01020304U)).take();
  CHECK(bytes == std::vector<std::byte>{std::byte{4}, std::byte{3}, std::byte{2}, std::byte{1}});
}

TEST_CASE("a byte string cut anywhere is an error and yields nothing from beyond its end", "[bytes_io]") {
  const auto bytes = sample();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::vector<std::byte> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    ByteReader reader(cut);
    reader.u8(), reader.u32(), reader.i32(), reader.u64(), reader.i64(), reader.f32(), reader.f64(), reader.boolean();
    reader.text(), reader.values<double>(), reader.bytes();
    CHECK_FALSE(reader.ok());
    const auto outcome = reader.done("sample");
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error().code == Errc::internal);
  }
}

TEST_CASE("a count that no memory could hold is refused before anything is allocated", "[bytes_io]") {
  const auto bytes = std::move(ByteWriter().u64(std::numeric_limits<std::uint64_t>::max() / 2)).take();
  ByteReader reader(bytes);
  CHECK(reader.values<double>().empty());
  CHECK_FALSE(reader.ok());
}

TEST_CASE("bytes left over are an error", "[bytes_io]") {
  const auto bytes = std::move(ByteWriter().u32(1).u8(2)).take();
  ByteReader reader(bytes);
  CHECK(reader.u32() == 1);
  CHECK_FALSE(reader.done("pair").ok());
}
