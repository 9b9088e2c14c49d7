// Small files put together for one test, mostly to be wrong in one respect.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <tiff.h>
#include "tiff/directory_builder.hpp"

namespace webunmix::test {

/// A page of 8 x 6 uint8 in one uncompressed strip, of which a test changes what it is about.
struct MadePage {
  std::map<std::uint16_t, std::uint64_t> longs{{TIFFTAG_IMAGEWIDTH, 8},  {TIFFTAG_IMAGELENGTH, 6}, {TIFFTAG_BITSPERSAMPLE, 8},
                                               {TIFFTAG_COMPRESSION, 1}, {TIFFTAG_PHOTOMETRIC, 1}, {TIFFTAG_SAMPLESPERPIXEL, 1},
                                               {TIFFTAG_ROWSPERSTRIP, 6}};
  std::string description;  ///< ImageDescription; empty: none
  std::size_t strips = 1;   ///< equal shares of the data
  std::vector<std::byte> data = std::vector<std::byte>(48, std::byte{7});
  bool without_offsets = false;
  std::size_t counts_missing = 0;  ///< byte counts left out at the end
};

/// A file of these pages, directories first, then the data of each.
inline std::vector<std::byte> made_file(const std::vector<MadePage>& pages, bool big_tiff = false) {
  // Twice: once to learn where everything lies, once with the offsets.
  std::vector<std::uint64_t> data_at(pages.size(), 0);
  std::vector<std::byte> file;
  for (int round = 0; round < 2; ++round) {
    file.clear();
    tiff::DirectoryBuilder header(big_tiff, false);
    header.append_header_to(file, header.header_bytes());
    for (std::size_t p = 0; p < pages.size(); ++p) {
      const MadePage& page = pages[p];
      tiff::DirectoryBuilder directory(big_tiff, false);
      for (const auto& [tag, value] : page.longs) directory.add_long(tag, value);
      if (!page.description.empty()) directory.add_text(TIFFTAG_IMAGEDESCRIPTION, page.description);
      std::vector<std::uint64_t> offsets;
      std::vector<std::uint64_t> counts;
      const std::uint64_t share = page.data.size() / page.strips;
      for (std::size_t s = 0; s < page.strips; ++s) {
        offsets.push_back(data_at[p] + s * share);
        counts.push_back(share);
      }
      counts.resize(page.strips - page.counts_missing);
      if (!page.without_offsets) directory.add_offsets(TIFFTAG_STRIPOFFSETS, offsets);
      if (!counts.empty()) directory.add_longs(TIFFTAG_STRIPBYTECOUNTS, counts);
      const bool last = p + 1 == pages.size();
      directory.append_to(file, file.size(), last ? 0 : file.size() + directory.size());
    }
    for (std::size_t p = 0; p < pages.size(); ++p) {
      data_at[p] = file.size();
      file.insert(file.end(), pages[p].data.begin(), pages[p].data.end());
    }
  }
  return file;
}

/// Like made_file() for `n` equal pages.
inline std::vector<std::byte> made_stack(std::size_t n, const std::string& description = {}) {
  std::vector<MadePage> pages(n);
  pages[0].description = description;
  for (std::size_t p = 0; p < n; ++p) pages[p].data.assign(48, static_cast<std::byte>(p));
  return made_file(pages);
}

}  // namespace webunmix::test
