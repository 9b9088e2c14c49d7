// Electrons on the page: which gain and offset each channel was converted with, and where they came from.
import { channelName } from '../../inspect/channels';
import { formatNumber, NONE, THIN } from '../../ui/format';
import { planError } from '../plan';
import { fittedDetails, stepFit, stepFitError } from '../step-fit';
import type { StepView } from '../step-view';
import './gain.css';

interface Used {
  setting: string;
  from_step: number;
  from: string;
}

function valuesUsed(index: number): { gain: number[]; offset: number[]; used: Used[] } | null {
  const details = fittedDetails(index);
  if (!details) return null;
  const step = stepFit.value?.report.steps[index] as { used?: Used[] } | undefined;
  return {
    gain: (details.gain_used_e_per_adu ?? []) as number[],
    offset: (details.offset_used_adu ?? []) as number[],
    used: step?.used ?? [],
  };
}

function origin(used: Used[], setting: string): string {
  const from = used.find((each) => each.setting === setting);
  return from ? `step ${from.from_step + 1}` : 'by hand';
}

function learnt(index: number): string {
  const values = valuesUsed(index);
  if (!values || values.gain.length === 0) return stepFitError.value ? 'nothing to convert with' : '';
  const text = `${formatNumber(values.gain[0] ?? Number.NaN, 3)}${THIN}e-/ADU, offset ${formatNumber(values.offset[0] ?? Number.NaN, 1)}`;
  const from = origin(values.used, 'gain');
  return from === 'by hand' ? text : `${text}, from ${from}`;
}

function ValuesPanel() {
  const index = stepFit.value?.index ?? null;
  const values = index === null ? null : valuesUsed(index);
  const error = stepFitError.value ?? planError.value;
  const warnings = index === null ? [] : (stepFit.value?.report.steps[index]?.warnings ?? []);
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

export const electronsView: StepView = {
  learnt,
  columns: [{ width: 'minmax(0, 640px)', panels: [{ id: 'values', label: 'Values', Panel: ValuesPanel }] }],
};
