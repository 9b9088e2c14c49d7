// The unit of values on their way through the recipe: counts of the camera, or photo-electrons once a step has converted them. On the
// page only this file knows which step does.
import { computed } from '@preact/signals';
import { activeIndex } from './active-step';
import { recipe } from './recipe';
import { learntStep } from './step-fit';

const converts = ({ step, enabled }: { step: string; enabled?: boolean }) => step === 'electrons' && enabled !== false;

/** Of what enters the active step: "counts", or "e-" once a step has turned counts into electrons. */
export const enteringUnit = computed(() =>
  recipe.value.steps.slice(0, activeIndex.value ?? 0).some(converts) ? 'e-' : 'counts',
);

/** (value - offset) * gain */
export interface Conversion {
  gain: number;
  offset: number;
}

/** What steps up to the active one have made of the counts of a channel, besides correcting them. */
export function conversionOf(channel: number): Conversion {
  const whole: Conversion = { gain: 1, offset: 0 };
  for (const [index, step] of recipe.value.steps.slice(0, (activeIndex.value ?? 0) + 1).entries()) {
    const details = converts(step) ? learntStep(index)?.details : null;
    const gain = (details?.gain_used_e_per_adu as number[] | undefined)?.[channel];
    const offset = (details?.offset_used_adu as number[] | undefined)?.[channel];
    if (!gain || offset === undefined) continue;
    whole.offset += offset / whole.gain;
    whole.gain *= gain;
  }
  return whole;
}
