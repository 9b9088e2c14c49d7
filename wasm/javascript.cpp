#include "javascript.hpp"

#include <emscripten.h>

#include <array>
#include <utility>

using emscripten::EM_VAL;
using emscripten::val;

// clang-format off
// Into memory that the caller of the module gives, where it does (ModuleOptions.room): fresh memory costs more than the copy.
EM_JS(EM_VAL, webunmix_copy_out, (const void* from, double size), {
  const room = Module["room"];
  if (!room) return Emval.toHandle(HEAPU8.slice(from, from + size));
  const into = room(size);
  into.set(HEAPU8.subarray(from, from + size));
  return Emval.toHandle(into);
});

EM_JS(void, webunmix_copy_in, (EM_VAL array, void* to), {
  HEAPU8.set(Emval.toValue(array), to);
});

// Calls read(offset, view) or write(offset, view). An exception comes back as [tag, message]; errors of ours have a tag.
// (No syntax younger than Emscripten's own minifier.)
EM_JS(EM_VAL, webunmix_call, (EM_VAL target, bool writes, double offset, const void* at, double size), {
  try {
    const view = HEAPU8.subarray(at, at + size);
    if (writes) Emval.toValue(target).write(offset, view);
    else Emval.toValue(target).read(offset, view);
    return 0;
  } catch (thrown) {
    const error = thrown instanceof Object ? thrown : { message: thrown };
    return Emval.toHandle([String(error.tag), String(error.message)]);
  }
});
// clang-format on

namespace webunmix::wasm {
namespace {

/// The error a callback left, with its own code where it has one.
Result<void> outcome(EM_VAL thrown, Errc otherwise) {
  if (thrown == nullptr) return {};
  const val pair = val::take_ownership(thrown);
  const auto tag = pair[0].as<std::string>();
  Errc code = otherwise;
  for (int i = 0; i <= static_cast<int>(Errc::internal); ++i) {
    if (errc_name(static_cast<Errc>(i)) == tag) code = static_cast<Errc>(i);
  }
  return Error{code, pair[1].as<std::string>()};
}

class JavaScriptSource final : public ByteSource {
 public:
  explicit JavaScriptSource(val source)
      : source_(std::move(source)),
        size_(static_cast<std::uint64_t>(source_["size"].as<double>())),
        name_(source_["name"].as<std::string>()) {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] Result<void> read(std::uint64_t offset, std::span<std::byte> into) override {
    return outcome(
        webunmix_call(source_.as_handle(), false, static_cast<double>(offset), into.data(), static_cast<double>(into.size())),
        Errc::read_failed);
  }

 private:
  val source_;
  std::uint64_t size_;
  std::string name_;
  LiveObject live_;
};

class JavaScriptSink final : public ByteSink {
 public:
  explicit JavaScriptSink(val sink) : sink_(std::move(sink)) {}

  [[nodiscard]] Result<void> write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    return outcome(
        webunmix_call(sink_.as_handle(), true, static_cast<double>(offset), bytes.data(), static_cast<double>(bytes.size())),
        Errc::write_failed);
  }

 private:
  val sink_;
  LiveObject live_;
};

}  // namespace

val to_uint8_array(BytesView bytes) {
  return val::take_ownership(webunmix_copy_out(bytes.data(), static_cast<double>(bytes.size())));
}

Bytes from_uint8_array(const val& array) {
  Bytes bytes(array["length"].as<std::size_t>());
  webunmix_copy_in(array.as_handle(), bytes.data());
  return bytes;
}

val success(const val& value) {
  val outcome = val::object();
  outcome.set("ok", true);
  outcome.set("value", value);
  return outcome;
}

val failure(const Error& error) {
  val outcome = val::object();
  outcome.set("ok", false);
  outcome.set("tag", std::string(errc_name(error.code)));
  outcome.set("message", error.message);
  return outcome;
}

std::string to_text(const Json& json) { return json.dump(); }

Result<Json> to_json(const std::string& text, Errc code, const std::string& what) {
  std::optional<Json> json = Json::parse_if_valid(text);
  if (!json) return Error{code, what + " is not JSON."};
  return std::move(*json);
}

std::unique_ptr<ByteSource> byte_source(val source) { return std::make_unique<JavaScriptSource>(std::move(source)); }

std::unique_ptr<ByteSink> byte_sink(val sink) { return std::make_unique<JavaScriptSink>(std::move(sink)); }

}  // namespace webunmix::wasm
