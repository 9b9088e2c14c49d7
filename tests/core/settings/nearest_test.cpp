// "Did you mean": distances between names and which of them is offered.
#include "settings/nearest.hpp"

#include <catch2/catch.hpp>

using namespace webunmix;

TEST_CASE("edit distance counts insertions, deletions, substitutions and swaps", "[nearest]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("alpha", "alpha") == 0);
  CHECK(edit_distance("Alpha", "alpha") == 0);
  CHECK(edit_distance("alpa", "alpha") == 1);
  CHECK(edit_distance("alhpa", "alpha") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("the nearest name is offered only when it is likely meant", "[nearest]") {
  const std::vector<std::string> names = {"unmix", "unmix_picasso", "flatfield", "detect_gain"};
  CHECK(nearest("unmx", names) == "unmix");
  CHECK(nearest("flat_field", names) == "flatfield");
  CHECK(nearest("flat", names) == "flatfield");
  CHECK(nearest("detectgain", names) == "detect_gain");
  CHECK_FALSE(nearest("deconvolve", names).has_value());
  CHECK_FALSE(nearest("", names).has_value());
  CHECK_FALSE(nearest("unmix", {}).has_value());
}

TEST_CASE("a message ends with the nearest name, or with all of them", "[nearest]") {
  CHECK(suggestion("unmx", {"unmix", "blur"}) == "; did you mean `unmix`?");
  CHECK(suggestion("zzz", {"unmix", "blur"}) == "; there are `unmix`, `blur`.");
  CHECK(suggestion("zzz", {"unmix"}) == "; there is only `unmix`.");
}
