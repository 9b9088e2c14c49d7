// The region on the image: its outline, and while it is drawn its corners and what to do.
import { addCorner, type Corner, cancelDrawing, drawing, finishDrawing, region } from './region';
import { mode, pane, port, view } from './state';
import { windowPoint } from './view';

function Outline({ corners, open, left }: { corners: Corner[]; open: boolean; left: number }) {
  const seen = view.value;
  if (!seen || corners.length === 0) return null;
  const points = corners.map((corner) => {
    const at = windowPoint(seen, corner.x, corner.y, pane.value);
    return { x: at.x + left, y: at.y };
  });
  const text = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  return (
    <g class="region">
      {open ? <polyline points={text} /> : <polygon points={text} />}
      {open && points.map(({ x, y }, i) => <circle key={`${x},${y}`} cx={x} cy={y} r={i === 0 ? 5 : 3} />)}
    </g>
  );
}

export function RegionOverlay() {
  const corners = drawing.value ?? region.value;
  const open = drawing.value !== null;
  if (!corners) return null;
  const { width, height } = port.value;
  return (
    <svg class="region-overlay" width={width} height={height} aria-hidden="true">
      <Outline corners={corners} open={open} left={0} />
      {mode.value === 'side' && <Outline corners={corners} open={open} left={width / 2} />}
    </svg>
  );
}

export function DrawingBar() {
  const corners = drawing.value;
  if (!corners) return null;
  return (
    <div class="glass drawing-bar" role="toolbar" aria-label="Drawing a region">
      <span>{corners.length < 3 ? 'Click the corners of the region' : `${corners.length} corners`}</span>
      <button type="button" onClick={() => view.value && addCorner({ x: view.value.x, y: view.value.y })}>
        Corner at the middle
      </button>
      <button type="button" disabled={corners.length < 3} onClick={finishDrawing}>
        Close it
      </button>
      <button type="button" onClick={cancelDrawing}>
        Cancel
      </button>
    </div>
  );
}
