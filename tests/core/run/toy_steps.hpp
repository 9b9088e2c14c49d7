// Small steps of every kind the protocol must carry, each simple enough to be checked against a loop over the whole stack.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "image/bytes_io.hpp"
#include "run/partition.hpp"
#include "run/step.hpp"

namespace webunmix::test {

inline StackInfo as_float(StackInfo stack) {
  stack.type = SampleType::float32;
  return stack;
}

/// Pixels of a channel as doubles, whatever the block's type.
inline std::vector<double> doubles(const Block& block, std::size_t channel) {
  return visit_sample_type(block.type(), [&]<class T>() {
    const auto pixels = block.channel<T>(channel);
    return std::vector<double>(pixels.begin(), pixels.end());
  });
}

/// A fold made of two functions.
class FunctionFold final : public Fold {
 public:
  using Take = std::function<Result<void>(const Block&)>;
  using Finish = std::function<Result<Folded>()>;
  FunctionFold(Take take, Finish finish) : take_(std::move(take)), finish_(std::move(finish)) {}
  [[nodiscard]] Result<void> take(SharedBlock block) override { return take_(*block); }
  [[nodiscard]] Result<Folded> finish() override { return finish_(); }

 private:
  Take take_;
  Finish finish_;
};

inline Result<std::unique_ptr<Fold>> fold(FunctionFold::Take take, FunctionFold::Finish finish) {
  return std::unique_ptr<Fold>(std::make_unique<FunctionFold>(std::move(take), std::move(finish)));
}

inline std::shared_ptr<Block> float_block(const Box& box, std::int64_t width) {
  return std::make_shared<Block>(box, SampleType::float32, width);
}

/// Makes output pixel by pixel from the input pixel at the same place; counts the pixels and their sum for reduce_output().
class PointStep : public Step {
 public:
  [[nodiscard]] Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>& inputs) override {
    stack_ = stack;
    inputs_ = inputs;
    return as_float(stack);
  }
  [[nodiscard]] Result<Item> output_item(const Box& wanted) const override { return Item{{wanted}, {}}; }
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin_output(const Box& wanted) const override {
    auto made = float_block(wanted, stack_.shape.x);
    return fold(
        [this, made](const Block& block) -> Result<void> {
          for (std::size_t c = 0; c < made->box().channels.size(); ++c) {
            const auto from = doubles(block, c);
            const auto to = made->channel<float>(c);
            for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<float>(value(made->box(), c, i, from[i]));
          }
          return {};
        },
        [made]() -> Result<Folded> {
          double sum = 0;
          for (std::size_t c = 0; c < made->box().channels.size(); ++c) {
            for (const float v : made->channel<float>(c)) sum += v;
          }
          return Folded{std::move(ByteWriter().f64(sum).u64(made->box().channels.size() * made->pixels_per_channel())).take(),
                        made};
        });
  }
  void begin_output_pass() override {
    sum_ = 0;
    pixels_ = 0;
    counted_.clear();
  }
  [[nodiscard]] Result<void> reduce_output(const Box& box, BytesView tally) override {
    ByteReader reader(tally);
    sum_ += reader.f64();
    pixels_ += reader.u64();
    counted_.push_back(box);
    return reader.done("tally of a toy step");
  }
  [[nodiscard]] Account account() const override {
    Account account;
    account.diagnostics["sum"] = sum_;
    account.diagnostics["pixels"] = pixels_;
    return account;
  }
  [[nodiscard]] const std::vector<Box>& counted() const { return counted_; }

 protected:
  [[nodiscard]] virtual double value(const Box& box, std::size_t channel, std::size_t pixel, double in) const = 0;

  StackInfo stack_;
  std::vector<InputInfo> inputs_;

 private:
  double sum_ = 0;
  std::uint64_t pixels_ = 0;
  std::vector<Box> counted_;
};

/// Adds a number.
class AddStep final : public PointStep {
 public:
  explicit AddStep(double add, bool costly = false) : add_(add), costly_(costly) {}
  [[nodiscard]] Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>& inputs) override {
    WEBUNMIX_ASSIGN(StackInfo output, PointStep::plan(stack, inputs));
    output.costly_to_read = output.costly_to_read || costly_;
    return output;
  }

 private:
  [[nodiscard]] double value(const Box&, std::size_t, std::size_t, double in) const override { return in + add_; }
  double add_;
  bool costly_;
};

/// Subtracts each channel's mean and divides by its mean absolute deviation: two passes, the second needing the first, each with
/// some solving afterwards that takes several slices. Learns "mean".
class StandardiseStep final : public PointStep {
 public:
  explicit StandardiseStep(int reads = 2, std::optional<std::size_t> fail_at_item = std::nullopt)
      : reads_(reads), fail_at_item_(fail_at_item) {}

  [[nodiscard]] int fitting_reads() const override { return reads_; }
  [[nodiscard]] Result<void> begin_fit(const std::vector<EarlierValue>& earlier, const FitOptions&) override {
    earlier_ = earlier;
    passes_ = 0;
    busy_ = 0;
    centre_.assign(static_cast<std::size_t>(stack_.shape.c), 0);
    spread_.assign(static_cast<std::size_t>(stack_.shape.c), 1);
    return {};
  }
  [[nodiscard]] Result<std::optional<Pass>> next_pass() override {
    if (passes_ == reads_) return std::optional<Pass>{};
    ++passes_;
    sums_.assign(static_cast<std::size_t>(stack_.shape.c), 0);
    Pass pass{"Pass " + std::to_string(passes_), {}};
    for (Box& box : stack_boxes(stack_, 0)) {
      pass.items.push_back({{std::move(box)}, std::move(ByteWriter().u64(pass.items.size())).take()});
    }
    items_ = pass.items.size();
    return std::optional<Pass>{std::move(pass)};
  }
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin(BytesView tag) override {
    ByteReader reader(tag);
    const std::uint64_t item = reader.u64();
    WEBUNMIX_TRY(reader.done("tag of a toy step"));
    if (fail_at_item_ && item >= *fail_at_item_) {
      return fold(
          [item](const Block&) -> Result<void> {
            return Error{Errc::not_enough_data, "item " + std::to_string(item) + " has nothing to learn from"};
          },
          [] { return Folded{}; });
    }
    auto sums = std::make_shared<std::vector<double>>(static_cast<std::size_t>(stack_.shape.c));
    return fold(
        [this, sums](const Block& block) -> Result<void> {
          for (std::size_t c = 0; c < sums->size(); ++c) {
            for (const double v : doubles(block, c)) (*sums)[c] += passes_ == 1 ? v : std::abs(v - centre_[c]);
          }
          return {};
        },
        [sums] {
          return Folded{std::move(ByteWriter().values(*sums)).take(), nullptr};
        });
  }
  [[nodiscard]] Result<void> reduce(std::size_t item, BytesView tally) override {
    ByteReader reader(tally);
    const auto sums = reader.values<double>();
    WEBUNMIX_TRY(reader.done("tally of a toy step"));
    for (std::size_t c = 0; c < sums_.size(); ++c) sums_[c] += sums[c];
    if (item + 1 == items_) busy_ = 3;
    return {};
  }
  [[nodiscard]] Result<Progress> advance(std::uint64_t) override {
    if (busy_ == 0) return Progress{};
    if (--busy_ > 0) return Progress{true, (3 - busy_) / 3.0};
    const auto pixels = static_cast<double>(stack_.shape.samples() / stack_.shape.c);
    for (std::size_t c = 0; c < sums_.size(); ++c) (passes_ == 1 ? centre_ : spread_)[c] = sums_[c] / pixels;
    return Progress{};
  }
  [[nodiscard]] Bytes state() const override {
    return std::move(ByteWriter().i32(passes_).values(centre_).values(spread_)).take();
  }
  [[nodiscard]] Result<void> load(BytesView state) override {
    ByteReader reader(state);
    passes_ = reader.i32();
    centre_ = reader.values<double>();
    spread_ = reader.values<double>();
    return reader.done("state of a toy step");
  }
  [[nodiscard]] std::vector<LearntValue> learnt() const override {
    return {{"mean", "counts", {centre_.begin(), centre_.end()}}};
  }
  [[nodiscard]] const std::vector<EarlierValue>& earlier() const { return earlier_; }

 private:
  [[nodiscard]] double value(const Box& box, std::size_t channel, std::size_t, double in) const override {
    const auto c = static_cast<std::size_t>(box.channels[channel]);
    return (in - centre_[c]) / spread_[c];
  }
  int reads_;
  std::optional<std::size_t> fail_at_item_;
  std::vector<EarlierValue> earlier_;
  int passes_ = 0;
  int busy_ = 0;
  std::size_t items_ = 0;
  std::vector<double> sums_, centre_, spread_;
};

/// Maximum over z, folded plane by plane.
class ProjectStep final : public Step {
 public:
  [[nodiscard]] Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>&) override {
    planes_ = stack.shape.z;
    StackInfo output = as_float(stack);
    output.shape.z = 1;
    width_ = stack.shape.x;
    return output;
  }
  [[nodiscard]] Result<Item> output_item(const Box& wanted) const override {
    Item item;
    for (std::int64_t z = 0; z < planes_; ++z) {
      item.boxes.push_back(wanted);
      item.boxes.back().z = static_cast<std::int32_t>(z);
    }
    return item;
  }
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin_output(const Box& wanted) const override {
    auto made = float_block(wanted, width_);
    return fold(
        [made](const Block& block) -> Result<void> {
          for (std::size_t c = 0; c < made->box().channels.size(); ++c) {
            const auto from = doubles(block, c);
            const auto to = made->channel<float>(c);
            for (std::size_t i = 0; i < to.size(); ++i) {
              const auto v = static_cast<float>(from[i]);
              to[i] = block.box().z == 0 ? v : std::max(to[i], v);
            }
          }
          return {};
        },
        [made] {
          return Folded{{}, made};
        });
  }

 private:
  std::int64_t planes_ = 1;
  std::int64_t width_ = 1;
};

/// Median over t, band by band: the fold holds a few rows of all time points, never more.
class MedianStep final : public Step {
 public:
  explicit MedianStep(std::int64_t rows) : rows_(rows) {}
  [[nodiscard]] Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>&) override {
    stack_ = stack;
    StackInfo output = as_float(stack);
    output.shape.t = 1;
    return output;
  }
  [[nodiscard]] Result<Item> output_item(const Box& wanted) const override {
    Item item;
    for (std::int64_t y = wanted.y_begin; y < wanted.y_end; y += rows_) {
      for (std::int64_t t = 0; t < stack_.shape.t; ++t) {
        Box box = wanted;
        box.t = static_cast<std::int32_t>(t);
        box.y_begin = y;
        box.y_end = std::min(y + rows_, wanted.y_end);
        item.boxes.push_back(std::move(box));
      }
    }
    return item;
  }
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin_output(const Box& wanted) const override {
    auto made = float_block(wanted, stack_.shape.x);
    auto frames = std::make_shared<std::vector<std::vector<double>>>();
    return fold(
        [this, made, frames](const Block& block) -> Result<void> {
          const auto first = static_cast<std::size_t>((block.box().y_begin - made->box().y_begin) * stack_.shape.x);
          const std::size_t channels = made->box().channels.size();
          for (std::size_t c = 0; c < channels; ++c) frames->push_back(doubles(block, c));
          if (block.box().t + 1 < stack_.shape.t) return {};
          std::vector<double> course(static_cast<std::size_t>(stack_.shape.t));
          for (std::size_t c = 0; c < channels; ++c) {
            for (std::size_t i = 0; i < block.pixels_per_channel(); ++i) {
              for (std::size_t t = 0; t < course.size(); ++t) course[t] = (*frames)[t * channels + c][i];
              std::sort(course.begin(), course.end());
              made->channel<float>(c)[first + i] = static_cast<float>(course[course.size() / 2]);
            }
          }
          frames->clear();
          return {};
        },
        [made] {
          return Folded{{}, made};
        });
  }

 private:
  std::int64_t rows_;
  StackInfo stack_;
};

/// Mean over the 3 x 3 neighbours in z and y (edges repeated): needs the bands above and below and the planes beside.
class NeighbourStep final : public Step {
 public:
  [[nodiscard]] Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>&) override {
    stack_ = stack;
    return as_float(stack);
  }
  [[nodiscard]] Result<Item> output_item(const Box& wanted) const override {
    Item item;
    for (std::int32_t z = std::max(0, wanted.z - 1); z <= std::min<std::int32_t>(wanted.z + 1, last_z()); ++z) {
      for (const Rows& band : bands_covering(stack_, {wanted.y_begin - 1, wanted.y_end + 1})) {
        Box box = wanted;
        box.z = z;
        box.y_begin = band.begin;
        box.y_end = band.end;
        item.boxes.push_back(std::move(box));
      }
    }
    return item;
  }
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin_output(const Box& wanted) const override {
    auto made = float_block(wanted, stack_.shape.x);
    auto sums = std::make_shared<std::vector<double>>(wanted.channels.size() * made->pixels_per_channel());
    return fold(
        [this, made, sums](const Block& block) -> Result<void> {
          const Box& box = made->box();
          for (std::size_t c = 0; c < box.channels.size(); ++c) {
            const auto from = doubles(block, c);
            for (int dz = -1; dz <= 1; ++dz) {
              if (std::clamp(box.z + dz, 0, last_z()) != block.box().z) continue;
              for (std::int64_t y = box.y_begin; y < box.y_end; ++y) {
                for (int dy = -1; dy <= 1; ++dy) {
                  const std::int64_t row = std::clamp<std::int64_t>(y + dy, 0, stack_.shape.y - 1);
                  if (row < block.box().y_begin || row >= block.box().y_end) continue;
                  const auto to = c * made->pixels_per_channel() + static_cast<std::size_t>((y - box.y_begin) * stack_.shape.x);
                  const auto at = static_cast<std::size_t>((row - block.box().y_begin) * stack_.shape.x);
                  for (std::size_t x = 0; x < static_cast<std::size_t>(stack_.shape.x); ++x) (*sums)[to + x] += from[at + x];
                }
              }
            }
          }
          return {};
        },
        [made, sums] {
          for (std::size_t i = 0; i < sums->size(); ++i) {
            made->channel<float>(0).data()[i] = static_cast<float>((*sums)[i] / 9.0);
          }
          return Folded{{}, made};
        });
  }

 private:
  [[nodiscard]] std::int32_t last_z() const { return static_cast<std::int32_t>(stack_.shape.z) - 1; }
  StackInfo stack_;
};

/// Learns the mean of all tiles and time points, pixel by pixel, and subtracts it: several main inputs, one profile.
class TileMeanStep final : public PointStep {
 public:
  [[nodiscard]] int fitting_reads() const override { return 1; }
  [[nodiscard]] Result<void> begin_fit(const std::vector<EarlierValue>&, const FitOptions&) override {
    profile_.assign(static_cast<std::size_t>(stack_.shape.pixels_per_plane()), 0);
    frames_ = 0;
    asked_ = false;
    return {};
  }
  [[nodiscard]] Result<std::optional<Pass>> next_pass() override {
    if (asked_) return std::optional<Pass>{};
    asked_ = true;
    Pass pass{"Averaging tiles", {}};
    for (std::size_t input = 0; input < inputs_.size(); ++input) {
      if (inputs_[input].role != Role::main) continue;
      for (std::int64_t t = 0; t < stack_.shape.t; ++t) {
        pass.items.push_back({plane_boxes(stack_, static_cast<std::int32_t>(input), t, 0, {0}), {}});
      }
    }
    return std::optional<Pass>{std::move(pass)};
  }
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin(BytesView) override {
    auto frame = std::make_shared<std::vector<double>>();
    return fold(
        [frame](const Block& block) -> Result<void> {
          const auto rows = doubles(block, 0);
          frame->insert(frame->end(), rows.begin(), rows.end());
          return {};
        },
        [frame] {
          return Folded{std::move(ByteWriter().values(*frame)).take(), nullptr};
        });
  }
  [[nodiscard]] Result<void> reduce(std::size_t, BytesView tally) override {
    ByteReader reader(tally);
    const auto frame = reader.values<double>();
    WEBUNMIX_TRY(reader.done("tally of a toy step"));
    ++frames_;
    for (std::size_t i = 0; i < frame.size(); ++i) profile_[i] += (frame[i] - profile_[i]) / frames_;
    return {};
  }
  [[nodiscard]] Bytes state() const override { return std::move(ByteWriter().values(profile_)).take(); }
  [[nodiscard]] Result<void> load(BytesView state) override {
    ByteReader reader(state);
    profile_ = reader.values<double>();
    return reader.done("state of a toy step");
  }

 private:
  [[nodiscard]] double value(const Box& box, std::size_t, std::size_t pixel, double in) const override {
    return in - profile_[static_cast<std::size_t>(box.y_begin * stack_.shape.x) + pixel];
  }
  std::vector<double> profile_;
  double frames_ = 0;
  bool asked_ = false;
};

/// Subtracts what the input of role `dark` holds, read as its file has it.
class DarkStep final : public Step {
 public:
  [[nodiscard]] Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>& inputs) override {
    width_ = stack.shape.x;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i].role == Role::dark) dark_ = static_cast<std::int32_t>(i);
    }
    if (dark_ < 0) return Error{Errc::bad_setting, "There is no dark frame: open one in the role dark."};
    return as_float(stack);
  }
  [[nodiscard]] Result<Item> output_item(const Box& wanted) const override {
    Box dark = wanted;
    dark.input = dark_;
    dark.t = 0;
    dark.z = 0;
    return Item{{dark, wanted}, {}};
  }
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin_output(const Box& wanted) const override {
    auto made = float_block(wanted, width_);
    return fold(
        [this, made](const Block& block) -> Result<void> {
          const bool dark = block.box().input == dark_;
          if (dark && block.type() != SampleType::uint16) return Error{Errc::internal, "the dark frame was changed"};
          for (std::size_t c = 0; c < made->box().channels.size(); ++c) {
            const auto from = doubles(block, c);
            const auto to = made->channel<float>(c);
            for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<float>(dark ? -from[i] : to[i] + from[i]);
          }
          return {};
        },
        [made] {
          return Folded{{}, made};
        });
  }

 private:
  std::int32_t dark_ = -1;
  std::int64_t width_ = 1;
};

/// Cuts off rows at the bottom; how many it learns from items without boxes: pure computation on workers.
class CropStep final : public Step {
 public:
  explicit CropStep(std::int64_t rows) : rows_(rows) {}
  [[nodiscard]] Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>&) override {
    stack_ = as_float(stack);
    return stack_;
  }
  [[nodiscard]] int fitting_reads() const override { return 1; }
  [[nodiscard]] Result<std::optional<Pass>> next_pass() override {
    if (cut_ != 0) return std::optional<Pass>{};
    Pass pass{"Counting", {}};
    for (std::int64_t i = 0; i < rows_; ++i) pass.items.push_back({{}, std::move(ByteWriter().i64(i)).take()});
    return std::optional<Pass>{std::move(pass)};
  }
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin(BytesView tag) override {
    return fold(
        [](const Block&) -> Result<void> {
          return Error{Errc::internal, "no box was asked for"};
        },
        [tag = Bytes(tag.begin(), tag.end())] {
          return Folded{tag, nullptr};
        });
  }
  [[nodiscard]] Result<void> reduce(std::size_t, BytesView tally) override {
    ByteReader reader(tally);
    cut_ = std::max(cut_, reader.i64() + 1);
    return reader.done("tally of a toy step");
  }
  [[nodiscard]] Bytes state() const override { return std::move(ByteWriter().i64(cut_)).take(); }
  [[nodiscard]] Result<void> load(BytesView state) override {
    ByteReader reader(state);
    cut_ = reader.i64();
    return reader.done("state of a toy step");
  }
  [[nodiscard]] std::optional<StackInfo> fitted_output() const override {
    if (cut_ != rows_) return std::nullopt;
    StackInfo output = stack_;
    output.shape.y -= cut_;
    return output;
  }
  [[nodiscard]] Result<Item> output_item(const Box& wanted) const override { return Item{{wanted}, {}}; }
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin_output(const Box& wanted) const override {
    auto made = float_block(wanted, stack_.shape.x);
    return fold(
        [made](const Block& block) -> Result<void> {
          for (std::size_t c = 0; c < made->box().channels.size(); ++c) {
            const auto from = doubles(block, c);
            std::transform(from.begin(), from.end(), made->channel<float>(c).begin(),
                           [](double v) { return static_cast<float>(v); });
          }
          return {};
        },
        [made] {
          return Folded{{}, made};
        });
  }

 private:
  std::int64_t rows_;
  std::int64_t cut_ = 0;
  StackInfo stack_;
};

/// Learns the largest value and changes nothing.
class MeasureStep final : public Step {
 public:
  [[nodiscard]] Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>&) override {
    return stack_ = stack;
  }
  [[nodiscard]] bool changes_pixels() const override { return false; }
  [[nodiscard]] int fitting_reads() const override { return 1; }
  [[nodiscard]] Result<std::optional<Pass>> next_pass() override {
    if (asked_) return std::optional<Pass>{};
    asked_ = true;
    Pass pass{"Measuring", {}};
    for (Box& box : stack_boxes(stack_, 0)) pass.items.push_back({{std::move(box)}, {}});
    return std::optional<Pass>{std::move(pass)};
  }
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin(BytesView) override {
    auto largest = std::make_shared<double>(0);
    return fold(
        [largest](const Block& block) -> Result<void> {
          for (std::size_t c = 0; c < block.box().channels.size(); ++c) {
            for (const double v : doubles(block, c)) *largest = std::max(*largest, v);
          }
          return {};
        },
        [largest] {
          return Folded{std::move(ByteWriter().f64(*largest)).take(), nullptr};
        });
  }
  [[nodiscard]] Result<void> reduce(std::size_t, BytesView tally) override {
    ByteReader reader(tally);
    largest_ = std::max(largest_, reader.f64());
    return reader.done("tally of a toy step");
  }
  [[nodiscard]] std::vector<LearntValue> learnt() const override { return {{"largest", "counts", {largest_}}}; }
  [[nodiscard]] Result<Item> output_item(const Box&) const override {
    return Error{Errc::internal, "a measuring step makes nothing"};
  }
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin_output(const Box&) const override {
    return Error{Errc::internal, "a measuring step makes nothing"};
  }

 private:
  StackInfo stack_;
  double largest_ = 0;
  bool asked_ = false;
};

}  // namespace webunmix::test
