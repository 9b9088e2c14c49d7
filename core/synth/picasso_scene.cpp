#include "synth/picasso_scene.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "synth/elementary.hpp"
#include "synth/noise.hpp"
#include "synth/stack_box.hpp"

namespace webunmix::synth {
namespace {

constexpr std::int64_t fewest_dyes = 2;
constexpr std::int64_t most_dyes = 8;
constexpr double kept_light = 0.9;            // of the light, per time point
constexpr double usual_area = 512.0 * 512.0;  // that the numbers of structures below are for
constexpr double reach = 4;                   // standard deviations from its middle that a structure is drawn to
constexpr double turning = 0.08;              // of a filament, radians per pixel

/// Lengths in pixels.
struct Kind {
  double number;        // in usual_area
  double sigma;         // of the smallest
  double spread;        // the largest is 1 + spread times as wide
  double radius = 0;    // of rings: up to twice this
  double filament = 0;  // length
};

constexpr std::array<Kind, 5> kinds{{
    {.number = 60, .sigma = 4, .spread = 1.3},                 // soft blobs
    {.number = 20, .sigma = 2, .spread = 0, .filament = 300},  // filaments
    {.number = 150, .sigma = 3, .spread = 1},                  // spots
    {.number = 50, .sigma = 1.8, .spread = 0, .radius = 8},    // rings
    {.number = 120, .sigma = 3, .spread = 1},                  // patches
}};

/// Yellow and blue first: they add up to white. None is the cyan or magenta that stand for source and target.
constexpr std::array<std::uint32_t, 8> colours{0xFFD23FFFU, 0x4D8DFFFFU, 0xFF5C5CFFU, 0x6BE675FFU,
                                               0xA98BFFFFU, 0xFF9A3DFFU, 0xC8F04AFFU, 0xE6E6E6FFU};

struct Point {
  double y = 0;
  double x = 0;
};

/// One structure of a plane: a Gaussian profile around a point, a circle or a path.
struct Structure {
  std::vector<Point> path;  // one point, or all of a filament
  double radius = 0;
  double sigma = 1;
  double brightness = 0;  // peak, as a share of the light
  bool shared = false;    // the next dye sits here too
};

std::vector<Structure> structures_of(const Kind& kind, const DyesOptions& options, std::int64_t z, std::int64_t dye,
                                     const StackShape& shape) {
  const auto height = static_cast<double>(shape.y);
  const auto width = static_cast<double>(shape.x);
  const auto number = static_cast<std::int64_t>(std::round(options.crowding * kind.number * height * width / usual_area));
  Deviates random(mixed_seed(static_cast<std::uint64_t>(options.seed), {1, z, dye}));
  std::vector<Structure> structures;
  for (std::int64_t i = 0; i < number; ++i) {
    Structure structure;
    Point at{random.uniform(0, height), random.uniform(0, width)};
    const double size = random.uniform();
    structure.brightness = random.uniform(0.4, 1.0);
    structure.sigma = kind.sigma * (1 + kind.spread * size);
    structure.radius = kind.radius * (1 + size);
    structure.shared = static_cast<double>(i) + 0.5 < options.overlap * static_cast<double>(number);
    structure.path.push_back(at);
    double direction = two_pi * size;
    for (double length = 1; length < kind.filament; length += 1) {
      const auto [sine, cosine] = sine_cosine(direction);
      at = {at.y + sine, at.x + cosine};
      if (at.y < 0 || at.x < 0 || at.y >= height || at.x >= width) break;
      structure.path.push_back(at);
      direction += turning * random.normal();
    }
    structures.push_back(std::move(structure));
  }
  return structures;
}

/// Light of one dye in some rows of a plane, and the structures that are being added to it.
class Canvas {
 public:
  Canvas(std::int64_t y_begin, std::int64_t y_end, std::int64_t width)
      : y_begin_(y_begin), y_end_(y_end), width_(width), light_(static_cast<std::size_t>((y_end - y_begin) * width)) {}

  [[nodiscard]] const std::vector<float>& light() const { return light_; }

  /// Points of a path do not add up: a pixel takes the brightest.
  void add(const Structure& structure, std::vector<float>& brightest, std::vector<std::size_t>& touched) {
    brightest.resize(light_.size());
    touched.clear();
    for (const Point& point : structure.path) {
      const double far = structure.radius + reach * structure.sigma;
      const auto from = [](double low, std::int64_t limit) {
        return std::max(limit, static_cast<std::int64_t>(std::ceil(low)));
      };
      const auto to = [](double high, std::int64_t limit) {
        return std::min(limit, static_cast<std::int64_t>(std::floor(high)) + 1);
      };
      for (std::int64_t y = from(point.y - far, y_begin_); y < to(point.y + far, y_end_); ++y) {
        for (std::int64_t x = from(point.x - far, 0); x < to(point.x + far, width_); ++x) {
          const float light = profile(structure, static_cast<double>(y) - point.y, static_cast<double>(x) - point.x);
          const auto i = static_cast<std::size_t>((y - y_begin_) * width_ + x);
          if (brightest[i] == 0 && light > 0) touched.push_back(i);
          brightest[i] = std::max(brightest[i], light);
        }
      }
    }
    for (const std::size_t i : touched) light_[i] += std::exchange(brightest[i], 0.0F);
  }

 private:
  static float profile(const Structure& structure, double dy, double dx) {
    const double distance = std::sqrt(dy * dy + dx * dx) - structure.radius;
    const double scaled = distance / structure.sigma;
    return static_cast<float>(structure.brightness * exponential(-0.5 * scaled * scaled));
  }

  std::int64_t y_begin_;
  std::int64_t y_end_;
  std::int64_t width_;
  std::vector<float> light_;
};

class Dyes final : public Scene {
 public:
  Dyes(DyesOptions options, std::vector<std::vector<double>> mixing, StackInfo info)
      : options_(std::move(options)), mixing_(std::move(mixing)), info_(std::move(info)) {}

  const StackInfo& info() const override { return info_; }

  Result<Block> read(const Box& box) override {
    WEBUNMIX_TRY(check_box(info_, box, SampleType::uint16));
    Block block(box, SampleType::uint16, info_.shape.x);
    const std::vector<Canvas> dyes = draw(box);
    const auto width = static_cast<std::size_t>(info_.shape.x);
    for (std::size_t i = 0; i < box.channels.size(); ++i) {
      const std::vector<double>& shares = mixing_[static_cast<std::size_t>(box.channels[i])];
      const auto pixels = block.channel<std::uint16_t>(i);
      for (std::int64_t y = box.y_begin; y < box.y_end; ++y) {
        Deviates noise(mixed_seed(static_cast<std::uint64_t>(options_.seed), {2, box.t, box.z, box.channels[i], y}));
        const std::size_t first = static_cast<std::size_t>(y - box.y_begin) * width;
        for (std::size_t p = first; p < first + width; ++p) {
          double photons = 0;
          for (std::size_t dye = 0; dye < shares.size(); ++dye) photons += shares[dye] * light_at(dyes[dye], p, box.t);
          const double counts = options_.offset + noise.poisson(photons) + options_.read_noise * noise.normal();
          constexpr double most = std::numeric_limits<std::uint16_t>::max();
          pixels[p] = static_cast<std::uint16_t>(std::clamp(std::floor(counts + 0.5), 0.0, most));
        }
      }
    }
    return block;
  }

  Result<Block> clean(const Box& box) override {
    WEBUNMIX_TRY(check_box(info_, box, SampleType::float32));
    Block block(box, SampleType::float32, info_.shape.x);
    const std::vector<Canvas> dyes = draw(box);
    for (std::size_t i = 0; i < box.channels.size(); ++i) {
      const auto pixels = block.channel<float>(i);
      const Canvas& dye = dyes[static_cast<std::size_t>(box.channels[i])];
      for (std::size_t p = 0; p < pixels.size(); ++p) pixels[p] = static_cast<float>(light_at(dye, p, box.t));
    }
    return block;
  }

  Json truth() const override {
    Json truth{{"scene", "dyes"}};
    truth.update(dyes_table().to_json(options_));
    truth["mixing"] = mixing_;
    return truth;
  }

 private:
  [[nodiscard]] double light_at(const Canvas& dye, std::size_t pixel, std::int32_t t) const {
    double light = options_.light * static_cast<double>(dye.light()[pixel]);
    for (std::int32_t i = 0; i < t; ++i) light *= kept_light;
    return light;
  }

  /// The light of every dye in the rows of a box, as a share of the brightest structure's.
  [[nodiscard]] std::vector<Canvas> draw(const Box& box) const {
    const auto dyes = static_cast<std::size_t>(info_.shape.c);
    std::vector<Canvas> canvases(dyes, Canvas(box.y_begin, box.y_end, info_.shape.x));
    std::vector<float> brightest;
    std::vector<std::size_t> touched;
    for (std::size_t dye = 0; dye < dyes; ++dye) {
      for (const Structure& structure :
           structures_of(kinds[dye % kinds.size()], options_, box.z, static_cast<std::int64_t>(dye), info_.shape)) {
        canvases[dye].add(structure, brightest, touched);
        if (structure.shared) canvases[(dye + 1) % dyes].add(structure, brightest, touched);
      }
    }
    return canvases;
  }

  DyesOptions options_;
  std::vector<std::vector<double>> mixing_;
  StackInfo info_;
};

}  // namespace

std::vector<std::vector<double>> usual_mixing(std::size_t dyes) {
  if (dyes == 3) return {{1, 0.08, 0.02}, {0.35, 1, 0.10}, {0.05, 0.30, 1}};
  std::vector<std::vector<double>> mixing(dyes, std::vector<double>(dyes, 0.0));
  for (std::size_t i = 0; i < dyes; ++i) {
    mixing[i][i] = 1;
    if (i > 0) mixing[i][i - 1] = 0.3;
    if (i + 1 < dyes) mixing[i][i + 1] = 0.1;
  }
  return mixing;
}

const SettingsTable<DyesOptions>& dyes_table() {
  using S = DyesOptions;
  static const SettingsTable<DyesOptions> table({
      integer_list("shape", &S::shape).at_least(1).length(5, 5).means("T, Z, C, Y, X; C is the number of dyes, 2 to 8."),
      integer("seed", &S::seed).at_least(0).means("Seed of structures and noise."),
      matrix("mixing", &S::mixing)
          .range(0, 10)
          .null_means("of three dyes 1 .08 .02 / .35 1 .10 / .05 .30 1; else 0.3 of each dye in the next channel, 0.1 in the "
                      "one before")
          .means("Share of each dye (column) in each channel (row)."),
      number("overlap", &S::overlap).range(0, 1).means("Share of a dye's structures that hold the next dye too."),
      number("crowding", &S::crowding).range(0, 100).means("How many structures there are, 1 being usual."),
      number("light", &S::light).range(0, 1e6).unit("photons").means("Light of the brightest structures."),
      number("offset", &S::offset).range(0, 60000).unit("counts").means("Added to every pixel."),
      number("read_noise", &S::read_noise).range(0, 1e4).unit("counts").means("Standard deviation of the camera's noise."),
  });
  return table;
}

Result<std::unique_ptr<Scene>> make_dyes(const DyesOptions& options) {
  const std::int64_t dyes = options.shape.size() == 5 ? options.shape[2] : 0;
  if (dyes < fewest_dyes || dyes > most_dyes) {
    return Error{Errc::bad_setting, "shape is for " + std::to_string(dyes) + " dyes; the scene draws " +
                                        std::to_string(fewest_dyes) + " to " + std::to_string(most_dyes)};
  }
  const auto count = static_cast<std::size_t>(dyes);
  std::vector<std::vector<double>> mixing = options.mixing ? *options.mixing : usual_mixing(count);
  const auto full = [&](const std::vector<double>& row) { return row.size() == count; };
  if (mixing.size() != count || !std::all_of(mixing.begin(), mixing.end(), full)) {
    return Error{Errc::bad_setting, "mixing has " + std::to_string(mixing.size()) + " rows; of " + std::to_string(dyes) +
                                        " dyes it has as many rows and columns"};
  }
  StackInfo info;
  WEBUNMIX_ASSIGN(info.shape, shape_from_list(options.shape, dyes));
  info.type = SampleType::uint16;
  info.channels.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    info.channels[i].name = "Dye " + std::to_string(i + 1);
    info.channels[i].colour_rgba = colours[i];
  }
  info.costly_to_read = true;
  return std::unique_ptr<Scene>(std::make_unique<Dyes>(options, std::move(mixing), std::move(info)));
}

}  // namespace webunmix::synth
