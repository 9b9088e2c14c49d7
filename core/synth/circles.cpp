#include "synth/circles.hpp"

#include <algorithm>
#include <string>

#include "synth/elementary.hpp"
#include "synth/noise.hpp"
#include "synth/stack_box.hpp"

namespace webunmix::synth {
namespace {

/// A blob's size, brightness and path. Lengths in pixels; the circle's centre and radius as shares of the plane.
struct Blob {
  double sigma_z, sigma_y, sigma_x;
  double amplitude, amplitude_swing;
  double centre_z, centre_y, centre_x;
  double radius;
  double phase;
};

constexpr Blob source_blob{2.8, 8, 8, 120, 10, 0.5, 0.36, 0.37, 0.06, 0.0};
constexpr Blob target_blob{3.2, 9, 9, 92, 8, 0.6, 0.66, 0.7, 0.05, 2.0};
constexpr double sway = 0.05;  // of the depth

/// Where a blob is at one time point, in pixels, and how bright.
struct Pose {
  double z, y, x;
  double amplitude;
};

class Circles final : public Scene {
 public:
  Circles(CirclesOptions options, StackInfo info) : options_(std::move(options)), info_(std::move(info)) {}

  const StackInfo& info() const override { return info_; }

  Result<Block> read(const Box& box) override {
    WEBUNMIX_TRY(check_box(info_, box, SampleType::float32));
    Block block(box, SampleType::float32, info_.shape.x);
    for (std::size_t i = 0; i < box.channels.size(); ++i) {
      const std::int32_t channel = box.channels[i];
      const double share_of_other = channel == 0 ? options_.alpha_reverse : options_.alpha;
      const auto own = blob_rows(channel, box);
      const auto other = blob_rows(1 - channel, box);
      const auto pixels = block.channel<float>(i);
      for (std::int64_t y = box.y_begin; y < box.y_end; ++y) {
        Deviates noise(mixed_seed(static_cast<std::uint64_t>(options_.seed), {box.t, box.z, channel, y}));
        for (std::int64_t x = 0; x < info_.shape.x; ++x) {
          const double light = own.at(y, x) + share_of_other * other.at(y, x);
          const double value = light + options_.background + options_.noise * noise.normal();
          pixels[static_cast<std::size_t>((y - box.y_begin) * info_.shape.x + x)] = static_cast<float>(std::max(value, 0.0));
        }
      }
    }
    return block;
  }

  Result<Block> clean(const Box& box) override {
    WEBUNMIX_TRY(check_box(info_, box, SampleType::float32));
    Block block(box, SampleType::float32, info_.shape.x);
    for (std::size_t i = 0; i < box.channels.size(); ++i) {
      const auto rows = blob_rows(box.channels[i], box);
      const auto pixels = block.channel<float>(i);
      for (std::int64_t y = box.y_begin; y < box.y_end; ++y) {
        for (std::int64_t x = 0; x < info_.shape.x; ++x) {
          pixels[static_cast<std::size_t>((y - box.y_begin) * info_.shape.x + x)] = static_cast<float>(rows.at(y, x));
        }
      }
    }
    return block;
  }

  Json truth() const override {
    Json truth{{"scene", "circles"}};
    truth.update(circles_table().to_json(options_));
    Json paths = Json::array();
    for (std::int32_t channel = 0; channel < 2; ++channel) {
      Json positions = Json::array();
      for (std::int64_t t = 0; t < info_.shape.t; ++t) {
        const Pose pose = pose_at(channel, t);
        positions.push_back(Json{{"z", pose.z}, {"y", pose.y}, {"x", pose.x}, {"amplitude", pose.amplitude}});
      }
      const Blob& blob = blob_of(channel);
      paths.push_back(Json{{"channel", channel},
                           {"sigma_zyx", Json::array({blob.sigma_z, blob.sigma_y, blob.sigma_x})},
                           {"positions", std::move(positions)}});
    }
    truth["blobs"] = std::move(paths);
    return truth;
  }

 private:
  /// A Gaussian is a product over its axes: one column and one row of factors make a plane.
  struct BlobRows {
    std::int64_t y_begin = 0;
    std::vector<double> of_y;
    std::vector<double> of_x;
    [[nodiscard]] double at(std::int64_t y, std::int64_t x) const {
      return of_y[static_cast<std::size_t>(y - y_begin)] * of_x[static_cast<std::size_t>(x)];
    }
  };

  static const Blob& blob_of(std::int32_t channel) { return channel == 0 ? source_blob : target_blob; }

  [[nodiscard]] Pose pose_at(std::int32_t channel, std::int64_t t) const {
    const Blob& blob = blob_of(channel);
    const double turn = two_pi * static_cast<double>(t) / static_cast<double>(info_.shape.t);
    const auto [sine, cosine] = sine_cosine(turn + blob.phase);
    const auto height = static_cast<double>(info_.shape.y);
    const auto width = static_cast<double>(info_.shape.x);
    const auto depth = static_cast<double>(info_.shape.z);
    const double radius = blob.radius * std::min(height, width);
    return {blob.centre_z * (depth - 1) + sway * (depth - 1) * sine, blob.centre_y * height + radius * sine,
            blob.centre_x * width + radius * cosine, blob.amplitude + blob.amplitude_swing * sine};
  }

  [[nodiscard]] BlobRows blob_rows(std::int32_t channel, const Box& box) const {
    const Blob& blob = blob_of(channel);
    const Pose pose = pose_at(channel, box.t);
    const auto falloff = [](double distance, double sigma) {
      const double scaled = distance / sigma;
      return exponential(-0.5 * scaled * scaled);
    };
    BlobRows rows;
    rows.y_begin = box.y_begin;
    const double of_z = pose.amplitude * falloff(static_cast<double>(box.z) - pose.z, blob.sigma_z);
    for (std::int64_t y = box.y_begin; y < box.y_end; ++y) {
      rows.of_y.push_back(of_z * falloff(static_cast<double>(y) - pose.y, blob.sigma_y));
    }
    for (std::int64_t x = 0; x < info_.shape.x; ++x) {
      rows.of_x.push_back(falloff(static_cast<double>(x) - pose.x, blob.sigma_x));
    }
    return rows;
  }

  CirclesOptions options_;
  StackInfo info_;
};

}  // namespace

const SettingsTable<CirclesOptions>& circles_table() {
  using S = CirclesOptions;
  static const SettingsTable<CirclesOptions> table({
      integer_list("shape", &S::shape).at_least(1).length(5, 5).means("T, Z, C, Y, X; C is 2."),
      integer("seed", &S::seed).at_least(0).means("Seed of the noise."),
      number("alpha", &S::alpha).range(0, 10).means("Share of the source (channel 0) in the target (channel 1)."),
      number("alpha_reverse", &S::alpha_reverse).range(0, 10).means("Share of the target in the source."),
      number("background", &S::background).range(0, 1e6).unit("counts").means("Added to every pixel."),
      number("noise", &S::noise).range(0, 1e6).unit("counts").means("Standard deviation of the Gaussian noise."),
  });
  return table;
}

Result<std::unique_ptr<Scene>> make_circles(const CirclesOptions& options) {
  StackInfo info;
  WEBUNMIX_ASSIGN(info.shape, shape_from_list(options.shape, 2));
  info.type = SampleType::float32;
  info.channels.resize(2);
  info.channels[0].name = "Source";
  info.channels[0].colour_rgba = 0x19D3F0FFU;
  info.channels[1].name = "Target";
  info.channels[1].colour_rgba = 0xFF4FC3FFU;
  info.costly_to_read = true;
  return std::unique_ptr<Scene>(std::make_unique<Circles>(options, std::move(info)));
}

}  // namespace webunmix::synth
