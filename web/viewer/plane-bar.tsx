// t and z: where one is, in numbers people use, and playing through.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { layout } from '../app/layout';
import { before } from '../correct/preview';
import { stack } from '../open/stack';
import { dotted, formatDuration, formatQuantity, THIN } from '../ui/format';
import { PauseIcon, PlayIcon } from '../ui/icons';
import { shownIndex } from '../ui/position';
import { counts, go, position } from './position';

const playing = signal<'t' | 'z' | null>(null);

const FRAME = 120;

/** Steps on once the plane before is up, so that a slow file plays slowly instead of skipping. */
function usePlaying(): void {
  const axis = playing.value;
  useEffect(() => {
    if (!axis) return;
    const timer = setInterval(() => {
      const at = position.value;
      if (before.value?.t !== at.t || before.value.z !== at.z) return;
      go(axis, (at[axis] + 1) % counts.value[axis]);
    }, FRAME);
    return () => clearInterval(timer);
  }, [axis]);
}

/** "2 min 00 s" or "3.3 µm" for index `index`, where the file gives a step. */
export function physical(axis: 't' | 'z', index: number): string | null {
  const inspection = stack.value?.inspection;
  const step = axis === 't' ? inspection?.time_increment : inspection?.pixel_size.z;
  if (!step) return null;
  if (axis === 't' && step.unit === 's') {
    const seconds = index * step.value;
    return Number.isInteger(step.value) && seconds < 60 ? `${seconds}${THIN}s` : formatDuration(seconds);
  }
  return formatQuantity(index * step.value, step.unit);
}

const WORDS = { t: 'Time point', z: 'Slice' };

function AxisSlider({ axis }: { axis: 't' | 'z' }) {
  const count = counts.value[axis];
  const index = position.value[axis];
  const share = count > 1 ? (index / (count - 1)) * 100 : 0;
  const here = `${shownIndex(index)} / ${count}`;
  const extent = physical(axis, index);
  const plays = playing.value === axis;
  return (
    <div class="axis">
      {layout.value !== 'phone' && (
        <button
          type="button"
          class="icon-button"
          aria-label={plays ? `Stop playing ${axis}` : `Play through ${axis}`}
          onClick={() => {
            playing.value = plays ? null : axis;
          }}
        >
          {plays ? <PauseIcon /> : <PlayIcon />}
        </button>
      )}
      <span class="axis-name" aria-hidden="true">
        {axis}
      </span>
      <input
        type="range"
        class="range"
        min={1}
        max={count}
        step={1}
        value={shownIndex(index)}
        aria-label={WORDS[axis]}
        aria-valuetext={dotted(`${shownIndex(index)} of ${count}`, extent)}
        style={{ '--track': `linear-gradient(to right, var(--ink-2) ${share}%, var(--line-strong) ${share}%)` }}
        onInput={(event) => {
          playing.value = null;
          go(axis, Number(event.currentTarget.value) - 1);
        }}
      />
      <output class="axis-place">{layout.value === 'phone' ? here : dotted(here, extent)}</output>
    </div>
  );
}

export function PlaneBar() {
  usePlaying();
  const { t, z } = counts.value;
  if (t < 2 && z < 2) return null;
  return (
    <div class="plane-bar">
      {t > 1 && <AxisSlider axis="t" />}
      {z > 1 && <AxisSlider axis="z" />}
    </div>
  );
}
