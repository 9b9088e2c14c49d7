// What the unmixing of many channels took from each of them, over the whole stack.
import type { ReportStep } from '../../../workers/api';
import { channelName } from '../../inspect/channels';
import { formatNumber, NONE } from '../../ui/format';
import { type PicassoPool, picassoDetails, shareFound } from './picasso-report';

/** Smaller shares are not worth a word. */
const WORTH = 0.005;

/** "0.36 of Dye 1, 0.11 of Dye 3": of one time point, or the range over all. */
function taken(pools: Pick<PicassoPool, 'matrix'>[], channels: number[], sink: number): string {
  const parts = channels.flatMap((channel, source) => {
    if (source === sink) return [];
    const shares = pools.map((pool) => shareFound(pool, source, sink) ?? 0);
    const [low, high] = [Math.min(...shares), Math.max(...shares)];
    if (Math.max(Math.abs(low), Math.abs(high)) < WORTH) return [];
    const [from, to] = [formatNumber(low, 2), formatNumber(high, 2)];
    return [`${from === to ? from : `${from} to ${to}`} of ${channelName(channel)}`];
  });
  return parts.length > 0 ? parts.join(', ') : NONE;
}

export function PicassoSummary({ step }: { step: ReportStep }) {
  const found = picassoDetails(step.details);
  if (!found) return null;
  const all = [...found.pools, ...[...found.matrixByT.values()].map((matrix) => ({ matrix }))];
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">was taken</th>
        </tr>
      </thead>
      <tbody>
        {found.channels.map((channel, place) => (
          <tr key={channel}>
            <th scope="row">{channelName(channel)}</th>
            <td>{taken(all, found.channels, place)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
