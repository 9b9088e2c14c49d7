// The step `flatfield`: learns a shading profile per channel, and divides it out.
//
// Passes: dark frames are averaged (an input of role `dark`); then, by source, the profile's planes are read (an input of role
// `profile`), or the median over empty planes is taken band by band, or every frame is read once and only its small version kept
// while BaSiC fits, one channel after another. What travels to workers is the profile, at the size it was found at.
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
  enum class Phase : std::uint8_t { dark, profile, empty, mask, frames, done };

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
  [[nodiscard]] Pass dark_pass() const;
  [[nodiscard]] Pass profile_pass();
  [[nodiscard]] Pass empty_pass() const;
  [[nodiscard]] Pass mask_pass() const;
  [[nodiscard]] Pass frames_pass() const;
  [[nodiscard]] Result<void> take_profile();
  [[nodiscard]] Result<void> take_empty();
  [[nodiscard]] Result<void> begin_basic();
  [[nodiscard]] Result<void> end_basic();
  [[nodiscard]] Plane dark_of(std::size_t channel) const;
  [[nodiscard]] std::string channel_name(std::size_t channel) const;
  void remember_shape();

  FlatfieldSettings settings_;
  StackInfo stack_;
  std::vector<InputInfo> inputs_;
  std::vector<std::int32_t> tiles_;  ///< indices of the main inputs
  std::optional<std::int32_t> profile_input_;
  std::optional<std::int32_t> dark_input_;
  std::optional<std::int32_t> mask_input_;
  std::vector<PlaneIndex> empty_planes_;

  // While fitting, on the lead.
  Phase phase_ = Phase::dark;
  Phase reading_ = Phase::done;      ///< what the current pass reads
  std::size_t channel_ = 0;          ///< the channel that is being fitted
  std::vector<double> offset_;       ///< per channel, counts
  std::vector<Plane> dark_average_;  ///< per channel, or empty
  std::vector<float> gathered_;      ///< rows or small frames of the current pass
  std::vector<float> mask_;          ///< small masks, one for all frames or one per frame; 0: leave out
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
