#include "flatfield/basic.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>

#include "flatfield/basic_loops.hpp"
#include "flatfield/cosine_transform.hpp"

namespace webunmix {

using namespace basic_loops;

struct BasicFit::Parts {
  Parts(std::int64_t rows, std::int64_t columns, std::vector<float> images, std::vector<std::uint8_t> low_weight,
        const BasicOptions& chosen)
      : height(rows),
        width(columns),
        pixels(static_cast<std::size_t>(rows * columns)),
        frames(images.size() / pixels),
        options(chosen),
        loops(chosen.get_darkfield ? &loops_with_dark : &loops_without_dark),
        image(std::move(images)),
        excluded(std::move(low_weight)),
        dual(image.size()),
        transform(rows, columns),
        flat(pixels),
        flat_before(pixels),
        flat_coefficients(pixels),
        dark(pixels),
        dark_before(pixels),
        mean_target(pixels),
        dark_target(pixels),
        upper_half(pixels),
        scratch(pixels),
        brightness(frames),
        brightness_before(frames),
        previous_flat(pixels) {
    even_weight.fill(1.0F);
  }

  std::int64_t height;
  std::int64_t width;
  std::size_t pixels;  ///< of one frame
  std::size_t frames;
  BasicOptions options;
  const Loops* loops;

  // Names of the paper's symbols: image Im, dual Y, weight W, flat S, dark D_R, dark_step D_Z, brightness B_t.
  std::vector<float> image;
  std::vector<std::uint8_t> excluded;
  std::vector<float> dual;    ///< as it was before the last E
  std::vector<float> weight;  ///< empty while all are 1
  Chunk even_weight{};
  CosineTransform transform;
  std::vector<float> flat;
  std::vector<float> flat_before;  ///< as it was when the last E was taken
  std::vector<float> flat_coefficients;
  std::vector<float> dark;
  std::vector<float> dark_before;  ///< dark as it was when the last E was taken
  std::vector<float> mean_target;  ///< mean over t of Im - R + Y / mu
  std::vector<float> dark_target;  ///< sum of Im - R over the frames that tell the dark-field
  std::vector<float> upper_half;   ///< 1 where S is at least its mean, else 0
  std::vector<float> scratch;
  std::vector<double> brightness;
  std::vector<double> brightness_before;  ///< that the last R was made with
  std::vector<float> previous_flat;       ///< S of the reweighting before, mean 1

  double lambda_flat = 0.0;
  double lambda_dark = 0.0;
  double norm = 0.0;  ///< Frobenius norm of Im
  double mean_image = 0.0;
  double darkest = 0.0;  ///< min(Im)
  double mu_begin = 0.0;
  double mu = 0.0;
  double mu_before = 0.0;  ///< that the last R was made with
  double error = 0.0;      ///< ||E|| / ||Im||
  double dark_step = 0.0;
  int iteration = 0;  ///< of this reweighting
  int reweighting = 0;
  bool done = false;
  bool all_converged = true;
  BasicResult found;

  [[nodiscard]] double next_mu() const { return std::min(1.5 * mu, 1e7 * mu_begin); }

  [[nodiscard]] std::span<float> frame_of(std::vector<float>& all, std::size_t t) const {
    return std::span(all).subspan(t * pixels, pixels);
  }

  /// W of `n` <= chunk pixels from the i-th value on.
  [[nodiscard]] const float* weight_at(std::size_t i) const { return weight.empty() ? even_weight.data() : &weight[i]; }
  /// Of the last R, from pixel p of frame t on.
  [[nodiscard]] Place place_before(std::size_t t, std::size_t p, const std::vector<float>& s) const {
    return {&s[p], &dark_before[p], static_cast<float>(brightness_before[t]), static_cast<float>(mu_before),
            static_cast<float>(1.0 / mu_before)};
  }

  /// Whether the dark-field is taken from frame t. The level of D follows from a line through the frames' contrast over their brightness:
  /// where it has no structure of its own, bright frames lie on that line as well as dim ones, and a longer line errs half as much.
  [[nodiscard]] bool tells_dark(std::size_t t) const { return options.constant_darkfield || brightness[t] < 1.0; }

  void prepare();
  void sort_along_time();
  [[nodiscard]] double largest_singular_value() const;
  void scale_weights();
  void begin_reweighting();
  void iterate();
  void solve_flat();
  void solve_residual(std::vector<FrameSums>& sums);
  void measure_dual(const std::vector<FrameSums>& sums);
  void gather_dark_target();
  void solve_dark(double mean_residual_free, const std::vector<FrameSums>& sums);
  void end_reweighting();
};

void BasicFit::Parts::sort_along_time() {
  std::vector<std::pair<float, std::uint8_t>> course(frames);
  for (std::size_t p = 0; p < pixels; ++p) {
    for (std::size_t t = 0; t < frames; ++t) {
      course[t] = {image[t * pixels + p], excluded.empty() ? std::uint8_t{0} : excluded[t * pixels + p]};
    }
    std::stable_sort(course.begin(), course.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t t = 0; t < frames; ++t) {
      image[t * pixels + p] = course[t].first;
      if (!excluded.empty()) excluded[t * pixels + p] = course[t].second;
    }
  }
}

/// Of the N x pixels matrix of frames, by power iteration. The frames share their mean, so the first singular value stands far above
/// the others, its vector is near the frames' brightness, and a few rounds settle it.
double BasicFit::Parts::largest_singular_value() const {
  std::vector<double> left;
  for (std::size_t t = 0; t < frames; ++t) left.push_back(sum_of(std::span(image).subspan(t * pixels, pixels)));
  std::vector<float> right(pixels);
  double value = 0.0;
  for (int round = 0; round < 100; ++round) {
    double length = 0.0;
    for (const double v : left) length += v * v;
    length = std::sqrt(length);
    if (length == 0.0) return 0.0;
    std::fill(right.begin(), right.end(), 0.0F);
    for (std::size_t t = 0; t < frames; ++t) {
      const auto factor = static_cast<float>(left[t] / length);
      const float* const row = image.data() + t * pixels;
      for (std::size_t p = 0; p < pixels; ++p) right[p] += factor * row[p];
    }
    const double next = std::sqrt(dot(pixels, right.data(), right.data()));
    if (next == 0.0) return 0.0;
    for (std::size_t t = 0; t < frames; ++t) left[t] = dot(pixels, right.data(), image.data() + t * pixels) / next;
    if (std::abs(next - value) <= 1e-6 * next) return next;
    value = next;
  }
  return value;
}

void BasicFit::Parts::scale_weights() {
  const double mean = sum_of(weight) / static_cast<double>(weight.size());
  const auto factor = static_cast<float>(1.0 / mean);
  for (float& value : weight) value *= factor;
}

void BasicFit::Parts::prepare() {
  if (options.sort_intensity) sort_along_time();
  norm = std::sqrt(dot(image.size(), image.data(), image.data()));
  mean_image = sum_of(image) / static_cast<double>(image.size());
  darkest = static_cast<double>(*std::min_element(image.begin(), image.end()));
  mu_begin = 12.5 / largest_singular_value();

  // lambda_f = sum |DCT(M)| / 800, M = temporal mean / its own mean
  std::fill(scratch.begin(), scratch.end(), 0.0F);
  for (std::size_t t = 0; t < frames; ++t) {
    const std::span<const float> frame = frame_of(image, t);
    for (std::size_t p = 0; p < pixels; ++p) scratch[p] += frame[p];
  }
  const auto factor = static_cast<float>(1.0 / (static_cast<double>(frames) * mean_image));
  for (float& value : scratch) value *= factor;
  transform.forward(scratch, flat_coefficients);
  double coefficients = 0.0;
  for (const float value : flat_coefficients) coefficients += std::abs(static_cast<double>(value));
  lambda_flat = options.smoothness_flatfield.value_or(coefficients / 800.0);
  lambda_dark = options.smoothness_darkfield.value_or(options.constant_darkfield ? lambda_flat : 0.1 * lambda_flat);

  if (!excluded.empty()) {
    weight.resize(image.size());
    for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = excluded[i] != 0 ? static_cast<float>(options.epsilon) : 1.0F;
    scale_weights();
  }
  begin_reweighting();
}

void BasicFit::Parts::begin_reweighting() {
  std::fill(flat.begin(), flat.end(), 1.0F);
  transform.forward(flat, flat_coefficients);
  std::fill(dark.begin(), dark.end(), 0.0F);
  std::fill(dual.begin(), dual.end(), 0.0F);
  dark_step = 0.0;
  mu = mu_begin;
  iteration = 0;
  std::fill(mean_target.begin(), mean_target.end(), 0.0F);
  for (std::size_t t = 0; t < frames; ++t) {
    const std::span<const float> frame = frame_of(image, t);
    brightness[t] = sum_of(frame) / static_cast<double>(pixels) / mean_image;
    for (std::size_t p = 0; p < pixels; ++p) mean_target[p] += frame[p];
  }
  for (float& value : mean_target) value /= static_cast<float>(frames);
}

/// Shat = shrink(Shat + DCT(mean_t(Im - R - I_B + Y/mu)), lambda_f/mu), S = IDCT(Shat).
/// mean_t(I_B) = S mean(B) + D_R, and the rest of the mean was gathered by measure_dual().
void BasicFit::Parts::solve_flat() {
  double mean_brightness = 0.0;
  for (const double b : brightness) mean_brightness += b;
  const auto b = static_cast<float>(mean_brightness / static_cast<double>(frames));
  std::vector<float>& gap = scratch;
  for (std::size_t p = 0; p < pixels; ++p) gap[p] = mean_target[p] - flat[p] * b - dark[p];
  std::vector<float>& step = flat;  // S is made anew from its coefficients below
  transform.forward(gap, step);
  const auto threshold = static_cast<float>(lambda_flat / mu);
  for (std::size_t p = 0; p < pixels; ++p) flat_coefficients[p] = shrink(flat_coefficients[p] + step[p], threshold);
  transform.inverse(flat_coefficients, flat);
}

/// R = shrink(Im - I_B + Y/mu, W/mu), after Y += mu E of the iteration before. Leaves the sums of each frame, and in mean_target the
/// sum of Q + (Y + mu E) / next mu but for the change of B.
void BasicFit::Parts::solve_residual(std::vector<FrameSums>& sums) {
  const auto inverse_mu = static_cast<float>(1.0 / mu);
  const auto share = static_cast<float>(mu / next_mu());
  std::fill(mean_target.begin(), mean_target.end(), 0.0F);
  for (std::size_t t = 0; t < frames; ++t) {
    const auto b = static_cast<float>(brightness[t]);
    const auto change = static_cast<float>(brightness_before[t] - brightness[t]);
    FrameSums sum;
    for (std::size_t p = 0; p < pixels; p += chunk) {
      const std::size_t n = std::min(chunk, pixels - p);
      const std::size_t i = t * pixels + p;
      const Place now{&flat[p], &dark[p], b, static_cast<float>(mu), inverse_mu};
      if (iteration > 0) loops->renew(n, place_before(t, p, flat_before), &image[i], weight_at(i), change, &dual[i]);
      loops->split(n, now, &image[i], weight_at(i), &dual[i], &upper_half[p], share, &mean_target[p], sum);
    }
    sums[t] = sum;
  }
}

/// ||E|| with the new B, and the mean that the next solve_flat() needs. Y += mu E itself is left to solve_residual().
void BasicFit::Parts::measure_dual(const std::vector<FrameSums>& sums) {
  const double flat_squares = dot(pixels, flat.data(), flat.data());
  double squares = 0.0;
  double changes = 0.0;
  for (std::size_t t = 0; t < frames; ++t) {
    const double change = brightness_before[t] - brightness[t];
    squares += sums[t].squares + change * (2.0 * sums[t].with_flat + change * flat_squares);
    changes += change;
  }
  error = std::sqrt(std::max(0.0, squares)) / norm;
  const auto moved = static_cast<float>(changes * mu / next_mu());
  const auto per_frame = static_cast<float>(1.0 / static_cast<double>(frames));
  for (std::size_t p = 0; p < pixels; ++p) mean_target[p] = (mean_target[p] + flat[p] * moved) * per_frame;
}

/// The sum of Q over the frames that tell the dark-field.
void BasicFit::Parts::gather_dark_target() {
  std::fill(dark_target.begin(), dark_target.end(), 0.0F);
  Chunk q{};
  for (std::size_t t = 0; t < frames; ++t) {
    if (!tells_dark(t)) continue;
    for (std::size_t p = 0; p < pixels; p += chunk) {
      const std::size_t n = std::min(chunk, pixels - p);
      const std::size_t i = t * pixels + p;
      loops->remove(n, place_before(t, p, flat), &image[i], weight_at(i), &dual[i], q.data());
      for (std::size_t k = 0; k < n; ++k) dark_target[p + k] += q[k];
    }
  }
}

/// The dark-field of this iteration from the frames dimmer than the mean, or all: its level D_Z from how the contrast between the two
/// halves of S goes with brightness, its shape from what those frames leave over.
void BasicFit::Parts::solve_dark(double mean_residual_free, const std::vector<FrameSums>& sums) {
  gather_dark_target();
  const double mean_flat = sum_of(flat) / static_cast<double>(pixels);
  const auto [lowest, highest] = std::minmax_element(flat.begin(), flat.end());
  const double upper_count = sum_of(upper_half);
  const double lower_count = static_cast<double>(pixels) - upper_count;
  const bool contrast = static_cast<double>(*highest - *lowest) > 1e-5 * mean_flat && upper_count > 0 && lower_count > 0;

  double count = 0.0;
  double sum_b = 0.0;
  double sum_bb = 0.0;
  double sum_a = 0.0;
  double sum_ba = 0.0;
  for (std::size_t t = 0; t < frames; ++t) {
    if (!tells_dark(t)) continue;
    const double b = brightness[t];
    const double a = contrast ? (sums[t].free_upper / upper_count - (sums[t].free - sums[t].free_upper) / lower_count) /
                                    (mean_residual_free + 1e-6)
                              : 0.0;
    count += 1.0;
    sum_b += b;
    sum_bb += b * b;
    sum_a += a;
    sum_ba += b * a;
  }
  if (count == 0.0) return;
  const double denominator = sum_b * sum_a - count * sum_ba;
  dark_step = denominator == 0.0 || mean_flat == 0.0
                  ? 0.0
                  : std::clamp((sum_bb * sum_a - sum_b * sum_ba) / denominator, 0.0, std::max(0.0, darkest / mean_flat));

  const auto per_frame = static_cast<float>(1.0 / count);
  const auto mean_brightness = static_cast<float>(sum_b / count);
  double mean_left = 0.0;
  for (std::size_t p = 0; p < pixels; ++p) {
    scratch[p] = dark_target[p] * per_frame - mean_brightness * flat[p];
    mean_left += static_cast<double>(scratch[p]);
  }
  mean_left /= static_cast<double>(pixels);
  const auto level = [&](std::size_t p) { return dark_step * (mean_flat - static_cast<double>(flat[p])); };
  for (std::size_t p = 0; p < pixels; ++p)
    scratch[p] = static_cast<float>(static_cast<double>(scratch[p]) - mean_left - level(p));
  const auto threshold = static_cast<float>(lambda_dark / (10.0 * mu));
  transform.forward(scratch, dark);
  for (float& value : dark) value = shrink(value, threshold);
  transform.inverse(dark, scratch);
  for (std::size_t p = 0; p < pixels; ++p)
    dark[p] = static_cast<float>(static_cast<double>(shrink(scratch[p], threshold)) + level(p));
}

void BasicFit::Parts::iterate() {
  flat_before = flat;
  solve_flat();
  const auto mean_flat = static_cast<float>(sum_of(flat) / static_cast<double>(pixels));
  for (std::size_t p = 0; p < pixels; ++p) upper_half[p] = flat[p] >= mean_flat ? 1.0F : 0.0F;

  std::vector<FrameSums> sums(frames);
  solve_residual(sums);
  double total = 0.0;
  for (const FrameSums& sum : sums) total += sum.free;
  const double mean_q = total / static_cast<double>(image.size());
  brightness_before = brightness;
  dark_before = dark;
  mu_before = mu;
  for (std::size_t t = 0; t < frames; ++t) {
    brightness[t] = mean_q == 0.0 ? 0.0 : std::max(0.0, sums[t].free / static_cast<double>(pixels) / mean_q);
  }
  measure_dual(sums);
  if (options.get_darkfield) solve_dark(mean_q, sums);
  mu = next_mu();
  ++iteration;
  ++found.iterations;
}

void BasicFit::Parts::end_reweighting() {
  double mean_brightness = 0.0;
  for (const double b : brightness) mean_brightness += b;
  mean_brightness /= static_cast<double>(frames);
  const double mean_flat = sum_of(flat) / static_cast<double>(pixels);
  const double mean_dark_before = sum_of(dark_before) / static_cast<double>(pixels);

  // W = 1 / (|R| / (mean_x I_B(t) + 1e-6) + epsilon)
  if (weight.empty()) weight.assign(image.size(), 1.0F);
  for (std::size_t t = 0; t < frames; ++t) {
    const auto inverse_level = static_cast<float>(1.0 / (mean_flat * brightness[t] + mean_dark_before + 1e-6));
    const auto epsilon = static_cast<float>(options.epsilon);
    for (std::size_t p = 0; p < pixels; p += chunk) {
      const std::size_t i = t * pixels + p;
      loops->weigh(std::min(chunk, pixels - p), place_before(t, p, flat), &image[i], &dual[i], inverse_level, epsilon,
                   &weight[i]);
    }
    if (excluded.empty()) continue;
    for (std::size_t i = t * pixels; i < (t + 1) * pixels; ++i) {
      if (excluded[i] != 0) weight[i] *= epsilon;
    }
  }
  scale_weights();

  // D_R += D_Z S, S = mean_t(I_B) - D_R, scaled to mean 1
  found.flatfield = Plane(height, width);
  found.darkfield = Plane(height, width);
  for (std::size_t p = 0; p < pixels; ++p) {
    const double full_dark = static_cast<double>(dark[p]) + dark_step * static_cast<double>(flat[p]);
    found.darkfield.values[p] = static_cast<float>(full_dark);
    found.flatfield.values[p] =
        static_cast<float>(mean_brightness * static_cast<double>(flat[p]) + static_cast<double>(dark_before[p]) - full_dark);
  }
  const double mean = mean_of(found.flatfield);
  if (!normalise_to_mean_one(found.flatfield)) {
    std::fill(found.flatfield.values.begin(), found.flatfield.values.end(), 0.0F);
    done = true;
    return;
  }
  // I_t = B_t (mS S + D): what goes with B_t is light and dark-field together. The light of frame t is that less the dark-field, which is
  // the same in all frames; without one it is B_t mS.
  const double mean_dark = mean_of(found.darkfield);
  found.baseline.assign(frames, 0.0);
  for (std::size_t t = 0; t < frames; ++t) found.baseline[t] = brightness[t] * (mean + mean_dark) - mean_dark;

  double change = 0.0;
  double total = 0.0;
  for (std::size_t p = 0; p < pixels; ++p) {
    change += std::abs(static_cast<double>(found.flatfield.values[p]) - static_cast<double>(previous_flat[p]));
    total += std::abs(static_cast<double>(previous_flat[p]));
  }
  all_converged = error <= options.optimization_tol;
  const bool settled = reweighting >= 1 && change <= options.reweighting_tol * total;
  ++reweighting;
  found.reweightings = reweighting;
  found.converged = settled && all_converged;
  previous_flat = found.flatfield.values;
  done = settled || reweighting >= options.max_reweight_iterations;
  if (!done) begin_reweighting();
}

BasicFit::BasicFit(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
BasicFit::~BasicFit() = default;

Result<std::unique_ptr<BasicFit>> BasicFit::begin(std::int64_t height, std::int64_t width, std::vector<float> frames,
                                                  std::vector<std::uint8_t> excluded, const BasicOptions& options) {
  if (std::all_of(frames.begin(), frames.end(), [](float value) { return value == 0.0F; })) {
    return Error{Errc::not_enough_data,
                 "BaSiC cannot find a flat-field: every pixel of every frame is 0. Choose a channel that holds light."};
  }
  std::unique_ptr<BasicFit> fit(
      new BasicFit(std::make_unique<Parts>(height, width, std::move(frames), std::move(excluded), options)));
  fit->parts_->prepare();
  return fit;
}

bool BasicFit::advance(std::uint64_t work) {
  Parts& parts = *parts_;
  const std::uint64_t per_iteration = 2 * parts.image.size();
  for (std::uint64_t done = 0; !parts.done && done < work; done += per_iteration) {
    parts.iterate();
    if (parts.error <= parts.options.optimization_tol || parts.iteration >= parts.options.max_iterations)
      parts.end_reweighting();
  }
  return !parts.done;
}

double BasicFit::fraction() const {
  return parts_->done ? 1.0
                      : static_cast<double>(parts_->reweighting) / static_cast<double>(parts_->options.max_reweight_iterations);
}

Result<BasicResult> BasicFit::result() const {
  BasicResult found = parts_->found;
  found.smoothness_flatfield = parts_->lambda_flat;
  found.smoothness_darkfield = parts_->lambda_dark;
  const bool empty =
      std::all_of(found.flatfield.values.begin(), found.flatfield.values.end(), [](float value) { return value == 0.0F; });
  if (empty) {
    return Error{Errc::not_enough_data, "BaSiC found a flat-field of 0 everywhere: smoothness_flatfield " +
                                            std::to_string(parts_->lambda_flat) +
                                            " is too strong for these frames. Lower it, or leave it null."};
  }
  return found;
}

}  // namespace webunmix
