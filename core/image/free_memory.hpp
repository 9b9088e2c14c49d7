// Gives the memory of a vector back. `v = {}` and clear() empty a vector and keep it.
#pragma once

#include <vector>

namespace webunmix {

template <class T>
void free_memory(std::vector<T>& vector) {
  std::vector<T>().swap(vector);
}

}  // namespace webunmix
