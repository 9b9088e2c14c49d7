// The numbers of the camera with their errors, and what they are worth in plain words.
import { channelName } from '../../inspect/channels';
import { formatNumber, formatPercent, formatValue, THIN } from '../../ui/format';
import { BadIcon, CheckIcon, WarnIcon } from '../../ui/icons';
import { planError } from '../plan';
import { fittedStep, stepFitError } from '../step-fit';
import {
  decimalsOf,
  type GainChannel,
  type GainVerdict,
  gainText,
  gainVerdict,
  refusalFact,
  valueText,
  withoutChannel,
} from './gain';
import { allChannels, showChannel, shownChannel, shownWarnings } from './gain-state';
import { WithFit } from './with-fit';

const SIGNS = { good: <CheckIcon />, look: <WarnIcon />, bad: <BadIcon /> };

function VerdictNote({ verdict }: { verdict: GainVerdict }) {
  if (verdict.kind === 'good') {
    return (
      <p class="verdict-quiet" role="status">
        {SIGNS.good}
        <span>
          <b>{verdict.fact}</b> {verdict.why}
        </span>
      </p>
    );
  }
  return (
    <div class={`note verdict ${verdict.kind === 'bad' ? 'bad' : 'warn'}`} role="status">
      {SIGNS[verdict.kind]}
      <p>
        <b>{verdict.fact}</b> {verdict.why}
      </p>
    </div>
  );
}

/** A value that the report lists channel by channel. */
function learntValue(name: string, channel: number): number | null {
  return fittedStep.value?.learnt[name]?.values[channel] ?? null;
}

function rowsOf(channel: GainChannel): { name: string; value: string; hint?: string }[] {
  const rows: { name: string; value: string; hint?: string }[] = [];
  const { gain, gainSe, line, zeroVariance, zeroVarianceSe } = channel;
  if (gain !== null) {
    rows.push({ name: 'Gain', value: gainText(gain, gainSe) });
    if (gainSe !== null) {
      // Of calibration sets the error comes from the scatter of thousands of pixels, or of levels: 1.96 standard errors.
      const width = (line?.t95 ?? 1.96) * gainSe;
      const [low, high] = [gain - width, gain + width];
      rows.push({ name: '95 % interval', value: `${decimalsOf(low, gainSe)} to ${decimalsOf(high, gainSe)}${THIN}e-/ADU` });
    }
  }
  const offset = learntValue('offset_adu', channel.channel);
  const noise = learntValue('read_noise_e', channel.channel);
  if (offset !== null)
    rows.push({ name: 'Offset', value: valueText(offset, learntValue('offset_se_adu', channel.channel), 'ADU') });
  else if (zeroVariance !== null) {
    rows.push({ name: 'Offset, at least', value: valueText(zeroVariance, zeroVarianceSe, 'ADU'), hint: 'dark frames tell it' });
  }
  if (noise !== null)
    rows.push({ name: 'Read noise', value: valueText(noise, learntValue('read_noise_se_e', channel.channel), 'e-') });
  if (line) {
    rows.push({ name: 'Slope', value: valueText(line.slope, line.slopeSe, 'ADU/e-') });
    rows.push({ name: 'Correlation r', value: formatNumber(line.r, 4) });
  }
  if (channel.saturatedFraction > 0.001) rows.push({ name: 'Saturated', value: formatPercent(channel.saturatedFraction) });
  if (channel.outlierFraction > 0.001) rows.push({ name: 'Outliers', value: formatPercent(channel.outlierFraction) });
  if (channel.flickerFraction > 0.001) rows.push({ name: 'Lamp flicker', value: formatPercent(channel.flickerFraction) });
  const pixels = channel.points.reduce((sum, point) => sum + (point.pixels ?? 0), 0);
  if (pixels > 0) rows.push({ name: 'Pixels in bins', value: formatValue(pixels) });
  return rows;
}

function ChannelChoice() {
  const channels = allChannels.value;
  if (channels.length < 2) return null;
  return (
    <select
      class="field gain-channel"
      aria-label="Channel"
      value={String(shownChannel.value?.channel ?? 0)}
      onChange={(event) => showChannel(Number(event.currentTarget.value))}
    >
      {channels.map(({ channel, refused }) => (
        <option key={channel} value={String(channel)}>
          {channelName(channel)}
          {refused ? ': none' : ''}
        </option>
      ))}
    </select>
  );
}

function Numbers() {
  const channel = shownChannel.value;
  if (!channel) return null;
  const verdict = gainVerdict(channel, shownWarnings.value);
  const said = verdict.kind === 'good' ? [] : [verdict.why];
  const more = shownWarnings.value.map(withoutChannel).filter((warning) => !said.some((text) => text.includes(warning)));
  return (
    <div class="dock-scroll">
      <VerdictNote verdict={verdict} />
      <table class="gain-numbers">
        <tbody>
          {rowsOf(channel).map(({ name, value, hint }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                {value}
                {hint && <small>{hint}</small>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more.map((warning) => (
        <p key={warning} class="quiet gain-warning">
          {warning}
        </p>
      ))}
    </div>
  );
}

export function NumbersPanel() {
  const error = stepFitError.value ?? planError.value;
  return (
    <section class="dock-panel" aria-labelledby="gain-title">
      <div class="dock-head gain-head">
        <h2 id="gain-title">Camera gain</h2>
        <ChannelChoice />
      </div>
      {error ? (
        <div class="dock-scroll">
          <VerdictNote verdict={{ kind: 'bad', fact: refusalFact(error.message), why: withoutChannel(error.message) }} />
        </div>
      ) : (
        <WithFit>
          <Numbers />
        </WithFit>
      )}
    </section>
  );
}

/** True when the numbers ask to be looked at before they are used. */
export function numbersNeedLook(): boolean {
  const channel = shownChannel.value;
  return stepFitError.value !== null || (channel !== null && gainVerdict(channel, shownWarnings.value).kind !== 'good');
}
