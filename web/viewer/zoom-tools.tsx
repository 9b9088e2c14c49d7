// Zoom, and on a phone everything that lies on the image elsewhere, folded into "View".
import { signal } from '@preact/signals';
import { layout } from '../app/layout';
import { THIN } from '../ui/format';
import { ChevronDown, FitIcon } from '../ui/icons';
import { Modes } from './modes';
import { toggleFit, view, zoomToActualSize } from './state';

const unfolded = signal(false);

function Zoom() {
  const zoom = view.value?.zoom ?? 1;
  const percent = zoom * 100;
  return (
    <div class="glass zoom">
      <button
        type="button"
        aria-label={`Zoom ${Math.round(percent)} per cent. Show at 100 per cent`}
        onClick={zoomToActualSize}
      >
        {percent < 9.5 ? percent.toFixed(1) : Math.round(percent)}
        {THIN}%
      </button>
      <button type="button" aria-label="Fit the image, or fill the window" onClick={toggleFit}>
        <FitIcon />
      </button>
    </div>
  );
}

export function ZoomTools({ compares }: { compares: boolean }) {
  if (layout.value !== 'phone') return <Zoom />;
  return (
    <>
      {unfolded.value && (
        <div class="view-sheet">
          {compares && <Modes />}
          <Zoom />
        </div>
      )}
      <button
        type="button"
        class="glass view-button"
        aria-expanded={unfolded.value}
        onClick={() => {
          unfolded.value = !unfolded.value;
        }}
      >
        View <ChevronDown />
      </button>
    </>
  );
}
