// The step `flatfield`: learns a shading profile per channel, and divides it out.
//
// Passes: dark frames are averaged (an input of role `dark`); then, by source, the profile's planes are read (an input of role
// `profile`), or the median over empty planes is taken band by band and their baseline sampled, or every frame is read once and only
// its small version kept while BaSiC fits, one channel after another. When somebody looks on (FitOptions::compare), a mean image is
// also made where BaSiC has not made one. What travels to workers is the profile, at the size it was found at.
//
// A profile's stack: z 0 is the flat-field, z 1 (where there is one) the dark-field, z 2 the baseline, its values row by row from the
// first pixel on and NaN in all others (core/engine/profile_file.hpp makes such stacks from .npz files).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flatfield/basic.hpp"
#include "flatfield/empty.hpp"
#include "flatfield/profile.hpp"
#include "run/step.hpp"
#include "steps/flatfield_folds.hpp"
#include "steps/flatfield_settings.hpp"

namespace webunmix {

class FlatfieldStep final : public Step {
 public:
  explicit FlatfieldStep(FlatfieldSettings settings);
  ~FlatfieldStep() override;

  [[nodiscard]] Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>& inputs) override;
  [[nodiscard]] std::optional<SampleType> output_type() const override { return output_type_; }

  [[nodiscard]] Result<void> begin_fit(const std::vector<EarlierValue>& earlier, const FitOptions& options) override;
  [[nodiscard]] int fitting_reads() const override;
  [[nodiscard]] Result<std::optional<Pass>> next_pass() override;
  [[nodiscard]] Result<void> reduce(std::size_t item, BytesView tally) override;
  [[nodiscard]] Result<Progress> advance(std::uint64_t work) override;

  [[nodiscard]] Bytes state() const override;
  [[nodiscard]] Result<void> load(BytesView state) override;
  [[nodiscard]] std::vector<LearntValue> learnt() const override;
  /// Per channel "flatfield" and, where something is subtracted, "darkfield" (counts, offset included), at full size; "mean_before"
  /// and "mean_after" (counts): the mean image, small, once frames were looked at or corrected.
  [[nodiscard]] std::vector<LearntMap> maps() const override;
  [[nodiscard]] Result<std::vector<float>> map(std::size_t index) const override;

  [[nodiscard]] Result<std::unique_ptr<Fold>> begin(BytesView tag) override;
  [[nodiscard]] Result<Item> output_item(const Box& wanted) const override;
  [[nodiscard]] Result<std::unique_ptr<Fold>> begin_output(const Box& wanted) const override;

  void begin_output_pass() override;
  [[nodiscard]] Result<void> reduce_output(const Box& box, BytesView tally) override;
  [[nodiscard]] Account account() const override;

 private:
  enum class Phase : std::uint8_t { dark, profile, empty, baseline, mask, frames, look, done };

  /// A frame of a channel: one plane of one tile.
  struct Frame {
    std::int32_t input = 0;
    std::int32_t t = 0;
    std::int32_t z = 0;
  };

  [[nodiscard]] FlatfieldSource chosen_source() const;
  [[nodiscard]] Result<void> check_inputs();
  [[nodiscard]] Result<void> check_empty_regions();
  [[nodiscard]] std::vector<Frame> all_frames() const;
  [[nodiscard]] std::int64_t working_height() const;
  [[nodiscard]] std::int64_t working_width() const;
  [[nodiscard]] std::optional<Pass> pass_of(Phase phase);
  [[nodiscard]] Pass dark_pass() const;
  [[nodiscard]] Pass profile_pass();
  [[nodiscard]] Pass empty_pass() const;
  [[nodiscard]] Pass mask_pass() const;
  [[nodiscard]] Pass baseline_pass() const;
  [[nodiscard]] Pass frames_pass() const;
  [[nodiscard]] Pass look_pass();
  [[nodiscard]] std::size_t frames_together() const;
  void add_frame_items(Pass& pass, std::size_t channel) const;
  [[nodiscard]] Result<void> take_profile();
  [[nodiscard]] Result<void> take_profile_baseline(std::size_t channel, const Plane& plane);
  [[nodiscard]] Result<void> take_empty();
  void take_baseline();
  void take_dark();
  void enlarge();
  void warn_of_dark_pixels();
  void take_mean_images();
  [[nodiscard]] Result<void> begin_basic();
  [[nodiscard]] Result<void> end_basic();
  void judge_contrast(const ShadingProfile& profile, Json& fit) const;
  [[nodiscard]] Plane dark_of(std::size_t channel) const;
  [[nodiscard]] std::optional<LearntValue> remaining_offset() const;
  [[nodiscard]] Plane mean_before(std::size_t channel) const;
  [[nodiscard]] Plane mean_after(std::size_t channel) const;
  [[nodiscard]] std::string channel_name(std::size_t channel) const;
  [[nodiscard]] Phase first_phase() const;
  [[nodiscard]] Phase phase_after_profile() const;

  FlatfieldSettings settings_;
  StackInfo stack_;
  std::vector<InputInfo> inputs_;
  std::vector<std::int32_t> tiles_;  ///< indices of the main inputs
  std::optional<std::int32_t> profile_input_;
  std::optional<std::int32_t> dark_input_;
  std::optional<std::int32_t> mask_input_;
  std::vector<PlaneIndex> empty_planes_;
  SampleType output_type_ = SampleType::float32;

  // While fitting, on the lead.
  Phase phase_ = Phase::dark;
  Phase reading_ = Phase::done;          ///< what the current pass reads
  std::size_t channel_ = 0;              ///< the channel that is being fitted
  std::vector<double> offset_;           ///< per channel, counts
  std::vector<Plane> dark_average_;      ///< per channel, or empty
  std::vector<float> gathered_;          ///< rows or small frames of the current pass
  std::vector<double> frame_sums_;       ///< of the small frames, by pixel; summed as they come, while their code is warm
  std::vector<float> mask_;              ///< small masks, one for all frames or one per frame; 0: leave out
  std::size_t items_ = 0;                ///< of the current pass
  std::size_t reduced_ = 0;              ///< of those
  bool look_ = false;                    ///< make mean images for somebody to look at
  std::vector<double> look_sums_;        ///< of the frames looked at: channel after channel, small
  std::vector<float> judged_;            ///< some pixels of the frames that BaSiC fits, regularly spaced, offset removed
  std::size_t judged_stride_ = 1;        ///< in the frames one after another
  double share_not_above_offset_ = 0.0;  ///< of the pixels of those frames
  std::uint64_t saturated_ = 0;
  std::vector<std::int64_t> frame_numbers_;  ///< the frames that are fitted
  std::unique_ptr<BasicFit> fit_;
  std::vector<std::string> warnings_;
  std::vector<UsedValue> used_;
  Json fits_ = Json::array();  ///< per channel: what the fit went through

  // What was learnt, on lead and workers.
  std::vector<ShadingProfile> profiles_;
  std::vector<FullSizeProfile> full_;

  flatfield_folds::CoarseSums sums_;
};

}  // namespace webunmix
