// The recipe whose output is looked at, and after how many of its steps: up to the active step.
import { computed } from '@preact/signals';
import type { Recipe } from '../../workers/api';
import { kinds } from '../app/backend';
import { activeIndex, activeKind } from './active-step';
import { previewRecipe } from './estimate';
import { measuresOnly } from './plan';
import { recipe } from './recipe';
import { fullSettings, kindOf } from './settings';
import { stepFit, stepFitStale } from './step-fit';

/** Whether the active step writes 0 for values below it; they are looked at as they are. */
export const outputClips = computed(() => {
  const step = recipe.value.steps[activeIndex.value ?? -1];
  const kind = step && kindOf(kinds.value, step.step);
  return Boolean(kind && fullSettings(kind, step.settings).clip_negative);
});

export const previewed = computed<{ recipe: Recipe; stage: number } | null>(() => {
  const index = activeIndex.value;
  // Pixels that nothing has changed need no second picture.
  if (index === null || measuresOnly.value) return null;
  if (activeKind.value === 'unmix') return previewRecipe.value && { recipe: previewRecipe.value, stage: index + 1 };
  // As it was fitted for the panels: the session holds that fit.
  const found = stepFit.value;
  return found && !stepFitStale.value ? { recipe: found.recipe, stage: found.index + 1 } : null;
});
