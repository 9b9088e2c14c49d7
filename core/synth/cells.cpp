#include "synth/cells.hpp"

#include <algorithm>
#include <cmath>

#include "synth/cell_light.hpp"
#include "synth/noise.hpp"
#include "synth/stack_box.hpp"

namespace webunmix::synth {
namespace {

constexpr std::int64_t tile = 512;  // pixels are computed, and noise is drawn, in tiles of a grid fixed to the image

class Cells final : public Scene {
 public:
  Cells(CellsOptions options, StackInfo info)
      : options_(std::move(options)),
        info_(std::move(info)),
        field_(info_.shape, static_cast<std::uint64_t>(options_.seed), options_.colocalisation) {}

  const StackInfo& info() const override { return info_; }

  Result<Block> read(const Box& box) override {
    WEBUNMIX_TRY(check_box(info_, box, SampleType::uint16));
    Block block(box, SampleType::uint16, info_.shape.x);
    over_tiles(box, [&](const Window& window, const CellLight& light) {
      for (std::size_t i = 0; i < box.channels.size(); ++i) {
        photograph(box, i, window, light, block.channel<std::uint16_t>(i));
      }
    });
    return block;
  }

  Result<Block> clean(const Box& box) override {
    WEBUNMIX_TRY(check_box(info_, box, SampleType::float32));
    Block block(box, SampleType::float32, info_.shape.x);
    over_tiles(box, [&](const Window& window, const CellLight& light) {
      for (std::size_t i = 0; i < box.channels.size(); ++i) {
        const auto pixels = block.channel<float>(i);
        for_rows(box, window, [&](std::int64_t y, std::size_t to, std::size_t from) {
          static_cast<void>(y);
          for (std::size_t x = 0; x < static_cast<std::size_t>(window.width); ++x) {
            pixels[to + x] = static_cast<float>(counts(light, from + x, box.channels[i]));
          }
        });
      }
    });
    return block;
  }

  Json truth() const override {
    Json truth{{"scene", "cells"}};
    truth.update(cells_table().to_json(options_));
    Json cells = Json::array();
    for (const CellPlace& place : field_.places()) {
      cells.push_back(Json{{"y", place.centre.y},
                           {"x", place.centre.x},
                           {"drift_y", place.drift.y},
                           {"drift_x", place.drift.x},
                           {"radius_px", place.radius},
                           {"dividing", place.dividing}});
    }
    truth["cells"] = std::move(cells);
    return truth;
  }

 private:
  /// Calls `work` with each tile that the box touches (its rows widened to multiples of 4) and its light.
  template <class Work>
  void over_tiles(const Box& box, Work&& work) {
    for (std::int64_t y = box.y_begin; y < box.y_end;) {
      const std::int64_t y_end = std::min(box.y_end, (y / tile + 1) * tile);
      for (std::int64_t x = 0; x < info_.shape.x; x += tile) {
        Window window;
        window.x = x;
        window.y = y / 4 * 4;
        window.width = std::min(tile, info_.shape.x - x);
        window.height = y_end - window.y;
        work(window, field_.light(box.t, box.z, window));
      }
      y = y_end;
    }
  }

  /// Calls `work(y, to, from)` for each row that box and window share: where it begins in the block's channel and in the light.
  template <class Work>
  void for_rows(const Box& box, const Window& window, Work&& work) const {
    for (std::int64_t y = std::max(box.y_begin, window.y); y < window.y + window.height; ++y) {
      work(y, static_cast<std::size_t>((y - box.y_begin) * info_.shape.x + window.x),
           static_cast<std::size_t>((y - window.y) * window.width));
    }
  }

  /// Expected counts of a channel's own dye.
  [[nodiscard]] double counts(const CellLight& light, std::size_t i, std::int32_t channel) const {
    return channel == 0 ? options_.source_counts * static_cast<double>(light.source[i])
                        : options_.target_counts * static_cast<double>(light.target[i]);
  }

  void photograph(const Box& box, std::size_t index, const Window& window, const CellLight& light,
                  std::span<std::uint16_t> pixels) const {
    const std::int32_t channel = box.channels[index];
    const double share_of_other = channel == 0 ? options_.alpha_reverse : options_.alpha;
    const double gain = options_.gain_e_per_adu;
    for_rows(box, window, [&](std::int64_t y, std::size_t to, std::size_t from) {
      Deviates random(mixed_seed(static_cast<std::uint64_t>(options_.seed), {box.t, box.z, channel, y, window.x / tile}));
      for (std::size_t x = 0; x < static_cast<std::size_t>(window.width); ++x) {
        const double expected =
            counts(light, from + x, channel) + share_of_other * counts(light, from + x, 1 - channel) + options_.background;
        const double photons = random.poisson(expected * gain);
        const double read = options_.offset + photons / gain + options_.read_noise * random.normal();
        pixels[to + x] = static_cast<std::uint16_t>(std::clamp(std::floor(read + 0.5), 0.0, 65535.0));
      }
    });
  }

  CellsOptions options_;
  StackInfo info_;
  CellField field_;
};

}  // namespace

const SettingsTable<CellsOptions>& cells_table() {
  using S = CellsOptions;
  static const SettingsTable<CellsOptions> table({
      integer_list("shape", &S::shape).at_least(1).length(5, 5).means("T, Z, C, Y, X; C is 2."),
      integer("seed", &S::seed).at_least(0).means("Seed of the cells and of the noise."),
      number("alpha", &S::alpha).range(0, 10).means("Share of the source (channel 0, Tubulin) in the target (channel 1, H2B)."),
      number("alpha_reverse", &S::alpha_reverse).range(0, 10).means("Share of the target in the source."),
      number("colocalisation", &S::colocalisation)
          .range(0, 1)
          .means("Share of the target's own dye that sits on a third of the filaments and on vesicles instead of in nuclei."),
      number("source_counts", &S::source_counts)
          .range(0, 60000)
          .unit("counts")
          .means("Brightness of a filament in focus; where they cross it is more."),
      number("target_counts", &S::target_counts).range(0, 60000).unit("counts").means("Brightness of a nucleus."),
      number("background", &S::background).range(0, 60000).unit("counts").means("Light everywhere, with its photon noise."),
      number("offset", &S::offset).range(0, 60000).unit("counts").means("What the camera adds without light."),
      number("read_noise", &S::read_noise).range(0, 1000).unit("counts").means("Standard deviation of the camera's noise."),
      number("gain_e_per_adu", &S::gain_e_per_adu).range(0.001, 1000).unit("e-/ADU").means("Photo-electrons per count."),
  });
  return table;
}

Result<std::unique_ptr<Scene>> make_cells(const CellsOptions& options) {
  StackInfo info;
  WEBUNMIX_ASSIGN(info.shape, shape_from_list(options.shape, 2));
  info.type = SampleType::uint16;
  info.channels.resize(2);
  info.channels[0].name = "Tubulin";
  info.channels[0].colour_rgba = 0x19D3F0FFU;
  info.channels[1].name = "H2B";
  info.channels[1].colour_rgba = 0xFF4FC3FFU;
  info.pixel_size_x = Quantity{0.108, "µm"};
  info.pixel_size_y = Quantity{0.108, "µm"};
  info.pixel_size_z = Quantity{0.3, "µm"};
  info.time_increment = Quantity{30, "s"};
  info.costly_to_read = true;
  return std::unique_ptr<Scene>(std::make_unique<Cells>(options, std::move(info)));
}

}  // namespace webunmix::synth
