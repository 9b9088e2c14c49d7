// The step `unmix_picasso`: N channels unmixed blindly (PICASSO), or by a graph of sources and sinks.
//
// Passes: the largest values and backgrounds of all volumes (steps/unmix_picasso_volumes.hpp); then one fitted time point after
// another, by matrices (steps/unmix_picasso_matrices.hpp) or from voxel samples (steps/unmix_picasso_sinks.hpp). What travels to
// workers is three numbers per volume and channel, and a few small matrices or coefficients per fitted time point.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "run/step.hpp"
#include "steps/unmix_picasso_matrices.hpp"
#include "steps/unmix_picasso_output.hpp"
#include "steps/unmix_picasso_plan.hpp"
#include "steps/unmix_picasso_settings.hpp"
#include "steps/unmix_picasso_sinks.hpp"
#include "steps/unmix_picasso_volumes.hpp"

namespace webunmix {

class UnmixPicassoStep final : public Step {
 public:
  explicit UnmixPicassoStep(PicassoSettings settings);
  ~UnmixPicassoStep() override;

  [[nodiscard]] Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>& inputs) override;
  [[nodiscard]] std::optional<SampleType> output_type() const override { return plan_.output_type; }

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
  PicassoSettings settings_;
  PicassoPlan plan_;
  PicassoVolumes volumes_;

  // While fitting, on the lead: one of the two.
  std::optional<PicassoMatrixFit> matrix_fit_;
  std::optional<PicassoSinkFit> sink_fit_;
  std::optional<PicassoDiagnostics> diagnostics_;

  // What was learnt, on workers too; per fitted time point.
  bool fitted_ = false;
  std::vector<Stages> stages_;
  std::vector<double> vectors_;  // block sums of the iteration whose pairs all workers find
  std::vector<SinkFindings> sinks_;
};

}  // namespace webunmix
