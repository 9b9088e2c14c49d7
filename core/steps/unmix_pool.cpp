#include "steps/unmix_pool.hpp"

#include <algorithm>
#include <utility>

#include "image/free_memory.hpp"
#include "image/number_text.hpp"
#include "stats/sampling.hpp"

namespace webunmix {
namespace {

using unmix::Method;

/// Resampling of mi_min costs voxels x resamples x evaluations: with many pools, less of both.
struct ResamplingEffort {
  std::uint32_t resamples;
  std::size_t voxels;
};
ResamplingEffort resampling_effort(std::size_t pools) {
  if (pools <= 4) return {200, 20000};
  return {100, std::max<std::size_t>(2000, 80000 / pools)};
}

std::string counted(std::uint64_t voxels) { return std::to_string(voxels) + (voxels == 1 ? " voxel" : " voxels"); }

}  // namespace

UnmixPool::UnmixPool(const UnmixPlan& plan, std::size_t pool, UnmixOffsets offsets, UnmixPoolOptions options)
    : plan_(&plan),
      pool_(pool),
      offsets_(offsets),
      options_(options),
      statistics_(2, OrderStatistics(plan.stack.type)),
      findings_(plan.directions.size()) {
  for (std::size_t d = 0; d < findings_.size(); ++d) {
    // Other voxels for the other direction and for each time point.
    const std::uint64_t per_t = plan.mode == AlphaMode::per_t ? static_cast<std::uint64_t>(plan.pools[pool].first) : 0;
    findings_[d].seed = options_.random_state + per_t + (plan.directions[d].reverse ? 10000U : 0U);
  }
}

// ---- what to look at ----

UnmixLook UnmixPool::next_look() const {
  UnmixLook look;
  if (options_.compare) look.tile_edge = tile_edge_for(plan_->stack.shape.x, plan_->stack.shape.y);
  if (stage_ == Stage::upper_digits) {
    for (ChannelLook& channel : look.channels) channel.upper_digits = true;
    return look;
  }
  if (stage_ == Stage::lower_digits) {
    for (std::size_t c = 0; c < 2; ++c) {
      const auto digits = statistics_[c].needed_digits();
      look.channels[c].lower_digits_of.assign(digits.begin(), digits.end());
    }
  }
  if (stage_ == Stage::lower_digits || stage_ == Stage::voxels) {
    for (std::size_t d = 0; d < findings_.size(); ++d) {
      const Gathering& gathering = gatherings_[d];
      DirectionLook& direction = look.directions[d];
      if (gathering.kind == Gathering::Kind::all || gathering.kind == Gathering::Kind::sampled) {
        direction.ask = DirectionLook::Ask::gather;
      } else if (gathering.kind == Gathering::Kind::count) {
        direction.ask = DirectionLook::Ask::count;
      } else {
        continue;
      }
      direction.source_at_least = gathering.source_at_least;
      if (gathering.kind != Gathering::Kind::all) direction.target_at_most = gathering.target_at_most;
    }
  }
  return look;
}

Result<void> UnmixPool::take(BytesView tally) {
  ByteReader reader(tally);
  const UnmixLook look = next_look();
  for (std::size_t c = 0; c < 2; ++c) {
    if (look.channels[c].upper_digits) statistics_[c].merge_upper(reader);
    if (!look.channels[c].lower_digits_of.empty()) statistics_[c].merge_lower(reader);
  }
  for (std::size_t d = 0; d < findings_.size(); ++d) {
    if (look.directions[d].ask == DirectionLook::Ask::nothing) continue;
    const GatheredVoxels voxels = GatheredVoxels::read(reader);
    if (voxels.target.size() != voxels.source.size() || (options_.compare && voxels.tiles.size() != voxels.source.size())) {
      return Error{Errc::internal, "an unmix item gathered unequal numbers of voxels"};
    }
    keep(gatherings_[d], voxels);
  }
  return reader.done("tally of an unmix item");
}

void UnmixPool::keep(Gathering& gathering, const GatheredVoxels& voxels) const {
  gathering.with_source += voxels.with_source;
  gathering.with_both += voxels.with_both;
  const auto append = [&](std::size_t begin, std::size_t end) {
    const auto at = [](const auto& values, std::size_t i) { return values.begin() + static_cast<std::ptrdiff_t>(i); };
    gathering.x.insert(gathering.x.end(), at(voxels.source, begin), at(voxels.source, end));
    gathering.y.insert(gathering.y.end(), at(voxels.target, begin), at(voxels.target, end));
    if (options_.compare) gathering.tiles.insert(gathering.tiles.end(), at(voxels.tiles, begin), at(voxels.tiles, end));
  };
  const std::uint64_t first = gathering.seen;
  gathering.seen += voxels.source.size();
  if (!gathering.sample) {
    append(0, voxels.source.size());
    return;
  }
  for (; gathering.next_pick < gathering.picks.size() && gathering.picks[gathering.next_pick] < gathering.seen;
       ++gathering.next_pick) {
    const auto i = static_cast<std::size_t>(gathering.picks[gathering.next_pick] - first);
    append(i, i + 1);
  }
}

Result<void> UnmixPool::close_look() {
  switch (stage_) {
    case Stage::upper_digits: return close_upper_digits();
    case Stage::lower_digits: return close_lower_digits();
    case Stage::voxels: return close_voxels();
    case Stage::solve:
    case Stage::done: break;
  }
  return Error{Errc::internal, "an unmix pool was closed that had nothing open"};
}

// ---- thresholds ----

Result<void> UnmixPool::close_upper_digits() {
  for (std::size_t c = 0; c < 2; ++c) {
    const std::uint64_t bad = statistics_[c].not_finite();
    if (bad > 0) {
      const auto& direction = plan_->directions.front();
      return Error{Errc::not_enough_data, "channel " + std::to_string(c == 0 ? direction.source : direction.target) + " has " +
                                              counted(bad) + " of " + std::to_string(statistics_[c].count()) +
                                              " that are NaN or infinite " + place() +
                                              ": replace them before unmixing, or set region to leave them out"};
    }
    if (statistics_[c].count() == 0) return Error{Errc::internal, "an unmix pool holds no voxels"};
  }
  for (std::size_t d = 0; d < findings_.size(); ++d) {
    const UnmixDirection& direction = plan_->directions[d];
    OrderStatistics& source = statistics_[d];
    OrderStatistics& target = statistics_[1 - d];
    source.need(percentile_ranks(source.count(), direction.signal_percentile));
    source.need(percentile_ranks(source.count(), direction.background_percentile));
    target.need(percentile_ranks(target.count(), direction.background_percentile));
    if (direction.target_low_percentile) target.need(percentile_ranks(target.count(), *direction.target_low_percentile));
  }
  if (!statistics_[0].scale().one_digit()) {
    for (std::size_t d = 0; d < findings_.size(); ++d) gather_by_digit(d);
    stage_ = Stage::lower_digits;
    return {};
  }
  for (std::size_t d = 0; d < findings_.size(); ++d) WEBUNMIX_TRY(find_thresholds(d));
  settle_stage();
  return {};
}

/// The threshold's upper digit is known: what lies below it cannot be in the mask, unless the threshold is clipped to 0.
void UnmixPool::gather_by_digit(std::size_t direction) {
  const UnmixDirection& settings = plan_->directions[direction];
  const OrderStatistics& source = source_of(direction);
  const DigitScale& scale = source.scale();
  const std::uint32_t threshold = source.upper().find(percentile_ranks(source.count(), settings.signal_percentile).lower).digit;
  float bound = scale.lowest(threshold);
  if (options_.preprocess) {
    const auto offset = offset_of(direction);
    const std::uint32_t background =
        offset ? scale.digit_of(static_cast<float>(*offset))
               : source.upper().find(percentile_ranks(source.count(), settings.background_percentile).upper).digit;
    if (threshold <= background) bound = std::numeric_limits<float>::lowest();
  }
  if (source.at_or_above(bound).value_or(source.count()) > options_.memory.gathered_at_once) return;
  gatherings_[direction].kind = Gathering::Kind::all;
  gatherings_[direction].source_at_least = bound;
}

Result<void> UnmixPool::close_lower_digits() {
  for (std::size_t d = 0; d < findings_.size(); ++d) {
    Gathering& gathering = gatherings_[d];
    const bool gathered = gathering.kind == Gathering::Kind::all;
    const float bound = gathering.source_at_least;
    WEBUNMIX_TRY(find_thresholds(d));
    if (!gathered) continue;
    // Where preparation rounds values of a lower digit up to the threshold, the voxels must be gathered again.
    if (bound <= gathering.source_at_least ||
        source_of(d).at_or_above(gathering.source_at_least) == source_of(d).at_or_above(bound)) {
      WEBUNMIX_TRY(apply_mask(d));
    } else {
      gathering.x.clear();
      gathering.y.clear();
      gathering.tiles.clear();
      gathering.seen = 0;
    }
  }
  settle_stage();
  return {};
}

unmix::Preparation UnmixPool::prepare(std::size_t channel, const OrderStatistics& values, double percentile,
                                      double& background) const {
  const auto offset = offset_of(channel);
  background = offset ? *offset : options_.preprocess ? unmix::raw_percentile(values, percentile) : 0.0;
  return {.pedestal = static_cast<float>(background), .clip = options_.preprocess};
}

Result<void> UnmixPool::find_thresholds(std::size_t direction) {
  const UnmixDirection& settings = plan_->directions[direction];
  DirectionFindings& found = findings_[direction];
  Gathering& gathering = gatherings_[direction];
  gathering.source = prepare(direction, source_of(direction), settings.background_percentile, found.source_background);
  gathering.target = prepare(1 - direction, target_of(direction), settings.background_percentile, found.target_background);
  found.source_threshold = unmix::prepared_percentile(source_of(direction), settings.signal_percentile, gathering.source);
  gathering.source_at_least = unmix::lowest_at_or_above(found.source_threshold, gathering.source);
  if (settings.target_low_percentile) {
    found.target_threshold =
        unmix::prepared_percentile(target_of(direction), *settings.target_low_percentile, gathering.target);
    gathering.target_at_most = unmix::highest_at_or_below(*found.target_threshold, gathering.target);
  }
  return decide_gathering(direction);
}

// ---- the mask ----

Result<void> UnmixPool::decide_gathering(std::size_t direction) {
  Gathering& gathering = gatherings_[direction];
  const auto with_source = source_of(direction).at_or_above(gathering.source_at_least);
  const bool source_alone = !findings_[direction].target_threshold;
  if (with_source && source_alone) WEBUNMIX_TRY(choose_mask(direction, *with_source, *with_source));
  if (with_source && *with_source <= options_.memory.gathered_at_once) {
    gathering.kind = Gathering::Kind::all;
    return {};
  }
  if (!with_source || !source_alone) {
    gathering.kind = Gathering::Kind::count;
    return {};
  }
  return sample_exactly(direction);
}

/// Which mask is used, from how many voxels each rule leaves.
Result<void> UnmixPool::choose_mask(std::size_t direction, std::uint64_t with_source, std::uint64_t with_both) {
  const UnmixDirection& settings = plan_->directions[direction];
  DirectionFindings& found = findings_[direction];
  found.source_only_voxels = with_source;
  const std::string suffix = settings.reverse ? "_reverse" : "";
  if (with_source < options_.min_mask_voxels) {
    std::string message = "the bright-source mask holds " + counted(with_source);
    if (settings.target_low_percentile) message += " (" + std::to_string(with_both) + " with target_low_percentile)";
    message += ", fewer than min_mask_voxels " + std::to_string(options_.min_mask_voxels) + ": lower signal_percentile" +
               suffix + ", which is " + number_text(settings.signal_percentile) + ", or min_mask_voxels";
    return in_context(direction, {Errc::not_enough_data, std::move(message)});
  }
  found.low_target_mask = settings.target_low_percentile && with_both >= options_.min_mask_voxels;
  found.fallback = settings.target_low_percentile && !found.low_target_mask;
  found.mask_voxels = found.low_target_mask ? with_both : with_source;
  return {};
}

Result<void> UnmixPool::sample_exactly(std::size_t direction) {
  Gathering& gathering = gatherings_[direction];
  const std::uint64_t mask = findings_[direction].mask_voxels;
  const auto most = options_.max_alpha_voxels ? static_cast<std::uint64_t>(*options_.max_alpha_voxels) : mask;
  if (std::min(mask, most) > options_.memory.most_kept) {
    return in_context(direction,
                      {Errc::out_of_memory, "the mask holds " + counted(mask) + " and max_alpha_voxels is " +
                                                (options_.max_alpha_voxels ? std::to_string(most) : "null (all)") +
                                                ", but at most " + std::to_string(options_.memory.most_kept) +
                                                " can be kept in memory: set max_alpha_voxels (500000 is plenty) or raise "
                                                "signal_percentile"});
  }
  gathering.kind = Gathering::Kind::sampled;
  if (!findings_[direction].low_target_mask) gathering.target_at_most = std::numeric_limits<float>::max();
  pick_voxels(direction, mask);
  const auto kept = static_cast<std::size_t>(std::min(mask, most));
  gathering.x.reserve(kept);
  gathering.y.reserve(kept);
  if (options_.compare) gathering.tiles.reserve(kept);
  return {};
}

void UnmixPool::pick_voxels(std::size_t direction, std::uint64_t mask_voxels) {
  Gathering& gathering = gatherings_[direction];
  if (!options_.max_alpha_voxels || mask_voxels <= static_cast<std::uint64_t>(*options_.max_alpha_voxels)) return;
  gathering.sample = true;
  gathering.picks = choose_without_replacement(mask_voxels, static_cast<std::uint64_t>(*options_.max_alpha_voxels),
                                               findings_[direction].seed);
  std::sort(gathering.picks.begin(), gathering.picks.end());
}

/// The mask rule on voxels that were gathered by a bound on the source alone.
Result<void> UnmixPool::apply_mask(std::size_t direction) {
  Gathering& gathering = gatherings_[direction];
  std::uint64_t with_source = 0;
  std::uint64_t with_both = 0;
  for (std::size_t i = 0; i < gathering.x.size(); ++i) {
    const bool bright = !(gathering.x[i] < gathering.source_at_least);
    with_source += bright ? 1U : 0U;
    with_both += bright && !(gathering.y[i] > gathering.target_at_most) ? 1U : 0U;
  }
  WEBUNMIX_TRY(choose_mask(direction, with_source, with_both));
  const float target_at_most =
      findings_[direction].low_target_mask ? gathering.target_at_most : std::numeric_limits<float>::max();
  pick_voxels(direction, findings_[direction].mask_voxels);
  std::size_t kept = 0;
  std::uint64_t rank = 0;
  for (std::size_t i = 0; i < gathering.x.size(); ++i) {
    if (gathering.x[i] < gathering.source_at_least || gathering.y[i] > target_at_most) continue;
    const std::uint64_t this_rank = rank++;
    if (gathering.sample) {
      if (gathering.next_pick == gathering.picks.size() || gathering.picks[gathering.next_pick] != this_rank) continue;
      ++gathering.next_pick;
    }
    gathering.x[kept] = gathering.x[i];
    gathering.y[kept] = gathering.y[i];
    if (options_.compare) gathering.tiles[kept] = gathering.tiles[i];
    ++kept;
  }
  gathering.x.resize(kept);
  gathering.y.resize(kept);
  if (options_.compare) gathering.tiles.resize(kept);
  gathering.kind = Gathering::Kind::complete;
  return {};
}

Result<void> UnmixPool::close_voxels() {
  for (std::size_t d = 0; d < findings_.size(); ++d) {
    Gathering& gathering = gatherings_[d];
    switch (gathering.kind) {
      case Gathering::Kind::all: WEBUNMIX_TRY(apply_mask(d)); break;
      case Gathering::Kind::count:
        WEBUNMIX_TRY(choose_mask(d, gathering.with_source, gathering.with_both));
        WEBUNMIX_TRY(sample_exactly(d));
        break;
      case Gathering::Kind::sampled:
        if (gathering.seen != findings_[d].mask_voxels) return Error{Errc::internal, "an unmix mask changed while it was read"};
        gathering.kind = Gathering::Kind::complete;
        break;
      case Gathering::Kind::undecided:
      case Gathering::Kind::complete: break;
    }
  }
  settle_stage();
  return {};
}

/// On to the voxels, or to solving when all of them are there.
void UnmixPool::settle_stage() {
  stage_ = Stage::voxels;
  for (std::size_t d = 0; d < findings_.size(); ++d) {
    if (gatherings_[d].kind != Gathering::Kind::complete) return;
  }
  stage_ = Stage::solve;
  free_memory(statistics_);
  for (std::size_t d = 0; d < findings_.size(); ++d) {
    prepare_voxels(gatherings_[d]);
    findings_[d].estimation_voxels = gatherings_[d].x.size();
  }
}

void UnmixPool::prepare_voxels(Gathering& gathering) const {
  free_memory(gathering.picks);
  for (float& value : gathering.x) value = gathering.source(value);
  for (float& value : gathering.y) value = gathering.target(value);
}

// ---- the estimate ----

Result<bool> UnmixPool::solve(std::uint64_t work) {
  if (stage_ != Stage::solve) return false;
  auto busy = solve_direction(solving_, work);
  if (!busy.ok()) return in_context(solving_, busy.error());
  if (*busy) return true;
  gatherings_[solving_] = {};
  if (++solving_ < findings_.size()) return true;
  stage_ = Stage::done;
  return false;
}

Result<bool> UnmixPool::solve_direction(std::size_t direction, std::uint64_t work) {
  const UnmixDirection& settings = plan_->directions[direction];
  const Gathering& gathering = gatherings_[direction];
  std::uint64_t done = 0;
  if (options_.estimate && !findings_[direction].estimate) {
    if (settings.method != Method::mi_min) {
      WEBUNMIX_ASSIGN(findings_[direction].estimate,
                      unmix::estimate_directly(settings.method, gathering.x, gathering.y, settings.alpha_max));
      done += gathering.x.size();
    } else {
      if (!search_) {
        WEBUNMIX_TRY(unmix::check_varies(gathering.x));
        search_ = std::make_unique<unmix::InformationSearch>(gathering.x, gathering.y, settings.alpha_max, settings.mi_bins);
      }
      for (bool more = true; more;) {
        if (done >= work) return true;
        more = search_->step();
        done += gathering.x.size();
      }
      findings_[direction].estimate = search_->found();
      search_.reset();
    }
  }
  if (!options_.compare) return false;
  if (!comparison_) begin_comparison(direction);
  if (comparison_->step(done < work ? work - done : 1)) return true;
  finish_comparison();
  return false;
}

void UnmixPool::begin_comparison(std::size_t direction) {
  const UnmixDirection& settings = plan_->directions[direction];
  const Gathering& gathering = gatherings_[direction];
  const ResamplingEffort effort = resampling_effort(plan_->pools.size());
  comparison_ = std::make_unique<unmix::Comparison>(
      gathering.x, gathering.y, gathering.tiles,
      unmix::ComparisonOptions{.alpha_max = settings.alpha_max,
                               .bins = settings.mi_bins,
                               .manual_alpha = settings.reverse ? options_.manual_alpha_reverse : options_.manual_alpha,
                               .resamples = effort.resamples,
                               .seed = 0,
                               .most_resampled_voxels = effort.voxels});
  comparisons_.push_back({.methods = {}, .curves = {}, .tiles = 0, .resamples = effort.resamples, .seed = 0});
}

void UnmixPool::finish_comparison() {
  comparisons_.back().methods = comparison_->methods();
  comparisons_.back().curves = comparison_->curves();
  comparisons_.back().tiles = comparison_->tiles();
  comparison_.reset();
}

double UnmixPool::fraction() const {
  if (stage_ == Stage::done) return 1;
  const auto directions = static_cast<double>(findings_.size());
  return (static_cast<double>(solving_) + (comparison_ ? comparison_->fraction() : 0.0)) / directions;
}

// ---- words ----

std::string UnmixPool::place() const {
  const UnmixTimes& times = plan_->pools[pool_];
  if (times.end - times.first == 1) return "at time point " + std::to_string(times.first) + " (counted from 0)";
  return "at time points " + std::to_string(times.first) + " to " + std::to_string(times.end - 1) + " (counted from 0)";
}

Error UnmixPool::in_context(std::size_t direction, const Error& error) const {
  const UnmixDirection& settings = plan_->directions[direction];
  return {error.code, "alpha from channel " + std::to_string(settings.source) + " into channel " +
                          std::to_string(settings.target) + " cannot be estimated " + place() + ": " + error.message};
}

}  // namespace webunmix
