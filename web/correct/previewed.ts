// The recipe whose output is looked at, and after how many of its steps: up to the active step.
import { computed } from '@preact/signals';
import type { Recipe } from '../../workers/api';
import { activeIndex, activeKind } from './active-step';
import { previewRecipe } from './estimate';
import { measuresOnly } from './plan';
import { stepFit, stepFitStale } from './step-fit';

export const previewed = computed<{ recipe: Recipe; stage: number } | null>(() => {
  const index = activeIndex.value;
  // Pixels that nothing has changed need no second picture.
  if (index === null || measuresOnly.value) return null;
  if (activeKind.value === 'unmix') return previewRecipe.value && { recipe: previewRecipe.value, stage: index + 1 };
  // As it was fitted for the panels: the session holds that fit.
  const found = stepFit.value;
  return found && !stepFitStale.value ? { recipe: found.recipe, stage: found.index + 1 } : null;
});
