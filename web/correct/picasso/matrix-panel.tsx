// The unmixing matrix as a heat map with its numbers. Rows: the channel that comes out; columns: what it is made of. Blue is taken
// away, orange is added; the diagonal, near 1, has no colour.
import { channelColour, channelName } from '../../inspect/channels';
import { shapeOf, stack } from '../../open/stack';
import { TableButton, type TableData } from '../../plots/data-table';
import { dotted, formatNumber, NONE } from '../../ui/format';
import { shownIndex } from '../../ui/position';
import { cssColour } from '../../viewer/colours';
import { stepFitStale } from '../step-fit';
import { enteringUnit } from '../unit';
import { FitProgress } from './fit-progress';
import { selected } from './picasso';
import { currentMatrix, currentPool } from './picasso-fit';
import './picasso.css';

/** With more channels than this, names and leading zeros make room for the numbers. */
const ROOMY = 5;

/** Height that the rows share in the dock, in px. */
const ROWS_HEIGHT = 184;

/** The largest factor off the diagonal, which has the full colour. */
function largestOf(matrix: number[][]): number {
  return Math.max(0.05, ...matrix.flatMap((row, i) => row.map((value, j) => (i === j ? 0 : Math.abs(value) || 0))));
}

/** Colour of a factor over the cell's own: from none at 0 to blue for what is taken away, orange for what is added. */
function tint(value: number, largest: number): { background: string; color?: string } {
  const share = Math.min(Math.abs(value) / largest, 1);
  const background = `rgb(${value < 0 ? '77 141 255' : '255 154 61'} / ${share.toFixed(3)})`;
  return share > 0.5 ? { background, color: '#111' } : { background };
}

function cellText(value: number, roomy: boolean): string {
  const text = formatNumber(value, 2);
  return roomy ? text : text.replace('0.', '.');
}

function table(matrix: number[][], normalised: number[][] | null, channels: number[]): TableData {
  return {
    title: 'Unmixing matrix',
    columns: ['Comes out', 'Made of', `Factor on ${enteringUnit.value}`, ...(normalised ? ['on channels of 0 to 1'] : [])],
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

function Numbered({ channel }: { channel: number }) {
  return (
    <>
      <span aria-hidden="true">{channel + 1}</span>
      <span class="sr-only">{channelName(channel)}</span>
    </>
  );
}

function Matrix({ matrix, channels }: { matrix: number[][]; channels: number[] }) {
  const roomy = channels.length <= ROOMY;
  const largest = largestOf(matrix);
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
              const value = matrix[i]?.[j];
              const own = i === j;
              return (
                <td key={from} class={own ? 'own' : ''}>
                  <span style={own || !value ? {} : tint(value, largest)}>
                    {value === undefined ? NONE : cellText(value, roomy)}
                  </span>
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
  const now = currentMatrix.value;
  const channels = selected.value;
  const times = stack.value ? shapeOf(stack.value).t : 1;
  return (
    <section class="dock-panel" aria-labelledby="matrix-title">
      <div class="dock-head">
        <h2 id="matrix-title">Unmixing matrix</h2>
        <small>{dotted(`on ${enteringUnit.value}`, now?.t != null && times > 1 && `t ${shownIndex(now.t)}`)}</small>
        {pool && now && <TableButton title="unmixing matrix" make={() => table(now.matrix, pool.normalised, channels)} />}
      </div>
      <FitProgress />
      <div class="dock-scroll">
        {now && (
          <>
            <div class="scroll-x">
              <Matrix matrix={now.matrix} channels={channels} />
            </div>
            <p class="matrix-foot">Each row comes out, made of the columns. Blue is taken away.</p>
          </>
        )}
      </div>
    </section>
  );
}
