// A plane of values as a picture with its colour bar, and the value under the pointer.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type HeatScale, heatColour, paintHeat, share, type ValuePlane } from './heat';
import { ticks } from './ticks';
import './heat-map.css';

/** Pixels drawn at most along the longer side: the page never shows more. */
const MOST = 512;

export function HeatMap(props: { plane: ValuePlane; scale: HeatScale; label: string; unit: string; decimals?: number }) {
  const { plane, scale } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [under, setUnder] = useState<string | null>(null);
  const reduce = Math.min(1, MOST / Math.max(plane.width, plane.height));
  const columns = Math.max(1, Math.round(plane.width * reduce));
  const rows = Math.max(1, Math.round(plane.height * reduce));
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(columns, rows);
    paintHeat(plane, scale, columns, rows, image.data);
    context.putImageData(image, 0, 0);
  }, [plane, scale.low, scale.high, scale.middle, columns, rows]);
  const marks = ticks(scale.low, scale.high, 4);
  const decimals = props.decimals ?? marks.decimals;
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
