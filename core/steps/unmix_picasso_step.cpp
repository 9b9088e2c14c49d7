#include "steps/unmix_picasso_step.hpp"

#include <algorithm>
#include <utility>

#include "image/bytes_io.hpp"
#include "steps/kinds.hpp"
#include "steps/unmix_picasso_items.hpp"
#include "steps/unmix_picasso_report.hpp"

namespace webunmix {

UnmixPicassoStep::UnmixPicassoStep(PicassoSettings settings) : settings_(std::move(settings)) {}
UnmixPicassoStep::~UnmixPicassoStep() = default;

Result<StackInfo> UnmixPicassoStep::plan(const StackInfo& stack, const std::vector<InputInfo>& inputs) {
  WEBUNMIX_ASSIGN(plan_, plan_picasso(settings_, stack, inputs));
  volumes_ = PicassoVolumes(plan_, settings_.background_percentile);
  StackInfo out = stack;
  out.type = SampleType::float32;
  return out;
}

// ---- fitting ----

Result<void> UnmixPicassoStep::begin_fit(const std::vector<EarlierValue>& /*earlier*/, const FitOptions& /*options*/) {
  volumes_ = PicassoVolumes(plan_, settings_.background_percentile);
  matrix_fit_.reset();
  sink_fit_.reset();
  diagnostics_.reset();
  stages_.clear();
  vectors_.clear();
  sinks_.clear();
  fitted_ = false;
  if (settings_.by_matrices()) {
    matrix_fit_.emplace(plan_);
  } else {
    sink_fit_.emplace(plan_, settings_);
  }
  return {};
}

/// Of the pass that comes next: the volumes of other time points than the fitted one are not read again, and each is fitted from one
/// store of its own.
int UnmixPicassoStep::fitting_reads() const {
  const int of_volumes = has_one_digit(plan_.stack.type) ? 1 : 2;
  const int of_fit = matrix_fit_ ? matrix_fit_->reads_left(plan_) : 1;
  if (volumes_.done()) return of_fit;
  return plan_.stack.shape.t == 1 ? of_volumes + of_fit : of_volumes;
}

Result<std::optional<Pass>> UnmixPicassoStep::next_pass() {
  if (!volumes_.done()) {
    if (auto pass = volumes_.next_pass(plan_)) return pass;
  }
  WEBUNMIX_ASSIGN(std::optional<Pass> pass,
                  matrix_fit_ ? matrix_fit_->next_pass(plan_, volumes_) : sink_fit_->next_pass(plan_, volumes_));
  if (matrix_fit_) {
    stages_ = matrix_fit_->stages();
    vectors_ = matrix_fit_->shared_vectors();
  } else if (!pass) {
    sinks_ = sink_fit_->findings();
  }
  fitted_ = !pass;
  return pass;
}

Result<void> UnmixPicassoStep::reduce(std::size_t item, BytesView tally) {
  if (!volumes_.done()) return volumes_.reduce(plan_, item, tally);
  return matrix_fit_ ? matrix_fit_->reduce(plan_, item, tally) : sink_fit_->reduce(plan_, item, tally);
}

Result<Progress> UnmixPicassoStep::advance(std::uint64_t work) {
  if (!volumes_.done()) return Progress{};
  return matrix_fit_ ? matrix_fit_->advance(plan_, work) : sink_fit_->advance(plan_, work);
}

// ---- what was learnt ----

Bytes UnmixPicassoStep::state() const {
  ByteWriter writer;
  writer.boolean(fitted_);
  volumes_.write(writer);
  write_stages(writer, stages_);
  write_sinks(writer, sinks_);
  writer.values(vectors_);
  return std::move(writer).take();
}

Result<void> UnmixPicassoStep::load(BytesView state) {
  ByteReader reader(state);
  fitted_ = reader.boolean();
  volumes_.read(reader);
  stages_ = read_stages(reader);
  sinks_ = read_sinks(reader);
  vectors_ = reader.values<double>();
  WEBUNMIX_TRY(reader.done("state of an unmix_picasso step"));
  const std::size_t fits = settings_.by_matrices() ? stages_.size() : sinks_.size();
  if (fitted_ && fits != plan_.fit_times.size()) {
    return Error{Errc::internal, "the state of an unmix_picasso step holds " + std::to_string(fits) + " results for " +
                                     std::to_string(plan_.fit_times.size()) + " time points"};
  }
  return {};
}

std::vector<LearntValue> UnmixPicassoStep::learnt() const {
  if (!fitted_) return {};
  const std::size_t n = plan_.channels.size();
  if (settings_.by_matrices()) {
    LearntValue applied{"applied_matrix", "", {}};
    for (const Stages& stages : stages_) {
      picasso::SquareMatrix product = picasso::SquareMatrix::identity(n);
      for (const picasso::SquareMatrix& stage : stages) product = stage * product;
      applied.values.insert(applied.values.end(), product.values().begin(), product.values().end());
    }
    return {std::move(applied)};
  }
  LearntValue alphas{"source_sink_alpha", "", {}};
  for (const SinkFindings& findings : sinks_) {
    picasso::SquareMatrix matrix = picasso::SquareMatrix::identity(n);
    for (std::size_t i = 0; i < plan_.relations.size(); ++i) {
      const picasso::Relation& relation = plan_.relations[i];
      for (std::size_t j = 0; j < relation.sources.size(); ++j) {
        matrix(relation.sources[j], relation.sink) = findings.solutions[i].sources[j].alpha;
      }
    }
    alphas.values.insert(alphas.values.end(), matrix.values().begin(), matrix.values().end());
  }
  return {std::move(alphas)};
}

// ---- on workers ----

Result<std::unique_ptr<Fold>> UnmixPicassoStep::begin(BytesView tag) {
  ByteReader reader(tag);
  switch (PicassoPurpose{reader.u8()}) {
    case PicassoPurpose::volumes: return PicassoVolumes::begin(plan_, reader);
    case PicassoPurpose::blocks: return begin_blocks_fold(plan_, volumes_, stages_, settings_.pixel_bin_size, reader);
    case PicassoPurpose::samples: return begin_samples_fold(plan_, reader);
    case PicassoPurpose::pairs: return begin_pairs_fold(plan_, vectors_, reader);
  }
  return Error{Errc::internal, "unmix_picasso was handed an item that is not its own"};
}

Result<Item> UnmixPicassoStep::output_item(const Box& wanted) const {
  Box box = wanted;
  const auto is_wanted = [&](std::int32_t channel) {
    return std::find(wanted.channels.begin(), wanted.channels.end(), channel) != wanted.channels.end();
  };
  if (std::any_of(plan_.channels.begin(), plan_.channels.end(), is_wanted)) {
    for (const std::int32_t channel : plan_.channels) {
      if (!is_wanted(channel)) box.channels.push_back(channel);
    }
    std::sort(box.channels.begin(), box.channels.end());
  }
  return Item{{std::move(box)}, {}};
}

Result<std::unique_ptr<Fold>> UnmixPicassoStep::begin_output(const Box& wanted) const {
  if (!fitted_) return Error{Errc::internal, "unmix_picasso was asked for output before it was fitted"};
  const std::size_t fit = plan_.fit_of(wanted.t);
  if (settings_.by_matrices()) {
    std::vector<float> scale;
    for (std::size_t c = 0; c < plan_.channels.size(); ++c) {
      scale.push_back(settings_.output_units == PicassoUnits::input ? std::max(volumes_.at(wanted.t, c).maximum, 0.0F) : 1.0F);
    }
    return make_picasso_matrix_fold(
        plan_, wanted, picasso_chain(plan_, volumes_, stages_[fit], wanted.t, settings_.clip_negative), std::move(scale));
  }
  const float shared_maximum = volumes_.shared_maximum(wanted.t);
  std::vector<float> backgrounds;
  for (std::size_t c = 0; c < plan_.channels.size(); ++c) {
    backgrounds.push_back(volumes_.background(wanted.t, c, shared_maximum));
  }
  return make_picasso_sink_fold(plan_, wanted, sinks_[fit], shared_maximum, std::move(backgrounds), settings_.clip_negative);
}

// ---- the report ----

void UnmixPicassoStep::begin_output_pass() { diagnostics_.emplace(plan_); }

Result<void> UnmixPicassoStep::reduce_output(const Box& box, BytesView tally) {
  if (!diagnostics_) diagnostics_.emplace(plan_);
  return diagnostics_->add(box.t, tally);
}

Step::Account UnmixPicassoStep::account() const {
  Account account;
  account.warnings = plan_.warnings;
  if (!fitted_ || (!matrix_fit_ && !sink_fit_)) return account;
  const std::vector<MatrixFindings> no_matrices;
  const PicassoReportParts parts{.settings = settings_,
                                 .plan = plan_,
                                 .volumes = volumes_,
                                 .matrices = matrix_fit_ ? matrix_fit_->findings() : no_matrices,
                                 .sinks = sinks_,
                                 .output = diagnostics_ ? &*diagnostics_ : nullptr};
  account.details = picasso_details(parts);
  if (diagnostics_) account.diagnostics = diagnostics_->to_json();
  for (std::string& warning : picasso_warnings(parts)) account.warnings.push_back(std::move(warning));
  return account;
}

StepKind unmix_picasso_kind() {
  return make_step_kind<PicassoSettings, UnmixPicassoStep>("unmix_picasso", "Unmix, N channels",
                                                           "Unmixes two or more channels that bleed into one another, without "
                                                           "reference spectra (PICASSO), or by a graph of what bleeds "
                                                           "into what.",
                                                           picasso_table());
}

}  // namespace webunmix
