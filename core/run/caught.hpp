// Exceptions end where one thread, module or language meets another: there they become errors.
#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <string>

#include "image/result.hpp"

namespace webunmix {

[[nodiscard]] inline Error out_of_memory() {
  return {Errc::out_of_memory, "There is not enough memory for this. Close other tabs or programs, or use fewer workers."};
}

/// What `call` returns, a Result, or its exception as an error.
template <class Call>
auto caught(Call&& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::length_error&) {
    return out_of_memory();  // more than any machine of this kind could address
  } catch (const std::exception& failure) {
    return Error{Errc::internal, std::string("Unexpected failure: ") + failure.what()};
  }
}

}  // namespace webunmix
