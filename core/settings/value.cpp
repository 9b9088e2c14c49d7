#include "settings/value.hpp"

namespace webunmix::setting_value {

Json write_boolean(bool value) { return value; }
Json write_integer(std::int64_t value) { return value; }
Json write_number(double value) { return value; }
Json write_text(const std::string& value) { return value; }
Json write_null() { return nullptr; }
Json empty_list() { return Json::array(); }
void append(Json& list, Json element) { list.push_back(std::move(element)); }

bool read_boolean(const Json& value) { return value.get<bool>(); }

std::int64_t read_integer(const Json& value) {
  // 5.0 is a whole number too: JavaScript does not tell them apart.
  return value.is_number_float() ? static_cast<std::int64_t>(value.get<double>()) : value.get<std::int64_t>();
}

double read_number(const Json& value) { return value.get<double>(); }
std::string read_text(const Json& value) { return value.get<std::string>(); }
bool is_null(const Json& value) { return value.is_null(); }
bool is_text(const Json& value) { return value.is_string(); }
std::size_t length(const Json& value) { return value.size(); }
const Json& element(const Json& value, std::size_t i) { return value[i]; }

}  // namespace webunmix::setting_value
