// The line between before and after, with its grip and the two words that move with it.
import { follow } from '../ui/drag';
import { SplitGripIcon } from '../ui/icons';
import { sliderDelta } from '../ui/slider-keys';
import './split.css';

export function SplitHandle(props: { at: number; onMove: (at: number) => void; label: string }) {
  const percent = Math.round(props.at * 100);
  const move = (at: number) => props.onMove(Math.min(Math.max(at, 0), 1));
  return (
    <div class="split" style={{ left: `${props.at * 100}%` }}>
      <span class="split-word before" aria-hidden="true">
        Before
      </span>
      <span class="split-word after" aria-hidden="true">
        After
      </span>
      <div
        class="split-grip"
        role="slider"
        tabIndex={0}
        aria-label={props.label}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`before on the left ${percent} per cent, after on the rest`}
        onPointerDown={(event) => {
          const frame = event.currentTarget.parentElement?.parentElement;
          if (frame) follow(event, frame, (point) => move(point.x / point.width));
        }}
        onKeyDown={(event) => {
          const delta = sliderDelta(event, 0.01);
          if (event.key === 'Home') move(0);
          else if (event.key === 'End') move(1);
          else if (delta !== null) move(props.at + delta);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        <SplitGripIcon />
      </div>
    </div>
  );
}
