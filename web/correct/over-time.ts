// Alpha at every time point, for the plot. In "Each t" it is part of the estimate; otherwise it is a fit of its own, made by itself
// for small stacks and when asked for in large ones.
import { computed, effect, signal } from '@preact/signals';
import type { Progress } from '../../workers/api';
import { reportStep } from '../../workers/report-steps';
import { shapeOf, stack } from '../open/stack';
import { isCancelled, type PageError, pageError } from '../ui/errors';
import { estimating, estimation, perTimeRecipe } from './estimate';
import { runFit } from './fits';
import { type Interval, stepEstimate } from './report';
import { alphaMode, estimator, unmixIndex } from './unmix';

export interface TimePoint {
  t: number;
  alpha: number | null;
  interval: Interval | null;
}

interface Series {
  key: string;
  points: TimePoint[];
}

const series = signal<Series | null>(null);
export const timeProgress = signal<Progress | null>(null);
export const timeError = signal<PageError | null>(null);

/** Reading this much more for a plot nobody asked for is still quick. */
const BY_ITSELF = 64e6;

const wanted = computed(() => {
  const asked = perTimeRecipe.value;
  return asked ? JSON.stringify(asked) : null;
});

export const timePoints = computed<TimePoint[] | null>(() => {
  const found = estimation.value?.step;
  if (alphaMode.value === 'per_t' && found?.alphaByT) {
    return found.alphaByT.map((alpha, t) => {
      const own = found.pools.find((p) => p.t === t)?.methods.find((m) => m.method === estimator.value);
      return { t, alpha, interval: own?.interval ?? null };
    });
  }
  return series.value && series.value.key === wanted.value ? series.value.points : null;
});

let abort: AbortController | null = null;

export async function estimateOverTime(): Promise<void> {
  const open = stack.value;
  const asked = perTimeRecipe.value;
  const index = unmixIndex.value;
  const key = wanted.value;
  if (!open || !asked || index === null || key === null) return;
  abort?.abort();
  const mine = new AbortController();
  abort = mine;
  timeError.value = null;
  try {
    const report = await runFit(open.session, asked, {
      signal: mine.signal,
      onProgress: (now) => {
        if (abort === mine) timeProgress.value = now;
      },
    });
    const values = stepEstimate(reportStep(report, index))?.alphaByT ?? [];
    if (abort === mine) series.value = { key, points: values.map((alpha, t) => ({ t, alpha, interval: null })) };
  } catch (error) {
    if (abort === mine && !isCancelled(error)) timeError.value = pageError('No estimate over time.', error);
  } finally {
    if (abort === mine) {
      abort = null;
      timeProgress.value = null;
    }
  }
}

effect(() => {
  const open = stack.value;
  const key = wanted.value;
  if (series.value?.key !== key || !open) abort?.abort();
  if (!open || key === null || estimating.value !== null || alphaMode.value === 'per_t' || !estimation.value) return;
  if (series.value?.key === key || shapeOf(open).t < 2 || open.inspection.bytes > BY_ITSELF) return;
  queueMicrotask(() => void estimateOverTime());
});
