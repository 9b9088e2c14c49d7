// What flat-field correction did to the whole stack, channel by channel.
import type { ReportStep } from '../../../workers/api';
import { channelName } from '../../inspect/channels';
import { formatNumber, formatPercent, formatValue, NONE } from '../../ui/format';

export function FlatfieldSummary({ step }: { step: ReportStep }) {
  const { learnt } = step;
  const value = (name: string, channel: number) => learnt[name]?.values[channel] ?? null;
  const offsets = (step.details.offset_adu ?? []) as number[];
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Channel</th>
          <th scope="col">S</th>
          <th scope="col">corners to centre</th>
          <th scope="col">taken off, counts</th>
        </tr>
      </thead>
      <tbody>
        {(learnt.flatfield_min?.values ?? []).map((least, channel) => {
          const most = value('flatfield_max', channel);
          const corners = value('corner_to_centre', channel);
          // The dark-field holds the offset, where there is one.
          const off = value('darkfield_mean_adu', channel) || offsets[channel] || 0;
          return (
            <tr key={channelName(channel)}>
              <th scope="row">{channelName(channel)}</th>
              <td>{least === null || most === null ? NONE : `${formatNumber(least, 3)} to ${formatNumber(most, 3)}`}</td>
              <td>{corners === null ? NONE : formatPercent(corners)}</td>
              <td>{formatValue(off)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
