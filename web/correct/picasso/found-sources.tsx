// What was found of sources and sinks: the coefficient of each relation and the background it is counted from.
import { channelColour, channelName } from '../../inspect/channels';
import { TableButton, type TableData } from '../../plots/data-table';
import { formatAlpha, formatNumber, formatValue } from '../../ui/format';
import { cssColour } from '../../viewer/colours';
import { enteringUnit } from '../unit';
import type { PicassoPool } from './picasso-report';

function table(pool: PicassoPool, channels: number[]): TableData {
  return {
    title: 'What bleeds into what',
    columns: ['Source', 'Sink', 'α', `Background of the source, ${enteringUnit.value}`],
    rows: pool.sources.map(({ source, sink, alpha, background }) => [
      channelName(channels[source] ?? source),
      channelName(channels[sink] ?? sink),
      formatNumber(alpha, 5),
      formatNumber(background, 2),
    ]),
  };
}

function Named({ channel }: { channel: number }) {
  return (
    <>
      <i class="swatch-dot" style={{ background: cssColour(channelColour(channel)) }} aria-hidden="true" />{' '}
      {channelName(channel)}
    </>
  );
}

export function FoundSources({ pool, channels }: { pool: PicassoPool; channels: number[] }) {
  return (
    <section class="dock-panel" aria-labelledby="sources-title">
      <div class="dock-head">
        <h2 id="sources-title">What bleeds into what</h2>
        <TableButton title="what bleeds into what" make={() => table(pool, channels)} />
      </div>
      <div class="dock-scroll">
        <table class="found-sources">
          <thead>
            <tr>
              <th scope="col">Source → sink</th>
              <th scope="col">α</th>
              <th scope="col">from background</th>
            </tr>
          </thead>
          <tbody>
            {pool.sources.map(({ source, sink, alpha, background }) => (
              <tr key={`${source}-${sink}`}>
                <th scope="row">
                  <Named channel={channels[source] ?? source} /> → <Named channel={channels[sink] ?? sink} />
                </th>
                <td class="strong">{formatAlpha(alpha)}</td>
                <td>
                  {formatValue(background)} {enteringUnit.value}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
