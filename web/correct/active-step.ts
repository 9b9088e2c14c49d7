// The step the page works on: the one whose form is open, else the last one that is switched on. Dock, preview and fits follow it.
import { computed } from '@preact/signals';
import { openStep, recipe } from './recipe';

export const activeIndex = computed<number | null>(() => {
  const { steps } = recipe.value;
  const open = openStep.value;
  if (open !== null && steps[open]) return open;
  const on = steps.findLastIndex((step) => step.enabled !== false);
  return on >= 0 ? on : null;
});

/** Name of the active step's kind. */
export const activeKind = computed<string | null>(() => {
  const index = activeIndex.value;
  return index === null ? null : (recipe.value.steps[index]?.step ?? null);
});

export const activeEnabled = computed(() => {
  const index = activeIndex.value;
  return index !== null && recipe.value.steps[index]?.enabled !== false;
});
