// Exceptions end where one thread, module or language meets another: there they become errors.
#pragma once

#include <exception>
#include <new>
#include <string>

#include "image/result.hpp"

namespace webunmix {

/// What `call` returns, a Result, or its exception as an error.
template <class Call>
auto caught(Call&& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return Error{Errc::out_of_memory,
                 "There is not enough memory for this. Close other tabs or programs, or use fewer workers."};
  } catch (const std::exception& failure) {
    return Error{Errc::internal, std::string("Unexpected failure: ") + failure.what()};
  }
}

}  // namespace webunmix
