// What the correction did to the plane that is looked at: five meters, each with a limit beyond which one should look.
//
// Units: `before`, `after` are target counts, `source` source counts; `after` still holds its negative values.
import type { Pixels } from '../../workers/api';
import { formatNumber, formatPercent, formatValue, THIN } from '../ui/format';

export type Word = 'good' | 'look' | 'bad';

export interface Check {
  name: string;
  /** Beside the bar, with unit. */
  value: string;
  /** Filled part of the bar, 0..1, and where its limit stands. */
  share: number;
  limit: number;
  word: Word;
  /** Why it is so and what to do, for the worst one. */
  reason: string;
  remedy: 'pedestal' | 'lower' | 'higher' | null;
}

export interface CheckInput {
  source: Pixels;
  before: Pixels;
  after: Pixels;
  alpha: number;
  /** The commonest values of the plane before correction: what the camera gives without light. */
  sourcePedestal: number;
  targetPedestal: number;
  /** Source counts from which on a voxel counts as bright. */
  threshold: number | null;
  /** What the correction takes as pedestal of the source (setting source_offset), 0 when it takes none. */
  sourceOffset: number;
  pedestalKnown: boolean;
  /** Largest value of the file's type, null for floats. */
  saturation: number | null;
  /** Largest value of the type that is written, null for floats: what lies above is cut. */
  outputMost: number | null;
  /** Residuals of the pool at this alpha, from the curves of the fit; null: measured on the plane's bright pixels. */
  residual: { correlation: number; mutualInformation: number | null } | null;
}

function word(value: number, limit: number, worst: number): Word {
  return value <= limit ? 'good' : value <= worst ? 'look' : 'bad';
}

/** Bars end at four times the limit. */
const bar = (value: number, limit: number) => ({ share: Math.min(Math.abs(value) / (4 * limit), 1), limit: 0.25 });

export function shareBelowZero(pixels: Pixels): number {
  let below = 0;
  for (let i = 0; i < pixels.length; i += 1) if ((pixels[i] as number) < 0) below += 1;
  return pixels.length > 0 ? below / pixels.length : 0;
}

/** Pearson's r of a and b where a >= least. */
export function correlation(a: Pixels, b: Pixels, least: number): number | null {
  let n = 0;
  let meanA = 0;
  let meanB = 0;
  let sumAA = 0;
  let sumBB = 0;
  let sumAB = 0;
  for (let i = 0; i < a.length; i += 1) {
    const x = a[i] as number;
    const y = b[i] as number;
    if (!(x >= least) || !Number.isFinite(y)) continue;
    n += 1;
    const dx = x - meanA;
    meanA += dx / n;
    const dy = y - meanB;
    meanB += dy / n;
    sumAA += dx * (x - meanA);
    sumBB += dy * (y - meanB);
    sumAB += dx * (y - meanB);
  }
  return n > 2 && sumAA > 0 && sumBB > 0 ? sumAB / Math.sqrt(sumAA * sumBB) : null;
}

/** Sum of what lies above a pedestal. */
function above(pixels: Pixels, pedestal: number): number {
  let sum = 0;
  for (let i = 0; i < pixels.length; i += 1) {
    const value = (pixels[i] as number) - pedestal;
    if (value > 0) sum += value;
  }
  return sum;
}

/** The share of the target's signal that the correction took away: each plane above its own pedestal, as the report has it. */
export function shareRemoved(before: Pixels, after: Pixels, pedestalBefore: number, pedestalAfter: number): number {
  const signal = above(before, pedestalBefore);
  return signal > 0 ? 1 - above(after, pedestalAfter) / signal : 0;
}

function saturated({ source, before, saturation }: CheckInput): number {
  if (saturation === null) return 0;
  let count = 0;
  for (let i = 0; i < source.length; i += 1) {
    if ((source[i] as number) >= saturation || (before[i] as number) >= saturation) count += 1;
  }
  return count;
}

/** Pixels that do not fit into the type that is written. */
function cut({ source, after, outputMost }: CheckInput): number {
  if (outputMost === null) return 0;
  const most = outputMost + 0.5;
  let count = 0;
  for (let i = 0; i < source.length; i += 1) {
    if ((source[i] as number) >= most || (after[i] as number) >= most) count += 1;
  }
  return count;
}

export function checks(input: CheckInput): Check[] {
  const below = shareBelowZero(input.after);
  const shift = -input.alpha * (input.sourcePedestal - input.sourceOffset);
  const background = Math.abs(input.targetPedestal);
  const shiftLimit = Math.max(0.1 * background, 1e-9);
  const removed = shareRemoved(input.before, input.after, input.targetPedestal, input.targetPedestal + shift);
  const lost = cut(input);
  const full = Math.max(saturated(input), lost);
  const residual = input.residual ?? {
    correlation: correlation(input.source, input.after, input.threshold ?? Number.NEGATIVE_INFINITY) ?? 0,
    mutualInformation: null,
  };
  const r = residual.correlation;
  const mi = residual.mutualInformation;
  const pedestal = input.pedestalKnown ? null : ('pedestal' as const);
  const sourcePedestal = formatValue(input.sourcePedestal);

  return [
    {
      name: 'Below zero',
      value: formatPercent(below),
      ...bar(below, 0.01),
      word: word(below, 0.01, 0.1),
      reason: pedestal ? 'The pedestal is subtracted as well.' : 'α may be too high.',
      remedy: pedestal ?? 'lower',
    },
    {
      name: mi === null ? 'Residual r' : 'Residual r · MI',
      value: mi === null ? formatNumber(r, 2) : `${formatNumber(r, 2)} · ${formatNumber(mi, 2)}`,
      ...bar(r, 0.1),
      word: word(Math.abs(r), 0.1, 0.4),
      reason: r > 0 ? 'The target still follows the source.' : 'The target falls where the source is bright.',
      remedy: r > 0 ? 'higher' : 'lower',
    },
    {
      name: 'Saturated',
      value: `${formatNumber(full)}${THIN}px`,
      share: full > 0 ? Math.min(0.25 + full / input.source.length, 1) : 0,
      limit: 0.25,
      word: full === 0 ? 'good' : full / input.source.length < 0.01 ? 'look' : 'bad',
      reason:
        lost > 0
          ? `${formatNumber(lost)} pixels lie above ${formatNumber(input.outputMost ?? 0)}, the most the sample type holds: write a larger one.`
          : 'Saturated pixels keep some bleed-through.',
      remedy: null,
    },
    {
      name: 'Signal removed',
      value: formatPercent(removed),
      share: Math.min(Math.max(removed, 0), 1),
      limit: 0.5,
      word: word(removed, 0.5, 0.9),
      reason: 'Much was taken away: compare the methods.',
      remedy: null,
    },
    {
      name: 'Pedestal shift',
      value: formatValue(Math.abs(shift) < 0.05 ? 0 : Math.round(shift * 10) / 10),
      ...bar(shift, shiftLimit),
      word:
        Math.abs(shift) <= shiftLimit || Math.abs(shift) < 0.5 ? 'good' : Math.abs(shift) <= 0.9 * background ? 'look' : 'bad',
      reason: pedestal ? `Background fell by α × ${sourcePedestal}.` : `Background moved by ${formatValue(shift)}.`,
      remedy: pedestal,
    },
  ];
}

/** The check to speak of: the worst, and among equals the last, whose remedy also helps those before it. */
export function worst(list: Check[]): Check | null {
  const order: Word[] = ['good', 'look', 'bad'];
  let found: Check | null = null;
  for (const check of list) {
    if (check.word === 'good') continue;
    if (!found || order.indexOf(check.word) >= order.indexOf(found.word)) found = check;
  }
  return found;
}

/** Linear between the points of a curve; null outside it. */
export function valueAt(xs: number[], ys: number[], x: number): number | null {
  if (xs.length === 0 || xs.length !== ys.length) return null;
  for (let i = 1; i < xs.length; i += 1) {
    const [x0, x1] = [xs[i - 1] as number, xs[i] as number];
    if (x < x0 || x > x1) continue;
    const part = x1 > x0 ? (x - x0) / (x1 - x0) : 0;
    return (ys[i - 1] as number) + part * ((ys[i] as number) - (ys[i - 1] as number));
  }
  return null;
}
