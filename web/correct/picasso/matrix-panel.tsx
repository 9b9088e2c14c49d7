// The unmixing matrix as a heat map with its numbers. Rows: the channel that comes out; columns: what it is made of. Blue is taken
// away, orange is added; the diagonal, near 1, has no colour.
import { channelColour, channelName } from '../../inspect/channels';
import { shapeOf, stack } from '../../open/stack';
import { TableButton, type TableData } from '../../plots/data-table';
import { type HeatScale, heatColour } from '../../plots/heat';
import { dotted, formatNumber, NONE } from '../../ui/format';
import { shownIndex } from '../../ui/position';
import { cssColour } from '../../viewer/colours';
import { stepFitStale } from '../step-fit';
import { FitProgress } from './fit-progress';
import { selected } from './picasso';
import { currentPool } from './picasso-fit';
import type { PicassoPool } from './picasso-report';
import './picasso.css';

/** With more channels than this, names and leading zeros make room for the numbers. */
const ROOMY = 5;

/** Height that the rows share in the dock, in px. */
const ROWS_HEIGHT = 184;

function scaleOf(matrix: number[][]): HeatScale {
  const largest = Math.max(0.05, ...matrix.flatMap((row, i) => row.map((value, j) => (i === j ? 0 : Math.abs(value) || 0))));
  return { low: -largest, middle: 0, high: largest };
}

function cellText(value: number, roomy: boolean): string {
  const text = formatNumber(value, 2);
  return roomy ? text : text.replace('0.', '.');
}

function table(pool: PicassoPool, channels: number[]): TableData {
  const { matrix, normalised } = pool;
  return {
    title: 'Unmixing matrix',
    columns: ['Comes out', 'Made of', 'Factor on counts', ...(normalised ? ['on channels of 0 to 1'] : [])],
    rows: channels.flatMap((out, i) =>
      channels.map((from, j) => [
        channelName(out),
        channelName(from),
        formatNumber(matrix[i]?.[j] ?? Number.NaN, 5),
        ...(normalised ? [formatNumber(normalised[i]?.[j] ?? Number.NaN, 5)] : []),
      ]),
    ),
  };
}

function Dot({ channel }: { channel: number }) {
  return <i class="swatch-dot" style={{ background: cssColour(channelColour(channel)) }} aria-hidden="true" />;
}

/** What shows as 0.00 has no colour. */
const NOTHING = 0.005;

function Numbered({ channel }: { channel: number }) {
  return (
    <>
      <span aria-hidden="true">{channel + 1}</span>
      <span class="sr-only">{channelName(channel)}</span>
    </>
  );
}

function Matrix({ pool, channels }: { pool: PicassoPool; channels: number[] }) {
  const roomy = channels.length <= ROOMY;
  const scale = scaleOf(pool.matrix);
  // Names that do not fit give way to numbers: those of the keys that switch channels on and off.
  const short = roomy && channels.every((channel) => channelName(channel).length <= (channels.length < 4 ? 6 : 4));
  return (
    <table
      class={`unmixing-matrix ${roomy ? '' : 'small'} ${stepFitStale.value ? 'stale-numbers' : ''}`}
      style={{ '--cell': `${Math.min(Math.max(ROWS_HEIGHT / channels.length, 24), 56)}px` }}
    >
      <caption class="sr-only">Rows come out, columns are what they are made of</caption>
      <colgroup>
        <col class={roomy ? 'col-out' : 'col-out-number'} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">
            <span class="sr-only">Comes out</span>
          </th>
          {channels.map((channel) => (
            <th key={channel} scope="col">
              <Dot channel={channel} />
              {short ? channelName(channel) : <Numbered channel={channel} />}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {channels.map((out, i) => (
          <tr key={out}>
            <th scope="row">
              <Dot channel={out} />
              {roomy ? channelName(out) : <Numbered channel={out} />}
            </th>
            {channels.map((from, j) => {
              const value = pool.matrix[i]?.[j];
              const own = i === j;
              const [r, g, b] = heatColour(value ?? 0, scale).map(Math.round);
              const none = own || Math.abs(value ?? 0) < NOTHING;
              const style = none ? {} : { background: `rgb(${r} ${g} ${b})`, color: '#111' };
              return (
                <td key={from} class={own ? 'own' : ''} style={style}>
                  {value === undefined ? NONE : cellText(value, roomy)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function MatrixPanel() {
  const pool = currentPool.value;
  const channels = selected.value;
  const times = stack.value ? shapeOf(stack.value).t : 1;
  return (
    <section class="dock-panel" aria-labelledby="matrix-title">
      <div class="dock-head">
        <h2 id="matrix-title">Unmixing matrix</h2>
        <small>{dotted('on counts', pool?.t != null && times > 1 && `t ${shownIndex(pool.t)}`)}</small>
        {pool && <TableButton title="unmixing matrix" make={() => table(pool, channels)} />}
      </div>
      <FitProgress />
      <div class="dock-scroll">
        {pool && (
          <>
            <Matrix pool={pool} channels={channels} />
            <p class="matrix-foot">Each row comes out, made of the columns. Blue is taken away.</p>
          </>
        )}
      </div>
    </section>
  );
}
