#include "tiff/units.hpp"

#include <array>

namespace webunmix::tiff {
namespace {

struct Unit {
  std::string_view symbol;
  std::array<std::string_view, 4> aliases;
  double nanometres;  // 0: no fixed size, or not a length
};

constexpr std::array<Unit, 13> lengths{{{"\u00B5m", {"um", "micron", "microns", "\u03BCm"}, 1e3},
                                        {"nm", {"nanometer", "nanometers", "nanometre", ""}, 1},
                                        {"mm", {"millimeter", "millimeters", "millimetre", ""}, 1e6},
                                        {"cm", {"centimeter", "centimeters", "centimetre", ""}, 1e7},
                                        {"m", {"meter", "meters", "metre", ""}, 1e9},
                                        {"pm", {}, 1e-3},
                                        {"dm", {}, 1e8},
                                        {"km", {}, 1e12},
                                        {"\u00C5", {"angstrom", "Angstrom", "", ""}, 0.1},
                                        {"in", {"inch", "inches", "", ""}, 25.4e6},
                                        {"ft", {"foot", "feet", "", ""}, 304.8e6},
                                        {"pixel", {"pixels", "", "", ""}, 0},
                                        {"reference frame", {}, 0}}};

constexpr std::array<Unit, 7> times{{{"s", {"sec", "second", "seconds", ""}, 0},
                                     {"ms", {"msec", "millisecond", "milliseconds", ""}, 0},
                                     {"\u00B5s", {"us", "usec", "\u03BCs", "microseconds"}, 0},
                                     {"ns", {"nsec", "", "", ""}, 0},
                                     {"min", {"minute", "minutes", "", ""}, 0},
                                     {"h", {"hour", "hours", "hr", ""}, 0},
                                     {"d", {"day", "days", "", ""}, 0}}};

template <std::size_t N>
const Unit* find(const std::array<Unit, N>& units, std::string_view text) {
  if (text.empty()) return nullptr;
  for (const Unit& unit : units) {
    if (unit.symbol == text) return &unit;
    for (const auto alias : unit.aliases) {
      if (alias == text) return &unit;
    }
  }
  return nullptr;
}

}  // namespace

std::optional<std::string_view> ome_length_unit(std::string_view unit) {
  const Unit* found = find(lengths, unit);
  return found == nullptr ? std::nullopt : std::optional(found->symbol);
}

std::optional<std::string_view> ome_time_unit(std::string_view unit) {
  const Unit* found = find(times, unit);
  return found == nullptr ? std::nullopt : std::optional(found->symbol);
}

std::optional<double> nanometres_in(std::string_view unit) {
  const Unit* found = find(lengths, unit);
  return found == nullptr || found->nanometres == 0 ? std::nullopt : std::optional(found->nanometres);
}

}  // namespace webunmix::tiff
