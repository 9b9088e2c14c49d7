// JSON values: what settings, recipes and reports are made of. Members of objects keep their order.
//
// nlohmann/json reads and writes the text, and only json.cpp includes it: its header and what its templates leave in every object
// file took a third of a build. Here is no more than the project uses, under nlohmann's names, compiled once.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace webunmix {

class JsonPart;

/// What is not JSON, or not of the kind or name that was asked for. A text that comes from people is checked first, or parsed by
/// parse_json() (recipe/json_text.hpp), which returns its error.
class JsonError : public std::runtime_error {
 public:
  explicit JsonError(const std::string& what, std::optional<std::size_t> byte = std::nullopt)
      : std::runtime_error(what), byte_(byte) {}

  /// How many bytes of a text were read when it turned out to be no JSON; nothing where another reason was given.
  [[nodiscard]] std::optional<std::size_t> byte() const { return byte_; }

 private:
  std::optional<std::size_t> byte_;
};

// Which C++ values become JSON. Booleans by themselves: a pointer is none.
namespace json_value {
template <class T>
concept Boolean = std::same_as<T, bool>;
template <class T>
concept Integer = std::integral<T> && !Boolean<T>;
template <class T>
concept Text = std::convertible_to<const T&, std::string_view> && !std::same_as<T, std::string>;
}  // namespace json_value

class Json {
 public:
  using Iterator = Json*;
  using ConstIterator = const Json*;

  Json() noexcept;  ///< null
  Json(std::nullptr_t) noexcept : Json() {}
  template <json_value::Boolean T>
  Json(T value) noexcept : Json(Boolean{value}) {}
  template <json_value::Integer T>
  Json(T value) noexcept : Json(Whole{std::signed_integral<T>, static_cast<std::uint64_t>(value)}) {}
  template <std::floating_point T>
  Json(T value) noexcept : Json(Number{static_cast<double>(value)}) {}
  // A template, so that {"text"} is a list and never the text in it.
  template <json_value::Text T>
  Json(const T& text) : Json(std::string(std::string_view(text))) {}
  Json(std::string text) noexcept;
  template <class T>
  Json(const std::vector<T>& values) : Json(array()) {
    reserve(values.size());
    for (const T& value : values) push_back(Json(value));
  }
  template <class T, std::size_t N>
  Json(const std::array<T, N>& values) : Json(array()) {
    for (const T& value : values) push_back(Json(value));
  }
  /// An object when every part is a list of a text and a value, else an array.
  Json(std::initializer_list<JsonPart> parts);

  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(Json other) noexcept;  ///< by value: what is assigned may be a part of what it replaces
  ~Json();

  [[nodiscard]] static Json array();
  [[nodiscard]] static Json array(std::initializer_list<JsonPart> parts);
  [[nodiscard]] static Json object();

  /// Errors: JsonError with byte() where the text is no JSON, without where a number is too large or brackets nest 500 deep.
  [[nodiscard]] static Json parse(std::string_view text);
  [[nodiscard]] static std::optional<Json> parse_if_valid(std::string_view text);
  /// JSON text, in one line or indented; bytes that are not UTF-8 become U+FFFD.
  [[nodiscard]] std::string dump(int indent = -1) const;

  [[nodiscard]] bool is_null() const;
  [[nodiscard]] bool is_boolean() const;
  [[nodiscard]] bool is_number() const;
  [[nodiscard]] bool is_number_integer() const;   ///< signed or unsigned
  [[nodiscard]] bool is_number_unsigned() const;  ///< a whole number that was not given as signed
  [[nodiscard]] bool is_number_float() const;
  [[nodiscard]] bool is_string() const;
  [[nodiscard]] bool is_array() const;
  [[nodiscard]] bool is_object() const;
  [[nodiscard]] bool is_structured() const { return is_array() || is_object(); }

  /// The value as a C++ type; a whole number takes what is before the point. Errors: JsonError when it is of another kind, or a number
  /// that the type cannot hold.
  template <class T>
  [[nodiscard]] T get() const {
    T value{};
    get_to(value);
    return value;
  }
  [[nodiscard]] const std::string& text() const;

  /// Elements of an array or members of an object; null has none, all else has one.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  /// Elements of an array, values of an object.
  [[nodiscard]] Iterator begin();
  [[nodiscard]] Iterator end();
  [[nodiscard]] ConstIterator begin() const;
  [[nodiscard]] ConstIterator end() const;
  [[nodiscard]] const Json& front() const { return at(0); }
  [[nodiscard]] const Json& back() const { return at(size() - 1); }
  [[nodiscard]] Json& back() { return at(size() - 1); }

  /// Errors: JsonError when there is none.
  [[nodiscard]] Json& at(std::string_view key);
  [[nodiscard]] const Json& at(std::string_view key) const;
  [[nodiscard]] Json& at(std::size_t i);
  [[nodiscard]] const Json& at(std::size_t i) const;
  /// A member, made when there is none; null becomes an object.
  [[nodiscard]] Json& operator[](std::string_view key);
  [[nodiscard]] const Json& operator[](std::string_view key) const { return at(key); }
  template <std::integral T>
  [[nodiscard]] Json& operator[](T i) {
    return at(static_cast<std::size_t>(i));
  }
  template <std::integral T>
  [[nodiscard]] const Json& operator[](T i) const {
    return at(static_cast<std::size_t>(i));
  }
  [[nodiscard]] bool contains(std::string_view key) const { return find(key) != end(); }
  /// The value of a member, or end().
  [[nodiscard]] Iterator find(std::string_view key);
  [[nodiscard]] ConstIterator find(std::string_view key) const;
  /// The member as a C++ type, or `otherwise` when there is none.
  template <class T>
  [[nodiscard]] T value(std::string_view key, T otherwise) const {
    const auto found = find(key);
    return found == end() ? std::move(otherwise) : found->template get<T>();
  }
  [[nodiscard]] std::string value(std::string_view key, const char* otherwise) const {
    return value(key, std::string(otherwise));
  }

  void reserve(std::size_t size);
  /// Appends to an array; null becomes one.
  void push_back(Json value);
  /// Sets every member of another object.
  void update(const Json& other);
  void erase(std::string_view key);

  /// `for (const auto& [key, value] : object.items())`; all but objects have none.
  [[nodiscard]] auto items();
  [[nodiscard]] auto items() const;

  /// Numbers are equal when their values are; objects when their members are, in the same order.
  friend bool operator==(const Json& a, const Json& b) { return a.equals(b); }
  friend std::ostream& operator<<(std::ostream& out, const Json& json);

 private:
  struct Boolean {
    bool value;
  };
  struct Whole {
    bool is_signed;
    std::uint64_t bits;
  };
  struct Number {
    double value;
  };
  using Array = std::vector<Json>;
  struct Object {
    std::vector<std::string> keys;
    std::vector<Json> values;  // as many
  };
  using Value = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object>;
  template <class J>
  class Items;

  explicit Json(Boolean value) noexcept;
  explicit Json(Whole value) noexcept;
  explicit Json(Number value) noexcept;

  [[nodiscard]] bool boolean() const;
  [[nodiscard]] double number() const;
  [[nodiscard]] std::int64_t whole() const;
  [[nodiscard]] std::uint64_t natural() const;
  [[nodiscard]] bool equals(const Json& other) const;
  [[nodiscard]] const std::vector<std::string>& keys() const;

  void get_to(bool& value) const { value = boolean(); }
  template <std::integral T>
  void get_to(T& value) const {
    const auto held = [&](auto number) {
      if (!std::in_range<T>(number)) throw JsonError("the number " + dump() + " is too large or too small");
      return static_cast<T>(number);
    };
    value = is_number_unsigned() ? held(natural()) : held(whole());
  }
  template <std::floating_point T>
  void get_to(T& value) const {
    value = static_cast<T>(number());
  }
  void get_to(std::string& value) const { value = text(); }
  void get_to(Json& value) const { value = *this; }
  template <class T>
  void get_to(std::vector<T>& values) const;

  Value value_;
};

namespace json_value {
template <class T>
concept Convertible = std::constructible_from<Json, T>;
}

/// One part of a list in braces.
class JsonPart {
 public:
  template <json_value::Convertible T>
  JsonPart(T value) : value_(std::move(value)) {}
  JsonPart(std::initializer_list<JsonPart> parts) : value_(parts) {}

  /// Lists in braces are constant: without this every level would copy what is in it.
  [[nodiscard]] Json take() const { return std::move(value_); }
  [[nodiscard]] const Json& value() const { return value_; }

 private:
  mutable Json value_;
};

template <class J>
class Json::Items {
 public:
  class Iterator {
   public:
    Iterator(const std::string* key, J* value) : key_(key), value_(value) {}
    [[nodiscard]] std::pair<const std::string&, J&> operator*() const { return {*key_, *value_}; }
    Iterator& operator++() {
      ++key_;
      ++value_;
      return *this;
    }
    [[nodiscard]] bool operator==(const Iterator& other) const { return value_ == other.value_; }

   private:
    const std::string* key_;
    J* value_;
  };

  explicit Items(J& object) : object_(object) {}
  [[nodiscard]] Iterator begin() const { return {object_.keys().data(), object_.end() - object_.keys().size()}; }
  [[nodiscard]] Iterator end() const { return {object_.keys().data() + object_.keys().size(), object_.end()}; }

 private:
  J& object_;
};

inline auto Json::items() { return Items<Json>(*this); }
inline auto Json::items() const { return Items<const Json>(*this); }

template <class T>
void Json::get_to(std::vector<T>& values) const {
  if (!is_array()) throw JsonError("a list was expected");
  values.clear();
  values.reserve(size());
  for (const Json& element : *this) values.push_back(element.get<T>());
}

}  // namespace webunmix
