// A step's settings are one struct with one table beside it. JSON, validation, JSON Schema, the form on the page, the link,
// the command line and the docs all come from the table; nothing repeats it.
//
//   struct BlurSettings { double sigma = 1.0; std::optional<int> radius; Edge edge = Edge::mirror; };
//   const SettingsTable<BlurSettings>& blur_table() {
//     static const SettingsTable<BlurSettings> table({
//         number("sigma", &BlurSettings::sigma).range(0, 100).unit("px").means("Standard deviation of the Gaussian."),
//         integer("radius", &BlurSettings::radius).at_least(1).null_means("4 sigma").means("Where the Gaussian is cut off."),
//         choice("edge", &BlurSettings::edge, {{Edge::mirror, "mirror"}, {Edge::zero, "zero"}}).means("What lies beyond the border."),
//     });
//     return table;
//   }
//
// A table knows the default of every setting from a default-constructed struct, so a default is written once, in the struct.
// What concerns one setting alone is checked here; what concerns two (source and target differ) or the stack is checked by the step.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "image/result.hpp"
#include "settings/info.hpp"
#include "settings/value.hpp"

namespace webunmix {

/// One row: a SettingInfo and how to get the value out of, and into, a struct S. Built by boolean(), integer(), ... below.
template <class S>
class Setting {
 public:
  using Get = std::function<Json(const S&)>;
  using Set = std::function<void(S&, const Json&)>;  ///< called only with a value that the row's info accepts

  Setting(SettingInfo info, Get get, Set set) : info_(std::move(info)), get_(std::move(get)), set_(std::move(set)) {}

  /// Limits of a number, or of each element of a list; both included.
  Setting&& range(double lowest, double highest) && { return std::move(*this).at_least(lowest).at_most(highest); }
  Setting&& at_least(double lowest) && {
    info_.minimum = lowest;
    info_.exclusive_minimum = false;
    return std::move(*this);
  }
  Setting&& at_most(double highest) && {
    info_.maximum = highest;
    return std::move(*this);
  }
  Setting&& above(double limit) && {
    info_.minimum = limit;
    info_.exclusive_minimum = true;
    return std::move(*this);
  }
  /// What the member can hold; set by the builders below.
  Setting&& held(double lowest, double highest) && {
    info_.lowest_held = lowest;
    info_.highest_held = highest;
    return std::move(*this);
  }
  /// How many elements a list has (2, 2: a pair), or rows a matrix.
  Setting&& length(std::size_t least, std::size_t most) && {
    info_.minimum_length = least;
    info_.maximum_length = most;
    return std::move(*this);
  }
  /// The texts that a text list accepts.
  Setting&& choices(std::vector<std::string> texts) && {
    info_.choices = std::move(texts);
    return std::move(*this);
  }
  Setting&& choice_labels(std::vector<std::string> labels) && {
    info_.choice_labels = std::move(labels);
    return std::move(*this);
  }
  Setting&& unit(std::string unit) && {
    info_.unit = std::move(unit);
    return std::move(*this);
  }
  /// Without it the label is the name in words: "Alpha reference t".
  Setting&& label(std::string label) && {
    info_.label = std::move(label);
    return std::move(*this);
  }
  Setting&& means(std::string meaning) && {
    info_.meaning = std::move(meaning);
    return std::move(*this);
  }
  Setting&& null_means(std::string meaning) && {
    info_.null_means = std::move(meaning);
    return std::move(*this);
  }
  Setting&& rare() && {
    info_.rare = true;
    return std::move(*this);
  }
  /// About the machine (number of workers), not about the result: links leave it out.
  Setting&& not_in_link() && {
    info_.in_link = false;
    return std::move(*this);
  }
  Setting&& role(std::string role) && {
    info_.role = std::move(role);
    return std::move(*this);
  }
  /// All conditions must hold, but those given with the same reason are alternatives (AppliesWhen).
  Setting&& applies_when(std::string setting, std::vector<Json> values, std::string reason) && {
    info_.applies_when.push_back({std::move(setting), std::move(values), false, std::move(reason)});
    return std::move(*this);
  }
  Setting&& applies_unless(std::string setting, std::vector<Json> values, std::string reason) && {
    info_.applies_when.push_back({std::move(setting), std::move(values), true, std::move(reason)});
    return std::move(*this);
  }

  [[nodiscard]] const SettingInfo& info() const { return info_; }
  [[nodiscard]] Json get(const S& settings) const { return get_(settings); }
  void set(S& settings, const Json& value) const { set_(settings, value); }

 private:
  SettingInfo info_;
  Get get_;
  Set set_;
};

namespace setting_value {

template <class S, class T>
Setting<S> make(std::string name, SettingKind kind, T S::*member) {
  SettingInfo info;
  info.name = std::move(name);
  info.kind = kind;
  info.nullable = is_optional<T>;
  info.elements_nullable = HasNullableElements<T>::value;
  return Setting<S>(
      std::move(info), [member](const S& settings) { return write(settings.*member); },
      [member](S& settings, const Json& value) { read(value, settings.*member); });
}

/// A member of a narrow integer type, or a list of them, must not be given what it cannot hold.
template <class T, class S>
Setting<S> with_range_of(Setting<S> setting) {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_unsigned_v<T>) std::move(setting).at_least(0);
  if constexpr (sizeof(T) < sizeof(std::int64_t)) {
    std::move(setting).held(static_cast<double>(Limits::min()), static_cast<double>(Limits::max()));
  }
  return setting;  // NOLINT(bugprone-use-after-move): the calls above change it in place
}

}  // namespace setting_value

template <class S>
Setting<S> boolean(std::string name, bool S::*member) {
  return setting_value::make(std::move(name), SettingKind::boolean, member);
}
template <class S>
Setting<S> boolean(std::string name, std::optional<bool> S::*member) {
  return setting_value::make(std::move(name), SettingKind::boolean, member);
}

template <class S, setting_value::Integer T>
Setting<S> integer(std::string name, T S::*member) {
  return setting_value::with_range_of<T>(setting_value::make(std::move(name), SettingKind::integer, member));
}
template <class S, setting_value::Integer T>
Setting<S> integer(std::string name, std::optional<T> S::*member) {
  return setting_value::with_range_of<T>(setting_value::make(std::move(name), SettingKind::integer, member));
}

template <class S>
Setting<S> number(std::string name, double S::*member) {
  return setting_value::make(std::move(name), SettingKind::number, member);
}
template <class S>
Setting<S> number(std::string name, std::optional<double> S::*member) {
  return setting_value::make(std::move(name), SettingKind::number, member);
}

template <class S>
Setting<S> text(std::string name, std::string S::*member) {
  return setting_value::make(std::move(name), SettingKind::text, member);
}
template <class S>
Setting<S> text(std::string name, std::optional<std::string> S::*member) {
  return setting_value::make(std::move(name), SettingKind::text, member);
}

/// One of the named values of an enum, in the order in which a form shows them.
template <class S, class E>
Setting<S> choice(std::string name, E S::*member, std::type_identity_t<Names<E>> names) requires std::is_enum_v<E> {
  SettingInfo info;
  info.name = std::move(name);
  info.kind = SettingKind::choice;
  info.choices = setting_value::texts_of(names);
  return Setting<S>(
      std::move(info), [member, names](const S& settings) { return setting_value::write_named(settings.*member, names); },
      [member, names](S& settings, const Json& value) { settings.*member = setting_value::read_named(value, names); });
}
template <class S, class E>
Setting<S> choice(std::string name, std::optional<E> S::*member,
                  std::type_identity_t<Names<E>> names) requires std::is_enum_v<E> {
  SettingInfo info;
  info.name = std::move(name);
  info.kind = SettingKind::choice;
  info.nullable = true;
  info.choices = setting_value::texts_of(names);
  return Setting<S>(
      std::move(info),
      [member, names](const S& settings) {
        const auto& value = settings.*member;
        return value ? setting_value::write_named(*value, names) : setting_value::write_null();
      },
      [member, names](S& settings, const Json& value) {
        auto& to = settings.*member;
        if (setting_value::is_null(value)) {
          to.reset();
        } else {
          to = setting_value::read_named(value, names);
        }
      });
}

/// Lists: members are std::vector<T>, std::vector<std::optional<T>> (elements may be null), or a std::optional of these.
template <class S, class T>
Setting<S> integer_list(std::string name, T S::*member) {
  return setting_value::with_range_of<setting_value::Element<T>>(
      setting_value::make(std::move(name), SettingKind::integer_list, member));
}
template <class S, class T>
Setting<S> number_list(std::string name, T S::*member) {
  return setting_value::make(std::move(name), SettingKind::number_list, member);
}
template <class S, class T>
Setting<S> text_list(std::string name, T S::*member) {
  return setting_value::make(std::move(name), SettingKind::text_list, member);
}
/// A list of rows of numbers: std::vector<std::vector<double>>, elements or the whole optional.
template <class S, class T>
Setting<S> matrix(std::string name, T S::*member) {
  return setting_value::make(std::move(name), SettingKind::matrix, member);
}

/// A number or one of a few words, or null: std::variant<double, E> or a std::optional of it.
template <class S, class E>
Setting<S> any(std::string name, NumberOr<E> S::*member, std::type_identity_t<Names<E>> names) {
  SettingInfo info;
  info.name = std::move(name);
  info.kind = SettingKind::any;
  info.forms = {SettingKind::number, SettingKind::choice};
  info.choices = setting_value::texts_of(names);
  return Setting<S>(
      std::move(info),
      [member, names](const S& settings) {
        const auto& value = settings.*member;
        const double* number = std::get_if<double>(&value);
        return number ? setting_value::write(*number) : setting_value::write_named(*std::get_if<E>(&value), names);
      },
      [member, names](S& settings, const Json& value) {
        auto& to = settings.*member;
        if (setting_value::is_text(value)) {
          to = setting_value::read_named(value, names);
        } else {
          to = setting_value::read_number(value);
        }
      });
}
template <class S, class E>
Setting<S> any(std::string name, std::optional<NumberOr<E>> S::*member, std::type_identity_t<Names<E>> names) {
  SettingInfo info;
  info.name = std::move(name);
  info.kind = SettingKind::any;
  info.forms = {SettingKind::number, SettingKind::choice};
  info.nullable = true;
  info.choices = setting_value::texts_of(names);
  return Setting<S>(
      std::move(info),
      [member, names](const S& settings) {
        const auto& value = settings.*member;
        if (!value) return setting_value::write_null();
        const double* number = std::get_if<double>(&*value);
        return number ? setting_value::write(*number) : setting_value::write_named(*std::get_if<E>(&*value), names);
      },
      [member, names](S& settings, const Json& value) {
        auto& to = settings.*member;
        if (setting_value::is_null(value)) {
          to.reset();
        } else if (setting_value::is_text(value)) {
          to = setting_value::read_named(value, names);
        } else {
          to = setting_value::read_number(value);
        }
      });
}

/// Any of `forms` ({SettingKind::choice, SettingKind::text_list}: a word or a list of words), kept as JSON for the step to read.
/// Null is accepted when the default is null or the setting says what null means. Without forms: any JSON value without NaN.
template <class S>
Setting<S> any(std::string name, Json S::*member, std::vector<SettingKind> forms) {
  SettingInfo info;
  info.name = std::move(name);
  info.kind = SettingKind::any;
  info.forms = std::move(forms);
  return Setting<S>(
      std::move(info), [member](const S& settings) { return settings.*member; },
      [member](S& settings, const Json& value) { settings.*member = value; });
}

/// A row's info once its default is known: label from the name when none was given, null allowed where null is the default.
[[nodiscard]] SettingInfo finished_info(SettingInfo info, Json default_value);

template <class S>
class SettingsTable {
 public:
  explicit SettingsTable(std::vector<Setting<S>> rows) : rows_(std::move(rows)) {
    const S defaults{};
    for (const auto& row : rows_) infos_.push_back(finished_info(row.info(), row.get(defaults)));
  }

  [[nodiscard]] const SettingInfos& infos() const { return infos_; }

  /// All settings, in table order.
  [[nodiscard]] Json to_json(const S& settings) const {
    Json object = Json::object();
    for (const auto& row : rows_) object[row.info().name] = row.get(settings);
    return object;
  }

  /// The struct; a setting that `object` lacks keeps its default. Errors as check_settings().
  [[nodiscard]] Result<S> from_json(const Json& object) const {
    WEBUNMIX_TRY(check_settings(infos_, object));
    S settings{};
    for (const auto& row : rows_) {
      const auto found = object.find(row.info().name);
      if (found != object.end()) row.set(settings, *found);
    }
    return settings;
  }

 private:
  std::vector<Setting<S>> rows_;
  SettingInfos infos_;
};

}  // namespace webunmix
