#include "stats/sampling.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <limits>
#include <utility>

#include "stats/random.hpp"

namespace webunmix {
namespace {

/// Positions and what stands there, for at most `entries` of them. Open addressing, linear probing; nothing is ever removed.
class SparseArray {
 public:
  explicit SparseArray(std::uint64_t entries)
      : bits_(static_cast<unsigned>(std::bit_width(std::max<std::uint64_t>(entries, 8) * 2 - 1))),
        slots_(std::size_t{1} << bits_) {}

  /// The slot of `key`: its value if it has one, else `otherwise`, and the place to write to.
  struct Slot {
    std::uint64_t key = vacant;
    std::uint64_t value = 0;
  };
  [[nodiscard]] Slot& find(std::uint64_t key) {
    auto at = static_cast<std::size_t>((key * 0x9e3779b97f4a7c15U) >> (64U - bits_));
    while (slots_[at].key != key && slots_[at].key != vacant) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }
  static constexpr std::uint64_t vacant = std::numeric_limits<std::uint64_t>::max();

 private:
  unsigned bits_;
  std::vector<Slot> slots_;
};

std::vector<std::uint64_t> shuffled_tail(std::uint64_t n, std::uint64_t k, RandomNumbers& random) {
  SparseArray displaced(k);
  const auto value_at = [&displaced](std::uint64_t position) {
    const auto& slot = displaced.find(position);
    return slot.key == position ? slot.value : position;
  };
  std::vector<std::uint64_t> tail(static_cast<std::size_t>(k));
  // Entry i is final once it has been swapped; what it held moves to j, which is below i or i itself.
  const std::uint64_t first = std::max<std::uint64_t>(n - k, 1);
  for (std::uint64_t i = n - 1; i >= first; --i) {
    const std::uint64_t j = random.up_to(i);
    const std::uint64_t held = value_at(i);
    auto& slot = displaced.find(j);
    tail[static_cast<std::size_t>(i - (n - k))] = j == i ? held : (slot.key == j ? slot.value : j);
    if (j != i) slot = {j, held};
  }
  if (n == k) tail[0] = value_at(0);  // the one entry that no swap began at
  return tail;
}

std::vector<std::uint64_t> floyd(std::uint64_t n, std::uint64_t k, RandomNumbers& random) {
  SparseArray taken(k);
  std::vector<std::uint64_t> chosen;
  chosen.reserve(static_cast<std::size_t>(k));
  for (std::uint64_t j = n - k; j < n; ++j) {
    std::uint64_t value = random.up_to(j);
    if (taken.find(value).key == value) value = j;
    taken.find(value).key = value;
    chosen.push_back(value);
  }
  for (std::uint64_t i = k; i-- > 1;) {
    std::swap(chosen[static_cast<std::size_t>(i)], chosen[static_cast<std::size_t>(random.up_to(i))]);
  }
  return chosen;
}

}  // namespace

std::vector<std::uint64_t> choose_without_replacement(std::uint64_t n, std::uint64_t k, std::uint64_t seed) {
  RandomNumbers random(seed);
  if (k == 0) return {};
  return n > 10000 && k > n / 50 ? shuffled_tail(n, k, random) : floyd(n, k, random);
}

}  // namespace webunmix
