// All methods beside each other: alpha, interval on a shared axis, voxels, residual correlation. A radio takes a row over. The vertical hairline is
// the alpha in use; a row whose interval misses that of the chosen method is an amber diamond.
import { useRef } from 'preact/hooks';
import { layout } from '../app/layout';
import { TableButton } from '../plots/data-table';
import { useSize } from '../plots/measure';
import { ticks } from '../plots/ticks';
import { formatAlpha, formatCompact, formatNumber, NONE, THIN } from '../ui/format';
import { alphaInForce, estimation, methodRows } from './estimate';
import type { MethodEstimate } from './report';
import { alphaMode, chosenRow, estimator, fixedAlpha, METHOD_NAMES, METHODS, type Method, takeMethod } from './unmix';
import { contradicts } from './verdict';
import { VerdictBlock } from './verdict-block';

interface Scale {
  low: number;
  high: number;
}

/** An axis that holds all estimates, their intervals and the alpha in use, with a little air. */
function scaleOf(rows: MethodEstimate[], alpha: number | null): Scale | null {
  const values = rows
    .flatMap((row) => [row.alpha, row.interval?.low, row.interval?.high])
    .filter((v): v is number => typeof v === 'number');
  if (alpha !== null) values.push(alpha);
  if (values.length === 0) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = Math.max((high - low) * 0.12, 0.005);
  return { low: Math.max(low - air, 0), high: high + air };
}

function Interval({ row, scale, width, off }: { row: MethodEstimate; scale: Scale; width: number; off: boolean }) {
  const x = (value: number) => ((value - scale.low) / (scale.high - scale.low)) * width;
  if (row.alpha === null) return null;
  const at = x(row.alpha);
  return (
    <g class={off ? 'interval off' : 'interval'}>
      {row.interval && (
        <path
          d={`M${x(row.interval.low)},12v8M${x(row.interval.high)},12v8M${x(row.interval.low)},16H${x(row.interval.high)}`}
        />
      )}
      {off ? (
        <path class="mark" d={`M${at},10.5l5.5,5.5l-5.5,5.5l-5.5,-5.5z`} />
      ) : (
        <circle class="mark" cx={at} cy={16} r={4.75} />
      )}
    </g>
  );
}

function table(rows: MethodEstimate[]) {
  return {
    title: 'Estimates of all methods',
    columns: ['Method', 'α', 'from', 'to', 'Voxels', 'Residual r', 'Residual MI, nats', 'Remark'],
    rows: rows.map((row) => [
      METHOD_NAMES[row.method],
      row.alpha === null ? NONE : row.alpha.toFixed(5),
      row.interval ? row.interval.low.toFixed(5) : NONE,
      row.interval ? row.interval.high.toFixed(5) : NONE,
      row.voxels === null ? NONE : String(row.voxels),
      row.residualR === null ? NONE : row.residualR.toFixed(4),
      row.residualMi === null ? NONE : row.residualMi.toFixed(4),
      row.error ?? '',
    ]),
  };
}

export function MethodsTable() {
  const rows = methodRows.value;
  const alpha = alphaInForce.value;
  const chosen = chosenRow.value;
  const plot = useRef<HTMLTableCellElement>(null);
  const { width } = useSize(plot);
  const scale = scaleOf(rows, alpha);
  const reference = rows.find((row) => row.method === (chosen === 'manual' ? estimator.value : chosen));
  const phone = layout.value === 'phone';
  const hasIntervals = rows.some((row) => row.interval !== null);
  const axis = scale && width > 0 ? ticks(scale.low, scale.high, Math.max(Math.floor(width / 40), 3)) : null;
  const xOf = (value: number) => (scale ? ((value - scale.low) / (scale.high - scale.low)) * width : 0);
  // Ticks may stand closer than their numbers can.
  const spacing = axis && axis.values.length > 1 ? xOf(axis.values[1] as number) - xOf(axis.values[0] as number) : width;
  const stride = Math.max(1, Math.ceil(32 / Math.max(spacing, 1)));
  const name = (method: Method) => (phone && method === 'mi_min' ? 'Mutual info' : METHOD_NAMES[method]);

  return (
    <table class="methods">
      <caption class="sr-only">Alpha by all methods. Choose a row to use it.</caption>
      <colgroup>
        <col class="col-name" />
        <col class="col-alpha" />
        <col />
        {!phone && <col class="col-voxels" />}
        {!phone && <col class="col-residual" />}
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Method</th>
          <th scope="col" class="right">
            α
          </th>
          <th scope="col" class="interval-column" ref={plot}>
            {hasIntervals ? `95${THIN}% interval` : 'on one axis'}
          </th>
          {!phone && (
            <th scope="col" class="right">
              Voxels
            </th>
          )}
          {!phone && (
            <th scope="col" class="right">
              r left
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {METHODS.map((method) => {
          const row = rows.find((r) => r.method === method) ?? null;
          const value = method === 'manual' ? fixedAlpha.value : (row?.alpha ?? null);
          const off = row !== null && reference !== undefined && contradicts(row, reference);
          const current = method === chosen;
          return (
            <tr key={method} class={current ? 'current' : ''}>
              <th scope="row">
                <label>
                  <input
                    type="radio"
                    class="radio-mark"
                    name="method"
                    checked={current}
                    disabled={method !== 'manual' && row?.error !== null && row?.error !== undefined}
                    onChange={() => takeMethod(method, alpha)}
                  />
                  {name(method)}
                </label>
              </th>
              <td class="right strong">
                {value === null ? NONE : formatAlpha(value)}
                {off && <span class="sr-only"> outside the interval of the chosen method</span>}
              </td>
              <td class="interval-column">
                {method === 'manual' ? (
                  axis && (
                    <svg class="interval-axis" width={width} height={31} aria-hidden="true">
                      <path d={`M0,6H${width}${axis.values.map((v) => `M${xOf(v)},6v4`).join('')}`} />
                      {axis.values
                        .filter((_, i) => i % stride === 0)
                        .map((v) => (
                          <text key={v} x={xOf(v)} y={23} text-anchor="middle">
                            {v.toFixed(Math.max(axis.decimals, 2))}
                          </text>
                        ))}
                      {alpha !== null && <line class="hairline" x1={xOf(alpha)} x2={xOf(alpha)} y1={0} y2={6} />}
                    </svg>
                  )
                ) : row?.error ? (
                  <span class="row-error">{row.error}</span>
                ) : (
                  scale &&
                  width > 0 && (
                    <svg width={width} height={31} aria-hidden="true">
                      {alpha !== null && <line class="hairline" x1={xOf(alpha)} x2={xOf(alpha)} y1={0} y2={31} />}
                      {row && <Interval row={row} scale={scale} width={width} off={off} />}
                    </svg>
                  )
                )}
                {row?.interval && (
                  <span class="sr-only">
                    {formatAlpha(row.interval.low)} to {formatAlpha(row.interval.high)}
                  </span>
                )}
              </td>
              {!phone && <td class="right">{row?.voxels != null ? formatCompact(row.voxels) : ''}</td>}
              {!phone && <td class="right">{row?.residualR != null ? formatNumber(row.residualR, 2) : ''}</td>}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

export function MethodsPanel() {
  const rows = methodRows.value;
  const resampling = estimation.value?.step.resampling;
  return (
    <section class="dock-panel methods-panel" aria-labelledby="methods-title">
      <div class="dock-head">
        <h2 id="methods-title">Compare methods</h2>
        <small>{alphaMode.value === 'per_t' ? 'this time point' : resampling}</small>
        <TableButton title="estimates of all methods" make={() => table(rows)} />
      </div>
      <div class="dock-scroll">
        <VerdictBlock />
        <MethodsTable />
      </div>
    </section>
  );
}
