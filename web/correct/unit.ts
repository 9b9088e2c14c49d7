// The unit of values on their way through the recipe: counts of the camera, or photo-electrons once a step has converted them. On the
// page only this file knows which step does.
import { computed } from '@preact/signals';
import type { ReportStep } from '../../workers/api';
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

/** What steps have made of the counts of a channel, besides correcting them, by what they found; null of one that tells nothing. */
export function conversionBy(steps: (ReportStep | null)[], channel: number): Conversion {
  const whole: Conversion = { gain: 1, offset: 0 };
  for (const step of steps) {
    if (!step) continue;
    // A step after which no offset is left has taken its dark-field off.
    const dark = step.learnt.darkfield_mean_adu?.values[channel];
    if (step.learnt.offset_adu?.values[channel] === 0 && typeof dark === 'number') whole.offset += dark / whole.gain;
    const gain = (step.details.gain_used_e_per_adu as number[] | undefined)?.[channel];
    const offset = (step.details.offset_used_adu as number[] | undefined)?.[channel];
    if (!converts(step) || !gain || offset === undefined) continue;
    whole.offset += offset / whole.gain;
    whole.gain *= gain;
  }
  return whole;
}

/** Of the steps up to the active one. */
export function conversionOf(channel: number): Conversion {
  const steps = recipe.value.steps.slice(0, (activeIndex.value ?? 0) + 1);
  return conversionBy(
    steps.map((step, index) => (step.enabled === false ? null : learntStep(index))),
    channel,
  );
}
