// What passes between lead and workers survives the journey, and a damaged byte string is an error.
#include "run/travel.hpp"

#include <catch2/catch.hpp>

using namespace webunmix;

namespace {

const Box box{.input = 3, .t = 7, .z = 9, .channels = {2, 0, 5}, .y_begin = 64, .y_end = 128};
const Box other{.input = 0, .t = 0, .z = 0, .channels = {1}, .y_begin = 0, .y_end = 1};

template <class Unpack>
void check_cuts(const Bytes& whole, Unpack unpack) {
  REQUIRE(unpack(whole).ok());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto outcome = unpack(BytesView(whole).first(size));
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error().code == Errc::internal);
  }
}

}  // namespace

TEST_CASE("an item survives the journey", "[travel]") {
  const Bytes bytes = pack_item({{box, other}, {std::byte{1}, std::byte{2}}});
  const auto item = unpack_item(bytes);
  REQUIRE(item.ok());
  CHECK(item->boxes == std::vector<Box>{box, other});
  CHECK(item->tag == Bytes{std::byte{1}, std::byte{2}});
  check_cuts(bytes, unpack_item);
}

TEST_CASE("tallies survive the journey", "[travel]") {
  const Bytes bytes = pack_tallies({{4, box, {std::byte{1}}}, {0, other, {}}});
  const auto tallies = unpack_tallies(bytes);
  REQUIRE(tallies.ok());
  REQUIRE(tallies->size() == 2);
  CHECK((*tallies)[0].step == 4);
  CHECK((*tallies)[0].box == box);
  CHECK((*tallies)[0].tally == Bytes{std::byte{1}});
  CHECK((*tallies)[1].box == other);
  check_cuts(bytes, unpack_tallies);
}

TEST_CASE("the plan of a store survives the journey", "[travel]") {
  const Bytes bytes = pack_store_plan({true, {box, other}});
  const auto plan = unpack_store_plan(bytes);
  REQUIRE(plan.ok());
  CHECK(plan->for_output);
  CHECK(plan->boxes == std::vector<Box>{box, other});
  check_cuts(bytes, unpack_store_plan);
}

TEST_CASE("a count of boxes that no memory could hold is refused", "[travel]") {
  const Bytes bytes = std::move(ByteWriter().u64(std::uint64_t{1} << 60U).u64(0)).take();
  CHECK_FALSE(unpack_item(bytes).ok());
}
