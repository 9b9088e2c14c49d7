// The photon-transfer curve: density of all pixels, binned points, the line with its 95 % band, what was left out shaded; and what is
// left of the points when the line is taken away.
import { signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Axes, type Frame, frame, LEFT, TOP } from '../../plots/axes';
import { TableButton, type TableData } from '../../plots/data-table';
import { useDensityPicture } from '../../plots/density-picture';
import { useSize } from '../../plots/measure';
import { tickLabel, ticks } from '../../plots/ticks';
import { formatNumber, formatValue, NONE } from '../../ui/format';
import { Segmented } from '../../ui/segmented';
import { type GainChannel, lineAt, type TransferPoint, withoutChannel } from './gain';
import { shownChannel } from './gain-state';
import { WithFit } from './with-fit';

type Tab = 'curve' | 'residuals';
const tab = signal<Tab>('curve');

/** The two ends of the horizontal axis. */
function meanRange(channel: GainChannel): [number, number] {
  if (channel.density) return [channel.density.xLow, channel.density.xHigh];
  const means = channel.points.map(({ mean }) => mean);
  if (channel.dark) means.push(channel.dark.mean);
  const [low, high] = [Math.min(...means), Math.max(...means)];
  const air = (high - low) * 0.05 || 1;
  return [low - air, high + air];
}

function Excluded({ channel, f, range }: { channel: GainChannel; f: Frame; range: [number, number] }) {
  if (!channel.used) return null;
  const parts: [number, number][] = [
    [range[0], Math.min(channel.used[0], range[1])],
    [Math.max(channel.used[1], range[0]), range[1]],
  ];
  return (
    <>
      {parts.map(([from, to]) => {
        const width = f.x(to) - f.x(from);
        if (width <= 0.5) return null;
        return (
          <g key={from}>
            <rect class="transfer-excluded" x={f.x(from)} y={TOP} width={width} height={f.height} />
            {width > 48 && (
              <text class="tick transfer-left-out" x={f.x(from) + width / 2} y={TOP + 12} text-anchor="middle">
                left out
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

/** The band between `low` and `high` along the means. */
function bandPath(f: Frame, range: [number, number], ends: (mean: number) => { low: number; high: number } | null): string {
  const steps = 32;
  const at = (i: number) => range[0] + ((range[1] - range[0]) * i) / steps;
  const points = Array.from({ length: steps + 1 }, (_, i) => ({ mean: at(i), ends: ends(at(i)) }));
  if (points.some(({ ends: found }) => !found)) return '';
  const corner = (mean: number, value: number) => `${f.x(mean).toFixed(1)},${f.y(value).toFixed(1)}`;
  const up = points.map(({ mean, ends: found }) => corner(mean, found?.high ?? 0));
  const down = points.map(({ mean, ends: found }) => corner(mean, found?.low ?? 0)).reverse();
  return `M${[...up, ...down].join('L')}Z`;
}

function Dots({ points, f, value }: { points: TransferPoint[]; f: Frame; value: (point: TransferPoint) => number | null }) {
  return (
    <>
      {points.map((point) => {
        const at = value(point);
        if (at === null) return null;
        return (
          <circle
            key={point.mean}
            class={point.used ? 'transfer-dot' : 'transfer-dot off'}
            cx={f.x(point.mean)}
            cy={f.y(at)}
            r={point.pixels === null ? 4.5 : 3}
          />
        );
      })}
    </>
  );
}

/** Lines and points that end at the frame. */
function Inside({ f, children }: { f: Frame; children: preact.ComponentChildren }) {
  return (
    <svg
      x={LEFT}
      y={TOP}
      width={f.width}
      height={f.height}
      viewBox={`${LEFT} ${TOP} ${f.width} ${f.height}`}
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

function Vertical({ f, name }: { f: Frame; name: string }) {
  return (
    <text class="transfer-vertical" transform={`translate(10 ${TOP + f.height / 2}) rotate(-90)`} text-anchor="middle">
      {name}
    </text>
  );
}

function Curve({ channel, size }: { channel: GainChannel; size: { width: number; height: number } }) {
  const canvas = useDensityPicture(channel.density);
  const x = meanRange(channel);
  const top = channel.density?.yHigh ?? Math.max(...channel.points.map(({ variance }) => variance)) * 1.12;
  // A dark point lies hardly above 0.
  const f = frame(size, x, [channel.dark ? -0.05 * top : 0, top]);
  const xTicks = ticks(x[0], x[1], Math.max(2, Math.floor(f.width / 90)));
  const yTicks = ticks(0, top, Math.max(2, Math.floor(f.height / 40)));
  const [from, to] = [lineAt(channel, x[0]), lineAt(channel, x[1])];
  return (
    <>
      {channel.density && (
        <canvas
          ref={canvas}
          class="transfer-density"
          style={{ left: `${LEFT}px`, top: `${TOP}px`, width: `${f.width}px`, height: `${f.height}px` }}
        />
      )}
      <svg
        width={size.width}
        height={size.height}
        role="img"
        aria-label={`Variance against mean, ${from ? 'with the fitted line' : 'without a line'}`}
      >
        <Excluded channel={channel} f={f} range={x} />
        <Inside f={f}>
          {channel.line && (
            <path
              class="transfer-band"
              d={bandPath(f, x, (mean) => {
                const at = lineAt(channel, mean);
                return at && { low: at.height - at.band, high: at.height + at.band };
              })}
            />
          )}
          {from && to && (
            <>
              <line class="density-halo" x1={f.x(x[0])} x2={f.x(x[1])} y1={f.y(from.height)} y2={f.y(to.height)} />
              <line class="transfer-line" x1={f.x(x[0])} x2={f.x(x[1])} y1={f.y(from.height)} y2={f.y(to.height)} />
            </>
          )}
          {channel.saturation !== null && (
            <line
              class="density-threshold"
              x1={f.x(channel.saturation)}
              x2={f.x(channel.saturation)}
              y1={TOP}
              y2={TOP + f.height}
            />
          )}
          <Dots points={channel.points} f={f} value={({ variance }) => variance} />
          {channel.dark && (
            <circle class="transfer-dot off" cx={f.x(channel.dark.mean)} cy={f.y(channel.dark.variance)} r={4.5} />
          )}
        </Inside>
        <Axes
          f={f}
          x={xTicks.values}
          y={yTicks.values}
          xText={(v) => tickLabel(v, xTicks.decimals)}
          yText={(v) => tickLabel(v, yTicks.decimals)}
          xName="mean, ADU"
          yName=""
        />
        <Vertical f={f} name="variance, ADU²" />
      </svg>
    </>
  );
}

/** How far a point lies off the line, per cent of the line. */
function residual(channel: GainChannel, { mean, variance }: TransferPoint): number | null {
  const at = lineAt(channel, mean);
  return at && at.height > 0 ? 100 * (variance / at.height - 1) : null;
}

function Residuals({ channel, size }: { channel: GainChannel; size: { width: number; height: number } }) {
  const values = channel.points.map((point) => residual(channel, point)).filter((v): v is number => v !== null);
  const x = meanRange(channel);
  const most = Math.max(1, ...values.map(Math.abs)) * 1.15;
  const f = frame(size, x, [-most, most]);
  const xTicks = ticks(x[0], x[1], Math.max(2, Math.floor(f.width / 90)));
  const yTicks = ticks(-most, most, Math.max(2, Math.floor(f.height / 40)));
  return (
    <svg width={size.width} height={size.height} role="img" aria-label="Distance of the points from the line, per cent">
      <Excluded channel={channel} f={f} range={x} />
      <Inside f={f}>
        {channel.line && (
          <path
            class="transfer-band"
            d={bandPath(f, x, (mean) => {
              const at = lineAt(channel, mean);
              if (!at || at.height <= 0) return { low: -2 * most, high: 2 * most };
              const half = (100 * at.band) / at.height;
              return { low: -half, high: half };
            })}
          />
        )}
        <line class="transfer-line" x1={LEFT} x2={LEFT + f.width} y1={f.y(0)} y2={f.y(0)} />
        <Dots points={channel.points} f={f} value={(point) => residual(channel, point)} />
      </Inside>
      <Axes
        f={f}
        x={xTicks.values}
        y={yTicks.values}
        xText={(v) => tickLabel(v, xTicks.decimals)}
        yText={(v) => tickLabel(v, yTicks.decimals)}
        xName="mean, ADU"
        yName=""
      />
      <Vertical f={f} name="off the line, %" />
    </svg>
  );
}

function table(channel: GainChannel): TableData {
  return {
    title: 'Photon transfer, binned',
    columns: ['Mean, ADU', 'Variance, ADU²', 'Line, ADU²', 'Off the line, %', 'Pixels', 'Used'],
    rows: channel.points.map((point) => {
      const off = residual(channel, point);
      return [
        formatNumber(point.mean, 2),
        formatNumber(point.variance, 2),
        formatNumber(lineAt(channel, point.mean)?.height ?? Number.NaN, 2),
        off === null ? NONE : formatNumber(off, 2),
        point.pixels === null ? NONE : formatValue(point.pixels),
        point.used ? 'yes' : 'no',
      ];
    }),
  };
}

function Plot() {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const channel = shownChannel.value;
  // Without a line the density of the pixels still shows why there is none.
  const shown = channel && (channel.points.length > 0 || (tab.value === 'curve' && channel.density));
  return (
    <div ref={box} class="transfer-plot">
      {shown && size.width > 0 ? (
        tab.value === 'curve' ? (
          <Curve channel={channel} size={size} />
        ) : (
          <Residuals channel={channel} size={size} />
        )
      ) : (
        channel?.refused && <p class="quiet">This channel has no line. {withoutChannel(channel.refused)}</p>
      )}
    </div>
  );
}

export function TransferPanel() {
  const channel = shownChannel.value;
  return (
    <section class="dock-panel" aria-label="Photon transfer">
      <div class="dock-head gain-head">
        <Segmented<Tab>
          label="Plot"
          value={tab.value}
          onChange={(next) => {
            tab.value = next;
          }}
          choices={[
            { value: 'curve', label: 'Photon transfer' },
            { value: 'residuals', label: 'Residuals' },
          ]}
        />
        {channel && channel.points.length > 0 && <TableButton title="photon transfer" make={() => table(channel)} />}
      </div>
      <WithFit>
        <Plot />
      </WithFit>
    </section>
  );
}
