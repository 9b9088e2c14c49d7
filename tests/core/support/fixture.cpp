// Reading fixtures: std::ifstream natively, Node's fs in wasm (Emscripten's own file system would need the files
// packed into each program).
#include "support/fixture.hpp"

#include <stdexcept>

#ifdef __EMSCRIPTEN__
#include <emscripten.h>
#include <memory>
#else
#include <cstdlib>
#include <fstream>
#endif

namespace webunmix::test {
namespace {

#ifdef __EMSCRIPTEN__

// clang-format off
EM_JS(double, host_file_size, (const char* path), {
  try {
    return require('node:fs').statSync(UTF8ToString(path)).size;
  } catch (error) {
    return -1;
  }
});

EM_JS(bool, host_file_read, (const char* path, void* to, double size), {
  const bytes = require('node:fs').readFileSync(UTF8ToString(path));
  if (bytes.length !== size) return false;
  HEAPU8.set(bytes, to);
  return true;
});

EM_JS(char*, host_environment, (const char* name), {
  const value = process.env[UTF8ToString(name)];
  if (!value) return 0;
  const size = lengthBytesUTF8(value) + 1;
  const text = _malloc(size);
  stringToUTF8(value, text, size);
  return text;
});
// clang-format on

std::vector<std::byte> read_file(const std::string& path) {
  const double size = host_file_size(path.c_str());
  if (size < 0) throw std::runtime_error("cannot read " + path);
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  if (!host_file_read(path.c_str(), bytes.data(), size)) throw std::runtime_error("cannot read " + path);
  return bytes;
}

std::string environment(const char* name) {
  const std::unique_ptr<char, decltype(&std::free)> value(host_environment(name), &std::free);
  return value ? value.get() : "";
}

#else

std::vector<std::byte> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<std::byte> bytes(static_cast<std::size_t>(file.tellg()));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file) throw std::runtime_error("cannot read " + path);
  return bytes;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

#endif

}  // namespace

std::vector<std::byte> read_fixture(std::string_view path_in_tests_data) {
  return read_file(WEBUNMIX_TEST_DATA "/" + std::string(path_in_tests_data));
}

Json fixture_json(std::string_view path_in_tests_data) {
  const std::vector<std::byte> bytes = read_fixture(path_in_tests_data);
  const auto* const text = reinterpret_cast<const char*>(bytes.data());
  return Json::parse({text, bytes.size()});
}

std::optional<std::string> realdata_dir() {
  std::string folder = environment("WEBUNMIX_REALDATA");
  if (folder.empty()) return std::nullopt;
  return folder;
}

std::vector<std::byte> read_realdata(std::string_view name) {
  const auto folder = realdata_dir();
  if (!folder) throw std::runtime_error("WEBUNMIX_REALDATA is not set: no folder to read " + std::string(name) + " from");
  return read_file(*folder + "/" + std::string(name));
}

}  // namespace webunmix::test
