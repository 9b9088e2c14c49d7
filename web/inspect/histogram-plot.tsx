// A channel's histogram on a log scale with the handles of its display range. Inside the range in the channel's colour, outside
// dimmed; for the corrected target the filled curve is after and the line is before.
import { useRef } from 'preact/hooks';
import { follow } from '../ui/drag';
import { formatPixel } from '../ui/format';
import { sliderDelta } from '../ui/slider-keys';
import { type Histogram, logHeights, roundToGrain } from './histogram';

export interface HistogramPlotProps {
  name: string;
  /** Filled. */
  main: Histogram | null;
  /** A line over it. */
  ghost: Histogram | null;
  low: number;
  high: number;
  black: number;
  white: number;
  fill: string;
  dim: string;
  onRange: (range: { black?: number; white?: number }) => void;
}

const WIDTH = 224;
const HEIGHT = 54;

function path(h: Histogram, tallest: number, from: number, to: number, closed: boolean): string {
  const heights = logHeights(h.counts, tallest);
  const step = WIDTH / heights.length;
  const first = Math.max(Math.floor(from / step), 0);
  const last = Math.min(Math.ceil(to / step), heights.length);
  if (last <= first) return '';
  const points: string[] = [];
  for (let i = first; i < last; i += 1) {
    const y = HEIGHT - (heights[i] as number) * (HEIGHT - 2);
    points.push(
      `${Math.max(i * step, from).toFixed(1)},${y.toFixed(1)}`,
      `${Math.min((i + 1) * step, to).toFixed(1)},${y.toFixed(1)}`,
    );
  }
  return closed ? `M${from.toFixed(1)},${HEIGHT}L${points.join('L')}L${to.toFixed(1)},${HEIGHT}Z` : `M${points.join('L')}`;
}

export function HistogramPlot(props: HistogramPlotProps) {
  const { low, high, black, white, main, ghost } = props;
  const frame = useRef<HTMLDivElement>(null);
  const range = high - low || 1;
  const at = (value: number) => Math.min(Math.max(((value - low) / range) * WIDTH, 0), WIDTH);
  const tallest = Math.max(...[main, ghost].flatMap((h) => (h ? [h.counts.reduce((a, b) => Math.max(a, b), 1)] : [1])));
  const [xBlack, xWhite] = [at(black), at(white)];

  const set = (which: 'black' | 'white', value: number) => {
    const grain = roundToGrain(Math.min(Math.max(value, low), high), range);
    if (which === 'black') props.onRange({ black: Math.min(grain, white - range * 1e-4) });
    else props.onRange({ white: Math.max(grain, black + range * 1e-4) });
  };
  const handle = (which: 'black' | 'white', value: number) => (
    <div
      class="histogram-handle"
      style={{ left: `${(at(value) / WIDTH) * 100}%` }}
      role="slider"
      tabIndex={0}
      aria-label={`${which === 'black' ? 'Black' : 'White'} of ${props.name}`}
      aria-valuemin={low}
      aria-valuemax={high}
      aria-valuenow={value}
      aria-valuetext={`${formatPixel(value)} counts`}
      onPointerDown={(event) => {
        if (frame.current) follow(event, frame.current, (point) => set(which, low + (point.x / point.width) * range));
      }}
      onKeyDown={(event) => {
        const delta = sliderDelta(event, roundToGrain(range / 200, range) || range / 200);
        if (event.key === 'Home') set(which, low);
        else if (event.key === 'End') set(which, high);
        else if (delta !== null) set(which, value + delta);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );

  return (
    <div class="histogram">
      <div ref={frame} class="histogram-frame">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {main && (
            <>
              <path d={path(main, tallest, 0, xBlack, true)} fill={props.dim} />
              <path d={path(main, tallest, xBlack, xWhite, true)} fill={props.fill} />
              <path d={path(main, tallest, xWhite, WIDTH, true)} fill={props.dim} />
            </>
          )}
          {ghost && (
            <path
              d={path(ghost, tallest, 0, WIDTH, false)}
              fill="none"
              stroke="var(--ink)"
              stroke-width="1"
              vector-effect="non-scaling-stroke"
            />
          )}
        </svg>
        {handle('black', black)}
        {handle('white', white)}
      </div>
      <div class="histogram-ends" aria-hidden="true">
        <span>{formatPixel(low)}</span>
        <span>{formatPixel(high)}</span>
      </div>
    </div>
  );
}
