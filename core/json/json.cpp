#include "json/json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

namespace webunmix {
namespace {

using Text = nlohmann::ordered_json;

constexpr std::size_t deepest = 500;  // values are written and let go level by level, on the stack

/// Builds values from what nlohmann/json reads, without a tree of its own.
class Reader final : public nlohmann::json_sax<Text> {
 public:
  [[nodiscard]] Json take() { return std::move(root_); }

  bool null() override { return put(Json()); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(std::int64_t value) override { return put(value); }
  bool number_unsigned(std::uint64_t value) override { return put(value); }
  bool number_float(double value, const std::string& /*digits*/) override { return put(value); }
  bool string(std::string& value) override { return put(std::move(value)); }
  bool binary(Text::binary_t& /*value*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return open(Json::object()); }
  bool start_array(std::size_t /*size*/) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& value) override {
    keys_.back() = std::move(value);
    return true;
  }
  bool parse_error(std::size_t byte, const std::string& /*token*/, const nlohmann::detail::exception& error) override {
    if (dynamic_cast<const nlohmann::detail::parse_error*>(&error) != nullptr) throw JsonError(error.what(), byte);
    throw JsonError(error.what());
  }

 private:
  bool put(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().is_array()) {
      open_.back().push_back(std::move(value));
    } else {
      open_.back()[keys_.back()] = std::move(value);
    }
    return true;
  }

  bool open(Json value) {
    if (open_.size() == deepest) throw JsonError("brackets nest more than " + std::to_string(deepest) + " deep");
    open_.push_back(std::move(value));
    keys_.emplace_back();
    return true;
  }

  bool close() {
    Json value = std::move(open_.back());
    open_.pop_back();
    keys_.pop_back();
    return put(std::move(value));
  }

  Json root_;
  std::vector<Json> open_;         // arrays and objects that have not ended, outermost first
  std::vector<std::string> keys_;  // of each, the key that was read last
};

Text text_of(const Json& json) {
  if (json.is_object()) {
    Text object = Text::object();
    for (const auto& [key, value] : json.items()) object.emplace(key, text_of(value));
    return object;
  }
  if (json.is_array()) {
    Text array = Text::array();
    for (const Json& element : json) array.push_back(text_of(element));
    return array;
  }
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_unsigned()) return json.get<std::uint64_t>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_string()) return json.text();
  return nullptr;
}

bool is_member(const Json& part) { return part.is_array() && part.size() == 2 && part[0].is_string(); }

}  // namespace

Json::Json() noexcept = default;
Json::Json(Boolean value) noexcept : value_(value.value) {}
Json::Json(Whole value) noexcept : value_(value.is_signed ? Value(static_cast<std::int64_t>(value.bits)) : Value(value.bits)) {}
Json::Json(Number value) noexcept : value_(value.value) {}
Json::Json(std::string text) noexcept : value_(std::move(text)) {}
Json::Json(std::initializer_list<JsonPart> parts) {
  if (!std::all_of(parts.begin(), parts.end(), [](const JsonPart& part) { return is_member(part.value()); })) {
    *this = array(parts);
    return;
  }
  *this = object();
  for (const JsonPart& part : parts) {
    Json member = part.take();
    const std::string key = member[0].text();
    if (!contains(key)) (*this)[key] = std::move(member[1]);
  }
}
Json::Json(const Json& other) = default;
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(Json other) noexcept {
  value_ = std::move(other.value_);
  return *this;
}
Json::~Json() = default;

Json Json::array() {
  Json json;
  json.value_ = Array();
  return json;
}
Json Json::array(std::initializer_list<JsonPart> parts) {
  Json json = array();
  json.reserve(parts.size());
  for (const JsonPart& part : parts) json.push_back(part.take());
  return json;
}
Json Json::object() {
  Json json;
  json.value_ = Object();
  return json;
}

Json Json::parse(std::string_view text) {
  Reader reader;
  Text::sax_parse(text, &reader);
  return reader.take();
}

std::optional<Json> Json::parse_if_valid(std::string_view text) {
  try {
    return parse(text);
  } catch (const JsonError&) {
    return std::nullopt;
  }
}

std::string Json::dump(int indent) const { return text_of(*this).dump(indent, ' ', false, Text::error_handler_t::replace); }

bool Json::is_null() const { return std::holds_alternative<std::monostate>(value_); }
bool Json::is_boolean() const { return std::holds_alternative<bool>(value_); }
bool Json::is_number() const { return is_number_integer() || is_number_float(); }
bool Json::is_number_integer() const { return std::holds_alternative<std::int64_t>(value_) || is_number_unsigned(); }
bool Json::is_number_unsigned() const { return std::holds_alternative<std::uint64_t>(value_); }
bool Json::is_number_float() const { return std::holds_alternative<double>(value_); }
bool Json::is_string() const { return std::holds_alternative<std::string>(value_); }
bool Json::is_array() const { return std::holds_alternative<Array>(value_); }
bool Json::is_object() const { return std::holds_alternative<Object>(value_); }

namespace {

constexpr double beyond_whole = 9223372036854775808.0;  // 2^63

JsonError no_number() { return JsonError("a number was expected"); }

}  // namespace

bool Json::boolean() const {
  if (const bool* value = std::get_if<bool>(&value_)) return *value;
  throw JsonError("true or false was expected");
}
double Json::number() const {
  if (const auto* number = std::get_if<double>(&value_)) return *number;
  if (const auto* whole = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*whole);
  if (const auto* natural = std::get_if<std::uint64_t>(&value_)) return static_cast<double>(*natural);
  throw no_number();
}
std::int64_t Json::whole() const {
  if (const auto* whole = std::get_if<std::int64_t>(&value_)) return *whole;
  const auto* number = std::get_if<double>(&value_);
  if (number == nullptr) throw no_number();
  if (*number >= -beyond_whole && *number < beyond_whole) return static_cast<std::int64_t>(*number);
  throw JsonError("the number " + dump() + " is too large or too small");
}
std::uint64_t Json::natural() const {
  if (const auto* natural = std::get_if<std::uint64_t>(&value_)) return *natural;
  throw no_number();
}
const std::string& Json::text() const {
  if (const auto* value = std::get_if<std::string>(&value_)) return *value;
  throw JsonError("a text was expected");
}

std::size_t Json::size() const {
  if (is_null()) return 0;
  return is_structured() ? static_cast<std::size_t>(end() - begin()) : 1;
}
Json::ConstIterator Json::begin() const {
  if (const auto* array = std::get_if<Array>(&value_)) return array->data();
  if (const auto* object = std::get_if<Object>(&value_)) return object->values.data();
  return nullptr;
}
Json::ConstIterator Json::end() const {
  if (const auto* array = std::get_if<Array>(&value_)) return array->data() + array->size();
  if (const auto* object = std::get_if<Object>(&value_)) return object->values.data() + object->values.size();
  return nullptr;
}
// A value that may be changed has begun as one: taking away the const that only the shared code put there is safe.
Json::Iterator Json::begin() { return const_cast<Iterator>(std::as_const(*this).begin()); }
Json::Iterator Json::end() { return const_cast<Iterator>(std::as_const(*this).end()); }

const Json& Json::at(std::string_view key) const {
  const auto found = find(key);
  if (found == end()) throw JsonError("there is no member \"" + std::string(key) + "\"");
  return *found;
}
Json& Json::at(std::string_view key) { return const_cast<Json&>(std::as_const(*this).at(key)); }
const Json& Json::at(std::size_t i) const {
  if (!is_structured() || i >= size()) throw JsonError("there is no element " + std::to_string(i));
  return begin()[i];
}
Json& Json::at(std::size_t i) { return const_cast<Json&>(std::as_const(*this).at(i)); }

Json& Json::operator[](std::string_view key) {
  if (is_null()) value_ = Object();
  if (!is_object()) throw JsonError("only objects have members");
  if (const auto found = find(key); found != end()) return *found;
  auto& object = std::get<Object>(value_);
  Json& value = object.values.emplace_back();
  try {
    object.keys.emplace_back(key);
  } catch (...) {
    object.values.pop_back();  // as many keys as values, also when there is no memory for another
    throw;
  }
  return value;
}

const std::vector<std::string>& Json::keys() const {
  static const std::vector<std::string> none;
  const auto* object = std::get_if<Object>(&value_);
  return object == nullptr ? none : object->keys;
}

Json::ConstIterator Json::find(std::string_view key) const {
  const auto found = std::find(keys().begin(), keys().end(), key);
  return is_object() ? begin() + (found - keys().begin()) : end();
}
Json::Iterator Json::find(std::string_view key) { return const_cast<Iterator>(std::as_const(*this).find(key)); }

void Json::reserve(std::size_t size) {
  if (auto* array = std::get_if<Array>(&value_)) array->reserve(size);
}
void Json::push_back(Json value) {
  if (is_null()) value_ = Array();
  auto* array = std::get_if<Array>(&value_);
  if (array == nullptr) throw JsonError("only lists can be appended to");
  array->push_back(std::move(value));
}
void Json::update(const Json& other) {
  for (const auto& [key, value] : other.items()) (*this)[key] = value;
}
void Json::erase(std::string_view key) {
  const auto found = find(key);
  if (found == end()) return;
  auto& object = std::get<Object>(value_);
  const auto i = found - begin();
  object.keys.erase(object.keys.begin() + i);
  object.values.erase(object.values.begin() + i);
}

bool Json::equals(const Json& other) const {
  if (is_number() && other.is_number()) {
    if (is_number_float() || other.is_number_float()) return number() == other.number();
    if (is_number_unsigned() && other.is_number_unsigned()) return natural() == other.natural();
    if (is_number_unsigned()) return std::cmp_equal(natural(), other.whole());
    return other.is_number_unsigned() ? std::cmp_equal(whole(), other.natural()) : whole() == other.whole();
  }
  if (value_.index() != other.value_.index()) return false;
  if (is_structured()) return keys() == other.keys() && std::equal(begin(), end(), other.begin(), other.end());
  if (is_string()) return text() == other.text();
  return is_null() || boolean() == other.boolean();
}

std::ostream& operator<<(std::ostream& out, const Json& json) { return out << json.dump(); }

}  // namespace webunmix
