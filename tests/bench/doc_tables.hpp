// What programs share that measure accuracy and renew a table of the docs with it.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>

#include "image/result.hpp"

namespace webunmix::bench {

[[noreturn]] inline void fail(const std::string& message) {
  std::cerr << message << '\n';
  std::exit(1);
}

template <class T>
T value_of(Result<T> result) {
  if (!result.ok()) fail(result.error().message);
  return std::move(*result);
}
inline void check(const Result<void>& result) {
  if (!result.ok()) fail(result.error().message);
}

/// With so many decimals, for columns of a table.
inline std::string number(double value, int decimals) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(decimals) << value;
  return text.str();
}

/// Prints the tables, or with the path of a page as the only argument puts them between its marks.
inline int show_tables(int argc, char** argv, const std::string& begin_mark, const std::string& end_mark,
                       const std::string& tables) {
  if (argc < 2) {
    std::cout << tables;
    return 0;
  }
  std::ifstream in(argv[1], std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  const auto begin = page.find(begin_mark);
  const auto end = page.find(end_mark);
  if (begin == std::string::npos || end == std::string::npos) fail(std::string(argv[1]) + " has no marks for the tables");
  std::ofstream(argv[1], std::ios::binary) << page.substr(0, begin) + begin_mark + tables + page.substr(end);
  return 0;
}

}  // namespace webunmix::bench
