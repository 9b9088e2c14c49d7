// Files that tests read, the same way natively and as wasm in Node.
//
// tests/data/ holds the small inputs and reference results that belong to the repository. Real microscopy files do
// not: the folder WEBUNMIX_REALDATA names, when it is set, is where they are.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/json.hpp"

namespace webunmix::test {

// The bytes of tests/data/PATH. Throws std::runtime_error naming the file when it cannot be read.
std::vector<std::byte> read_fixture(std::string_view path_in_tests_data);

// tests/data/PATH as JSON. Throws as read_fixture() does, and JsonError where it is none.
Json fixture_json(std::string_view path_in_tests_data);

// The folder of real files, or nothing when WEBUNMIX_REALDATA is unset or empty.
std::optional<std::string> realdata_dir();

// The bytes of a file in realdata_dir(). Throws std::runtime_error when there is no such folder or file.
std::vector<std::byte> read_realdata(std::string_view name);

}  // namespace webunmix::test
