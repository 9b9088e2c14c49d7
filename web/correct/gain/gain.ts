// What `detect_gain` says of each channel in a report, and what it means in plain words. The report's keys belong to the core
// (docs/methods-gain.md); on the page only this file knows them.
import type { Density } from '../../plots/density';
import { formatNumber, formatPercent, formatValue, listed, THIN } from '../../ui/format';

export interface TransferLine {
  slope: number;
  intercept: number;
  slopeSe: number;
  interceptSe: number;
  covariance: number;
  r: number;
  /** Half the width of a 95 % interval in standard errors. */
  t95: number;
}

export interface TransferPoint {
  mean: number;
  variance: number;
  pixels: number | null;
  /** False: shown, but the line does not go by it. */
  used: boolean;
}

export interface GainChannel {
  channel: number;
  /** Why there is no gain. */
  refused: string | null;
  gain: number | null;
  gainSe: number | null;
  /** Null where levels stand for themselves: the line then goes through the dark point. */
  line: TransferLine | null;
  points: TransferPoint[];
  /** The means the line was fitted over. */
  used: [number, number] | null;
  saturation: number | null;
  saturatedFraction: number;
  outlierFraction: number;
  flickerFraction: number;
  zeroVariance: number | null;
  zeroVarianceSe: number | null;
  dark: { mean: number; variance: number } | null;
  density: Density | null;
}

type Json = Record<string, unknown>;
const object = (value: unknown): Json | null => (value !== null && typeof value === 'object' ? (value as Json) : null);
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.filter((v) => typeof v === 'number') : []);

function readLine(value: unknown): TransferLine | null {
  const fit = object(value);
  if (!fit) return null;
  const at = (key: string) => number(fit[key]) ?? 0;
  return {
    slope: at('slope'),
    intercept: at('intercept'),
    slopeSe: at('stderr'),
    interceptSe: at('intercept_stderr'),
    covariance: at('covariance'),
    r: at('r'),
    t95: at('t_95'),
  };
}

function readDensity(value: unknown): Density | null {
  const found = object(value);
  const [columns, rows] = [number(found?.columns), number(found?.rows)];
  if (!found || columns === null || rows === null) return null;
  return {
    xLow: number(found.mean_begin) ?? 0,
    xHigh: number(found.mean_end) ?? 1,
    yLow: 0,
    yHigh: number(found.variance_end) ?? 1,
    columns,
    rows,
    counts: Float64Array.from(numbers(found.counts)),
  };
}

function readPoints(curve: Json, used: [number, number] | null): TransferPoint[] {
  const means = numbers(curve.mean_bins);
  const variances = numbers(curve.var_bins);
  const pixels = numbers(curve.pixels_in_bins);
  const levels = Array.isArray(curve.levels) ? curve.levels.map(object) : [];
  return [
    ...means.map((mean, i) => ({
      mean,
      variance: variances[i] ?? 0,
      pixels: pixels[i] ?? null,
      used: !used || (mean >= used[0] && mean <= used[1]),
    })),
    ...levels.map((level) => ({
      mean: number(level?.mean_adu) ?? 0,
      variance: number(level?.variance_adu2) ?? 0,
      pixels: null,
      used: true,
    })),
  ];
}

function readChannel(value: unknown): GainChannel | null {
  const curve = object(value);
  if (!curve) return null;
  const [from, to] = numbers(curve.means_used);
  const used: [number, number] | null = from !== undefined && to !== undefined ? [from, to] : null;
  const dark = object(curve.dark);
  return {
    channel: number(curve.channel) ?? 0,
    refused: typeof curve.refused === 'string' ? curve.refused : null,
    gain: number(curve.gain_e_per_adu),
    gainSe: number(curve.gain_se),
    line: readLine(curve.fit),
    points: readPoints(curve, used),
    used,
    saturation: number(curve.saturation_adu),
    saturatedFraction: number(curve.saturated_fraction) ?? 0,
    outlierFraction: number(curve.outlier_fraction) ?? 0,
    flickerFraction: number(curve.flicker_fraction) ?? 0,
    zeroVariance: number(curve.zero_variance_adu),
    zeroVarianceSe: number(curve.zero_variance_se),
    dark: dark && { mean: number(dark.mean_adu) ?? 0, variance: number(dark.variance_adu2) ?? 0 },
    density: readDensity(curve.density),
  };
}

/** The channels of the details of a `detect_gain` step. */
export function gainChannels(details: Json | null): GainChannel[] {
  const channels = Array.isArray(details?.channels) ? details.channels : [];
  return channels.map(readChannel).filter((channel): channel is GainChannel => channel !== null);
}

/** Height of the line at a mean, with half the width of its 95 % band. */
export function lineAt(channel: GainChannel, mean: number): { height: number; band: number } | null {
  const { line, dark, gain } = channel;
  if (line) {
    const variance = line.interceptSe ** 2 + 2 * mean * line.covariance + (mean * line.slopeSe) ** 2;
    return { height: line.intercept + line.slope * mean, band: line.t95 * Math.sqrt(Math.max(variance, 0)) };
  }
  return dark && gain ? { height: dark.variance + (mean - dark.mean) / gain, band: 0 } : null;
}

/** "0.503 ± 0.003 e-/ADU": as many decimals as the error has sense for. */
export function valueText(value: number, se: number | null, unit: string): string {
  return `${decimalsOf(value, se)}${se === null ? '' : ` ± ${decimalsOf(se, se)}`}${THIN}${unit}`;
}

/** With as many decimals as the error has sense for: samples of 0 to 1 have numbers far below those of counts. */
export function decimalsOf(value: number, se: number | null): string {
  if (se !== null && se > 0 && se < 1e-5) return formatValue(value);
  const decimals = se === null || se <= 0 ? 3 : Math.min(Math.max(1 - Math.floor(Math.log10(se)), 1), 6);
  return formatNumber(value, decimals);
}

export const gainText = (gain: number, se: number | null) => valueText(gain, se, 'e-/ADU');

export interface GainVerdict {
  kind: 'good' | 'look' | 'bad';
  fact: string;
  why: string;
}

/** Above this share of the gain the standard error is large; core/gain refuses above 15 %. */
const ROUGH = 0.05;

/** What a refusal comes to in a few words. */
export function refusalFact(reason: string): string {
  if (reason.includes('no lever')) return 'Flat illumination: no lever.';
  if (reason.includes('saturated')) return 'Saturated: nothing left to measure.';
  if (/one frame/i.test(reason)) return 'One frame: no noise to measure.';
  return 'The gain cannot be told.';
}

/** A reason of the core without the channel it begins with, which the page shows and counts in its own way. */
export function withoutChannel(reason: string): string {
  const text = reason.replace(/^channel \d+( \([^)]*\))?: /, '');
  // A file's name is left as it is.
  return /^\S+\.\w+\b/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

export function gainVerdict(channel: GainChannel, warnings: string[]): GainVerdict {
  const { gain, gainSe, line } = channel;
  if (channel.refused || gain === null) {
    const reason = channel.refused ?? '';
    return { kind: 'bad', fact: refusalFact(reason), why: withoutChannel(reason) };
  }
  const doubt = warnings.filter((warning) => warning.includes('doubtful'));
  if (doubt.length > 0) return { kind: 'look', fact: 'Doubtful.', why: doubt.map(withoutChannel).join(' ') };
  const share = gainSe === null ? null : gainSe / gain;
  const straight = line ? ` The line explains ${formatPercent(line.r ** 2)} of how the bins vary.` : '';
  if (share === null) return { kind: 'look', fact: 'One light level.', why: 'More levels would tell how sure this gain is.' };
  if (share > ROUGH) {
    const why = `The standard error is ${formatPercent(share)} of the gain: more frames, or a wider range of brightness, would help.`;
    return { kind: 'look', fact: 'Roughly determined.', why };
  }
  const aside = [
    channel.saturatedFraction > 0.01 && 'saturated pixels were left out',
    channel.outlierFraction > 0.01 && 'pixels that move or blink were left out',
    channel.flickerFraction > 0.002 && 'flicker of the lamp was removed',
  ].filter((text): text is string => Boolean(text));
  const note = aside.length > 0 ? ` ${listed(aside)[0]?.toUpperCase()}${listed(aside).slice(1)}.` : '';
  return {
    kind: 'good',
    fact: 'Well determined.',
    why: `The standard error is ${formatPercent(share)} of the gain.${straight}${note}`,
  };
}

/** The values of a map where the mean lies in the range the line was fitted over: what was left out (saturated, dark) does not count. */
export function valuesInUse(
  values: ArrayLike<number>,
  means: ArrayLike<number> | null,
  used: [number, number] | null,
): ArrayLike<number> {
  if (!means || !used || means.length !== values.length) return values;
  const [from, to] = used;
  const inside = Array.from(values).filter((_value, i) => (means[i] as number) >= from && (means[i] as number) <= to);
  return inside.length > 0 ? inside : values;
}

/** Counts in `bins` equal bins over the range, for a histogram; what lies outside is left out. */
export function histogramOf(values: ArrayLike<number>, low: number, high: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  const scale = bins / (high - low || 1);
  for (let i = 0; i < values.length; i += 1) {
    const bin = Math.floor(((values[i] as number) - low) * scale);
    if (bin >= 0 && bin < bins) counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}
