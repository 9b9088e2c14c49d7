// The step `electrons`: (I - offset) * gain, photo-electrons instead of grey levels.
#pragma once

#include <string>
#include <vector>

#include "run/step.hpp"
#include "steps/detect_gain_settings.hpp"

namespace webunmix {

class ElectronsStep final : public Step {
 public:
  explicit ElectronsStep(ElectronsSettings settings);

  [[nodiscard]] Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>& inputs) override;
  [[nodiscard]] Result<void> begin_fit(const std::vector<EarlierValue>& earlier, const FitOptions& options) override;
  [[nodiscard]] Bytes state() const override;
  [[nodiscard]] Result<void> load(BytesView state) override;
  [[nodiscard]] std::vector<LearntValue> learnt() const override;
  [[nodiscard]] Result<Item> output_item(const Box& wanted) const override;
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin_output(const Box& wanted) const override;
  [[nodiscard]] Account account() const override;

 private:
  ElectronsSettings settings_;
  std::size_t channels_ = 0;
  std::vector<double> gain_;    ///< per channel, e-/ADU
  std::vector<double> offset_;  ///< per channel, ADU
  std::vector<std::string> warnings_;
  std::vector<UsedValue> used_;
};

}  // namespace webunmix
