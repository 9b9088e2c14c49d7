// Alpha at each time point: points with intervals, the band of the estimate in use, the current time point dotted. Beside it,
// mutual information and correlation over alpha with the minimum marked.
import { computed, signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { alphaInForce, pool, rowInForce } from '../correct/estimate';
import { estimateOverTime, timeError, timePoints, timeProgress } from '../correct/over-time';
import { shapeOf, stack } from '../open/stack';
import { formatAlpha, formatPercent, NONE, unitSign } from '../ui/format';
import { shownIndex } from '../ui/position';
import { Segmented } from '../ui/segmented';
import { physical } from '../viewer/plane-bar';
import { position } from '../viewer/position';
import { Axes, frame, LEFT, TOP } from './axes';
import { TableButton, type TableData } from './data-table';
import { useSize } from './measure';
import { ticks } from './ticks';

type Tab = 'time' | 'curves';
const chosenTab = signal<Tab | null>(null);
/** With one time point there is nothing to see over time. */
const tab = computed<Tab>(() => chosenTab.value ?? (stack.value && shapeOf(stack.value).t < 2 ? 'curves' : 'time'));

/** Time in minutes, seconds or the file's unit; time points when the file does not say. */
function timeAxis(): { factor: number; name: string } {
  const step = stack.value?.inspection.time_increment;
  const count = stack.value ? shapeOf(stack.value).t : 1;
  if (!step) return { factor: 1, name: 'time point' };
  if (step.unit !== 's') return { factor: step.value, name: `time, ${unitSign(step.unit)}` };
  if (step.value * count > 7200) return { factor: step.value / 3600, name: 'time, h' };
  if (step.value * count > 120) return { factor: step.value / 60, name: 'time, min' };
  return { factor: step.value, name: 'time, s' };
}

function TimePlot({ size }: { size: { width: number; height: number } }) {
  const points = timePoints.value ?? [];
  const alpha = alphaInForce.value;
  const band = rowInForce.value?.interval ?? null;
  const values = points
    .flatMap((p) => [p.alpha, p.interval?.low, p.interval?.high])
    .filter((v): v is number => typeof v === 'number');
  for (const v of [alpha, band?.low, band?.high]) if (typeof v === 'number') values.push(v);
  const air = Math.max((Math.max(...values) - Math.min(...values)) * 0.15, 0.004);
  const axis = timeAxis();
  const offset = axis.name === 'time point' ? 1 : 0;
  const last = Math.max(points.length - 1, 1);
  const at = (t: number) => t * axis.factor + offset;
  const pad = last * axis.factor * 0.04;
  const yRange: [number, number] = [Math.max(Math.min(...values) - air, 0), Math.max(...values) + air];
  const f = frame(size, [at(0) - pad, at(last) + pad], yRange);
  const y = ticks(yRange[0], yRange[1], 4);
  const x = ticks(at(0), at(last), Math.min(6, points.length));
  const now = position.value.t;
  return (
    <svg width={size.width} height={size.height} role="img" aria-label="Alpha at each time point">
      {band && (
        <rect class="band" x={LEFT} width={f.width} y={f.y(band.high)} height={Math.max(f.y(band.low) - f.y(band.high), 1)} />
      )}
      {alpha !== null && <line class="level" x1={LEFT} x2={LEFT + f.width} y1={f.y(alpha)} y2={f.y(alpha)} />}
      <line class="now" x1={f.x(at(now))} x2={f.x(at(now))} y1={TOP} y2={TOP + f.height} />
      {points.map((point) =>
        point.alpha === null ? null : (
          <g key={point.t} class={point.t === now ? 'point current' : 'point'}>
            {point.interval && (
              <line x1={f.x(at(point.t))} x2={f.x(at(point.t))} y1={f.y(point.interval.low)} y2={f.y(point.interval.high)} />
            )}
            <circle cx={f.x(at(point.t))} cy={f.y(point.alpha)} r={point.t === now ? 5 : points.length > 40 ? 2 : 3.5} />
          </g>
        ),
      )}
      <Axes
        f={f}
        x={x.values}
        y={y.values}
        xText={(v) => v.toFixed(x.decimals)}
        yText={(v) => v.toFixed(Math.max(y.decimals, 2))}
        xName={axis.name}
        yName="α"
      />
    </svg>
  );
}

function lastFinite(values: number[]): number {
  return values.findLast(Number.isFinite) ?? 0;
}

function CurvePlot({ size }: { size: { width: number; height: number } }) {
  const curves = pool.value?.curves;
  const alpha = alphaInForce.value;
  if (!curves || curves.alpha.length < 2) return <p class="quiet">No curves for this estimate.</p>;
  const most = Math.max(...curves.mutualInformation);
  const least = Math.min(...curves.mutualInformation);
  const scaled = curves.mutualInformation.map((v) => (v - least) / (most - least || 1));
  const x: [number, number] = [curves.alpha[0] as number, curves.alpha[curves.alpha.length - 1] as number];
  const f = frame(size, x, [-1.05, 1.1]);
  const xTicks = ticks(x[0], x[1], 5);
  // A point that has no value breaks the line.
  const line = (values: number[]) =>
    values
      .map((v, i) => {
        if (!Number.isFinite(v)) return '';
        const joined = i > 0 && Number.isFinite(values[i - 1]);
        return `${joined ? 'L' : 'M'}${f.x(curves.alpha[i] as number).toFixed(1)},${f.y(v).toFixed(1)}`;
      })
      .join('');
  const lowest = scaled.indexOf(Math.min(...scaled));
  const [xMin, yMin] = [f.x(curves.alpha[lowest] as number), f.y(scaled[lowest] as number)];
  const end = LEFT + f.width;
  return (
    <svg width={size.width} height={size.height} role="img" aria-label="Mutual information and correlation over alpha">
      <line class="zero" x1={LEFT} x2={end} y1={f.y(0)} y2={f.y(0)} />
      {alpha !== null && alpha >= x[0] && alpha <= x[1] && (
        <line class="now" x1={f.x(alpha)} x2={f.x(alpha)} y1={TOP} y2={TOP + f.height} />
      )}
      <path class="curve" d={line(scaled)} />
      <path class="curve dashed" d={line(curves.correlation)} />
      <path class="minimum" d={`M${xMin},${yMin - 2}l-4,-7h8z`} />
      <text class="curve-name" x={xMin} y={yMin + 14} text-anchor="middle">
        least MI {least.toFixed(2)}
      </text>
      <text class="curve-name" x={end} y={f.y(lastFinite(curves.correlation)) - 5} text-anchor="end">
        r
      </text>
      <Axes
        f={f}
        x={xTicks.values}
        y={[-1, 0, 1]}
        xText={(v) => v.toFixed(xTicks.decimals)}
        yText={(v) => String(v).replace('-', '−')}
        xName="α"
        yName=""
      />
    </svg>
  );
}

function timeTable(): TableData {
  return {
    title: 'α over time',
    columns: ['Time point', 'Time', 'α', 'from', 'to'],
    rows: (timePoints.value ?? []).map((p) => [
      String(shownIndex(p.t)),
      physical('t', p.t) ?? NONE,
      p.alpha === null ? NONE : p.alpha.toFixed(5),
      p.interval ? p.interval.low.toFixed(5) : NONE,
      p.interval ? p.interval.high.toFixed(5) : NONE,
    ]),
  };
}

function curveTable(): TableData {
  const curves = pool.value?.curves;
  return {
    title: 'Mutual information and correlation over α',
    columns: ['α', 'MI, nats', 'r'],
    rows: (curves?.alpha ?? []).map((alpha, i) => [
      formatAlpha(alpha),
      (curves?.mutualInformation[i] ?? Number.NaN).toFixed(4),
      (curves?.correlation[i] ?? Number.NaN).toFixed(4),
    ]),
  };
}

function TimeInstead() {
  const times = stack.value ? shapeOf(stack.value).t : 1;
  if (times < 2) return <p class="quiet">The stack has one time point.</p>;
  if (timeProgress.value) return <p class="quiet">Estimating each time point, {formatPercent(timeProgress.value.fraction)}</p>;
  return (
    <p class="quiet">
      {timeError.value?.message}{' '}
      <button type="button" class="link" onClick={() => void estimateOverTime()}>
        Estimate at each of {times} time points
      </button>
    </p>
  );
}

export function TimePanel() {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const hasTime = (timePoints.value?.length ?? 0) > 1;
  return (
    <section class="over-time" aria-label="Alpha over time, mutual information and correlation over alpha">
      <div class="dock-head">
        <Segmented<Tab>
          label="Plot"
          value={tab.value}
          onChange={(next) => {
            chosenTab.value = next;
          }}
          choices={[
            { value: 'time', label: 'α over time' },
            { value: 'curves', label: 'MI and r over α' },
          ]}
        />
        <TableButton
          title={tab.value === 'time' ? 'alpha over time' : 'curves over alpha'}
          make={() => (tab.value === 'time' ? timeTable() : curveTable())}
        />
      </div>
      <div ref={box} class="over-time-plot">
        {size.width > 0 &&
          (tab.value === 'curves' ? <CurvePlot size={size} /> : hasTime ? <TimePlot size={size} /> : <TimeInstead />)}
      </div>
    </section>
  );
}
