// The camera's gain on the page: photon-transfer curve, numbers with a verdict, maps.
import { computed } from '@preact/signals';
import type { StepKind } from '../../../workers/api';
import { shapeOf, stack } from '../../open/stack';
import { formatPercent } from '../../ui/format';
import { activeIndex } from '../active-step';
import { settingsOf } from '../recipe';
import { SettingsForm } from '../settings-form';
import { learntStep, stepFit, stepFitError, stepFitProgress } from '../step-fit';
import type { StepPanel, StepView } from '../step-view';
import { CalibrationFiles } from './calibration-files';
import { gainChannels, gainText } from './gain';
import { MapsPanel } from './gain-maps';
import { NumbersPanel, numbersNeedLook } from './gain-numbers';
import { TransferPanel } from './transfer-plot';
import './gain.css';

function GainForm({ kind, index }: { kind: StepKind; index: number }) {
  const { method } = settingsOf(index);
  const sets = method === 'calibration' || method === 'emva';
  return (
    <>
      <SettingsForm kind={kind} index={index} />
      <CalibrationFiles levels={sets} />
    </>
  );
}

function learnt(index: number): string {
  const [first, ...others] = gainChannels(learntStep(index)?.details ?? null);
  if (!first) {
    if (index !== activeIndex.value) return '';
    const progress = stepFitProgress.value;
    if (progress && progress !== 'starting') return `${progress.label}, ${formatPercent(progress.fraction)}`;
    return stepFitError.value && !stepFit.value ? 'no gain' : '';
  }
  const channels = [first, ...others];
  const measured = channels.filter(({ gain }) => gain !== null);
  const [best] = measured;
  if (!best || best.gain === null) return 'no gain';
  const text = gainText(best.gain, best.gainSe);
  const refused = channels.length - measured.length;
  if (refused > 0) return `${text}, ${refused} ${refused === 1 ? 'channel' : 'channels'} without`;
  return others.length > 0 ? `${text}, ${others.length} more ${others.length === 1 ? 'channel' : 'channels'}` : text;
}

function note(setting: string): string | null {
  if (setting !== 'axis' || !stack.value) return null;
  const { t, z, c, y, x } = shapeOf(stack.value);
  return `T ${t}, Z ${z}, C ${c}, Y ${y}, X ${x}`;
}

const transfer: StepPanel = { id: 'transfer', label: 'Curve', Panel: TransferPanel };
const numbers: StepPanel = { id: 'gain', label: 'Gain', Panel: NumbersPanel, needsLook: computed(numbersNeedLook) };
const maps: StepPanel = { id: 'maps', label: 'Maps', Panel: MapsPanel };

export const gainView: StepView = {
  Form: GainForm,
  learnt,
  note,
  columns: [
    { width: 'minmax(0, 1fr)', panels: [transfer] },
    { width: '328px', panels: [numbers] },
    { width: '304px', panels: [maps] },
  ],
  phonePanels: [transfer, numbers, maps],
};
