#include "run/block_cache.hpp"

#include <iterator>

namespace webunmix {

const MadeBlock* BlockCache::find(std::size_t stage, const Box& box) {
  const auto found = index_.find(Key{stage, box});
  if (found == index_.end()) return nullptr;
  ++hits_;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &found->second->made;
}

void BlockCache::insert(std::size_t stage, const Box& box, MadeBlock made) {
  Key key{stage, box};
  if (const auto found = index_.find(key); found != index_.end()) erase(found->second);
  const std::size_t size = made.block->bytes().size();
  if (size > budget_) return;
  shrink_to(budget_ - size);
  entries_.push_front({key, std::move(made)});
  index_.emplace(std::move(key), entries_.begin());
  bytes_ += size;
}

void BlockCache::drop_from(std::size_t first) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (entry->key.first >= first) erase(entry);
    entry = next;
  }
}

void BlockCache::set_budget(std::size_t bytes) {
  budget_ = bytes;
  shrink_to(budget_);
}

void BlockCache::erase(Entries::iterator entry) {
  bytes_ -= entry->made.block->bytes().size();
  index_.erase(entry->key);
  entries_.erase(entry);
}

void BlockCache::shrink_to(std::size_t bytes) {
  while (bytes_ > bytes) erase(std::prev(entries_.end()));
}

}  // namespace webunmix
