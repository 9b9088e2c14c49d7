// A plane of values as a picture with its colour bar, and the value under the pointer.
import { useEffect, useRef, useState } from 'preact/hooks';
import { contour } from './contours';
import { type HeatScale, heatColour, paintHeat, share, type ValuePlane } from './heat';
import { ticks } from './ticks';
import './heat-map.css';

/** Pixels drawn at most along the longer side: the page never shows more. */
const MOST = 512;
/** And at least, by whole multiples: a small plane is shown as large as others, with lines over it that are thin. */
const LEAST = 384;

/** Lines of equal value at `levels`, over the picture. */
function drawContours(context: CanvasRenderingContext2D, plane: ValuePlane, levels: readonly number[], scale: HeatScale): void {
  const { width, height } = context.canvas;
  // Values at most every third picture pixel: lines of smooth planes need no more.
  const columns = Math.min(plane.width, Math.ceil(width / 3));
  const rows = Math.min(plane.height, Math.ceil(height / 3));
  const values = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row += 1) {
    const y = Math.min(Math.floor(((row + 0.5) * plane.height) / rows), plane.height - 1);
    for (let column = 0; column < columns; column += 1) {
      const x = Math.min(Math.floor(((column + 0.5) * plane.width) / columns), plane.width - 1);
      values[row * columns + column] = plane.values[y * plane.width + x] as number;
    }
  }
  context.lineWidth = Math.max(width, height) / 300;
  for (const level of levels) {
    context.strokeStyle = share(level, scale) > 0.5 ? 'rgb(0 0 0 / 0.6)' : 'rgb(255 255 255 / 0.7)';
    context.beginPath();
    for (const [x1, y1, x2, y2] of contour({ width: columns, height: rows, values }, level)) {
      context.moveTo(((x1 + 0.5) * width) / columns, ((y1 + 0.5) * height) / rows);
      context.lineTo(((x2 + 0.5) * width) / columns, ((y2 + 0.5) * height) / rows);
    }
    context.stroke();
  }
}

export function HeatMap(props: {
  plane: ValuePlane;
  scale: HeatScale;
  label: string;
  unit: string;
  decimals?: number;
  /** Draws lines of equal value at the marks of the colour bar. */
  contours?: boolean;
}) {
  const { plane, scale } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [under, setUnder] = useState<string | null>(null);
  const longest = Math.max(plane.width, plane.height);
  const reduce = longest > LEAST ? Math.min(1, MOST / longest) : Math.ceil(LEAST / longest);
  const columns = Math.max(1, Math.round(plane.width * reduce));
  const rows = Math.max(1, Math.round(plane.height * reduce));
  const marks = ticks(scale.low, scale.high, 4);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(columns, rows);
    paintHeat(plane, scale, columns, rows, image.data);
    context.putImageData(image, 0, 0);
    if (props.contours) drawContours(context, plane, marks.values, scale);
  }, [plane, scale.low, scale.high, scale.middle, columns, rows, props.contours]);
  // Marks that would read alike say nothing.
  const decimals = Math.max(props.decimals ?? 0, marks.decimals);
  const write = (value: number) => value.toFixed(decimals).replace('-', '\u2212');
  const look = (event: PointerEvent) => {
    const box = canvas.current?.getBoundingClientRect();
    if (!box) return;
    const x = Math.floor(((event.clientX - box.left) / box.width) * plane.width);
    const y = Math.floor(((event.clientY - box.top) / box.height) * plane.height);
    const value = plane.values[y * plane.width + x];
    setUnder(value === undefined ? null : `${write(value)}${props.unit && ` ${props.unit}`} at ${x}, ${y}`);
  };
  const bar = Array.from({ length: 33 }, (_, i) => {
    const value = scale.low + ((scale.high - scale.low) * i) / 32;
    return `rgb(${heatColour(value, scale).map(Math.round).join(' ')}) ${(i / 32) * 100}%`;
  });
  const at = (value: number) =>
    (share(value, scale) - share(scale.low, scale)) / (share(scale.high, scale) - share(scale.low, scale) || 1);
  return (
    <figure class="heat-map">
      <canvas
        ref={canvas}
        width={columns}
        height={rows}
        role="img"
        aria-label={`${props.label}, ${write(scale.low)} to ${write(scale.high)} ${props.unit}`}
        style={{ aspectRatio: `${plane.width} / ${plane.height}` }}
        onPointerMove={look}
        onPointerLeave={() => setUnder(null)}
      />
      <div class="heat-bar" aria-hidden="true">
        <i style={{ background: `linear-gradient(to top, ${bar.join(', ')})` }} />
        {marks.values.map((value) => (
          <span key={value} style={{ bottom: `${at(value) * 100}%` }}>
            {write(value)}
          </span>
        ))}
      </div>
      <figcaption>{under ?? `${props.label}${props.unit && `, ${props.unit}`}`}</figcaption>
    </figure>
  );
}
