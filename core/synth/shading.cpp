#include "synth/shading.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "synth/elementary.hpp"
#include "synth/noise.hpp"
#include "synth/stack_box.hpp"

namespace webunmix::synth {
namespace {

constexpr double width_of_u = 0.35;
constexpr double width_of_v = 0.45;
constexpr double farther = 0.55;
constexpr double nearer = 0.45;
constexpr double reach_in_sigmas = 5.0;
constexpr std::int64_t most_listed = 1000;  // frames whose brightness the truth lists

struct CellBlob {
  double y, x, sigma, amplitude;
};

/// One factor of S: exp(-((i - centre n) / n)^2 / width), its mean 1.
std::vector<double> falloff(std::int64_t n, double centre, double width) {
  std::vector<double> values(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i) {
    const double at = (static_cast<double>(i) - centre * static_cast<double>(n)) / static_cast<double>(n);
    values[static_cast<std::size_t>(i)] = exponential(-at * at / width);
  }
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(n);
  for (double& value : values) value /= mean;
  return values;
}

/// S is a product of these.
struct Factors {
  std::vector<double> of_y;
  std::vector<double> of_x;
};
Factors factors(std::int64_t channel, std::int64_t height, std::int64_t width) {
  const bool odd = channel % 2 == 1;
  return {falloff(height, odd ? farther : nearer, width_of_v), falloff(width, odd ? nearer : farther, width_of_u)};
}

class Shading final : public Scene {
 public:
  Shading(ShadingOptions options, StackInfo info) : options_(std::move(options)), info_(std::move(info)) {
    for (std::int64_t c = 0; c < info_.shape.c; ++c) factors_.push_back(factors(c, info_.shape.y, info_.shape.x));
  }

  const StackInfo& info() const override { return info_; }

  Result<Block> read(const Box& box) override {
    WEBUNMIX_TRY(check_box(info_, box, SampleType::uint16));
    Block block(box, SampleType::uint16, info_.shape.x);
    const auto width = static_cast<std::size_t>(info_.shape.x);
    for (std::size_t i = 0; i < box.channels.size(); ++i) {
      const std::int32_t channel = box.channels[i];
      const std::vector<double> light = light_of(box, channel);
      const Factors& shading = factors_[static_cast<std::size_t>(channel)];
      const auto pixels = block.channel<std::uint16_t>(i);
      for (std::int64_t y = box.y_begin; y < box.y_end; ++y) {
        Deviates random(seed_of({box.t, box.z, channel, y}));
        const std::size_t row = static_cast<std::size_t>(y - box.y_begin) * width;
        for (std::size_t x = 0; x < width; ++x) {
          const double expected = light[row + x] * shading.of_y[static_cast<std::size_t>(y)] * shading.of_x[x];
          const double read = random.poisson(expected) + options_.read_noise * random.normal() + options_.offset;
          pixels[row + x] = static_cast<std::uint16_t>(std::clamp(std::floor(read + 0.5), 0.0, 65535.0));
        }
      }
    }
    return block;
  }

  Result<Block> clean(const Box& box) override {
    WEBUNMIX_TRY(check_box(info_, box, SampleType::float32));
    Block block(box, SampleType::float32, info_.shape.x);
    for (std::size_t i = 0; i < box.channels.size(); ++i) {
      const std::vector<double> light = light_of(box, box.channels[i]);
      const auto pixels = block.channel<float>(i);
      for (std::size_t p = 0; p < pixels.size(); ++p) pixels[p] = static_cast<float>(light[p]);
    }
    return block;
  }

  Json truth() const override {
    Json truth{{"scene", "shading"}};
    truth.update(shading_table().to_json(options_));
    Json flatfields = Json::array();
    for (const Factors& shading : factors_) {
      const auto [low_y, high_y] = std::minmax_element(shading.of_y.begin(), shading.of_y.end());
      const auto [low_x, high_x] = std::minmax_element(shading.of_x.begin(), shading.of_x.end());
      flatfields.push_back({{"min", *low_y * *low_x}, {"max", *high_y * *high_x}});
    }
    truth["flatfield"] = std::move(flatfields);
    const StackShape& shape = info_.shape;
    if (shape.t * shape.z <= most_listed) {
      Json brightness = Json::array();
      for (std::int32_t c = 0; c < shape.c; ++c) {
        Json of_channel = Json::array();
        for (std::int32_t t = 0; t < shape.t; ++t) {
          for (std::int32_t z = 0; z < shape.z; ++z) of_channel.push_back(background(t, z, c));
        }
        brightness.push_back(std::move(of_channel));
      }
      truth["brightness"] = std::move(brightness);
    }
    return truth;
  }

 private:
  // What random numbers are for besides the noise of a row, which is numbered from 0.
  static constexpr std::int64_t for_background = -1;
  static constexpr std::int64_t for_blobs = -2;

  [[nodiscard]] std::uint64_t seed_of(std::initializer_list<std::int64_t> purpose) const {
    return mixed_seed(static_cast<std::uint64_t>(options_.seed), purpose);
  }

  [[nodiscard]] double background(std::int32_t t, std::int32_t z, std::int32_t channel) const {
    Deviates random(seed_of({t, z, channel, for_background}));
    return random.uniform(options_.background_low, options_.background_high);
  }

  [[nodiscard]] std::vector<CellBlob> blobs(const Box& box, std::int32_t channel) const {
    const auto& levels = options_.z_levels;
    if (levels && (box.z < levels->front() || box.z > levels->back())) return {};
    Deviates random(seed_of({box.t, box.z, channel, for_blobs}));
    std::vector<CellBlob> all;
    for (std::int64_t i = 0; i < options_.blobs; ++i) {
      CellBlob blob{};
      blob.y = random.uniform(0, static_cast<double>(info_.shape.y));
      blob.x = random.uniform(0, static_cast<double>(info_.shape.x));
      blob.sigma = random.uniform(5, 12);
      blob.amplitude = random.uniform(100, 1500);
      all.push_back(blob);
    }
    return all;
  }

  /// Background and blobs in the rows of the box.
  [[nodiscard]] std::vector<double> light_of(const Box& box, std::int32_t channel) const {
    const std::int64_t width = info_.shape.x;
    std::vector<double> light(static_cast<std::size_t>(box.rows() * width), background(box.t, box.z, channel));
    const auto gaussian = [](std::int64_t at, double centre, double sigma) {
      const double scaled = (static_cast<double>(at) - centre) / sigma;
      return exponential(-0.5 * scaled * scaled);
    };
    std::vector<double> of_x;
    for (const CellBlob& blob : blobs(box, channel)) {
      const auto reach = static_cast<std::int64_t>(std::ceil(reach_in_sigmas * blob.sigma));
      const std::int64_t x_begin = std::max<std::int64_t>(0, static_cast<std::int64_t>(blob.x) - reach);
      const std::int64_t x_end = std::min(width, static_cast<std::int64_t>(blob.x) + reach + 1);
      const std::int64_t y_begin = std::max(box.y_begin, static_cast<std::int64_t>(blob.y) - reach);
      const std::int64_t y_end = std::min(box.y_end, static_cast<std::int64_t>(blob.y) + reach + 1);
      of_x.clear();
      for (std::int64_t x = x_begin; x < x_end; ++x) of_x.push_back(gaussian(x, blob.x, blob.sigma));
      for (std::int64_t y = y_begin; y < y_end; ++y) {
        const double of_y = blob.amplitude * gaussian(y, blob.y, blob.sigma);
        double* const row = light.data() + (y - box.y_begin) * width + x_begin;
        for (std::size_t x = 0; x < of_x.size(); ++x) row[x] += of_y * of_x[x];
      }
    }
    return light;
  }

  ShadingOptions options_;
  StackInfo info_;
  std::vector<Factors> factors_;
};

}  // namespace

std::vector<double> shading_of_scene(std::int64_t channel, std::int64_t height, std::int64_t width) {
  const Factors shading = factors(channel, height, width);
  std::vector<double> plane;
  for (const double of_y : shading.of_y) {
    for (const double of_x : shading.of_x) plane.push_back(of_y * of_x);
  }
  return plane;
}

const SettingsTable<ShadingOptions>& shading_table() {
  using S = ShadingOptions;
  static const SettingsTable<ShadingOptions> table({
      integer_list("shape", &S::shape).at_least(1).length(5, 5).means("T, Z, C, Y, X; any number of channels."),
      integer("seed", &S::seed).at_least(0).means("Seed of the brightness, the blobs and the noise."),
      integer("blobs", &S::blobs).range(0, 10000).means("Gaussian blobs in each frame."),
      integer_list("z_levels", &S::z_levels)
          .at_least(0)
          .length(2, 2)
          .null_means("all planes")
          .means("Lowest and highest plane that hold blobs; the planes below and above are empty."),
      number("background_low", &S::background_low).range(0, 60000).unit("counts").means("Least brightness of a frame."),
      number("background_high", &S::background_high).range(0, 60000).unit("counts").means("Greatest brightness of a frame."),
      number("offset", &S::offset).range(0, 60000).unit("counts").means("What the camera adds without light."),
      number("read_noise", &S::read_noise).range(0, 1000).unit("counts").means("Standard deviation of the camera's noise."),
  });
  return table;
}

Result<std::unique_ptr<Scene>> make_shading(const ShadingOptions& options) {
  StackInfo info;
  const std::int64_t channels = options.shape.size() == 5 ? options.shape[2] : 1;
  WEBUNMIX_ASSIGN(info.shape, shape_from_list(options.shape, channels));
  if (options.background_low > options.background_high) {
    return Error{Errc::bad_setting, "`background_low` is above `background_high`: give the smaller one first."};
  }
  info.type = SampleType::uint16;
  for (std::int64_t c = 0; c < channels; ++c) {
    info.channels.emplace_back();
    info.channels.back().name = "Light " + std::to_string(c + 1);
  }
  info.costly_to_read = true;
  return std::unique_ptr<Scene>(std::make_unique<Shading>(options, std::move(info)));
}

}  // namespace webunmix::synth
