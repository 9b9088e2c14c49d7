// Source against target on a log scale, with the line that alpha draws from the background cross. The handle on the line is alpha
// by hand; the dashed line is the threshold of the bright-source mask, with a triangle to drag.
import { useRef, useState } from 'preact/hooks';
import { layout } from '../app/layout';
import { alphaInForce, methodRows, pool, rowInForce } from '../correct/estimate';
import { percentileOf, planeDensity } from '../correct/pixels';
import { endEdit } from '../correct/recipe';
import { setSignalPercentile } from '../correct/threshold';
import { enteringUnit } from '../correct/unit';
import {
  alphaMax,
  alphaMode,
  chosenRow,
  estimator,
  METHOD_NAMES,
  setAlpha,
  sourceChannel,
  takeMethod,
  targetChannel,
  unmixSettings,
} from '../correct/unmix';
import { channelName } from '../inspect/channels';
import { follow } from '../ui/drag';
import { formatAlpha, formatNumber, formatValue } from '../ui/format';
import { RoleDot } from '../ui/icons';
import { sliderDelta } from '../ui/slider-keys';
import { TableButton } from './data-table';
import type { Density } from './density';
import { useDensityPicture } from './density-picture';
import { useSize } from './measure';
import { tickLabel, ticks } from './ticks';

/** Where the handle sits along the source axis. */
const HANDLE = 0.78;

function table(data: Density) {
  const rows: string[][] = [];
  const step = Math.ceil(data.columns / 16);
  for (let column = 0; column + step <= data.columns; column += step) {
    const counts = new Float64Array(data.rows);
    for (let y = 0; y < data.rows; y += 1) {
      for (let x = column; x < column + step; x += 1)
        counts[y] = (counts[y] as number) + (data.counts[y * data.columns + x] as number);
    }
    const total = counts.reduce((a, b) => a + b, 0);
    if (total === 0) continue;
    const at = (q: number) => {
      let sum = 0;
      for (let y = 0; y < data.rows; y += 1) {
        sum += counts[y] as number;
        if (sum >= q * total) return data.yLow + ((y + 0.5) * (data.yHigh - data.yLow)) / data.rows;
      }
      return data.yHigh;
    };
    const width = (data.xHigh - data.xLow) / data.columns;
    rows.push([
      `${formatValue(data.xLow + column * width)} to ${formatValue(data.xLow + (column + step) * width)}`,
      formatNumber(total),
      ...[0.05, 0.5, 0.95].map((q) => formatValue(at(q))),
    ]);
  }
  return {
    title: 'Target by source, this plane',
    columns: [`Source, ${enteringUnit.value}`, 'Pixels', 'Target, 5 %', 'median', '95 %'],
    rows,
  };
}

export function DensityPlot() {
  const data = planeDensity.value;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useDensityPicture(data);
  const size = useSize(frame);
  const [dragged, setDragged] = useState<number | null>(null);
  const found = pool.value;
  const alpha = alphaInForce.value;
  const names = { source: channelName(sourceChannel.value), target: channelName(targetChannel.value) };
  const { width, height } = size;
  const compact = layout.value === 'phone';

  const x0 = found?.sourceBackground ?? 0;
  const y0 = found?.targetBackground ?? 0;
  const px = (x: number) => (data ? ((x - data.xLow) / (data.xHigh - data.xLow)) * width : 0);
  const py = (y: number) => (data ? height - ((y - data.yLow) / (data.yHigh - data.yLow)) * height : 0);
  const lineAt = (slope: number, x: number) => y0 + slope * (x - x0);
  const threshold = dragged ?? found?.sourceThreshold ?? null;
  const percent = 100 - Number(unmixSettings.value?.signal_percentile ?? 99);

  // The handle stays inside the plot when the line leaves it at the top.
  let handleX = data ? data.xLow + HANDLE * (data.xHigh - data.xLow) : 0;
  if (data && alpha !== null && lineAt(alpha, handleX) > data.yHigh * 0.95)
    handleX = x0 + (data.yHigh * 0.95 - y0) / Math.max(alpha, 1e-9);

  const moveHandle = (point: { x: number; y: number }) => {
    if (!data || width === 0) return;
    const x = data.xLow + (point.x / width) * (data.xHigh - data.xLow);
    const y = data.yHigh - (point.y / height) * (data.yHigh - data.yLow);
    setAlpha((y - y0) / Math.max(x - x0, (data.xHigh - data.xLow) * 0.02), 'alpha');
  };
  const home = () => takeMethod(estimator.value, null);
  const dropThreshold = (value: number) => {
    const percentile = percentileOf(value);
    if (percentile !== null) setSignalPercentile(percentile);
    setDragged(null);
  };

  const interval = rowInForce.value?.interval;
  const xTicks = data ? ticks(data.xLow, data.xHigh, 4) : null;
  const yTicks = data ? ticks(data.yLow, data.yHigh, 4) : null;
  return (
    <div class={`density ${compact ? 'compact' : ''}`}>
      <div class="density-y">
        <span>
          <RoleDot of="target" /> <b title={names.target}>{names.target}</b> in {enteringUnit.value}
        </span>
      </div>
      <div class="density-y-ticks" aria-hidden="true">
        {yTicks?.values.map((value) => (
          <span key={value} style={{ bottom: `${(py(data?.yLow ?? 0) - py(value)).toFixed(1)}px` }}>
            {tickLabel(value, yTicks.decimals)}
          </span>
        ))}
      </div>
      <div ref={frame} class="density-frame">
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Density of ${names.target} over ${names.source}, this plane; grey is the logarithm of the count`}
        />
        {data && width > 0 && (
          <svg width={width} height={height} aria-hidden="true">
            {threshold !== null && px(threshold) < width && (
              <>
                <rect class="density-selected" x={px(threshold)} y={0} width={width - px(threshold)} height={height} />
                <line class="density-threshold" x1={px(threshold)} x2={px(threshold)} y1={0} y2={height} />
                <text
                  class="tick"
                  x={px(threshold) + (px(threshold) > width * 0.4 ? -8 : 8)}
                  y={height - 8}
                  text-anchor={px(threshold) > width * 0.4 ? 'end' : 'start'}
                >
                  top {percent >= 1 ? formatNumber(percent, percent % 1 ? 1 : 0) : percent.toPrecision(1)} %
                </text>
              </>
            )}
            {methodRows.value.map((row) =>
              row.alpha === null || row.method === chosenRow.value ? null : (
                <line
                  key={row.method}
                  class="density-other"
                  x1={px(x0)}
                  y1={py(y0)}
                  x2={px(data.xHigh)}
                  y2={py(lineAt(row.alpha, data.xHigh))}
                />
              ),
            )}
            {alpha !== null && (
              <>
                <line class="density-halo" x1={px(x0)} y1={py(y0)} x2={px(data.xHigh)} y2={py(lineAt(alpha, data.xHigh))} />
                <line class="density-alpha" x1={px(x0)} y1={py(y0)} x2={px(data.xHigh)} y2={py(lineAt(alpha, data.xHigh))} />
              </>
            )}
            {found && <path class="density-cross" d={`M${px(x0) - 6},${py(y0)}h12M${px(x0)},${py(y0) - 6}v12`} />}
          </svg>
        )}
        {data && alpha !== null && width > 0 && (
          <div
            class="density-handle"
            style={{ left: `${px(handleX)}px`, top: `${py(lineAt(alpha, handleX))}px` }}
            role="slider"
            tabIndex={0}
            aria-label="Alpha, slope of the line"
            aria-valuemin={0}
            aria-valuemax={alphaMax.value}
            aria-valuenow={Number(alpha.toFixed(3))}
            aria-valuetext={`alpha ${formatAlpha(alpha)}${interval ? `, ${formatAlpha(interval.low)} to ${formatAlpha(interval.high)}` : ''}`}
            onPointerDown={(event) => {
              if (frame.current) follow(event, frame.current, moveHandle, endEdit);
            }}
            onKeyDown={(event) => {
              const delta = sliderDelta(event, 0.001, 0.01);
              if (event.key === 'Home') home();
              else if (delta !== null) setAlpha(alpha + delta, 'alpha');
              else return;
              event.preventDefault();
              event.stopPropagation();
            }}
            onBlur={endEdit}
          >
            <span aria-hidden="true">α {formatAlpha(alpha)}</span>
          </div>
        )}
        {data && threshold !== null && px(threshold) <= width && alphaMode.value !== 'fixed' && (
          <div
            class="density-triangle"
            style={{ left: `${px(threshold)}px` }}
            role="slider"
            tabIndex={0}
            aria-label="Threshold of bright source voxels"
            aria-valuemin={data.xLow}
            aria-valuemax={data.xHigh}
            aria-valuenow={Math.round(threshold)}
            aria-valuetext={`from ${formatValue(threshold)} ${enteringUnit.value}, percentile ${100 - percent}`}
            onPointerDown={(event) => {
              if (!frame.current) return;
              let last = threshold;
              follow(
                event,
                frame.current,
                (point) => {
                  last = Math.min(Math.max(data.xLow + (point.x / width) * (data.xHigh - data.xLow), data.xLow), data.xHigh);
                  setDragged(last);
                },
                () => dropThreshold(last),
              );
            }}
            onKeyDown={(event) => {
              const delta = sliderDelta(event, 0.1, 1);
              if (delta === null) return;
              setSignalPercentile(100 - percent + delta);
              event.preventDefault();
              event.stopPropagation();
            }}
          />
        )}
      </div>
      <div class="density-x-ticks" aria-hidden="true">
        {xTicks?.values.map((value) => (
          <span key={value} style={{ left: `${px(value).toFixed(1)}px` }}>
            {tickLabel(value, xTicks.decimals)}
          </span>
        ))}
      </div>
      <div class="density-x">
        <RoleDot of="source" /> <b title={names.source}>{names.source}</b> in {enteringUnit.value}
      </div>
      <p class="sr-only">
        {alpha === null
          ? ''
          : `Alpha ${formatAlpha(alpha)}, ${chosenRow.value === 'manual' ? 'by hand' : METHOD_NAMES[chosenRow.value]}.`}
      </p>
    </div>
  );
}

export function DensityPanel() {
  const data = planeDensity.value;
  return (
    <section class="dock-panel density-panel" aria-labelledby="density-title">
      <div class="dock-head">
        <h2 id="density-title">Density</h2>
        <small>this plane</small>
        {data && <TableButton title="density" make={() => table(data)} />}
      </div>
      <DensityPlot />
    </section>
  );
}
