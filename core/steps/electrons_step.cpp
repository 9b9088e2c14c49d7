#include "steps/electrons_step.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "image/bytes_io.hpp"
#include "steps/earlier.hpp"
#include "steps/kinds.hpp"

namespace webunmix {
namespace {

class ToElectrons final : public Fold {
 public:
  ToElectrons(Box wanted, std::vector<float> gain, std::vector<float> offset)
      : wanted_(std::move(wanted)), gain_(std::move(gain)), offset_(std::move(offset)) {}

  Result<void> take(SharedBlock block) override {
    auto made = std::make_shared<Block>(wanted_, SampleType::float32, block->width());
    for (std::size_t c = 0; c < gain_.size(); ++c) {
      visit_sample_type(block->type(), [&]<class T>() {
        const std::span<const T> in = block->channel<T>(c);
        const std::span<float> out = made->channel<float>(c);
        const float gain = gain_[c];
        const float offset = offset_[c];
        for (std::size_t i = 0; i < in.size(); ++i) out[i] = (static_cast<float>(in[i]) - offset) * gain;
      });
    }
    made_ = std::move(made);
    return {};
  }
  Result<Folded> finish() override { return Folded{{}, std::move(made_)}; }

 private:
  Box wanted_;
  std::vector<float> gain_;
  std::vector<float> offset_;
  SharedBlock made_;
};

Result<void> check_length(const std::optional<std::vector<double>>& values, const char* name, std::size_t channels) {
  if (!values || values->size() == 1 || values->size() == channels) return {};
  return Error{Errc::bad_setting, std::string(name) + " has " + std::to_string(values->size()) + " values for " +
                                      std::to_string(channels) + " channels: give one for all, or one per channel."};
}

std::vector<double> per_channel(const std::vector<double>& given, std::size_t channels) {
  return given.size() == channels ? given : std::vector<double>(channels, given.front());
}

}  // namespace

ElectronsStep::ElectronsStep(ElectronsSettings settings) : settings_(std::move(settings)) {}

Result<StackInfo> ElectronsStep::plan(const StackInfo& stack, const std::vector<InputInfo>& /*inputs*/) {
  channels_ = static_cast<std::size_t>(stack.shape.c);
  WEBUNMIX_TRY(check_length(settings_.gain, "gain", channels_));
  WEBUNMIX_TRY(check_length(settings_.offset, "offset", channels_));
  StackInfo out = stack;
  out.type = SampleType::float32;
  return out;
}

Result<void> ElectronsStep::begin_fit(const std::vector<EarlierValue>& earlier, const FitOptions& /*options*/) {
  warnings_.clear();
  used_.clear();
  const auto take = [&](const char* setting, const EarlierValue& from, std::vector<double>& into) -> Result<void> {
    into.clear();
    for (std::size_t c = 0; c < channels_; ++c) {
      const auto& values = from.value.values;
      if (c >= values.size() || !values[c]) {
        return Error{Errc::not_enough_data, std::string("electrons needs ") + setting + " for channel " + std::to_string(c) +
                                                " (counted from 0), which " + from.step_name +
                                                " could not tell. Give it as a setting."};
      }
      into.push_back(*values[c]);
    }
    used_.push_back({setting, from});
    return {};
  };

  if (settings_.gain && !settings_.gain->empty()) {
    gain_ = per_channel(*settings_.gain, channels_);
  } else if (const EarlierValue* measured = nearest(earlier, "gain_e_per_adu")) {
    WEBUNMIX_TRY(take("gain", *measured, gain_));
  } else {
    return Error{Errc::bad_setting, "electrons needs a gain: give it in e-/ADU, or put a detect_gain step before this one."};
  }

  if (settings_.offset && !settings_.offset->empty()) {
    offset_ = per_channel(*settings_.offset, channels_);
  } else if (const EarlierValue* measured = nearest(earlier, "offset_adu")) {
    WEBUNMIX_TRY(take("offset", *measured, offset_));
  } else if (const EarlierValue* bound = nearest(earlier, "zero_variance_adu")) {
    WEBUNMIX_TRY(take("offset", *bound, offset_));
    warnings_.emplace_back(offset_from_zero_variance);
  } else {
    return Error{Errc::bad_setting, "electrons needs an offset: give it in counts, or put a detect_gain step before this one."};
  }
  return {};
}

Bytes ElectronsStep::state() const { return std::move(ByteWriter().values(gain_).values(offset_)).take(); }

Result<void> ElectronsStep::load(BytesView state) {
  ByteReader reader(state);
  gain_ = reader.values<double>();
  offset_ = reader.values<double>();
  return reader.done("the state of electrons");
}

std::vector<LearntValue> ElectronsStep::learnt() const {
  // The pixels that follow are electrons without an offset, whatever was measured of them before.
  return {{"gain_e_per_adu", "e-/ADU", std::vector<std::optional<double>>(gain_.size(), 1.0)},
          {"offset_adu", "ADU", std::vector<std::optional<double>>(gain_.size(), 0.0)}};
}

Result<Item> ElectronsStep::output_item(const Box& wanted) const { return Item{{wanted}, {}}; }

Result<std::unique_ptr<Fold>> ElectronsStep::begin_output(const Box& wanted) const {
  if (gain_.size() != channels_) return Error{Errc::internal, "electrons was asked for pixels before it knew gain and offset"};
  std::vector<float> gain;
  std::vector<float> offset;
  for (const std::int32_t channel : wanted.channels) {
    gain.push_back(static_cast<float>(gain_[static_cast<std::size_t>(channel)]));
    offset.push_back(static_cast<float>(offset_[static_cast<std::size_t>(channel)]));
  }
  return std::unique_ptr<Fold>(std::make_unique<ToElectrons>(wanted, std::move(gain), std::move(offset)));
}

Step::Account ElectronsStep::account() const {
  Account account;
  account.details = Json{{"gain_used_e_per_adu", gain_}, {"offset_used_adu", offset_}};
  account.warnings = warnings_;
  account.used = used_;
  return account;
}

StepKind electrons_kind() {
  return make_step_kind<ElectronsSettings, ElectronsStep>(
      "electrons", "Electrons", "Turns grey levels into photo-electrons: (I − offset) × gain.", electrons_table());
}

}  // namespace webunmix
