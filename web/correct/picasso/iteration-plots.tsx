// How the iterations went: the largest coefficient of each, on a log axis, and the share of every channel below zero. Clips at 0 are
// dotted lines; dots are measured on the full images just before a clip, lines on the block sums.
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { channelColour, channelName } from '../../inspect/channels';
import { Axes, frame, TOP } from '../../plots/axes';
import { TableButton, type TableData } from '../../plots/data-table';
import { useSize } from '../../plots/measure';
import { ticks } from '../../plots/ticks';
import { dotted, formatNumber, NONE } from '../../ui/format';
import { cssColour } from '../../viewer/colours';
import { stepFitStale } from '../step-fit';
import { fitProgress } from './fit-progress';
import { FoundSources } from './found-sources';
import { picassoSettings, selected } from './picasso';
import { currentPool } from './picasso-fit';
import type { Iterations } from './picasso-report';

interface Size {
  width: number;
  height: number;
}

type Point = [iteration: number, value: number];

/** Smaller coefficients are as good as none. */
const SMALLEST = 1e-4;

function path(values: number[], x: (v: number) => number, y: (v: number) => number): string {
  return values
    .map((value, i) => (Number.isFinite(value) ? `${i === 0 ? 'M' : 'L'}${x(i + 1).toFixed(1)},${y(value).toFixed(1)}` : ''))
    .join('');
}

function IterationAxes(props: {
  size: Size;
  count: number;
  y: [number, number];
  yTicks: number[];
  yText: (v: number) => string;
  label: string;
  clips: number[];
  children: (x: (v: number) => number, y: (v: number) => number) => ComponentChildren;
}) {
  const { size, count } = props;
  const f = frame(size, [1, Math.max(count, 2)], props.y);
  const x = ticks(0, count, Math.max(Math.floor(size.width / 70), 3));
  const bottom = TOP + f.height;
  return (
    <svg width={size.width} height={size.height} role="img" aria-label={props.label}>
      {props.clips
        .filter((clip) => clip < count)
        .map((clip) => (
          <line key={clip} class="clip-line" x1={f.x(clip)} x2={f.x(clip)} y1={TOP} y2={bottom} />
        ))}
      {props.children(f.x, f.y)}
      <Axes
        f={f}
        x={x.values.filter((v) => v >= 1 && Number.isInteger(v))}
        y={props.yTicks}
        xText={(v) => v.toFixed(0)}
        yText={props.yText}
        xName="iteration"
        yName=""
      />
    </svg>
  );
}

function Convergence({ size, found }: { size: Size; found: Iterations }) {
  const log = (value: number) => Math.log10(Math.max(value, SMALLEST));
  const values = found.largest.map(log);
  const settled = picassoSettings.value?.stop_tolerance;
  const low = Math.min(-3, Math.floor(Math.min(...values)));
  const high = Math.max(-1, Math.ceil(Math.max(...values) * 2) / 2);
  const decades = Array.from({ length: Math.floor(high) - low + 1 }, (_, i) => low + i);
  return (
    <IterationAxes
      size={size}
      count={values.length}
      y={[low, high]}
      yTicks={decades}
      yText={(v) => String(10 ** v)}
      label="Largest coefficient of each iteration"
      clips={found.clips.map((clip) => clip.iteration)}
    >
      {(x, y) => (
        <>
          {typeof settled === 'number' && (
            <line class="level" x1={x(1)} x2={x(values.length)} y1={y(log(settled))} y2={y(log(settled))} />
          )}
          <path class="curve" d={path(values, x, y)} />
        </>
      )}
    </IterationAxes>
  );
}

function Negativity({ size, found, channels }: { size: Size; found: Iterations; channels: number[] }) {
  const most = Math.max(
    0.001,
    ...found.negativity.flat().filter(Number.isFinite),
    ...found.clips.flatMap((clip) => clip.negativity).filter(Number.isFinite),
  );
  const y = ticks(0, most * 100, 3);
  const points = (place: number): Point[] =>
    found.clips.flatMap((clip) => {
      const value = clip.negativity[place];
      return value === undefined ? [] : [[clip.iteration, value]];
    });
  return (
    <IterationAxes
      size={size}
      count={found.largest.length}
      y={[0, most * 110]}
      yTicks={y.values}
      yText={(v) => v.toFixed(y.decimals)}
      label="Share of each channel below zero, per cent, at each iteration"
      clips={found.clips.map((clip) => clip.iteration)}
    >
      {(atX, atY) =>
        channels.map((channel, place) => {
          const colour = cssColour(channelColour(channel));
          return (
            <g key={channel}>
              <path
                class="curve"
                style={{ stroke: colour }}
                d={path(
                  (found.negativity[place] ?? []).map((v) => v * 100),
                  atX,
                  atY,
                )}
              />
              {points(place).map(([iteration, value]) => (
                <circle key={iteration} class="clip-point" cx={atX(iteration)} cy={atY(value * 100)} r={3.5} fill={colour} />
              ))}
            </g>
          );
        })
      }
    </IterationAxes>
  );
}

function Plot({ name, children }: { name: string; children: (size: Size) => ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  return (
    <div class="iteration-plot">
      <p>{name}</p>
      <div ref={box}>{size.width > 0 && children(size)}</div>
    </div>
  );
}

function table(found: Iterations, channels: number[]): TableData {
  return {
    title: 'Iterations',
    columns: [
      'Iteration',
      'Largest coefficient',
      ...channels.map((channel) => `${channelName(channel)} below zero, %`),
      ...channels.map((channel) => `${channelName(channel)}, full image`),
    ],
    rows: found.largest.map((largest, i) => {
      const clip = found.clips.find(({ iteration }) => iteration === i + 1);
      const percent = (value: number | undefined) => (value === undefined ? NONE : formatNumber(value * 100, 3));
      return [
        String(i + 1),
        formatNumber(largest, 5),
        ...channels.map((_, place) => percent(found.negativity[place]?.[i])),
        ...channels.map((_, place) => percent(clip?.negativity[place])),
      ];
    }),
  };
}

const STOPPED: Record<string, string> = {
  stop_tolerance: 'settled',
  stop_on_oversubtraction: 'stopped before over-subtraction',
};

export function IterationsPanel() {
  const pool = currentPool.value;
  const channels = selected.value;
  const found = pool?.iterations;
  if (pool && !found) return <FoundSources pool={pool} channels={channels} />;
  return (
    <section class="dock-panel" aria-labelledby="iterations-title">
      <div class="dock-head">
        <h2 id="iterations-title">Iterations</h2>
        {found && <small>{dotted(String(found.largest.length), STOPPED[found.stopReason], 'dotted: clips at 0')}</small>}
        {found && <TableButton title="iterations" make={() => table(found, channels)} />}
      </div>
      {!found && <p class="quiet">{fitProgress()?.text ?? 'Nothing is unmixed yet.'}</p>}
      {found && (
        <div class={`iteration-plots ${stepFitStale.value ? 'stale-numbers' : ''}`}>
          <Plot name="Largest coefficient">{(size) => <Convergence size={size} found={found} />}</Plot>
          <Plot name="Below zero, % · dots: images before a clip">
            {(size) => <Negativity size={size} found={found} channels={channels} />}
          </Plot>
        </div>
      )}
    </section>
  );
}
