#include "recipe/sample_kinds.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "image/bit_cast.hpp"

namespace webunmix::test {
namespace {

enum class Mode { plain, inverse };
enum class Measured { automatic };

struct BlendSettings {
  bool enabled = true;
  std::optional<bool> flag;
  int radius = 3;
  std::optional<std::int64_t> voxels = 500000;
  double sigma = 1.5;
  std::optional<double> alpha;
  Mode mode = Mode::plain;
  std::optional<Mode> mode_reverse;
  std::string name = "blend";
  std::optional<std::string> note;
  std::vector<int> channels = {0, 1};
  std::optional<std::vector<std::int64_t>> z_range;
  std::vector<std::optional<double>> gain;
  std::vector<std::string> labels;
  std::optional<std::vector<std::string>> filters;
  std::optional<std::vector<std::vector<double>>> graph;
  std::vector<std::vector<std::optional<double>>> relation = {{1, -1}, {0, 1}};
  std::optional<NumberOr<Measured>> offset;
  Json windows = "median";
  Json working_size = 128;
  Json region;
  std::optional<int> max_workers;
};

const SettingsTable<BlendSettings>& blend_table() {
  const Names<Mode> modes = {{Mode::plain, "plain"}, {Mode::inverse, "inverse"}};
  static const SettingsTable<BlendSettings> table({
      boolean("enabled", &BlendSettings::enabled).means("Whether."),
      boolean("flag", &BlendSettings::flag),
      integer("radius", &BlendSettings::radius).range(1, 50).unit("px").label("Radius"),
      integer("voxels", &BlendSettings::voxels).at_least(1).null_means("all voxels"),
      number("sigma", &BlendSettings::sigma).unit("px").rare(),
      number("alpha", &BlendSettings::alpha).above(0).applies_when("mode", {"plain"}, "only used in plain mode"),
      choice("mode", &BlendSettings::mode, modes).choice_labels({"Plain", "Inverse"}),
      choice("mode_reverse", &BlendSettings::mode_reverse, modes),
      text("name", &BlendSettings::name),
      text("note", &BlendSettings::note),
      integer_list("channels", &BlendSettings::channels).at_least(0).role("channel"),
      integer_list("z_range", &BlendSettings::z_range).length(2, 2),
      number_list("gain", &BlendSettings::gain).unit("e-/ADU"),
      text_list("labels", &BlendSettings::labels),
      text_list("filters", &BlendSettings::filters).choices({"median", "gaussian"}),
      matrix("graph", &BlendSettings::graph).range(-1, 1),
      matrix("relation", &BlendSettings::relation),
      any("offset", &BlendSettings::offset, {{Measured::automatic, "auto"}}),
      any("windows", &BlendSettings::windows, {SettingKind::choice, SettingKind::text_list, SettingKind::text_lists})
          .choices({"median", "gaussian"}),
      any("working_size", &BlendSettings::working_size, {SettingKind::integer, SettingKind::integer_list})
          .at_least(1)
          .length(2, 2)
          .null_means("full size"),
      any("region", &BlendSettings::region, {}),
      integer("max_workers", &BlendSettings::max_workers).not_in_link(),
  });
  return table;
}

struct SharpenSettings {
  double amount = 0.5;
};

const SettingsTable<SharpenSettings>& sharpen_table() {
  static const SettingsTable<SharpenSettings> table({number("amount", &SharpenSettings::amount).range(0, 1)});
  return table;
}

/// Recipes are read and written without a step ever running.
template <class S>
class IdleStep final : public Step {
 public:
  explicit IdleStep(S) {}
  Result<StackInfo> plan(const StackInfo& stack, const std::vector<InputInfo>&) override { return stack; }
  Result<Item> output_item(const Box&) const override { return Error{Errc::internal, "does not run"}; }
  Result<std::unique_ptr<Fold>> begin_output(const Box&) const override { return Error{Errc::internal, "does not run"}; }
};

std::size_t below(std::mt19937_64& random, std::size_t n) { return static_cast<std::size_t>(random() % n); }

std::string random_text(std::mt19937_64& random) {
  static const std::vector<std::string> pieces = {"a", "Z",       "0",    " ",  "/",  "?",  "&",   "=", "%",    "%41",  "#",
                                                  ";", ",",       "!",    "\"", "\\", "[",  "{",   "+", "null", "true", "1e5",
                                                  "µ", "β-actin", "漢字", "🔬",  "\n", "\t", "<b>", "'", "|"};
  std::string text;
  for (std::size_t i = below(random, 5); i > 0; --i) text += pieces[below(random, pieces.size())];
  return text;
}

double random_number(const SettingInfo& info, std::mt19937_64& random) {
  if (info.minimum && info.maximum) {
    const double fraction = static_cast<double>(random() >> 11U) * 0x1p-53;
    return *info.minimum + fraction * (*info.maximum - *info.minimum);
  }
  static const std::vector<double> awkward = {0.1, 1.0, 5e-324, 1.7976931348623157e308, 1e21, 123456789.25, 3.0, 2.0};
  double value = awkward[below(random, awkward.size())];
  if (below(random, 2) == 0) {
    do {
      value = webunmix::bit_cast<double>(random());
    } while (!std::isfinite(value));
  }
  if (info.minimum) return *info.minimum + std::abs(value) * 1e-3 + 1;
  return value;
}

std::int64_t random_integer(const SettingInfo& info, std::mt19937_64& random) {
  const double low = std::max(info.minimum.value_or(-1e15), info.lowest_held.value_or(-1e15));
  const double high = std::min(info.maximum.value_or(9e15), info.highest_held.value_or(9e15));
  const double fraction = static_cast<double>(random() >> 11U) * 0x1p-53;
  return static_cast<std::int64_t>(std::round(low + fraction * (high - low)));
}

template <class Make>
Json random_list(const SettingInfo& info, std::mt19937_64& random, bool nullable, Make&& make) {
  const std::size_t least = info.minimum_length.value_or(0);
  const std::size_t most = info.maximum_length.value_or(4);
  Json list = Json::array();
  for (std::size_t i = least + below(random, most - least + 1); i > 0; --i) {
    list.push_back(nullable && below(random, 3) == 0 ? Json() : make());
  }
  return list;
}

Json random_form(const SettingInfo& info, SettingKind form, std::mt19937_64& random) {
  const auto word = [&]() -> Json {
    return info.choices.empty() ? random_text(random) : info.choices[below(random, info.choices.size())];
  };
  const auto whole = [&]() -> Json { return random_integer(info, random); };
  const auto number = [&]() -> Json { return random_number(info, random); };
  // Rows are not bound by the list's length.
  SettingInfo row = info;
  row.minimum_length.reset();
  row.maximum_length.reset();
  const bool nulls = info.elements_nullable;
  switch (form) {
    case SettingKind::boolean: return below(random, 2) == 0;
    case SettingKind::integer: return whole();
    case SettingKind::number: return number();
    case SettingKind::choice: return word();
    case SettingKind::text: return random_text(random);
    case SettingKind::integer_list: return random_list(info, random, nulls, whole);
    case SettingKind::number_list: return random_list(info, random, nulls, number);
    case SettingKind::text_list: return random_list(info, random, nulls, word);
    case SettingKind::text_lists:
      return random_list(info, random, false, [&] { return random_list(row, random, nulls, word); });
    case SettingKind::matrix: return random_list(info, random, false, [&] { return random_list(row, random, nulls, number); });
    case SettingKind::any: break;
  }
  switch (below(random, 5)) {
    case 0: return random_text(random);
    case 1: return random_number(row, random);
    case 2: return random_list(row, random, true, number);
    case 3: return Json{{"polygon", Json::array({Json::array({1, random_number(row, random)})})}, {"t", {0, 3}}};
    default: return below(random, 2) == 0;
  }
}

}  // namespace

const StepKinds& sample_kinds() {
  static const StepKinds kinds = {
      make_step_kind<BlendSettings, IdleStep<BlendSettings>>("blend", "Blend", "Blends channels.", blend_table()),
      make_step_kind<SharpenSettings, IdleStep<SharpenSettings>>("sharpen_edges", "Sharpen", "Sharpens edges.",
                                                                 sharpen_table()),
  };
  return kinds;
}

Json random_value(const SettingInfo& info, std::mt19937_64& random) {
  if (info.nullable && below(random, 4) == 0) return nullptr;
  const SettingKind form = info.forms.empty() ? info.kind : info.forms[below(random, info.forms.size())];
  Json value = random_form(info, form, random);
  const auto checked = check_setting(info, value);
  if (!checked.ok()) throw std::logic_error("not a valid value: " + checked.error().message);
  return value;
}

Recipe random_recipe(std::mt19937_64& random) {
  Recipe recipe;
  for (std::size_t n = 1 + below(random, 4); n > 0; --n) {
    const StepKind& kind = sample_kinds()[below(random, sample_kinds().size())];
    Json settings = Json::object();
    for (const auto& info : kind.infos) {
      if (info.in_link && below(random, 2) == 0) settings[info.name] = random_value(info, random);
    }
    auto step = make_recipe_step(sample_kinds(), n, kind.name, settings, below(random, 3) != 0);
    if (!step.ok()) throw std::logic_error(step.error().message);
    recipe.steps.push_back(std::move(*step));
  }
  return recipe;
}

}  // namespace webunmix::test
