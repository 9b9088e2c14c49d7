#include "synth/photon_transfer_scene.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "synth/elementary.hpp"
#include "synth/noise.hpp"
#include "synth/stack_box.hpp"

namespace webunmix::synth {
namespace {

enum Purpose : std::int64_t { noise_of_row = 1, lamp_at = 2, gains_of_row = 3, spot_places = 4 };

constexpr std::uint64_t camera_seed = 0;
constexpr double spot_sigma = 0.06;  // of the shorter side
constexpr int spot_count = 24;

struct Spot {
  double y = 0;
  double x = 0;
  double brightness = 0;
};

class PhotonTransferScene final : public Scene {
 public:
  PhotonTransferScene(PhotonTransferOptions options, StackInfo info) : options_(std::move(options)), info_(std::move(info)) {
    Deviates random(mixed_seed(static_cast<std::uint64_t>(options_.seed), {spot_places}));
    for (int i = 0; i < spot_count; ++i) spots_.push_back({random.uniform(), random.uniform(), random.uniform(0.2, 1.0)});
  }

  const StackInfo& info() const override { return info_; }

  Result<Block> read(const Box& box) override {
    WEBUNMIX_TRY(check_box(info_, box, SampleType::uint16));
    Block block(box, SampleType::uint16, info_.shape.x);
    const double shown = frame_light(box.t);
    const double most = options_.saturation.value_or(std::numeric_limits<std::uint16_t>::max());
    const auto width = static_cast<std::size_t>(info_.shape.x);
    for (std::size_t i = 0; i < box.channels.size(); ++i) {
      const auto pixels = block.channel<std::uint16_t>(i);
      for (std::int64_t y = box.y_begin; y < box.y_end; ++y) {
        Deviates noise(mixed_seed(static_cast<std::uint64_t>(options_.seed), {noise_of_row, box.t, box.z, box.channels[i], y}));
        Deviates gains(mixed_seed(camera_seed, {gains_of_row, y}));
        const auto row = pixels.subspan(static_cast<std::size_t>(y - box.y_begin) * width, width);
        for (std::size_t x = 0; x < width; ++x) {
          const double gain = options_.gain_e_per_adu * std::max(0.1, 1.0 + options_.gain_spread * gains.normal());
          const double electrons =
              noise.poisson(shown * scene_light(y, static_cast<std::int64_t>(x))) + options_.read_noise_e * noise.normal();
          row[x] = static_cast<std::uint16_t>(std::clamp(std::floor(options_.offset + electrons / gain + 0.5), 0.0, most));
        }
      }
    }
    return block;
  }

  Result<Block> clean(const Box& box) override {
    WEBUNMIX_TRY(check_box(info_, box, SampleType::float32));
    Block block(box, SampleType::float32, info_.shape.x);
    const double shown = frame_light(box.t);
    for (std::size_t i = 0; i < box.channels.size(); ++i) {
      const auto pixels = block.channel<float>(i);
      std::size_t p = 0;
      for (std::int64_t y = box.y_begin; y < box.y_end; ++y) {
        for (std::int64_t x = 0; x < info_.shape.x; ++x) pixels[p++] = static_cast<float>(shown * scene_light(y, x));
      }
    }
    return block;
  }

  Json truth() const override {
    Json truth{{"scene", "photon_transfer"}};
    truth.update(photon_transfer_table().to_json(options_));
    return truth;
  }

 private:
  /// The lamp at t, times what is left of the dye.
  [[nodiscard]] double frame_light(std::int32_t t) const {
    Deviates lamp(mixed_seed(static_cast<std::uint64_t>(options_.seed), {lamp_at, t}));
    const double frames = static_cast<double>(std::max<std::int64_t>(info_.shape.t - 1, 1));
    return std::max(0.0, 1.0 + options_.flicker * lamp.normal()) * (1.0 - options_.bleaching * static_cast<double>(t) / frames);
  }

  /// Electrons a pixel would gather in the first frame under a steady lamp.
  [[nodiscard]] double scene_light(std::int64_t y, std::int64_t x) const {
    const double height = static_cast<double>(info_.shape.y);
    const double width = static_cast<double>(info_.shape.x);
    double share = 1.0;
    switch (options_.light) {
      case StillScene::dark: return 0.0;
      case StillScene::flat: break;
      case StillScene::gradient: share = static_cast<double>(x) / std::max(width - 1.0, 1.0); break;
      case StillScene::spots: {
        share = 0.0;
        const double sigma = spot_sigma * std::min(height, width);
        for (const Spot& spot : spots_) {
          const double dy = (static_cast<double>(y) - spot.y * height) / sigma;
          const double dx = (static_cast<double>(x) - spot.x * width) / sigma;
          share = std::max(share, spot.brightness * exponential(-0.5 * (dy * dy + dx * dx)));
        }
        break;
      }
    }
    return options_.dimmest + (options_.brightest - options_.dimmest) * share;
  }

  PhotonTransferOptions options_;
  StackInfo info_;
  std::vector<Spot> spots_;
};

}  // namespace

const SettingsTable<PhotonTransferOptions>& photon_transfer_table() {
  using S = PhotonTransferOptions;
  static const SettingsTable<S> table({
      integer_list("shape", &S::shape).at_least(1).length(5, 5).means("T, Z, C, Y, X; all channels show the same scene."),
      integer("seed", &S::seed).at_least(0).means("Seed of noise, lamp and spots; the camera's pixels do not depend on it."),
      choice("light", &S::light,
             {{StillScene::gradient, "gradient"},
              {StillScene::flat, "flat"},
              {StillScene::dark, "dark"},
              {StillScene::spots, "spots"}})
          .means("What lies before the camera: brighter from left to right, even light, nothing, or soft spots."),
      number("dimmest", &S::dimmest).range(0, 1e6).unit("e-").means("Light of the darkest pixels."),
      number("brightest", &S::brightest)
          .range(0, 1e6)
          .unit("e-")
          .means("Light of the brightest pixels, and of all when it is flat."),
      number("bleaching", &S::bleaching).range(0, 1).means("Share of the light that is lost from the first frame to the last."),
      number("flicker", &S::flicker).range(0, 1).means("Standard deviation of the lamp from frame to frame over its mean."),
      number("saturation", &S::saturation)
          .range(0, 65535)
          .unit("counts")
          .null_means("65535")
          .means("Where the camera saturates."),
      number("gain_e_per_adu", &S::gain_e_per_adu).above(0).unit("e-/ADU").means("Electrons per grey level."),
      number("gain_spread", &S::gain_spread)
          .range(0, 0.3)
          .means("Standard deviation of the pixels' gains over their mean, as CMOS cameras have."),
      number("offset", &S::offset).range(0, 60000).unit("counts").means("Added to every pixel."),
      number("read_noise_e", &S::read_noise_e).range(0, 1e4).unit("e-").means("Standard deviation of the camera's noise."),
  });
  return table;
}

Result<std::unique_ptr<Scene>> make_photon_transfer(const PhotonTransferOptions& options) {
  StackInfo info;
  WEBUNMIX_ASSIGN(info.shape, shape_from_list(options.shape, options.shape.size() == 5 ? options.shape[2] : 1));
  info.type = SampleType::uint16;
  info.channels.resize(static_cast<std::size_t>(info.shape.c));
  for (std::size_t c = 0; c < info.channels.size(); ++c) info.channels[c].name = "Camera " + std::to_string(c + 1);
  info.costly_to_read = true;
  return std::unique_ptr<Scene>(std::make_unique<PhotonTransferScene>(options, std::move(info)));
}

}  // namespace webunmix::synth
