// The step `detect_gain`: measures the camera's gain from the noise of repeated frames, channel by channel. It changes no pixels.
//
// Passes: dark frames, when there are some, for offset and read noise; then each channel's frames, band by band over all frames. A lead
// keeps maps of at most about a million pixels a channel (every k-th row of larger scenes), so memory does not grow with the stack.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gain/photon_transfer.hpp"
#include "run/step.hpp"
#include "steps/detect_gain_folds.hpp"
#include "steps/detect_gain_frames.hpp"
#include "steps/detect_gain_maps.hpp"
#include "steps/detect_gain_settings.hpp"

namespace webunmix {

class DetectGainStep final : public Step {
 public:
  explicit DetectGainStep(DetectGainSettings settings);

  [[nodiscard]] Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>& inputs) override;
  [[nodiscard]] bool changes_pixels() const override { return false; }

  [[nodiscard]] Result<void> begin_fit(const std::vector<EarlierValue>& earlier, const FitOptions& options) override;
  [[nodiscard]] int fitting_reads() const override { return 1; }
  [[nodiscard]] Result<std::optional<Pass>> next_pass() override;
  [[nodiscard]] Result<void> reduce(std::size_t item, BytesView tally) override;
  [[nodiscard]] Result<Progress> advance(std::uint64_t work) override;

  [[nodiscard]] Bytes state() const override;
  [[nodiscard]] Result<void> load(BytesView state) override;
  [[nodiscard]] std::vector<LearntValue> learnt() const override;
  [[nodiscard]] std::vector<LearntMap> maps() const override { return planes_.list(); }
  [[nodiscard]] Result<std::vector<float>> map(std::size_t index) const override { return planes_.values(index); }

  [[nodiscard]] Result<std::unique_ptr<Fold>> begin(BytesView tag) override;
  [[nodiscard]] Result<Item> output_item(const Box& wanted) const override;
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin_output(const Box& wanted) const override;
  [[nodiscard]] Account account() const override;

 private:
  enum class Phase : std::uint8_t { dark, channel, done };

  /// What was found of one channel; values that cannot be told stay absent.
  struct Channel {
    std::optional<double> gain;
    std::optional<double> gain_se;
    std::optional<double> zero_variance;
    std::optional<double> zero_variance_se;
    std::optional<double> offset;
    std::optional<double> offset_se;
    std::optional<double> read_variance;        ///< ADU^2
    std::optional<double> read_variance_error;  ///< standard error over the value

    /// Standard errors of offset and read variance from dark frames: of means over pixels and frames, of variances with one degree of
    /// freedom less than frames.
    void take_dark_errors(double pixels, double frames) {
      offset_se = std::sqrt(std::max(0.0, *read_variance) / (pixels * frames));
      read_variance_error = std::sqrt(2.0 / (pixels * (frames - 1.0)));
    }

    [[nodiscard]] std::array<std::optional<double>*, 8> places() {
      return {&gain, &gain_se, &zero_variance, &zero_variance_se, &offset, &offset_se, &read_variance, &read_variance_error};
    }
    [[nodiscard]] std::array<std::optional<double>, 8> values() const {
      return {gain, gain_se, zero_variance, zero_variance_se, offset, offset_se, read_variance, read_variance_error};
    }
  };

  [[nodiscard]] bool robust() const { return settings_.method == GainMethod::median_mad; }
  [[nodiscard]] bool from_sets() const {
    return settings_.method == GainMethod::calibration || settings_.method == GainMethod::emva;
  }
  [[nodiscard]] std::size_t measured_channels() const;
  [[nodiscard]] std::int64_t row_step() const;
  [[nodiscard]] Pass dark_pass() const;
  [[nodiscard]] Pass channel_pass() const;
  [[nodiscard]] Pass calibration_pass() const;
  [[nodiscard]] std::int64_t dark_frames() const;
  [[nodiscard]] Result<void> close_dark();
  [[nodiscard]] Result<void> close_channel();
  [[nodiscard]] Result<void> close_calibration();
  [[nodiscard]] const InputInfo& level_input(std::size_t level) const;
  [[nodiscard]] Result<void> refuse_clipped_levels() const;
  void warn_of_level_flicker(double gain);
  [[nodiscard]] Result<void> close_maps();
  [[nodiscard]] Result<void> pass_over(const Error& reason);
  [[nodiscard]] Result<PhotonTransfer> fit_frames() const;
  [[nodiscard]] Result<void> refuse_not_finite() const;
  [[nodiscard]] GainMaps::Grid grid() const;
  [[nodiscard]] std::string channel_name() const;

  DetectGainSettings settings_;
  StackInfo stack_;
  FrameLayout layout_;
  std::vector<InputInfo> inputs_;
  std::optional<std::int32_t> dark_input_;
  std::vector<std::int32_t> level_inputs_;

  // While fitting, on the lead.
  Phase phase_ = Phase::done;
  bool compare_ = false;
  std::size_t channel_ = 0;
  std::size_t items_ = 0;  ///< of the current pass
  std::size_t reduced_ = 0;
  std::optional<Error> refused_;  ///< the first channel whose gain cannot be told
  TemporalMaps maps_;
  detect_gain_folds::RobustMaps robust_maps_;
  detect_gain_folds::CalibrationMaps calibration_;
  std::vector<std::string> warnings_;
  Json curves_ = Json::array();
  GainMaps planes_;

  std::vector<Channel> found_;  ///< on lead and workers
};

}  // namespace webunmix
