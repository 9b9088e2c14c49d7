// What may bleed into what: as a matrix and as lists.
#include "picasso/relations.hpp"

#include <catch2/catch.hpp>

using namespace webunmix;
using namespace webunmix::picasso;

namespace {

using Matrix = std::vector<std::vector<double>>;

std::string refusal(const Result<std::vector<Relation>>& result) {
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == Errc::bad_setting);
  return result.error().message;
}

}  // namespace

TEST_CASE("a matrix says which rows bleed into which columns", "[picasso][relations]") {
  const auto relations = relations_of_matrix(Matrix{{1, -1, 0}, {0, 1, -1}, {0, -1, 1}}, 3);
  REQUIRE(relations.ok());
  REQUIRE(relations->size() == 2);
  CHECK((*relations)[0].sink == 1);
  CHECK((*relations)[0].sources == std::vector<std::size_t>{0, 2});
  CHECK((*relations)[1].sink == 2);
  CHECK((*relations)[1].sources == std::vector<std::size_t>{1});
  CHECK(matrix_of_relations(*relations, 3) == std::vector<std::vector<int>>{{1, -1, 0}, {0, 1, -1}, {0, -1, 1}});
}

TEST_CASE("lists say the same in words", "[picasso][relations]") {
  const std::vector<std::int64_t> selected{5, 2, 7, 0};
  const std::vector<std::int64_t> sinks{0, 2};
  const std::vector<std::int64_t> neutral{7};
  const auto relations = relations_of_lists(selected, sinks, neutral);
  REQUIRE(relations.ok());
  // Counted among the selected: channel 2 is number 1, channel 0 is number 3, neutral 7 is number 2.
  CHECK(matrix_of_relations(*relations, 4) ==
        std::vector<std::vector<int>>{{1, -1, 0, -1}, {0, 1, 0, -1}, {0, 0, 1, 0}, {0, -1, 0, 1}});
}

TEST_CASE("graphs that make no sense are refused with what is wrong", "[picasso][relations]") {
  CHECK_THAT(refusal(relations_of_matrix(Matrix{{1, -1}, {0, 1}}, 3)), Catch::Contains("(3, 3)") && Catch::Contains("(2, 2)"));
  CHECK_THAT(refusal(relations_of_matrix(Matrix{{1, -1, 0}, {0, 1}, {0, 0, 1}}, 3)), Catch::Contains("[3, 2, 3]"));
  CHECK_THAT(refusal(relations_of_matrix(Matrix{{1, 2}, {0, 1}}, 2)), Catch::Contains("[0][1] is 2"));
  CHECK_THAT(refusal(relations_of_matrix(Matrix{{0, -1}, {0, 1}}, 2)), Catch::Contains("[0][0] is 0"));
  CHECK_THAT(refusal(relations_of_matrix(Matrix{{1, 0}, {0, 1}}, 2)), Catch::Contains("nothing to unmix"));
  const std::vector<std::int64_t> selected{0, 1, 2};
  const std::vector<std::int64_t> none;
  const auto lists = [&](std::vector<std::int64_t> sinks, std::vector<std::int64_t> neutral) {
    return refusal(relations_of_lists(selected, sinks, neutral));
  };
  CHECK_THAT(lists({4}, {}), Catch::Contains("sink_channels") && Catch::Contains("4"));
  CHECK_THAT(lists({1}, {9}), Catch::Contains("neutral_channels") && Catch::Contains("9"));
  CHECK_THAT(lists({1, 1}, {}), Catch::Contains("twice"));
  CHECK_THAT(lists({1}, {1}), Catch::Contains("both"));
  CHECK_THAT(lists({1}, {0, 2}), Catch::Contains("no source"));
  CHECK_THAT(lists({}, {0}), Catch::Contains("empty"));
}
