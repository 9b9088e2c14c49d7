// What a fallible function of the core returns: a value, or an error that a microscopist can act on.
//
// A message says what happened, to which file, page, channel or setting, with which value, what would be valid and what to do.
// Codes exist so that callers can branch; their names (errc_name) are the tags of the errors TypeScript throws.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace webunmix {

enum class Errc {
  bad_setting,      ///< a setting's value is outside its domain, or does not fit the stack
  bad_recipe,       ///< a recipe cannot be read: syntax, unknown step, unknown setting
  bad_file,         ///< a file is damaged, truncated or contradicts itself
  unsupported,      ///< a file is sound, but of a kind that is not read or written
  axes_needed,      ///< pages whose meaning the file does not say: the user must
  not_enough_data,  ///< the pixels do not determine what was asked (constant image, too few voxels, NaN)
  read_failed,      ///< the source of the bytes failed
  write_failed,     ///< the sink of the bytes failed (disk full, no permission)
  out_of_memory,    ///< more memory was needed than there is
  cancelled,        ///< the user stopped the work
  worker_lost,      ///< a worker died twice on the same item
  internal,         ///< a broken promise between two parts of the program
};

[[nodiscard]] std::string_view errc_name(Errc code);

struct Error {
  Errc code = Errc::internal;
  std::string message;
};

/// A setting that is outside its domain or does not fit the stack.
[[nodiscard]] inline Error bad_setting(std::string message) { return {Errc::bad_setting, std::move(message)}; }

/// Either a T or an Error. Check `ok()` (or the bool conversion) before `value()`.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() & { return *std::get_if<0>(&held_); }
  [[nodiscard]] const T& value() const& { return *std::get_if<0>(&held_); }
  [[nodiscard]] T&& value() && { return std::move(*std::get_if<0>(&held_)); }
  [[nodiscard]] const Error& error() const { return *std::get_if<1>(&held_); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return std::get_if<0>(&held_); }
  const T* operator->() const { return std::get_if<0>(&held_); }

 private:
  std::variant<T, Error> held_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace webunmix

/// Returns the error of a Result<void> (or of any Result whose value is not needed) from the enclosing function.
#define WEBUNMIX_TRY(expression)                                 \
  do {                                                           \
    auto webunmix_outcome = (expression);                        \
    if (!webunmix_outcome.ok()) return webunmix_outcome.error(); \
  } while (false)

#define WEBUNMIX_CONCAT_INNER(a, b) a##b
#define WEBUNMIX_CONCAT(a, b) WEBUNMIX_CONCAT_INNER(a, b)

/// `WEBUNMIX_ASSIGN(auto plane, read(box));` declares `plane` from the value, or returns the error.
#define WEBUNMIX_ASSIGN(declaration, expression)                                                                       \
  auto WEBUNMIX_CONCAT(webunmix_outcome_, __LINE__) = (expression);                                                    \
  if (!WEBUNMIX_CONCAT(webunmix_outcome_, __LINE__).ok()) return WEBUNMIX_CONCAT(webunmix_outcome_, __LINE__).error(); \
  declaration = std::move(*WEBUNMIX_CONCAT(webunmix_outcome_, __LINE__))  // NOLINT(bugprone-macro-parentheses)
