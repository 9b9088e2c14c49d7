// The part of Pipeline that decides when a step's input is worth storing, and reads from such stores.
#include <algorithm>

#include "run/partition.hpp"
#include "run/pipeline.hpp"

namespace webunmix {
namespace {

/// Rows that cut a strip of the file, or a band of the partition, which would have to be decoded or computed around them.
bool cuts_bands(const StackInfo& stack, const Box& box) {
  const auto on_border = [&](std::int64_t step) {
    return box.y_begin % step == 0 && (box.y_end % step == 0 || box.y_end == stack.shape.y);
  };
  return !on_border(std::max<std::int64_t>(1, stack.rows_per_band)) && !on_border(rows_per_box(stack));
}

/// Each box once, in the order of first appearance.
class BoxList {
 public:
  void add(Box box) {
    if (seen_.insert(box).second) boxes_.push_back(std::move(box));
  }
  [[nodiscard]] std::vector<Box> take() && { return std::move(boxes_); }

 private:
  std::set<Box> seen_;
  std::vector<Box> boxes_;
};

}  // namespace

const Pipeline::Store* Pipeline::usable_store(std::size_t stage, const Box& box, Purpose purpose) const {
  const auto found = stores_.find(stage);
  if (found == stores_.end() || !found->second.source->covers(box)) return nullptr;
  if (purpose.count && !found->second.for_output) {
    // Its blocks were computed for a fit: what the steps before would have counted was not kept.
    for (std::size_t i = 0; i < stage; ++i) {
      if (transforms(i)) return nullptr;
    }
  }
  return &found->second;
}

/// The boxes of main inputs that step `step` reads: in its current pass, or, when it has none, in the output pass.
Result<std::vector<Box>> Pipeline::boxes_wanted(std::size_t step) const {
  BoxList wanted;
  if (fitting(step)) {
    for (const Item& item : pass_->pass.items) {
      for (const Box& box : item.boxes) {
        if (is_main(box)) wanted.add(box);
      }
    }
    return std::move(wanted).take();
  }
  for (const std::int32_t input : output_inputs()) {
    for (Box& box : stack_boxes(stages_.back(), input)) wanted.add(std::move(box));
  }
  std::vector<Box> boxes = std::move(wanted).take();
  for (std::size_t i = steps_.size(); i-- > step;) {
    if (!transforms(i)) continue;
    BoxList needed;
    for (const Box& box : boxes) {
      WEBUNMIX_ASSIGN(Item item, steps_[i].step->output_item(box));
      for (Box& part : item.boxes) {
        if (is_main(part)) needed.add(std::move(part));
      }
    }
    boxes = std::move(needed).take();
  }
  return boxes;
}

bool Pipeline::pays(std::size_t stage, const std::vector<Box>& boxes, int reads) const {
  const StackInfo& stack = stages_[stage];
  if (std::any_of(boxes.begin(), boxes.end(), [&](const Box& box) { return cuts_bands(stack, box); })) return true;
  std::uint64_t bytes = 0;
  for (const Box& box : boxes) bytes += stored_bytes(box, stack.type, stack.shape.x);
  return reads > 2 && bytes > cache_->budget();
}

Result<bool> Pipeline::wants_store(std::size_t step) {
  WEBUNMIX_ASSIGN(const Step* const reader, enabled(step));
  if (!stages_[step].costly_to_read) return false;
  if (!fitting(step) && !(writes() && transforms(step))) return false;
  WEBUNMIX_ASSIGN(const std::vector<Box> boxes, boxes_wanted(step));
  if (!pays(step, boxes, fitting(step) ? reader->fitting_reads() : 0)) return false;
  if (!fitting(step)) {
    // One store, as near to the output as it helps, spares all that lies before it.
    for (std::size_t later = step + 1; later < steps_.size(); ++later) {
      if (!transforms(later) || !stages_[later].costly_to_read) continue;
      WEBUNMIX_ASSIGN(const std::vector<Box> wanted, boxes_wanted(later));
      if (pays(later, wanted, 0)) return false;
    }
  }
  const Purpose purpose{.keep = true, .count = !fitting(step)};
  return std::any_of(boxes.begin(), boxes.end(), [&](const Box& box) { return usable_store(step, box, purpose) == nullptr; });
}

Result<StorePlan> Pipeline::store_plan(std::size_t step) {
  WEBUNMIX_TRY(enabled(step));
  WEBUNMIX_ASSIGN(const std::vector<Box> boxes, boxes_wanted(step));
  BoxList whole;
  for (const Box& box : boxes) {
    for (const Rows& band : bands_covering(stages_[step], {box.y_begin, box.y_end})) {
      Box part = box;
      part.y_begin = band.begin;
      part.y_end = band.end;
      whole.add(std::move(part));
    }
  }
  return StorePlan{!fitting(step), std::move(whole).take()};
}

Result<MadeBlock> Pipeline::store_box(std::size_t step, const Box& box) {
  WEBUNMIX_TRY(enabled(step));
  return fetch(step, box, {.keep = false, .count = true});
}

Result<void> Pipeline::use_store(std::size_t step, const StorePlan& plan, std::unique_ptr<ByteSource> source) {
  WEBUNMIX_TRY(enabled(step));
  WEBUNMIX_ASSIGN(std::unique_ptr<StoreSource> store, StoreSource::open(stages_[step], plan.boxes, std::move(source)));
  stores_[step] = Store{std::move(store), plan.for_output};
  return {};
}

void Pipeline::drop_store(std::size_t step) { stores_.erase(step); }

}  // namespace webunmix
