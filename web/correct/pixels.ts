// Source and target of the plane that is looked at, as the unmix step meets them, and what is measured on them for the plots.
import { computed } from '@preact/signals';
import type { Pixels, SampleType } from '../../workers/api';
import { extremes, histogram, mode, quantile, typeMaximum } from '../inspect/histogram';
import { type Density, density } from '../plots/density';
import { roundUp } from '../plots/ticks';
import { type CheckInput, valueAt } from './checks';
import { alphaInForce, estimation, pool } from './estimate';
import { plannedOutput } from './plan';
import { after, entering } from './preview';
import { sourceChannel, targetChannel, unmixSettings } from './unmix';

export interface PlanePair {
  source: Pixels;
  target: Pixels;
}

export const planePair = computed<PlanePair | null>(() => {
  const source = entering.value?.channels.get(sourceChannel.value);
  const target = entering.value?.channels.get(targetChannel.value);
  return source && target ? { source, target } : null;
});

const CELLS = 110;

/** Axes of the density: from zero (or the lowest value) to a round number above nearly all pixels. */
function axis(pixels: Pixels): { low: number; high: number } {
  const { least, most } = extremes(pixels);
  const top = most > least ? quantile(histogram(pixels, least, most, 2048), 0.9998) : most;
  const high = roundUp(Math.max(top, least + 1e-9));
  return { low: least < 0 ? -roundUp(-least) : 0, high: Math.max(high, 1e-9) };
}

export const planeDensity = computed<Density | null>(() => {
  const pair = planePair.value;
  if (!pair) return null;
  const x = axis(pair.source);
  const y = axis(pair.target);
  return density(pair.source, pair.target, { xLow: x.low, xHigh: x.high, yLow: y.low, yHigh: y.high }, CELLS, CELLS);
});

/** The percentile that a source value has on this plane, for the threshold that is dragged. */
export function percentileOf(value: number): number | null {
  const source = planePair.value?.source;
  if (!source || source.length === 0) return null;
  let below = 0;
  for (let i = 0; i < source.length; i += 1) if ((source[i] as number) < value) below += 1;
  return (100 * below) / source.length;
}

/** The fullest bin, as the automatic offset of the core is: one count wide where counts are whole and few. */
function pedestal(pixels: Pixels): number {
  const { least, most } = extremes(pixels);
  if (most <= least) return least;
  const whole = !(pixels instanceof Float32Array || pixels instanceof Float64Array) && most - least < 65536;
  return whole
    ? Math.floor(mode(histogram(pixels, least, most + 1, most - least + 1)))
    : mode(histogram(pixels, least, most, 4096));
}

const planePedestals = computed(() => {
  const pair = planePair.value;
  return pair && { sourcePedestal: pedestal(pair.source), targetPedestal: pedestal(pair.target) };
});

export const checkInput = computed<CheckInput | null>(() => {
  const pair = planePair.value;
  const corrected = after.value?.channels.get(targetChannel.value);
  const alpha = alphaInForce.value;
  const pedestals = planePedestals.value;
  if (
    !pair ||
    !pedestals ||
    !corrected ||
    alpha === null ||
    after.value?.t !== entering.value?.t ||
    after.value?.z !== entering.value?.z
  )
    return null;
  const found = pool.value;
  const curves = found?.curves ?? null;
  const r = curves && valueAt(curves.alpha, curves.correlation, alpha);
  const mi = curves && valueAt(curves.alpha, curves.mutualInformation, alpha);
  const offset = unmixSettings.value?.source_offset;
  const sourceOffset = typeof offset === 'number' ? offset : (estimation.value?.step.sourceOffset ?? 0);
  return {
    source: pair.source,
    before: pair.target,
    after: corrected,
    alpha,
    ...pedestals,
    threshold: found?.sourceThreshold ?? null,
    sourceOffset: offset === null || offset === undefined ? 0 : sourceOffset,
    pedestalKnown: offset !== null && offset !== undefined,
    saturation: entering.value ? typeMaximum(entering.value.type) : null,
    outputMost: plannedOutput.value ? typeMaximum(plannedOutput.value.type as SampleType) : null,
    residual: typeof r === 'number' && Number.isFinite(r) ? { correlation: r, mutualInformation: mi ?? null } : null,
  };
});
