// The noise a camera of known gain puts on a grey level, and what unmixing makes of it.
import type { ReportStep } from '../../../workers/api';

export interface NoiseModel {
  /** e-/ADU */
  gain: number;
  /** The level at which the variance would be `floor`. */
  level: number;
  /** ADU^2, what varies without light. */
  floor: number;
}

/** Of a channel of the pixels that come out of these steps, from what the last of them to measure it have found; null: nothing. */
export function noiseModel(earlier: readonly Pick<ReportStep, 'learnt'>[], channel: number): NoiseModel | null {
  const nearest = (name: string): number | null =>
    earlier.findLast(({ learnt }) => learnt[name])?.learnt[name]?.values[channel] ?? null;
  const gain = nearest('gain_e_per_adu');
  if (gain === null) return null;
  const [offset, readNoise] = [nearest('offset_adu'), nearest('read_noise_e')];
  if (offset !== null && readNoise !== null) return { gain, level: offset, floor: (readNoise / gain) ** 2 };
  // The line crosses zero variance at this level: read noise is in it.
  const crossing = nearest('zero_variance_adu');
  if (crossing === null) return null;
  // After electrons levels are those of the file, less the offset used and times the gain: 0 for the crossing itself.
  return { gain, level: offset ?? crossing, floor: 0 };
}

/** ADU^2 */
export function varianceAt({ gain, level, floor }: NoiseModel, value: number): number {
  return Math.max(0, (value - level) / gain) + floor;
}

/** Standard deviation of target - alpha source at these levels, and the share of it that the source brings in. */
export function unmixedNoise(
  source: { model: NoiseModel; value: number },
  target: { model: NoiseModel; value: number },
  alpha: number,
): { sd: number; added: number } | null {
  const own = varianceAt(target.model, target.value);
  const brought = alpha ** 2 * varianceAt(source.model, source.value);
  const sd = Math.sqrt(own + brought);
  return sd > 0 ? { sd, added: own > 0 ? sd / Math.sqrt(own) - 1 : 1 } : null;
}
