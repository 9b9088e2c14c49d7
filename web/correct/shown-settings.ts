// Steps as the page fits and shows them: settings that change what is written but not what is learnt are set so that pixels before and
// after can be compared, and changing them needs no new fit.
import type { Recipe } from '../../workers/api';
import type { Settings } from './settings';

/** By kind of step. Null: as the table's default. */
const SHOWN: Record<string, Settings> = {
  // In counts, with negative values left in.
  unmix_picasso: { output_units: 'input', clip_negative: false, output_dtype: null },
};

export function asShown(step: Recipe['steps'][number]): Recipe['steps'][number] {
  const shown = SHOWN[step.step];
  if (!shown) return step;
  const settings: Settings = { ...step.settings };
  for (const [name, value] of Object.entries(shown)) {
    if (value === null) delete settings[name];
    else settings[name] = value;
  }
  return { ...step, settings };
}
