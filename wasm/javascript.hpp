// Values across the border between C++ and JavaScript: copies, outcomes, and JavaScript's byte sources and sinks as the core's.
//
// Memory views die when the heap grows, so none leaves this file: bytes are copied in and out within one JavaScript statement.
// Exceptions of JavaScript callbacks are caught in JavaScript; they never unwind through wasm.
#pragma once

#include <emscripten/val.h>

#include <memory>
#include <string>

#include "image/byte_stream.hpp"
#include "image/result.hpp"
#include "run/step.hpp"

namespace webunmix::wasm {

/// Objects of ours that JavaScript holds or that hold objects of JavaScript.
class LiveObject {
 public:
  LiveObject() { ++count_; }
  LiveObject(const LiveObject&) = delete;
  LiveObject& operator=(const LiveObject&) = delete;
  ~LiveObject() { --count_; }
  [[nodiscard]] static int count() { return count_; }

 private:
  static inline int count_ = 0;
};

/// A new Uint8Array.
[[nodiscard]] emscripten::val to_uint8_array(BytesView bytes);
/// The bytes of a Uint8Array.
[[nodiscard]] Bytes from_uint8_array(const emscripten::val& array);

/// {ok: true, value}
[[nodiscard]] emscripten::val success(const emscripten::val& value);
/// {ok: false, tag, message}
[[nodiscard]] emscripten::val failure(const Error& error);

/// JSON text of a value of the core; text that is not UTF-8 is repaired.
[[nodiscard]] std::string to_text(const Json& json);
/// The JSON in `text`, or `code` naming what the text should have been.
[[nodiscard]] Result<Json> to_json(const std::string& text, Errc code, const std::string& what);

/// ByteSource and ByteSink of webunmix.d.ts.
[[nodiscard]] std::unique_ptr<ByteSource> byte_source(emscripten::val source);
[[nodiscard]] std::unique_ptr<ByteSink> byte_sink(emscripten::val sink);

}  // namespace webunmix::wasm
