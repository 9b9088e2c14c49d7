#include "steps/unmix_picasso_output.hpp"

#include <algorithm>
#include <utility>

#include "image/bytes_io.hpp"
#include "image/convert.hpp"
#include "steps/unmix_picasso_items.hpp"
#include "steps/unmix_picasso_matrices.hpp"

namespace webunmix {
namespace {

/// What both ways of unmixing share: which of the wanted channels are selected, and passing the others through.
class PicassoOutputFold : public Fold {
 public:
  PicassoOutputFold(const PicassoPlan& plan, Box wanted) : selected_(plan.channels), wanted_(std::move(wanted)) {}

  Result<void> take(SharedBlock block) override {
    made_ = std::make_shared<Block>(wanted_, SampleType::float32, block->width());
    for (std::size_t i = 0; i < wanted_.channels.size(); ++i) {
      if (is_selected(wanted_.channels[i])) continue;
      WEBUNMIX_ASSIGN(const std::vector<std::size_t> place, places_in(*block, {wanted_.channels[i]}));
      channel_to_float32(*block, place.front(), made_->channel<float>(i));
    }
    if (std::none_of(wanted_.channels.begin(), wanted_.channels.end(), [&](auto c) { return is_selected(c); })) return {};
    WEBUNMIX_ASSIGN(const std::vector<std::size_t> places, places_in(*block, selected_));
    return unmix(as_float32(*block, places));
  }

 protected:
  /// `pixels`: of all selected channels, one after another.
  [[nodiscard]] virtual Result<void> unmix(std::vector<float> pixels) = 0;

  /// Where a selected channel is made, if it is wanted.
  [[nodiscard]] std::optional<std::span<float>> made(std::size_t selected) {
    const auto found = std::find(wanted_.channels.begin(), wanted_.channels.end(), selected_[selected]);
    if (found == wanted_.channels.end()) return std::nullopt;
    return made_->channel<float>(static_cast<std::size_t>(found - wanted_.channels.begin()));
  }
  [[nodiscard]] std::size_t channels() const { return selected_.size(); }
  [[nodiscard]] Folded folded(const picasso::ChainCounts& counts) {
    ByteWriter tally;
    write(tally, counts);
    return Folded{std::move(tally).take(), std::move(made_)};
  }

 private:
  [[nodiscard]] bool is_selected(std::int32_t channel) const {
    return std::find(selected_.begin(), selected_.end(), channel) != selected_.end();
  }

  std::vector<std::int32_t> selected_;
  Box wanted_;
  std::shared_ptr<Block> made_;
};

class MatrixOutputFold final : public PicassoOutputFold {
 public:
  MatrixOutputFold(const PicassoPlan& plan, const Box& wanted, picasso::MatrixChain chain, std::vector<float> scale)
      : PicassoOutputFold(plan, wanted), chain_(std::move(chain)), scale_(std::move(scale)), counts_(channels()) {}

  Result<Folded> finish() override { return folded(counts_); }

 private:
  Result<void> unmix(std::vector<float> pixels) override {
    const std::vector<std::span<float>> views = channel_views(pixels, channels());
    picasso::ChainCounts counts(channels());
    chain_.apply(views, &counts);
    for (std::size_t c = 0; c < channels(); ++c) {
      const auto into = made(c);
      if (!into) continue;
      for (std::size_t i = 0; i < into->size(); ++i) (*into)[i] = views[c][i] * scale_[c];
      // Only what is made here: other boxes count the rest.
      counts_.negative[c] += counts.negative[c];
      counts_.magnitude[c] += counts.magnitude[c];
      counts_.loss[c].merge(counts.loss[c]);
    }
    return {};
  }

  picasso::MatrixChain chain_;
  std::vector<float> scale_;
  picasso::ChainCounts counts_;
};

class SinkOutputFold final : public PicassoOutputFold {
 public:
  SinkOutputFold(const PicassoPlan& plan, const Box& wanted, const SinkFindings& findings, float shared_maximum,
                 std::vector<float> backgrounds, bool clip)
      : PicassoOutputFold(plan, wanted),
        relations_(plan.relations),
        shared_maximum_(shared_maximum),
        backgrounds_(std::move(backgrounds)),
        clip_(clip),
        counts_(channels()) {
    for (const picasso::SinkSolution& solution : findings.solutions) {
      std::vector<picasso::SourceTerm>& terms = terms_.emplace_back();
      for (const picasso::SourceSolution& source : solution.sources) terms.push_back({source.alpha, source.background});
    }
  }

  Result<Folded> finish() override { return folded(counts_); }

 private:
  Result<void> unmix(std::vector<float> pixels) override {
    const std::vector<std::span<float>> views = channel_views(pixels, channels());
    for (std::size_t c = 0; c < channels(); ++c) {
      const auto into = made(c);
      if (!into) continue;
      const auto relation = std::find_if(relations_.begin(), relations_.end(), [c](const auto& r) { return r.sink == c; });
      if (relation == relations_.end() || !(shared_maximum_ > 0)) {
        std::copy(views[c].begin(), views[c].end(), into->begin());
        continue;
      }
      std::vector<std::span<const float>> sources;
      for (const std::size_t source : relation->sources) sources.emplace_back(views[source]);
      picasso::subtract_sources(views[c], sources, terms_[static_cast<std::size_t>(relation - relations_.begin())],
                                static_cast<double>(backgrounds_[c]), shared_maximum_, clip_, *into, counts_.loss[c]);
    }
    return {};
  }

  std::vector<picasso::Relation> relations_;
  std::vector<std::vector<picasso::SourceTerm>> terms_;  // per relation
  float shared_maximum_;
  std::vector<float> backgrounds_;
  bool clip_;
  picasso::ChainCounts counts_;
};

}  // namespace

std::unique_ptr<Fold> make_picasso_matrix_fold(const PicassoPlan& plan, const Box& wanted, picasso::MatrixChain chain,
                                               std::vector<float> scale) {
  return std::make_unique<MatrixOutputFold>(plan, wanted, std::move(chain), std::move(scale));
}

std::unique_ptr<Fold> make_picasso_sink_fold(const PicassoPlan& plan, const Box& wanted, const SinkFindings& findings,
                                             float shared_maximum, std::vector<float> backgrounds, bool clip) {
  return std::make_unique<SinkOutputFold>(plan, wanted, findings, shared_maximum, std::move(backgrounds), clip);
}

PicassoDiagnostics::PicassoDiagnostics(const PicassoPlan& plan)
    : by_matrices_(plan.relations.empty()),
      counts_(static_cast<std::size_t>(plan.stack.shape.t)),
      channels_(plan.channels.size()) {}

Result<void> PicassoDiagnostics::add(std::int64_t t, BytesView tally) {
  ByteReader reader(tally);
  const picasso::ChainCounts counts = read_chain_counts(reader, channels_);
  WEBUNMIX_TRY(reader.done("tally of an output box of unmix_picasso"));
  auto& of_t = counts_[static_cast<std::size_t>(t)];
  if (!of_t) of_t.emplace(channels_);
  of_t->merge(counts);
  return {};
}

Json PicassoDiagnostics::to_json() const {
  Json by_t = Json::array();
  for (std::size_t t = 0; t < counts_.size(); ++t) {
    if (!counts_[t]) continue;
    Json negativity = Json::array();
    Json loss = Json::array();
    for (std::size_t c = 0; c < channels_; ++c) {
      negativity.push_back(by_matrices_ ? Json(counts_[t]->negativity(c)) : Json());
      loss.push_back(counts_[t]->loss[c].signal > 0 ? Json(counts_[t]->loss[c].share()) : Json());
    }
    by_t.push_back(Json{{"t", t}, {"negativity", std::move(negativity)}, {"signal_loss", std::move(loss)}});
  }
  if (by_t.empty()) return Json::object();
  return Json{{"by_t", std::move(by_t)}};
}

std::vector<std::int64_t> PicassoDiagnostics::times_of_loss(std::size_t channel) const {
  std::vector<std::int64_t> times;
  for (std::size_t t = 0; t < counts_.size(); ++t) {
    if (counts_[t] && counts_[t]->loss[channel].share() > picasso::signal_loss_limit) {
      times.push_back(static_cast<std::int64_t>(t));
    }
  }
  return times;
}

}  // namespace webunmix
