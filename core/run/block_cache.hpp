// Blocks that were costly to make, kept until others need the room: least recently used goes first.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <utility>
#include <vector>

#include "image/box.hpp"
#include "run/travel.hpp"

namespace webunmix {

/// A block as some stage of a pipeline made it, with what the folds behind it left for the lead.
struct MadeBlock {
  SharedBlock block;
  std::vector<BoxTally> tallies;
  bool complete = true;  ///< false: some of it came from a store, whose tallies are not among these
};

class BlockCache {
 public:
  explicit BlockCache(std::size_t budget_bytes) : budget_(budget_bytes) {}

  /// Null when it is not there. Valid until the next insert or drop.
  [[nodiscard]] const MadeBlock* find(std::size_t stage, const Box& box);

  /// Keeps `made` unless it alone is larger than the budget.
  void insert(std::size_t stage, const Box& box, MadeBlock made);

  /// Forgets stages `first` and later: their pixels depend on something that has changed.
  void drop_from(std::size_t first);

  /// Blocks beyond the new budget are forgotten.
  void set_budget(std::size_t bytes);

  [[nodiscard]] std::size_t budget() const { return budget_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t hits() const { return hits_; }

 private:
  using Key = std::pair<std::size_t, Box>;
  struct Entry {
    Key key;
    MadeBlock made;
  };
  using Entries = std::list<Entry>;

  void erase(Entries::iterator entry);
  void shrink_to(std::size_t bytes);

  std::size_t budget_;
  std::size_t bytes_ = 0;
  std::size_t hits_ = 0;
  Entries entries_;  ///< most recently used first
  std::map<Key, Entries::iterator> index_;
};

}  // namespace webunmix
