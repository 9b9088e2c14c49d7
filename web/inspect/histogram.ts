// Histograms of planes for the channel cards, and the display range that "Auto" chooses from them.
import type { Pixels, SampleType } from '../../workers/api';

export interface Histogram {
  /** Value at the left edge of the first bin and the right edge of the last. */
  low: number;
  high: number;
  counts: Float64Array;
  /** Smallest and largest finite value seen. */
  least: number;
  most: number;
}

export function extremes(pixels: Pixels): { least: number; most: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < pixels.length; i += 1) {
    const value = pixels[i] as number;
    if (value < least) least = value;
    if (value > most && value !== Number.POSITIVE_INFINITY) most = value;
  }
  return most < least ? { least: 0, most: 0 } : { least, most };
}

/** Counts of `pixels` in `bins` equal bins from low to high; values outside fall into the end bins, NaN is left out. */
export function histogram(pixels: Pixels, low: number, high: number, bins: number): Histogram {
  const counts = new Float64Array(bins);
  const scale = bins / (high - low || 1);
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < pixels.length; i += 1) {
    const value = pixels[i] as number;
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
    const bin = Math.min(Math.max(Math.floor((value - low) * scale), 0), bins - 1);
    counts[bin] = (counts[bin] as number) + 1;
  }
  if (most < least) return { low, high, counts, least: 0, most: 0 };
  return { low, high, counts, least, most };
}

/** The value below which a share `q` of the counts lies, linear within a bin. */
export function quantile(h: Histogram, q: number): number {
  let total = 0;
  for (const count of h.counts) total += count;
  const wanted = q * total;
  const width = (h.high - h.low) / h.counts.length;
  let below = 0;
  for (let i = 0; i < h.counts.length; i += 1) {
    const count = h.counts[i] as number;
    if (below + count >= wanted && count > 0) return h.low + (i + (wanted - below) / count) * width;
    below += count;
  }
  return h.high;
}

/** Left edge of the fullest bin: in fluorescence, the background. */
export function mode(h: Histogram): number {
  let best = 0;
  for (let i = 1; i < h.counts.length; i += 1) if ((h.counts[i] as number) > (h.counts[best] as number)) best = i;
  return h.low + ((best + 0.5) * (h.high - h.low)) / h.counts.length;
}

/** Round to the grain of the data: whole counts, or three significant digits of the range for small floats. */
export function roundToGrain(value: number, range: number): number {
  if (range >= 20) return Math.round(value);
  const grain = 10 ** Math.floor(Math.log10(range || 1) - 3);
  return Math.round(value / grain) * grain;
}

/**
 * The display range: from the background (the commonest value, where that is dark) to the value that 0.2 % of the pixels exceed.
 */
export function autoRange(pixels: Pixels): { black: number; white: number } {
  const { least, most } = extremes(pixels);
  if (most <= least) return { black: least, white: least + 1 };
  const h = histogram(pixels, least, most, 4096);
  const black = Math.max(quantile(h, 0.01), Math.min(mode(h), quantile(h, 0.5)));
  const white = quantile(h, 0.998);
  const range = most - least;
  const low = roundToGrain(black, range);
  const high = roundToGrain(white, range);
  return high > low ? { black: low, white: high } : { black: least, white: most };
}

/** The largest value the type can hold, or null for floating point. */
export function typeMaximum(type: SampleType): number | null {
  switch (type) {
    case 'uint8':
      return 255;
    case 'int8':
      return 127;
    case 'uint16':
      return 65535;
    case 'int16':
      return 32767;
    case 'uint32':
      return 4294967295;
    case 'int32':
      return 2147483647;
    default:
      return null;
  }
}

/** Pixels at or above `limit`. */
export function countAtLeast(pixels: Pixels, limit: number): number {
  let count = 0;
  for (let i = 0; i < pixels.length; i += 1) if ((pixels[i] as number) >= limit) count += 1;
  return count;
}

/** Heights 0..1 of log(1 + count), for drawing. */
export function logHeights(counts: Float64Array, tallest?: number): Float64Array {
  const top = Math.log1p(tallest ?? counts.reduce((a, b) => Math.max(a, b), 0)) || 1;
  return counts.map((count) => Math.log1p(count) / top);
}
