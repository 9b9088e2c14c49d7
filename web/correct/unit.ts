// The unit of the values that enter the active step.
import { computed } from '@preact/signals';
import { activeIndex } from './active-step';
import { recipe } from './recipe';

/** "counts", or "e-" once a step has turned counts into electrons. */
export const enteringUnit = computed(() => {
  const earlier = recipe.value.steps.slice(0, activeIndex.value ?? 0);
  return earlier.some(({ step, enabled }) => step === 'electrons' && enabled !== false) ? 'e-' : 'counts';
});
