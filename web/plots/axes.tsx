// The axes every line plot shares: where data lie in the picture, lines, ticks and names. Drawn in CSS pixels.

/** Room for the tick labels of the vertical axis. */
export const LEFT = 50;
const RIGHT = 4;
const BOTTOM = 34;
/** Of a digit of a tick label, px. */
const DIGIT = 7;
export const TOP = 6;

export interface Frame {
  width: number;
  height: number;
  x: (value: number) => number;
  y: (value: number) => number;
}

/** Where data of the ranges `x` and `y` lie in a plot of `size`. */
export function frame(size: { width: number; height: number }, x: [number, number], y: [number, number]): Frame {
  const width = Math.max(size.width - LEFT - RIGHT, 1);
  const height = Math.max(size.height - BOTTOM - TOP, 1);
  return {
    width,
    height,
    x: (value) => LEFT + ((value - x[0]) / (x[1] - x[0] || 1)) * width,
    y: (value) => TOP + height - ((value - y[0]) / (y[1] - y[0] || 1)) * height,
  };
}

export function Axes(props: {
  f: Frame;
  x: number[];
  y: number[];
  xText: (v: number) => string;
  yText: (v: number) => string;
  xName: string;
  yName: string;
}) {
  const { f } = props;
  const bottom = TOP + f.height;
  const edge = LEFT + f.width + RIGHT;
  return (
    <g class="axes">
      <path d={`M${LEFT},${TOP}V${bottom}H${LEFT + f.width}${props.y.map((v) => `M${LEFT - 4},${f.y(v)}h4`).join('')}`} />
      {props.y.map((v) => (
        <text key={v} x={LEFT - 8} y={f.y(v) + 4} text-anchor="end">
          {props.yText(v)}
        </text>
      ))}
      {props.x.map((v) => (
        // A label at the right edge stays inside the picture.
        <text key={v} x={Math.min(f.x(v), edge - (props.xText(v).length * DIGIT) / 2)} y={bottom + 15} text-anchor="middle">
          {props.xText(v)}
        </text>
      ))}
      <text class="axis-title" x={LEFT + f.width / 2} y={bottom + 31} text-anchor="middle">
        {props.xName}
      </text>
      <text class="axis-title" x={0} y={TOP + f.height / 2 + 4}>
        {props.yName}
      </text>
    </g>
  );
}
