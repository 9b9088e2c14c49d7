// Drawing without replacement, exactly as numpy's default_rng(seed).choice(n, k, replace=False) does, whatever n is.
//
// numpy shuffles the tail of the array 0..n-1 when n > 10000 and k > n / 50 (Fisher-Yates), and uses Floyd's algorithm with a final
// shuffle otherwise (J. Bentley and R. Floyd, Comm. ACM 30 (1987) 754). Here the shuffled array is not made: only its displaced
// entries are kept, so memory follows k, not n.
#pragma once

#include <cstdint>
#include <vector>

namespace webunmix {

/// k different numbers of 0..n-1 in the order in which numpy returns them; k is at most n.
[[nodiscard]] std::vector<std::uint64_t> choose_without_replacement(std::uint64_t n, std::uint64_t k, std::uint64_t seed);

}  // namespace webunmix
