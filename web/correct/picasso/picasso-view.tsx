// Unmixing of N channels on the page: form, what it learnt, matrix, iterations, checks.

import { channelName } from '../../inspect/channels';
import { asOnPage } from '../../inspect/in-words';
import { shapeOf, stack } from '../../open/stack';
import { dotted, formatAlpha, formatNumber, formatValue } from '../../ui/format';
import type { StepPanel, StepView } from '../step-view';
import { enteringUnit } from '../unit';
import { PicassoChecks, picassoNeedsLook } from './checks-panel';
import { fitProgress } from './fit-progress';
import { IterationsPanel } from './iteration-plots';
import { MatrixPanel } from './matrix-panel';
import { firstSettings, picassoIndex, selected } from './picasso';
import { currentPool, solvingText, takenOff } from './picasso-fit';
import { PicassoForm } from './picasso-form';
import { PicassoSummary } from './picasso-summary';

function learnt(index: number): string {
  if (index !== picassoIndex.value) return '';
  const busy = fitProgress();
  if (busy) return busy.text;
  const pool = currentPool.value;
  if (!pool) return '';
  if (pool.iterations) return dotted(`${selected.value.length} channels`, `${pool.iterations.largest.length} iterations`);
  const [first] = pool.sources;
  const name = (place: number) => channelName(selected.value[place] ?? place);
  return first && pool.sources.length === 1
    ? `α ${formatAlpha(first.alpha)} from ${name(first.source)} into ${name(first.sink)}`
    : `${pool.sources.length} coefficients`;
}

function note(setting: string): string | null {
  const open = stack.value;
  if (!open) return null;
  const iterations = currentPool.value?.iterations;
  switch (setting) {
    case 'alpha_reference_t':
      return `of ${shapeOf(open).t}`;
    case 'pixel_bin_size':
      return iterations ? `px · ${formatNumber(iterations.blocks)} blocks` : null;
    case 'background_percentile':
      return iterations && selected.value.length <= 4
        ? `${selected.value.map((channel) => formatValue(Math.round(takenOff(channel)))).join(', ')} ${enteringUnit.value}`
        : null;
    default:
      return null;
  }
}

const matrix: StepPanel = { id: 'matrix', label: 'Matrix', Panel: MatrixPanel };
const iterations: StepPanel = { id: 'iterations', label: 'Iterations', Panel: IterationsPanel };
const checks: StepPanel = { id: 'picasso-checks', label: 'Checks', Panel: PicassoChecks, needsLook: picassoNeedsLook };

export const picassoView: StepView = {
  firstSettings,
  insteadOfFirst: true,
  Form: PicassoForm,
  Summary: PicassoSummary,
  warning: asOnPage,
  learnt,
  note,
  solving: solvingText,
  /** A matrix of many channels takes what the curves can spare. */
  get columns() {
    return [
      { width: `${Math.min(Math.max(304, 66 + 37 * selected.value.length), 520)}px`, panels: [matrix] },
      { width: 'minmax(0, 1fr)', panels: [iterations] },
      { width: '328px', panels: [checks] },
    ];
  },
};
