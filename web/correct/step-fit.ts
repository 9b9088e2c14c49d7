// What the active step has learnt from the stack, for its panels: fitted again whenever the recipe up to it changes. Two-channel
// unmixing has a fit of its own (estimate.ts), because choosing among its methods needs no new one.
import { batch, computed, signal } from '@preact/signals';
import type { ReportStep } from '../../workers/api';
import { reportStep } from '../../workers/report-steps';
import { kinds } from '../app/backend';
import { stack } from '../open/stack';
import { activeEnabled, activeIndex, activeKind } from './active-step';
import { fitKey, followingFit, knownStep, type WantedFit } from './following-fit';
import { planError } from './plan';
import { recipe } from './recipe';
import { asShown } from './shown-settings';

/** Reading this much without being asked is still quick. */
const BY_ITSELF = 512e6;

/** The fit that was asked for although the stack is large, and the one that was cancelled. */
const askedFor = signal<string | null>(null);
const cancelled = signal<string | null>(null);

const wantedFit = computed<WantedFit | null>(() => {
  const index = activeIndex.value;
  if (!stack.value || index === null || !activeEnabled.value || activeKind.value === 'unmix') return null;
  if (kinds.value.length === 0 || planError.value) return null;
  const asked = {
    ...recipe.value,
    steps: recipe.value.steps.slice(0, index + 1).map((step, i) => (i === index ? asShown(step) : step)),
  };
  return { key: fitKey(asked), recipe: asked, index };
});

const wanted = computed<WantedFit | null>(() => {
  const asked = wantedFit.value;
  const large = (stack.value?.inspection.bytes ?? 0) > BY_ITSELF;
  if (asked && (cancelled.value === asked.key || (large && askedFor.value !== asked.key))) return null;
  return asked;
});

const fit = followingFit(wanted, { failure: 'Nothing could be learnt from this stack with these settings.', maps: true });

/** What was learnt last; it may be older than the settings (stepFitStale). */
export const stepFit = fit.found;
export const stepFitProgress = fit.progress;
export const stepFitError = fit.error;
export const stepFitStale = fit.stale;

/** True when the fit waits to be asked for, because the stack is large or because it was cancelled. */
export const stepFitWaits = computed(() => wantedFit.value !== null && wanted.value === null);

export function startStepFit(): void {
  batch(() => {
    askedFor.value = wantedFit.value?.key ?? null;
    cancelled.value = null;
  });
}

export function cancelStepFit(): void {
  cancelled.value = wantedFit.value?.key ?? null;
}

/** What the fit shown tells of the step it is of. */
export const fittedStep = computed<ReportStep | null>(() => {
  const found = stepFit.value;
  return found && reportStep(found.report, found.index);
});

/** The details of step `index` in the fit shown, when it is of that step. */
export function fittedDetails(index: number): Record<string, unknown> | null {
  return stepFit.value?.index === index ? (fittedStep.value?.details ?? null) : null;
}

/** For one line of what step `index` has learnt: from the fit shown, or, of a step that is closed, from any fit it was part of. */
export function learntStep(index: number): ReportStep | null {
  return stepFit.value?.index === index ? fittedStep.value : knownStep(recipe.value, index);
}
