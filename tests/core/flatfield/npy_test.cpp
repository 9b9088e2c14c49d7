// Arrays saved by numpy itself (tools/fixtures/make_npy_fixtures.py), and damaged ones.
#include "flatfield/npy.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <numeric>
#include <string>

#include "support/fixture.hpp"

using namespace webunmix;
using test::read_fixture;

namespace {

NumberArray read(const std::string& name) {
  auto array = parse_npy(read_fixture("npy/" + name), name);
  REQUIRE(array.ok());
  return *array;
}

}  // namespace

TEST_CASE("arrays numpy has saved are read, whatever their type, byte order and memory order", "[npy]") {
  using Shape = std::vector<std::int64_t>;
  const NumberArray f8 = read("f8.npy");
  CHECK(f8.shape == Shape{2, 3});
  CHECK(f8.values == std::vector<double>{1.5, 2, 3, 4, 5, -6});
  CHECK(read("f4_fortran.npy").values == f8.values);
  CHECK(read("i2_big_endian.npy").values == std::vector<double>{2, 2, 3, 4, 5, -6});
  CHECK(read("u1.npy").values == std::vector<double>{1, 2, 3, 4, 5, 6});
  CHECK(read("u2_vector.npy").shape == Shape{2});
  CHECK(read("u2_vector.npy").values == std::vector<double>{3, 60000});
  const NumberArray scalar = read("f4_scalar.npy");
  CHECK(scalar.shape.empty());
  CHECK(scalar.values == std::vector<double>{7.25});
  const NumberArray cube = read("i4_fortran_3d.npy");
  CHECK(cube.shape == Shape{2, 3, 4});
  std::vector<double> counted(24);
  std::iota(counted.begin(), counted.end(), 0.0);
  CHECK(cube.values == counted);
}

TEST_CASE("an array of a type that is no real number is refused by name", "[npy]") {
  const auto array = parse_npy(read_fixture("npy/complex.npy"), "flatfield in profiles.npz");
  REQUIRE_FALSE(array.ok());
  CHECK(array.error().code == Errc::unsupported);
  CHECK(array.error().message.find("flatfield in profiles.npz") != std::string::npos);
  CHECK(array.error().message.find("<c8") != std::string::npos);
}

TEST_CASE("an array cut off anywhere is an error, never a guess", "[npy]") {
  const std::vector<std::byte> whole = read_fixture("npy/f8.npy");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto array = parse_npy(std::span(whole).first(length), "cut.npy");
    REQUIRE_FALSE(array.ok());
    CHECK(array.error().code == Errc::bad_file);
  }
  std::vector<std::byte> longer = whole;
  longer.push_back(std::byte{0});
  CHECK_FALSE(parse_npy(longer, "long.npy").ok());
}

TEST_CASE("a shape that claims more than there is does not ask for memory", "[npy]") {
  std::vector<std::byte> bytes = read_fixture("npy/f8.npy");
  const std::string claim = "'shape': (99999999999, 9999999999), }";
  std::string header(reinterpret_cast<const char*>(bytes.data()) + 10, bytes.size() - 10);
  std::memcpy(bytes.data() + 10 + header.find("'shape'"), claim.data(), claim.size());
  const auto array = parse_npy(bytes, "claims.npy");
  REQUIRE_FALSE(array.ok());
  CHECK(array.error().message.find("shorter") != std::string::npos);
}

TEST_CASE("what is written reads back, and values begin at a multiple of 64", "[npy]") {
  const std::vector<float> values{1.0F, -2.5F, 3.25F, 0.0F, 5.0F, 6.0F};
  const std::vector<std::byte> bytes = write_npy(values, {2, 3});
  CHECK((bytes.size() - values.size() * 4) % 64 == 0);
  const auto array = parse_npy(bytes, "written.npy");
  REQUIRE(array.ok());
  CHECK(array->shape == std::vector<std::int64_t>{2, 3});
  CHECK(array->values == std::vector<double>(values.begin(), values.end()));
  CHECK(parse_npy(write_npy(std::vector<float>{1, 2}, {2}), "vector").value().shape == std::vector<std::int64_t>{2});
}
