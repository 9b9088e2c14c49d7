// Lines over a common axis: the first solid, the second dashed. The axes are those of every line plot.
import { useRef } from 'preact/hooks';
import { Axes, frame } from './axes';
import { TableButton, type TableData } from './data-table';
import { useSize } from './measure';
import { ticks } from './ticks';

export interface Line {
  label: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

/** Points drawn at most: more would lie within a pixel. */
const MOST_POINTS = 600;

function extent(lines: Line[], of: (line: Line) => ArrayLike<number>): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const line of lines) {
    const values = of(line);
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i] as number;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

function tableOf(title: string, xName: string, lines: Line[], decimals: number): TableData {
  const longest = lines.reduce((a, b) => (b.x.length > a.x.length ? b : a));
  const stride = Math.max(1, Math.ceil(longest.x.length / 256));
  const rows: string[][] = [];
  for (let i = 0; i < longest.x.length; i += stride) {
    rows.push([String(longest.x[i]), ...lines.map(({ y }) => (i < y.length ? (y[i] as number).toFixed(decimals) : ''))]);
  }
  return { title, columns: [xName, ...lines.map(({ label }) => label)], rows };
}

export function LinePlot(props: {
  title: string;
  lines: Line[];
  xName: string;
  yName: string;
  /** Of the values in the table. */
  decimals: number;
  /** Marks every point: for few values that stand for themselves. */
  dots?: boolean;
}) {
  const { lines } = props;
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const [first, last] = extent(lines, (line) => line.x);
  // Room for half a tick label at the right end.
  const x: [number, number] = [first - (last - first) * 0.005, last + (last - first) * 0.015];
  const [low, high] = extent(lines, (line) => line.y);
  const air = (high - low) * 0.08 || Math.abs(high) * 0.02 || 0.01;
  const y: [number, number] = [low - air, high + air];
  const f = frame(size, x, y);
  const marks = {
    x: ticks(first, last, Math.max(2, Math.floor(size.width / 80))),
    y: ticks(y[0], y[1], Math.max(2, Math.floor(size.height / 40))),
  };
  const points = (line: Line) => {
    const stride = Math.max(1, Math.ceil(line.x.length / MOST_POINTS));
    const found: [number, number][] = [];
    for (let i = 0; i < line.x.length; i += stride) found.push([f.x(line.x[i] as number), f.y(line.y[i] as number)]);
    return found;
  };
  return (
    <section class="line-plot" aria-label={props.title}>
      <div class="dock-head">
        <h3>{props.title}</h3>
        {lines.length > 1 && (
          <span class="line-plot-key">
            {lines.map(({ label }, i) => (
              <span key={label} class={i === 0 ? '' : 'dashed'}>
                {label}
              </span>
            ))}
          </span>
        )}
        <TableButton title={props.title} make={() => tableOf(props.title, props.xName, lines, props.decimals)} />
      </div>
      <div ref={box} class="line-plot-frame">
        {size.width > 0 && (
          <svg width={size.width} height={size.height} role="img" aria-label={props.title}>
            {lines.map((line, i) => {
              const drawn = points(line);
              return (
                <g key={line.label}>
                  <path
                    class={i === 0 ? 'curve' : 'curve dashed'}
                    d={drawn.map(([px, py], k) => `${k === 0 ? 'M' : 'L'}${px.toFixed(1)},${py.toFixed(1)}`).join('')}
                  />
                  {props.dots &&
                    drawn.length <= 60 &&
                    drawn.map(([px, py]) => <circle key={px} class="line-plot-dot" cx={px} cy={py} r={2.5} />)}
                </g>
              );
            })}
            <Axes
              f={f}
              x={marks.x.values}
              y={marks.y.values}
              xText={(v) => v.toFixed(marks.x.decimals)}
              yText={(v) => v.toFixed(marks.y.decimals).replace('-', '−')}
              xName={props.xName}
              yName={props.yName}
            />
          </svg>
        )}
      </div>
    </section>
  );
}
