// Two-channel unmixing on the page: density, comparison of methods, alpha over time, checks.
import { shapeOf, stack } from '../open/stack';
import { DensityPanel } from '../plots/density-plot';
import { TimePanel } from '../plots/time-plot';
import { formatAlpha, formatNumber, formatValue } from '../ui/format';
import { estimateProgress } from './alpha-card';
import { ChecksPanel, checksNeedLook } from './checks-panel';
import { alphaInForce, estimateError, pool } from './estimate';
import { MethodsPanel } from './methods-table';
import { PhoneEstimate } from './phone-estimate';
import type { StepPanel, StepView } from './step-view';
import { enteringUnit } from './unit';
import { alphaMode, unmixIndex } from './unmix';
import { UnmixForm } from './unmix-form';
import { UnmixSummary } from './unmix-summary';
import { verdictNeedsLook } from './verdict-block';

function learnt(index: number): string {
  if (index !== unmixIndex.value) return '';
  const busy = estimateProgress();
  const alpha = alphaInForce.value;
  if (alpha === null) return busy ?? (estimateError.value ? 'no estimate' : '');
  const voxels = pool.value?.voxels;
  if (alphaMode.value === 'fixed') return `α ${formatAlpha(alpha)}, by hand`;
  return `α ${formatAlpha(alpha)}${voxels != null ? ` from ${formatNumber(voxels)} voxels` : ''}`;
}

function note(setting: string): string | null {
  const open = stack.value;
  if (!open) return null;
  const found = pool.value;
  switch (setting) {
    case 'alpha_reference_t':
      return `of ${shapeOf(open).t}`;
    case 'signal_percentile':
      return found?.sourceThreshold != null ? `from ${formatValue(found.sourceThreshold)} ${enteringUnit.value}` : null;
    case 'background_percentile':
      return found?.sourceBackground != null && found.targetBackground !== null
        ? `${formatValue(found.sourceBackground)}, ${formatValue(found.targetBackground)} ${enteringUnit.value}`
        : null;
    default:
      return null;
  }
}

const density: StepPanel = { id: 'density', label: 'Density', Panel: DensityPanel };
const methods: StepPanel = { id: 'methods', label: 'Compare', Panel: MethodsPanel, needsLook: verdictNeedsLook };
const time: StepPanel = { id: 'time', label: 'Over time', Panel: TimePanel };
const checks: StepPanel = { id: 'checks', label: 'Checks', Panel: ChecksPanel, needsLook: checksNeedLook };

function PhoneCompare() {
  return (
    <>
      <MethodsPanel />
      <TimePanel />
    </>
  );
}

export const unmixView: StepView = {
  firstSettings: { method: 'mi_min' },
  Form: UnmixForm,
  Summary: UnmixSummary,
  learnt,
  note,
  columns: [
    { width: '304px', panels: [density] },
    { width: 'minmax(0, 1fr)', panels: [methods] },
    { width: '328px', panels: [time, checks] },
  ],
  phonePanels: [{ id: 'estimate', label: 'Estimate', Panel: PhoneEstimate }, { ...methods, Panel: PhoneCompare }, checks],
};
