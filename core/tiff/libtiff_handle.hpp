// One libtiff handle over memory: opened, asked for its messages, closed. Nothing of libtiff's is printed and no handler is global.
#pragma once

#include <tiffio.h>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace webunmix::tiff {

/// What libtiff said on a handle. The first error is the cause; later ones follow from it.
struct LibtiffMessages {
  std::string error;
  std::vector<std::string> warnings;  ///< the first few

  void clear() {
    error.clear();
    warnings.clear();
  }
};

/// A file in memory as libtiff sees it. Reading: a head and a body one after another, both borrowed. Writing: what is written is
/// kept; once sealed, writes are taken and dropped.
struct LibtiffMemory {
  std::span<const std::byte> head;
  std::span<const std::byte> body;
  std::vector<std::byte> written;
  bool sealed = false;
  std::uint64_t position = 0;

  [[nodiscard]] std::uint64_t size() const { return head.size() + body.size() + written.size(); }
};

struct CloseLibtiff {
  void operator()(TIFF* handle) const { TIFFClose(handle); }
};
using LibtiffHandle = std::unique_ptr<TIFF, CloseLibtiff>;

/// Opens a handle over `memory` with libtiff's `mode` ("r", "w", "wl"). Both arguments must outlive the handle. Null on failure:
/// `messages` says why.
[[nodiscard]] LibtiffHandle open_libtiff(LibtiffMemory& memory, LibtiffMessages& messages, const char* mode);

}  // namespace webunmix::tiff
