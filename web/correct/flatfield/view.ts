// What the page has for `flatfield`.
import { computed } from '@preact/signals';
import { asOnPage } from '../../inspect/in-words';
import { formatValue } from '../../ui/format';
import type { StepPanel, StepView } from '../step-view';
import { channelFit, warnings } from './flatfield';
import { FlatfieldForm } from './flatfield-form';
import { FlatfieldSummary } from './flatfield-summary';
import { LinesPanel, learntLine, ProfilePanel, ResultPanel } from './panels';

const look = computed(() => warnings.value.length > 0);

const profile: StepPanel = { id: 'profile', label: 'Profile', Panel: ProfilePanel };
const lines: StepPanel = { id: 'lines', label: 'Lines', Panel: LinesPanel };
const result: StepPanel = { id: 'result', label: 'Result', Panel: ResultPanel, needsLook: look };

/** What a setting was taken to be, beside its control. */
function note(setting: string): string | null {
  if (setting !== 'smoothness_flatfield' && setting !== 'smoothness_darkfield') return null;
  const used = channelFit.value?.fit[`${setting}_used`];
  return typeof used === 'number' ? formatValue(used) : null;
}

export const flatfieldView: StepView = {
  Form: FlatfieldForm,
  Summary: FlatfieldSummary,
  warning: asOnPage,
  learnt: learntLine,
  note,
  columns: [
    { width: '320px', panels: [profile] },
    { width: 'minmax(0, 1fr)', panels: [lines] },
    { width: '344px', panels: [result] },
  ],
};
