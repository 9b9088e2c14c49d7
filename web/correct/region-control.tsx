// The region's row in the form: what limits the estimate, with Draw and Clear.

import { RegionIcon } from '../ui/icons';
import { cancelDrawing, clearRegion, drawing, region, startDrawing } from '../viewer/region';

export function RegionControl({ disabled, label }: { disabled: boolean; label: string }) {
  const corners = region.value;
  return (
    <span class="region-control">
      <output>{corners ? `${corners.length} corners` : 'whole plane'}</output>
      {corners && (
        <button type="button" class="link" disabled={disabled} onClick={clearRegion}>
          Clear
        </button>
      )}
      <button
        type="button"
        class="button"
        aria-label={`${label}: draw on the image`}
        aria-pressed={drawing.value !== null}
        disabled={disabled}
        onClick={() => (drawing.value ? cancelDrawing() : startDrawing())}
      >
        <RegionIcon /> {drawing.value ? 'Stop' : 'Draw'}
      </button>
    </span>
  );
}
