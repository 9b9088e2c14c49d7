// Electrons on the page: which gain and offset each channel was converted with, and where they came from.
import type { ReportStep } from '../../../workers/api';
import { channelName } from '../../inspect/channels';
import { formatNumber, NONE, THIN } from '../../ui/format';
import { activeIndex } from '../active-step';
import { planError } from '../plan';
import { fittedStep, learntStep, stepFitError } from '../step-fit';
import type { StepView } from '../step-view';
import './gain.css';

type Used = ReportStep['used'];

function valuesUsed({ details, used }: ReportStep): { gain: number[]; offset: number[]; used: Used } {
  return {
    gain: (details.gain_used_e_per_adu ?? []) as number[],
    offset: (details.offset_used_adu ?? []) as number[],
    used,
  };
}

function origin(used: Used, setting: string): string {
  const from = used.find((each) => each.setting === setting);
  return from ? `step ${from.from_step + 1}` : 'by hand';
}

function learnt(index: number): string {
  const step = learntStep(index);
  if (!step) return stepFitError.value && index === activeIndex.value ? 'nothing to convert with' : '';
  const values = valuesUsed(step);
  const text = `${formatNumber(values.gain[0] ?? Number.NaN, 3)}${THIN}e-/ADU, offset ${formatNumber(values.offset[0] ?? Number.NaN, 1)}`;
  const from = origin(values.used, 'gain');
  return from === 'by hand' ? text : `${text}, from ${from}`;
}

function ValuesPanel() {
  const values = fittedStep.value && valuesUsed(fittedStep.value);
  const error = stepFitError.value ?? planError.value;
  const warnings = fittedStep.value?.warnings ?? [];
  return (
    <section class="dock-panel" aria-labelledby="electrons-title">
      <div class="dock-head">
        <h2 id="electrons-title">Conversion</h2>
        <small>electrons = (counts − offset) × gain</small>
      </div>
      <div class="dock-scroll">
        {error && !values && (
          <p class="setting-wrong" role="status">
            {error.message}
          </p>
        )}
        {values && (
          <table class="gain-numbers electrons-values">
            <thead>
              <tr>
                <th scope="col">Channel</th>
                <th scope="col">Gain, e-/ADU</th>
                <th scope="col">from</th>
                <th scope="col">Offset, ADU</th>
                <th scope="col">from</th>
              </tr>
            </thead>
            <tbody>
              {values.gain.map((gain, channel) => (
                <tr key={channelName(channel)}>
                  <th scope="row">{channelName(channel)}</th>
                  <td>{formatNumber(gain, 4)}</td>
                  <td>{origin(values.used, 'gain')}</td>
                  <td>{values.offset[channel] === undefined ? NONE : formatNumber(values.offset[channel], 2)}</td>
                  <td>{origin(values.used, 'offset')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {warnings.map((warning) => (
          <p key={warning} class="quiet gain-warning">
            {warning}
          </p>
        ))}
      </div>
    </section>
  );
}

/** What the whole stack was converted with. */
function Summary({ step }: { step: ReportStep }) {
  const { gain, offset } = valuesUsed(step);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Channel</th>
          <th scope="col">gain, e-/ADU</th>
          <th scope="col">offset, ADU</th>
        </tr>
      </thead>
      <tbody>
        {gain.map((value, channel) => (
          <tr key={channelName(channel)}>
            <th scope="row">{channelName(channel)}</th>
            <td>{formatNumber(value, 4)}</td>
            <td>{offset[channel] === undefined ? NONE : formatNumber(offset[channel], 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export const electronsView: StepView = {
  learnt,
  Summary,
  columns: [{ width: 'minmax(0, 640px)', panels: [{ id: 'values', label: 'Values', Panel: ValuesPanel }] }],
};
