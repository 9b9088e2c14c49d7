// Records of tests/data/numpy: one a line, fields separated by blanks.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "support/fixture.hpp"

namespace webunmix::test {

inline std::vector<std::istringstream> numpy_records(const std::string& file) {
  const auto bytes = read_fixture("numpy/" + file);
  std::istringstream text(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  std::vector<std::istringstream> records;
  for (std::string line; std::getline(text, line);) records.emplace_back(line);
  return records;
}

template <class T>
T next_field(std::istringstream& record) {
  T value{};
  record >> value;
  return value;
}

}  // namespace webunmix::test
