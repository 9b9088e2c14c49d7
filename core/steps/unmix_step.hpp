// The step `unmix`: how much of one channel bleeds into another, and the stack without it.
//
// Passes: where an offset is to be found automatically, the reference time point is looked at first. Then pools are taken a few at
// a time, so that what one pass reads is still at hand for the next: each pass looks at every pool of the group that needs more
// (steps/unmix_pool.hpp), and a pool is estimated as soon as its last voxel is there. With fixed coefficients nothing is read.
// What travels to workers is a coefficient or two per time point, and the offsets.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "run/step.hpp"
#include "steps/unmix_output.hpp"
#include "steps/unmix_plan.hpp"
#include "steps/unmix_pool.hpp"
#include "steps/unmix_settings.hpp"

namespace webunmix {

class UnmixStep final : public Step {
 public:
  explicit UnmixStep(UnmixSettings settings);
  ~UnmixStep() override;

  [[nodiscard]] Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>& inputs) override;
  [[nodiscard]] std::optional<SampleType> output_type() const override;

  [[nodiscard]] Result<void> begin_fit(const std::vector<EarlierValue>& earlier, const FitOptions& options) override;
  [[nodiscard]] int fitting_reads() const override;
  [[nodiscard]] Result<std::optional<Pass>> next_pass() override;
  [[nodiscard]] Result<void> reduce(std::size_t item, BytesView tally) override;
  [[nodiscard]] Result<Progress> advance(std::uint64_t work) override;

  [[nodiscard]] Bytes state() const override;
  [[nodiscard]] Result<void> load(BytesView state) override;
  [[nodiscard]] std::vector<LearntValue> learnt() const override;

  [[nodiscard]] Result<std::unique_ptr<Fold>> begin(BytesView tag) override;
  [[nodiscard]] Result<Item> output_item(const Box& wanted) const override;
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin_output(const Box& wanted) const override;

  void begin_output_pass() override;
  [[nodiscard]] Result<void> reduce_output(const Box& box, BytesView tally) override;
  [[nodiscard]] Account account() const override;

 private:
  /// Where the offset of a channel comes from.
  enum class OffsetFrom : std::uint8_t { none, setting, earlier_step, histogram_mode };
  struct Offset {
    OffsetFrom from = OffsetFrom::none;
    std::optional<double> value;
  };

  /// What is kept of a pool once it is estimated.
  struct PoolResult {
    std::vector<DirectionFindings> findings;
    std::vector<DirectionComparison> comparisons;
  };

  void resolve_offset(std::size_t channel, const OffsetSetting& setting, const std::vector<EarlierValue>& earlier);
  [[nodiscard]] bool needs_pools() const;
  [[nodiscard]] UnmixPoolOptions pool_options() const;
  [[nodiscard]] std::array<std::int32_t, 2> channels() const;
  [[nodiscard]] std::optional<Pass> offset_pass();
  [[nodiscard]] Result<void> reduce_offset(BytesView tally);
  [[nodiscard]] Result<void> close_offset_look();
  void open_group();
  [[nodiscard]] std::optional<Pass> group_pass();
  [[nodiscard]] Result<void> pool_failed(const Error& error);
  [[nodiscard]] Result<void> close_pool(std::size_t in_group);
  [[nodiscard]] Result<void> finish_fit();
  void add_items(Pass& pass, const UnmixTimes& times, const UnmixTimes& z, const Bytes& tag) const;
  [[nodiscard]] std::string label(const char* doing) const;
  [[nodiscard]] UnmixOffsets offsets() const;
  [[nodiscard]] UnmixCorrection correction_at(std::int64_t t) const;

  UnmixSettings settings_;
  UnmixPlan plan_;

  // While fitting, on the lead.
  FitOptions fit_options_;
  std::array<Offset, 2> offset_;  // of the source, of the target
  bool measuring_offsets_ = false;
  std::vector<OrderStatistics> offset_statistics_;  // both channels, while offsets are measured
  bool offset_digits_split_ = false;
  std::vector<std::unique_ptr<UnmixPool>> group_;
  std::size_t group_begin_ = 0;  // index of the group's first pool
  std::size_t next_pool_ = 0;
  std::vector<std::size_t> pool_of_item_;  // of the current pass, within the group
  std::vector<std::size_t> items_left_;    // per pool of the group
  std::size_t offset_items_left_ = 0;
  std::vector<PoolResult> results_;
  std::vector<std::string> warnings_;
  std::vector<UsedValue> used_;

  // What was learnt, on lead and workers.
  bool fitted_ = false;
  std::vector<unmix::Coefficients> coefficients_;  // per pool
  unmix::Pedestals pedestals_;

  std::optional<UnmixDiagnostics> diagnostics_;
};

}  // namespace webunmix
