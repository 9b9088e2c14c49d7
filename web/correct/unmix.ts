// The unmix step that the page works on: which channels play which role, where alpha comes from, and the edits that mean something
// to a person (take over a method, set alpha by hand, estimate at each time point) as changes of settings.
import { computed, signal } from '@preact/signals';
import { kinds } from '../app/backend';
import { activeIndex } from './active-step';
import { picassoIndex } from './picasso/picasso';
import { change, recipe } from './recipe';
import { fullSettings, kindOf, type Settings } from './settings';

export type AlphaMode = 'fixed' | 'reference_t' | 'per_t';
/** The estimators, in the order shown; `manual` is "by hand". */
export const METHODS = ['mean_ratio', 'linear_fit', 'corr_min', 'mi_min', 'manual'] as const;
export type Method = (typeof METHODS)[number];
export type Estimator = Exclude<Method, 'manual'>;

/** Names as rows and running text show them. */
export const METHOD_NAMES: Record<Method, string> = {
  mean_ratio: 'Mean ratio',
  linear_fit: 'Linear fit',
  corr_min: 'Correlation',
  mi_min: 'Mutual information',
  manual: 'By hand',
};

/** Index of the unmix step whose form is open, else of the first one; null without one. */
export const unmixIndex = computed<number | null>(() => {
  const steps = recipe.value.steps;
  const active = activeIndex.value;
  if (active !== null && steps[active]?.step === 'unmix') return active;
  const enabled = steps.findIndex((step) => step.step === 'unmix' && step.enabled !== false);
  if (enabled >= 0) return enabled;
  const any = steps.findIndex((step) => step.step === 'unmix');
  return any >= 0 ? any : null;
});

export const unmixEnabled = computed(() => {
  const index = unmixIndex.value;
  return index !== null && recipe.value.steps[index]?.enabled !== false;
});

export const unmixSettings = computed<Settings | null>(() => {
  const index = unmixIndex.value;
  const kind = kindOf(kinds.value, 'unmix');
  const step = index === null ? null : recipe.value.steps[index];
  return step && kind ? fullSettings(kind, step.settings) : null;
});

function number(name: string, otherwise: number): number {
  const value = unmixSettings.value?.[name];
  return typeof value === 'number' ? value : otherwise;
}

export const sourceChannel = computed(() => number('source_channel', 0));
export const targetChannel = computed(() => number('target_channel', 1));
export const referenceT = computed(() => number('alpha_reference_t', 0));
export const alphaMax = computed(() => number('alpha_max', 1));
export const bidirectional = computed(() => unmixSettings.value?.bidirectional === true);
/** What the recipe sets by hand, or null when alpha is estimated. */
export const fixedAlpha = computed(() => {
  const value = unmixSettings.value?.alpha;
  return alphaMode.value === 'fixed' && typeof value === 'number' ? value : null;
});

export const method = computed<Method>(() => {
  const value = unmixSettings.value?.method as Method | undefined;
  return value && METHODS.includes(value) ? value : 'mi_min';
});

/** The mode in force: null in the recipe means fixed when alpha is given, else one time point. */
export const alphaMode = computed<AlphaMode>(() => {
  const settings = unmixSettings.value;
  const mode = settings?.alpha_mode;
  if (mode === 'fixed' || mode === 'reference_t' || mode === 'per_t') return mode;
  return typeof settings?.alpha === 'number' ? 'fixed' : 'reference_t';
});

/** The estimator used last: what "One t" returns to after alpha was set by hand. */
const lastEstimator = signal<Estimator>('mi_min');
export const estimator = computed<Estimator>(() => (method.value === 'manual' ? lastEstimator.value : method.value));

/** Which row of the methods table is in use. */
export const chosenRow = computed<Method>(() => (alphaMode.value === 'fixed' ? 'manual' : method.value));

function apply(changes: Settings, key: string | null = null): void {
  const index = unmixIndex.value;
  if (index !== null) change(index, changes, key);
}

export function takeMethod(next: Method, alpha: number | null): void {
  if (next === 'manual') {
    setAlpha(alpha ?? 0);
    return;
  }
  lastEstimator.value = next;
  apply({ method: next, alpha: null, alpha_mode: alphaMode.value === 'per_t' ? 'per_t' : null });
}

/** Alpha by hand. Rounded to what the page shows, so that the link, the form and the report agree. */
export function setAlpha(alpha: number, key: string | null = null): void {
  if (method.value !== 'manual') lastEstimator.value = method.value;
  const value = Math.round(Math.max(alpha, 0) * 1e4) / 1e4;
  apply({ method: 'manual', alpha: value, alpha_mode: null }, key);
}

export function setMode(mode: AlphaMode, alpha: number | null): void {
  if (mode === 'fixed') setAlpha(alpha ?? 0);
  else apply({ method: estimator.value, alpha: null, alpha_mode: mode === 'per_t' ? 'per_t' : null });
}

export function setReferenceT(t: number): void {
  apply({ alpha_reference_t: t });
}

/** Source and target change places or channels; two roles never share a channel. */
export function setRole(role: 'source' | 'target', channel: number): void {
  const [source, target] = [sourceChannel.value, targetChannel.value];
  if (role === 'source') apply({ source_channel: channel, target_channel: channel === target ? source : target });
  else apply({ target_channel: channel, source_channel: channel === source ? target : source });
}

/** Null for every channel when no step unmixes a pair, and while the page works on one that unmixes many. */
export function roleOf(channel: number): 'source' | 'target' | null {
  if (unmixIndex.value === null || picassoIndex.value !== null) return null;
  if (channel === sourceChannel.value) return 'source';
  return channel === targetChannel.value ? 'target' : null;
}
