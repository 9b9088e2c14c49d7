// What was measured pixel by pixel: gain, mean and variance (offset and variance of calibration sets), with the histogram of its values.
import { signal } from '@preact/signals';
import type { StepMap } from '../../../workers/api';
import { namedPlanes } from '../../../workers/run/planes-file';
import { backend } from '../../app/backend';
import { measuredName } from '../../export/names';
import { saveFile } from '../../export/save';
import { stack } from '../../open/stack';
import { TableButton, type TableData } from '../../plots/data-table';
import { robustRange } from '../../plots/heat';
import { HeatMap } from '../../plots/heat-map';
import { announce } from '../../ui/announce';
import { type PageError, pageError } from '../../ui/errors';
import { formatNumber, formatValue } from '../../ui/format';
import { Segmented } from '../../ui/segmented';
import { stepFit } from '../step-fit';
import { histogramOf, valuesInUse } from './gain';
import { shownChannel, shownMaps } from './gain-state';
import { WithFit } from './with-fit';

const chosen = signal('gain');
const saveError = signal<PageError | null>(null);

const BINS = 64;
/** Of the pixels, left off at each end: wild ones do not set the range. */
const OUTSIDE = 0.01;

function shownMap(): StepMap | null {
  return shownMaps.value.find(({ name }) => name === chosen.value) ?? shownMaps.value.at(-1) ?? null;
}

async function save(): Promise<void> {
  const found = stepFit.value;
  if (!found) return;
  saveError.value = null;
  const name = measuredName(stack.value?.inspection.name ?? '').replace(/report\.json$/, 'maps.tif');
  try {
    const machine = await backend();
    const file = await machine.planesFile(name, namedPlanes(found.maps, stack.value?.inspection.channels ?? []));
    if (await saveFile(file, name)) announce(`Saved ${name}.`);
  } catch (error) {
    saveError.value = pageError(`${name} could not be saved.`, error);
  }
}

function Histogram({ counts, label }: { counts: number[]; label: string }) {
  const most = Math.max(1, ...counts);
  const path = counts.map((count, i) => `M${i},1v${(-count / most).toFixed(4)}h1V1z`).join('');
  return (
    <svg class="map-histogram" viewBox={`0 0 ${counts.length} 1`} preserveAspectRatio="none" role="img" aria-label={label}>
      <path d={path} />
    </svg>
  );
}

function table(map: StepMap, range: { low: number; high: number }, counts: number[]): TableData {
  const width = (range.high - range.low) / counts.length;
  return {
    title: `Histogram of ${map.name}, ${map.unit}`,
    columns: [`${map.name}, ${map.unit}`, 'Pixels'],
    rows: counts.map((count, i) => [
      `${formatValue(range.low + i * width)} to ${formatValue(range.low + (i + 1) * width)}`,
      formatNumber(count),
    ]),
  };
}

export function MapsPanel() {
  const map = shownMap();
  const means = shownMaps.value.find(({ name }) => name === 'mean')?.values ?? null;
  const inUse = map && (map.name === 'gain' ? valuesInUse(map.values, means, shownChannel.value?.used ?? null) : map.values);
  const range = inUse ? robustRange(inUse, OUTSIDE) : { low: 0, high: 1 };
  const counts = inUse ? histogramOf(inUse, range.low, range.high, BINS) : [];
  return (
    <section class="dock-panel" aria-label="Maps">
      <div class="dock-head gain-head">
        <Segmented
          label="Map"
          value={map?.name ?? chosen.value}
          onChange={(next) => {
            chosen.value = next;
          }}
          choices={(shownMaps.value.length > 0 ? shownMaps.value.map(({ name }) => name) : ['mean', 'variance', 'gain']).map(
            (name) => ({ value: name, label: name.charAt(0).toUpperCase() + name.slice(1) }),
          )}
        />
        {map && <TableButton title={`histogram of ${map.name}`} make={() => table(map, range, counts)} />}
      </div>
      <WithFit>
        {map && (
          <div class="map-column">
            <HeatMap plane={map} scale={range} label={map.name} unit={map.unit} />
            <Histogram counts={counts} label={`Histogram of ${map.name} over the range of the colour bar`} />
            <p class="map-foot">
              <span>
                {formatValue(range.low)} to {formatValue(range.high)} {map.unit}
              </span>
              <button type="button" class="link" onClick={() => void save()}>
                Save maps
              </button>
            </p>
            {saveError.value && (
              <p class="setting-wrong" role="status">
                {saveError.value.title} {saveError.value.message}
              </p>
            )}
          </div>
        )}
      </WithFit>
    </section>
  );
}
