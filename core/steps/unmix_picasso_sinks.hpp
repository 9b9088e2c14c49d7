// Fitting source_sink_n of `unmix_picasso` on the lead: one time point after another, one sink after another.
//
// One pass gathers, for every search, the voxels its random sample holds: the tag of an item names them, so workers hold nothing and
// the lead holds max_alpha_voxels of each channel that a sink needs, however long the stack is. Samples are drawn over the volume as numpy's
// default_rng(seed).choice does, with seed random_state + 1000 * sink, or one source after another + sink + 1000 * source.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "picasso/sink_search.hpp"
#include "run/step.hpp"
#include "steps/unmix_picasso_plan.hpp"
#include "steps/unmix_picasso_volumes.hpp"

namespace webunmix {

/// What one fitted time point gave.
struct SinkFindings {
  float shared_maximum = 0;
  std::vector<float> backgrounds;                ///< of the selected channels, in units of the shared maximum
  std::vector<picasso::SinkSolution> solutions;  ///< per relation of the plan
};

class PicassoSinkFit {
 public:
  PicassoSinkFit(const PicassoPlan& plan, const PicassoSettings& settings);

  [[nodiscard]] Result<std::optional<Pass>> next_pass(const PicassoPlan& plan, const PicassoVolumes& volumes);
  [[nodiscard]] Result<void> reduce(const PicassoPlan& plan, std::size_t item, BytesView tally);
  [[nodiscard]] Progress advance(const PicassoPlan& plan, std::uint64_t work);

  [[nodiscard]] const std::vector<SinkFindings>& findings() const { return findings_; }

 private:
  /// Voxels drawn for one search and what is kept of them.
  struct Draw {
    std::vector<std::size_t> channels;
    std::vector<std::uint64_t> voxels;        // ranks in the volume, ascending; empty: all of them
    std::vector<std::vector<float>> samples;  // per channel, over the shared maximum
    std::size_t taken = 0;
  };
  using Search = std::variant<picasso::JointSearch, picasso::OneByOneSearch>;

  [[nodiscard]] Result<void> begin_time_point(const PicassoPlan& plan, const PicassoVolumes& volumes);
  void add_draw(const PicassoPlan& plan, std::vector<std::size_t> channels, std::uint64_t seed);
  [[nodiscard]] Pass samples_pass(const PicassoPlan& plan) const;
  [[nodiscard]] picasso::SinkSamples samples_of(const Draw& draw, const picasso::Relation& relation, std::size_t sources) const;
  void begin_search(const PicassoPlan& plan);

  std::optional<std::int64_t> max_voxels_;
  std::uint64_t random_state_;
  bool joint_;
  std::vector<SinkFindings> findings_;  // per fitted time point
  std::size_t now_ = 0;                 // index of the fitted time point under work
  std::vector<Draw> draws_;
  std::vector<std::vector<std::size_t>> draws_of_;  // per relation: its one draw, or one for each source
  std::size_t items_left_ = 0;
  bool solving_ = false;
  std::size_t relation_ = 0;  // being solved
  std::optional<Search> search_;
};

/// What workers need of the findings: coefficients and backgrounds.
void write_sinks(ByteWriter& writer, const std::vector<SinkFindings>& all);
[[nodiscard]] std::vector<SinkFindings> read_sinks(ByteReader& reader);

/// The fold that gathers the voxels an item's tag names; the tag begins behind what the step itself wrote.
[[nodiscard]] Result<std::unique_ptr<Fold>> begin_samples_fold(const PicassoPlan& plan, ByteReader& tag);

}  // namespace webunmix
