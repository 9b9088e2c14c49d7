// Setting values as C++ types and as JSON. Which C++ types a settings struct may hold is what is declared here.
//
// Readers are called only with values that check_setting() has accepted.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "json/json.hpp"

namespace webunmix {

/// The value, or null when there is none.
template <class T>
[[nodiscard]] Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

/// The name of one value of an enum: {Method::mi_min, "mi_min"}.
template <class E>
struct Named {
  E value;
  std::string name;
};
template <class E>
using Names = std::vector<Named<E>>;

/// A number or one of a few words: `std::variant<double, Automatic>` for 100.0 or "auto".
template <class E>
using NumberOr = std::variant<double, E>;

namespace setting_value {

/// Integers of a setting are whole numbers that a double (and so JavaScript) holds exactly.
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

[[nodiscard]] Json write_boolean(bool value);
[[nodiscard]] Json write_integer(std::int64_t value);
[[nodiscard]] Json write_number(double value);
[[nodiscard]] Json write_text(const std::string& value);
[[nodiscard]] Json write_null();
[[nodiscard]] Json empty_list();
void append(Json& list, Json element);

[[nodiscard]] bool read_boolean(const Json& value);
[[nodiscard]] std::int64_t read_integer(const Json& value);
[[nodiscard]] double read_number(const Json& value);
[[nodiscard]] std::string read_text(const Json& value);
[[nodiscard]] bool is_null(const Json& value);
[[nodiscard]] bool is_text(const Json& value);
[[nodiscard]] std::size_t length(const Json& value);
[[nodiscard]] const Json& element(const Json& value, std::size_t i);

inline Json write(bool value) { return write_boolean(value); }
template <Integer T>
Json write(T value) {
  return write_integer(static_cast<std::int64_t>(value));
}
inline Json write(double value) { return write_number(value); }
inline Json write(const std::string& value) { return write_text(value); }
inline Json write(const Json& value) { return value; }

template <class T>
Json write(const std::optional<T>& value);

template <class T>
Json write(const std::vector<T>& values) {
  Json list = empty_list();
  for (const auto& value : values) append(list, write(value));
  return list;
}

template <class T>
Json write(const std::optional<T>& value) {
  return value ? write(*value) : write_null();
}

inline void read(const Json& from, bool& to) { to = read_boolean(from); }
template <Integer T>
void read(const Json& from, T& to) {
  to = static_cast<T>(read_integer(from));
}
inline void read(const Json& from, double& to) { to = read_number(from); }
inline void read(const Json& from, std::string& to) { to = read_text(from); }
inline void read(const Json& from, Json& to) { to = from; }

template <class T>
void read(const Json& from, std::optional<T>& to);

template <class T>
void read(const Json& from, std::vector<T>& to) {
  to.clear();
  for (std::size_t i = 0; i < length(from); ++i) {
    T value{};
    read(element(from, i), value);
    to.push_back(std::move(value));
  }
}

template <class T>
void read(const Json& from, std::optional<T>& to) {
  if (is_null(from)) {
    to.reset();
    return;
  }
  T value{};
  read(from, value);
  to = std::move(value);
}

template <class E>
Json write_named(E value, const Names<E>& names) {
  for (const auto& named : names) {
    if (named.value == value) return write_text(named.name);
  }
  return write_null();
}

template <class E>
E read_named(const Json& from, const Names<E>& names) {
  const std::string text = read_text(from);
  for (const auto& named : names) {
    if (named.name == text) return named.value;
  }
  return names.front().value;
}

template <class E>
std::vector<std::string> texts_of(const Names<E>& names) {
  std::vector<std::string> texts;
  for (const auto& named : names) texts.push_back(named.name);
  return texts;
}

/// True for std::optional: the setting may be null.
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// What a list, or an optional list, holds in the end: int for std::optional<std::vector<std::optional<int>>>.
template <class T>
struct ElementOf {
  using type = T;
};
template <class T>
struct ElementOf<std::optional<T>> : ElementOf<T> {};
template <class T>
struct ElementOf<std::vector<T>> : ElementOf<T> {};
template <class T>
using Element = typename ElementOf<T>::type;

/// True for lists whose elements may be null.
template <class T>
struct HasNullableElements : std::false_type {};
template <class T>
struct HasNullableElements<std::optional<T>> : HasNullableElements<T> {};
template <class T>
struct HasNullableElements<std::vector<T>> : std::bool_constant<is_optional<T> || HasNullableElements<T>::value> {};

}  // namespace setting_value
}  // namespace webunmix
