#include "tiff/libtiff_handle.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <new>

namespace webunmix::tiff {
namespace {

// libtiff allocates for one strip at a time; a request beyond this comes from a damaged file.
constexpr tmsize_t largest_allocation = tmsize_t{1} << 30;

constexpr std::size_t most_warnings = 16;

std::string formatted(const char* format, va_list arguments) {
  std::array<char, 512> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  return text.data();
}

// Both return 1: the message is dealt with, and not passed to libtiff's global handlers, which print. libtiff is C, so no exception
// must pass through it; without memory for a message the failing call itself must do.
extern "C" int webunmix_libtiff_error(TIFF*, void* client, const char*, const char* format, va_list arguments) {
  auto& messages = *static_cast<LibtiffMessages*>(client);
  try {
    if (messages.error.empty()) messages.error = formatted(format, arguments);
  } catch (const std::bad_alloc&) {
    return 1;
  }
  return 1;
}

extern "C" int webunmix_libtiff_warning(TIFF*, void* client, const char*, const char* format, va_list arguments) {
  auto& messages = *static_cast<LibtiffMessages*>(client);
  try {
    if (messages.warnings.size() < most_warnings) messages.warnings.push_back(formatted(format, arguments));
  } catch (const std::bad_alloc&) {
    return 1;
  }
  return 1;
}

std::size_t copy_part(std::span<const std::byte> part, std::uint64_t part_begin, std::uint64_t position,
                      std::span<std::byte> into) {
  if (position < part_begin || position >= part_begin + part.size()) return 0;
  const auto from = static_cast<std::size_t>(position - part_begin);
  const std::size_t n = std::min(into.size(), part.size() - from);
  std::memcpy(into.data(), part.data() + from, n);
  return n;
}

extern "C" tmsize_t webunmix_libtiff_read(thandle_t client, void* into, tmsize_t size) {
  auto& memory = *static_cast<LibtiffMemory*>(client);
  const std::span<std::byte> wanted(static_cast<std::byte*>(into), static_cast<std::size_t>(size));
  std::size_t done = 0;
  done += copy_part(memory.head, 0, memory.position, wanted);
  done += copy_part(memory.body, memory.head.size(), memory.position + done, wanted.subspan(done));
  done += copy_part(memory.written, memory.head.size() + memory.body.size(), memory.position + done, wanted.subspan(done));
  memory.position += done;
  return static_cast<tmsize_t>(done);
}

extern "C" tmsize_t webunmix_libtiff_write(thandle_t client, void* from, tmsize_t size) {
  auto& memory = *static_cast<LibtiffMemory*>(client);
  const auto n = static_cast<std::size_t>(size);
  if (memory.sealed) return size;
  try {
    const auto at = static_cast<std::size_t>(memory.position);
    if (memory.written.size() < at + n) memory.written.resize(at + n);
    std::memcpy(memory.written.data() + at, from, n);
  } catch (const std::bad_alloc&) {
    return -1;
  }
  memory.position += n;
  return size;
}

extern "C" toff_t webunmix_libtiff_seek(thandle_t client, toff_t offset, int whence) {
  auto& memory = *static_cast<LibtiffMemory*>(client);
  if (whence == SEEK_CUR) offset += memory.position;
  if (whence == SEEK_END) offset += memory.size();
  memory.position = offset;
  return offset;
}

extern "C" toff_t webunmix_libtiff_size(thandle_t client) { return static_cast<LibtiffMemory*>(client)->size(); }
extern "C" int webunmix_libtiff_close(thandle_t) { return 0; }
extern "C" int webunmix_libtiff_map(thandle_t, void**, toff_t*) { return 0; }
extern "C" void webunmix_libtiff_unmap(thandle_t, void*, toff_t) {}

struct FreeOptions {
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

}  // namespace

LibtiffHandle open_libtiff(LibtiffMemory& memory, LibtiffMessages& messages, const char* mode) {
  const std::unique_ptr<TIFFOpenOptions, FreeOptions> options(TIFFOpenOptionsAlloc());
  if (options == nullptr) return nullptr;
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), webunmix_libtiff_error, &messages);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), webunmix_libtiff_warning, &messages);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), largest_allocation);
  memory.position = 0;
  return LibtiffHandle(TIFFClientOpenExt("memory", mode, &memory, webunmix_libtiff_read, webunmix_libtiff_write,
                                         webunmix_libtiff_seek, webunmix_libtiff_close, webunmix_libtiff_size,
                                         webunmix_libtiff_map, webunmix_libtiff_unmap, options.get()));
}

}  // namespace webunmix::tiff
