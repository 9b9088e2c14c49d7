// Alpha as all methods see it. Whenever a setting that matters to the estimate changes, the pool is fitted again with all methods;
// choosing among them, or setting alpha by hand, needs no new fit.
import { computed } from '@preact/signals';
import type { Recipe, Report } from '../../workers/api';
import { reportStep } from '../../workers/report-steps';
import { kinds } from '../app/backend';
import { shapeOf, stack } from '../open/stack';
import { position } from '../viewer/position';
import { fitKey, followingFit, type WantedFit } from './following-fit';
import { recipe } from './recipe';
import { type MethodEstimate, type PoolEstimate, type StepEstimate, stepEstimate } from './report';
import { same } from './settings';
import { alphaMode, type Estimator, estimator, fixedAlpha, method, unmixEnabled, unmixIndex } from './unmix';

export interface Estimation {
  /** The fit this came from. */
  key: string;
  report: Report;
  step: StepEstimate;
}

/** Settings that change what is written but not what is estimated. */
const NO_MATTER = ['clip_negative', 'output_dtype'];

function fitRecipe(current: Recipe, index: number, mode: 'reference_t' | 'per_t', chosen: Estimator): Recipe {
  const steps = current.steps.slice(0, index + 1).map((step, i) => {
    if (i !== index) return step;
    const settings = { ...step.settings };
    for (const name of [...NO_MATTER, 'alpha', 'alpha_mode']) delete settings[name];
    return { ...step, enabled: true, settings: { ...settings, method: chosen, alpha_mode: mode } };
  });
  return { ...current, steps };
}

/** What is to be fitted for the page to show its numbers; null while there is nothing to fit. */
const wanted = computed<WantedFit | null>(() => {
  const index = unmixIndex.value;
  if (!stack.value || shapeOf(stack.value).c < 2 || index === null || kinds.value.length === 0) return null;
  const perT = alphaMode.value === 'per_t';
  // One fit compares all methods, so which one is chosen matters only where each time point is estimated.
  const asked = fitRecipe(recipe.value, index, perT ? 'per_t' : 'reference_t', perT ? estimator.value : 'mi_min');
  return { key: fitKey(asked), recipe: asked, index };
});

/** The same estimate at every time point, with the method in use. */
export const perTimeRecipe = computed<Recipe | null>(() => {
  const index = unmixIndex.value;
  if (!stack.value || index === null || kinds.value.length === 0) return null;
  return fitRecipe(recipe.value, index, 'per_t', estimator.value);
});

const fit = followingFit(wanted, { failure: 'No estimate from this stack with these settings.', maps: false });

export const estimation = computed<Estimation | null>(() => {
  const found = fit.found.value;
  const step = found && stepEstimate(reportStep(found.report, found.index));
  return found && step ? { key: found.key, report: found.report, step } : null;
});
export const estimating = fit.progress;
export const estimateError = fit.error;
/** True while the numbers shown belong to settings that have changed since. */
export const estimateStale = fit.stale;

/** The pool whose numbers are shown: the one time point, or the current one of each. */
export const pool = computed<PoolEstimate | null>(() => {
  const pools = estimation.value?.step.pools ?? [];
  return pools.find((p) => p.t === position.value.t) ?? pools[0] ?? null;
});

export const methodRows = computed<MethodEstimate[]>(() => pool.value?.methods ?? []);

export function estimateOf(wantedMethod: Estimator): MethodEstimate | null {
  return methodRows.value.find((row) => row.method === wantedMethod) ?? null;
}

/** Alpha as it acts on the plane that is looked at; null while it is not known. */
export const alphaInForce = computed<number | null>(() => {
  if (fixedAlpha.value !== null) return fixedAlpha.value;
  if (method.value === 'manual') return null;
  if (alphaMode.value === 'per_t') return estimation.value?.step.alphaByT?.[position.value.t] ?? null;
  return estimateOf(method.value)?.alpha ?? null;
});

export const rowInForce = computed<MethodEstimate | null>(() => {
  if (fixedAlpha.value !== null || method.value === 'manual') return null;
  return estimateOf(method.value);
});

/** The coefficient of the other direction, when both are corrected. */
export const alphaReverseInForce = computed<number | null>(() => {
  const index = unmixIndex.value;
  const settings = index === null ? null : recipe.value.steps[index]?.settings;
  if (settings?.bidirectional !== true) return null;
  if (typeof settings.alpha_reverse === 'number' && alphaMode.value === 'fixed') return settings.alpha_reverse;
  if (alphaMode.value === 'fixed') return fixedAlpha.value;
  return pool.value?.alphaReverse ?? null;
});

/** The recipe whose output is looked at: as `recipe`, with alpha put in as a number and negative values left visible. */
export const previewRecipe = computed<Recipe | null>(() => {
  const index = unmixIndex.value;
  const alpha = alphaInForce.value;
  if (index === null || !unmixEnabled.value || alpha === null) return null;
  const found = estimation.value?.step;
  const steps = recipe.value.steps.slice(0, index + 1).map((step, i) => {
    if (i !== index) return step;
    const settings: Record<string, unknown> = { method: 'manual', alpha, clip_negative: false };
    for (const name of ['source_channel', 'target_channel', 'bidirectional', 'source_offset', 'target_offset', 'alpha_max']) {
      if (name in step.settings) settings[name] = step.settings[name];
    }
    if (settings.bidirectional === true) settings.alpha_reverse = alphaReverseInForce.value ?? alpha;
    if (same(settings.source_offset, 'auto') && found?.sourceOffset != null) settings.source_offset = found.sourceOffset;
    if (same(settings.target_offset, 'auto') && found?.targetOffset != null) settings.target_offset = found.targetOffset;
    return { ...step, settings };
  });
  return { ...recipe.value, steps };
});
