// The test programs themselves: fixtures are found natively and in Node, and what is missing is named.
#include "support/fixture.hpp"

#include <catch2/catch.hpp>

TEST_CASE("a fixture is read whole", "[support]") {
  const auto bytes = webunmix::test::read_fixture("README.md");
  REQUIRE(bytes.size() > 2);
  CHECK(static_cast<char>(bytes[0]) == '#');
  CHECK(static_cast<char>(bytes.back()) == '\n');
}

TEST_CASE("a missing fixture is named in the error", "[support]") {
  CHECK_THROWS_WITH(webunmix::test::read_fixture("no-such-file"), Catch::Contains("tests/data/no-such-file"));
}
