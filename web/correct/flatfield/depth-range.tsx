// The planes that hold cells, as a range on the mean brightness over depth; the planes outside it are empty and are used.
import { useRef } from 'preact/hooks';
import { shapeOf, stack } from '../../open/stack';
import { follow } from '../../ui/drag';
import { shownIndex } from '../../ui/position';
import { sliderDelta } from '../../ui/slider-keys';
import { change, endEdit, settingsOf } from '../recipe';
import { depthProfile } from './z-profile';

const HEIGHT = 48;

export function DepthRange({ index, idle }: { index: number; idle: boolean }) {
  const frame = useRef<HTMLDivElement>(null);
  const depth = stack.value ? shapeOf(stack.value).z : 1;
  if (depth < 3) return null;
  const setting = settingsOf(index).z_levels;
  const range = Array.isArray(setting) ? setting.map(Number) : null;
  const inside = (z: number) => Math.min(Math.max(z, 0), depth - 1);
  // What a link says may not fit the stack: the error says so, the handles stay on it.
  const low = inside(range?.[0] ?? 1);
  const high = Math.max(inside(range?.[1] ?? depth - 2), low);
  const set = (which: 'low' | 'high', value: number) => {
    const z = inside(Math.round(value));
    const next = which === 'low' ? [Math.min(z, high), high] : [low, Math.max(z, low)];
    change(index, { z_levels: next }, `${index}.z_levels`);
  };
  const at = (z: number) => ((z + 0.5) / depth) * 100;
  const profile = depthProfile.value;
  const [least, most] = profile ? [Math.min(...profile.mean), Math.max(...profile.mean)] : [0, 1];
  const line = profile?.z.map((z, i) => {
    const y = HEIGHT - 3 - (((profile.mean[i] as number) - least) / (most - least || 1)) * (HEIGHT - 6);
    return `${i === 0 ? 'M' : 'L'}${at(z).toFixed(2)},${y.toFixed(1)}`;
  });
  const handle = (which: 'low' | 'high', z: number) => (
    <div
      class="histogram-handle"
      style={{ left: `${at(z)}%` }}
      role="slider"
      tabIndex={idle ? -1 : 0}
      aria-disabled={idle}
      aria-label={which === 'low' ? 'Lowest plane with cells' : 'Highest plane with cells'}
      aria-valuemin={1}
      aria-valuemax={depth}
      aria-valuenow={shownIndex(z)}
      aria-valuetext={`plane ${shownIndex(z)} of ${depth}`}
      onPointerDown={(event) => {
        if (frame.current && !idle)
          follow(event, frame.current, (point) => set(which, (point.x / point.width) * depth - 0.5), endEdit);
      }}
      onKeyDown={(event) => {
        const end = event.key === 'Home' ? 0 : event.key === 'End' ? depth - 1 : null;
        const delta = sliderDelta(event, 1);
        if (idle || (delta === null && end === null)) return;
        set(which, end ?? z + (delta ?? 0));
        event.preventDefault();
        event.stopPropagation();
      }}
      onKeyUp={endEdit}
    />
  );
  return (
    <div class={`depth-range ${idle ? 'idle' : ''}`}>
      <div class="setting">
        <span class="setting-label">Planes with cells</span>
        <span class="setting-note depth-note">
          {range ? `${shownIndex(low)} to ${shownIndex(high)}, ${depth - (high - low + 1)} are empty` : 'all planes count'}
        </span>
        {range && (
          <button type="button" class="link" disabled={idle} onClick={() => change(index, { z_levels: null })}>
            Clear
          </button>
        )}
      </div>
      <div ref={frame} class="depth-frame">
        <svg viewBox={`0 0 100 ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label="Mean brightness of each plane">
          {range && (
            <rect x={at(low) - 50 / depth} width={at(high) - at(low) + 100 / depth} y={0} height={HEIGHT} class="depth-cells" />
          )}
          {line && <path d={line.join('')} class="depth-line" vector-effect="non-scaling-stroke" />}
        </svg>
        {handle('low', low)}
        {handle('high', high)}
      </div>
      <div class="histogram-ends" aria-hidden="true">
        <span>z 1</span>
        <span>mean brightness</span>
        <span>{depth}</span>
      </div>
    </div>
  );
}
