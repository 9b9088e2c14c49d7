#include "steps/unmix_picasso_sinks.hpp"

#include <algorithm>
#include <utility>

#include "image/bytes_io.hpp"
#include "stats/sampling.hpp"
#include "steps/unmix_picasso_items.hpp"

namespace webunmix {
namespace {

/// What an item gathers for one draw: pixels of its box, or all of them.
struct Gathering {
  std::vector<std::uint64_t> channels;
  bool all = false;
  std::vector<std::uint32_t> pixels;
};

class SamplesFold final : public Fold {
 public:
  SamplesFold(std::vector<std::int32_t> channels, std::vector<Gathering> gatherings)
      : channels_(std::move(channels)), gatherings_(std::move(gatherings)) {}

  Result<void> take(SharedBlock block) override {
    WEBUNMIX_ASSIGN(const std::vector<std::size_t> places, places_in(*block, channels_));
    std::vector<float> pixels = as_float32(*block, places);
    const std::vector<std::span<float>> views = channel_views(pixels, places.size());
    for (const Gathering& gathering : gatherings_) {
      for (const std::uint64_t channel : gathering.channels) {
        const std::span<const float> values = views[static_cast<std::size_t>(channel)];
        if (gathering.all) {
          tally_.values(values);
          continue;
        }
        picked_.clear();
        for (const std::uint32_t pixel : gathering.pixels) picked_.push_back(values[pixel]);
        tally_.values(picked_);
      }
    }
    return {};
  }

  Result<Folded> finish() override { return Folded{std::move(tally_).take(), nullptr}; }

 private:
  std::vector<std::int32_t> channels_;
  std::vector<Gathering> gatherings_;
  std::vector<float> picked_;
  ByteWriter tally_;
};

}  // namespace

Result<std::unique_ptr<Fold>> begin_samples_fold(const PicassoPlan& plan, ByteReader& tag) {
  std::vector<Gathering> gatherings;
  const std::uint64_t pixels = tag.u64();
  const std::uint64_t draws = tag.u64();
  for (std::uint64_t i = 0; i < draws && tag.ok(); ++i) {
    Gathering gathering;
    gathering.channels = tag.values<std::uint64_t>();
    gathering.all = tag.boolean();
    gathering.pixels = tag.values<std::uint32_t>();
    gatherings.push_back(std::move(gathering));
  }
  WEBUNMIX_TRY(tag.done("tag of the samples of unmix_picasso"));
  for (const Gathering& gathering : gatherings) {
    const auto outside = [&](std::uint32_t pixel) { return pixel >= pixels; };
    const auto unknown = [&](std::uint64_t channel) { return channel >= plan.channels.size(); };
    if (std::any_of(gathering.pixels.begin(), gathering.pixels.end(), outside) ||
        std::any_of(gathering.channels.begin(), gathering.channels.end(), unknown)) {
      return Error{Errc::internal, "the tag of the samples of unmix_picasso names pixels outside its box"};
    }
  }
  return std::unique_ptr<Fold>(std::make_unique<SamplesFold>(plan.channels, std::move(gatherings)));
}

PicassoSinkFit::PicassoSinkFit(const PicassoPlan& plan, const PicassoSettings& settings)
    : max_voxels_(settings.max_alpha_voxels),
      random_state_(static_cast<std::uint64_t>(settings.random_state)),
      joint_(settings.source_sink_joint_optimization),
      findings_(plan.fit_times.size()) {}

Result<void> PicassoSinkFit::begin_time_point(const PicassoPlan& plan, const PicassoVolumes& volumes) {
  const std::int64_t t = plan.fit_times[now_];
  SinkFindings& findings = findings_[now_];
  findings.shared_maximum = volumes.shared_maximum(t);
  if (!(findings.shared_maximum > 0)) {
    return Error{Errc::not_enough_data,
                 "no selected channel has a value above 0 at time point " + std::to_string(t) +
                     " (counted from 0), so nothing can be learnt there: choose other channels or another "
                     "time point"};
  }
  for (std::size_t c = 0; c < plan.channels.size(); ++c) {
    findings.backgrounds.push_back(volumes.background(t, c, findings.shared_maximum));
  }
  draws_.clear();
  draws_of_.clear();
  for (const picasso::Relation& relation : plan.relations) {
    std::vector<std::size_t> channels{relation.sink};
    std::vector<std::size_t> draws;
    for (const std::size_t source : relation.sources) {
      channels.push_back(source);
      if (joint_) continue;
      draws.push_back(draws_.size());
      add_draw(plan, channels, random_state_ + relation.sink + 1000 * source);
    }
    if (joint_) {
      draws.push_back(draws_.size());
      add_draw(plan, channels, random_state_ + 1000 * relation.sink);
    }
    draws_of_.push_back(std::move(draws));
  }
  return {};
}

void PicassoSinkFit::add_draw(const PicassoPlan& plan, std::vector<std::size_t> channels, std::uint64_t seed) {
  const auto all = static_cast<std::uint64_t>(plan.volume_voxels());
  Draw draw;
  draw.channels = std::move(channels);
  std::uint64_t voxels = all;
  if (max_voxels_ && static_cast<std::uint64_t>(*max_voxels_) < all) {
    voxels = static_cast<std::uint64_t>(*max_voxels_);
    draw.voxels = choose_without_replacement(all, voxels, seed);
    std::sort(draw.voxels.begin(), draw.voxels.end());
  }
  draw.samples.assign(draw.channels.size(), std::vector<float>(static_cast<std::size_t>(voxels)));
  draws_.push_back(std::move(draw));
}

Result<std::optional<Pass>> PicassoSinkFit::next_pass(const PicassoPlan& plan, const PicassoVolumes& volumes) {
  if (now_ == plan.fit_times.size()) return std::optional<Pass>{};
  WEBUNMIX_TRY(begin_time_point(plan, volumes));
  Pass pass = samples_pass(plan);
  items_left_ = pass.items.size();
  return std::optional<Pass>(std::move(pass));
}

Pass PicassoSinkFit::samples_pass(const PicassoPlan& plan) const {
  Pass pass{"Gathering voxels", {}};
  const std::int64_t t = plan.fit_times[now_];
  if (plan.fit_times.size() > 1) {
    pass.label += ", time point " + std::to_string(t + 1) + " of " + std::to_string(plan.stack.shape.t);
  }
  const std::vector<Rows> bands = row_bands(plan.stack);
  std::vector<std::size_t> next(draws_.size(), 0);
  std::uint64_t begin = 0;
  for (const std::int32_t input : plan.inputs) {
    for (std::int64_t z = 0; z < plan.stack.shape.z; ++z) {
      for (const Rows& rows : bands) {
        const std::uint64_t end = begin + static_cast<std::uint64_t>((rows.end - rows.begin) * plan.stack.shape.x);
        ByteWriter tag;
        write_purpose(tag, PicassoPurpose::samples);
        tag.u64(end - begin).u64(draws_.size());
        bool any = false;
        for (std::size_t d = 0; d < draws_.size(); ++d) {
          const Draw& draw = draws_[d];
          std::vector<std::uint32_t> pixels;
          for (; next[d] < draw.voxels.size() && draw.voxels[next[d]] < end; ++next[d]) {
            pixels.push_back(static_cast<std::uint32_t>(draw.voxels[next[d]] - begin));
          }
          any = any || draw.voxels.empty() || !pixels.empty();
          tag.values(std::vector<std::uint64_t>(draw.channels.begin(), draw.channels.end()));
          tag.boolean(draw.voxels.empty()).values(pixels);
        }
        begin = end;
        if (any) pass.items.push_back({{picasso_box(plan, input, t, z, rows)}, std::move(tag).take()});
      }
    }
  }
  return pass;
}

Result<void> PicassoSinkFit::reduce(const PicassoPlan& plan, std::size_t /*item*/, BytesView tally) {
  const float shared_maximum = findings_[now_].shared_maximum;
  ByteReader reader(tally);
  for (Draw& draw : draws_) {
    std::size_t taken = 0;
    for (std::vector<float>& samples : draw.samples) {
      const std::vector<float> values = reader.values<float>();
      taken = values.size();
      if (taken > samples.size() - draw.taken)
        return Error{Errc::internal, "unmix_picasso was handed more voxels than it drew"};
      for (std::size_t i = 0; i < taken; ++i) samples[draw.taken + i] = values[i] / shared_maximum;
    }
    draw.taken += taken;
  }
  WEBUNMIX_TRY(reader.done("tally of the samples of unmix_picasso"));
  if (--items_left_ > 0) return {};
  solving_ = true;
  relation_ = 0;
  begin_search(plan);
  return {};
}

picasso::SinkSamples PicassoSinkFit::samples_of(const Draw& draw, const picasso::Relation& relation,
                                                std::size_t sources) const {
  const std::vector<float>& backgrounds = findings_[now_].backgrounds;
  picasso::SinkSamples samples{.sink = draw.samples[0],
                               .sources = {},
                               .sink_background = static_cast<double>(backgrounds[relation.sink]),
                               .source_backgrounds = {}};
  for (std::size_t j = 0; j < sources; ++j) {
    samples.sources.emplace_back(draw.samples[j + 1]);
    samples.source_backgrounds.push_back(static_cast<double>(backgrounds[relation.sources[j]]));
  }
  return samples;
}

void PicassoSinkFit::begin_search(const PicassoPlan& plan) {
  const picasso::Relation& relation = plan.relations[relation_];
  const std::vector<std::size_t>& draws = draws_of_[relation_];
  if (joint_) {
    search_.emplace(picasso::JointSearch(samples_of(draws_[draws.front()], relation, relation.sources.size()), plan.sink,
                                         random_state_ + 1000 * relation.sink));
    return;
  }
  std::vector<picasso::SinkSamples> samples;
  for (std::size_t j = 0; j < draws.size(); ++j) samples.push_back(samples_of(draws_[draws[j]], relation, j + 1));
  search_.emplace(picasso::OneByOneSearch(std::move(samples), plan.sink));
}

Progress PicassoSinkFit::advance(const PicassoPlan& plan, std::uint64_t work) {
  std::uint64_t done = 0;
  while (solving_ && done < work) {
    const Draw& draw = draws_[draws_of_[relation_].front()];
    done += draw.samples.front().size() * (plan.relations[relation_].sources.size() + 1);
    const bool found = std::visit(
        [](auto& search) {
          search.step();
          return search.done();
        },
        *search_);
    if (!found) continue;
    findings_[now_].solutions.push_back(std::visit([](const auto& search) { return search.solution(); }, *search_));
    search_.reset();
    if (++relation_ < plan.relations.size()) {
      begin_search(plan);
    } else {
      solving_ = false;
      draws_.clear();
      ++now_;
    }
  }
  if (!solving_) return {};
  const double within = std::visit([](const auto& search) { return search.fraction(); }, *search_);
  return {.busy = true, .fraction = (static_cast<double>(relation_) + within) / static_cast<double>(plan.relations.size())};
}

void write_sinks(ByteWriter& writer, const std::vector<SinkFindings>& all) {
  writer.u64(all.size());
  for (const SinkFindings& findings : all) {
    writer.f32(findings.shared_maximum).values(findings.backgrounds).u64(findings.solutions.size());
    for (const picasso::SinkSolution& solution : findings.solutions) {
      writer.u64(solution.sources.size());
      for (const picasso::SourceSolution& source : solution.sources) writer.f64(source.alpha).f64(source.background);
    }
  }
}

std::vector<SinkFindings> read_sinks(ByteReader& reader) {
  std::vector<SinkFindings> all;
  const std::uint64_t fits = reader.u64();
  for (std::uint64_t fit = 0; fit < fits && reader.ok(); ++fit) {
    SinkFindings findings;
    findings.shared_maximum = reader.f32();
    findings.backgrounds = reader.values<float>();
    const std::uint64_t solutions = reader.u64();
    for (std::uint64_t i = 0; i < solutions && reader.ok(); ++i) {
      picasso::SinkSolution solution;
      const std::uint64_t sources = reader.u64();
      for (std::uint64_t j = 0; j < sources && reader.ok(); ++j) {
        picasso::SourceSolution source;
        source.alpha = reader.f64();
        source.background = reader.f64();
        solution.sources.push_back(source);
      }
      findings.solutions.push_back(std::move(solution));
    }
    all.push_back(std::move(findings));
  }
  return all;
}

}  // namespace webunmix
