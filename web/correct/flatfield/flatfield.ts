// What the step `flatfield` has learnt, channel by channel, as its panels show it.
import { computed, signal } from '@preact/signals';
import type { ReportStep, StepMap } from '../../../workers/api';
import { type FittedProfile, fittedProfiles } from '../../../workers/profile/fitted';
import { reportStep } from '../../../workers/report-steps';
import { channelLabels } from '../../open/inputs';
import type { ValuePlane } from '../../plots/heat';
import { activeKind } from '../active-step';
import { stepFit } from '../step-fit';

export interface ChannelFit {
  label: string;
  flatfield: ValuePlane;
  darkfield: ValuePlane | null;
  before: ValuePlane | null;
  after: ValuePlane | null;
  /** Counts, one for each fitted frame, or one for all. */
  baseline: number[];
  cornerToCentre: number | null;
  /** What the fit went through: frames, lambda, contrast. */
  fit: Record<string, number | boolean | null>;
}

/** The fit of the active step, when it is a flat-field. */
const ownFit = computed(() => (activeKind.value === 'flatfield' ? stepFit.value : null));

const ownReport = computed<ReportStep | null>(() => {
  const found = ownFit.value;
  return found && reportStep(found.report, found.index);
});

export const source = computed(() => (ownReport.value?.details.source as string | undefined) ?? null);
export const warnings = computed(() => ownReport.value?.warnings ?? []);

const wantedChannel = signal(0);
/** The channel whose profile is looked at. */
export const shownChannel = computed(() => Math.min(wantedChannel.value, channelLabels.value.length - 1));
export function showChannel(channel: number): void {
  wantedChannel.value = channel;
}

export const channelFit = computed<ChannelFit | null>(() => {
  const found = ownFit.value;
  const report = ownReport.value;
  if (!found || !report) return null;
  const channel = shownChannel.value;
  const plane = (name: string) => planeOf(found.maps.find((map) => map.name === name && map.channel === channel));
  const flatfield = plane('flatfield');
  if (!flatfield) return null;
  const fits = (report.details.fits as ({ channel: number } & ChannelFit['fit'])[] | undefined) ?? [];
  const { learnt } = report;
  return {
    label: channelLabels.value[channel] ?? '',
    flatfield,
    darkfield: plane('darkfield'),
    before: plane('mean_before'),
    after: plane('mean_after'),
    baseline: (report.details.baseline_adu as number[][] | undefined)?.[channel] ?? [],
    cornerToCentre: learnt.corner_to_centre?.values[channel] ?? null,
    fit: fits.find((fit) => fit.channel === channel) ?? {},
  };
});

function planeOf(map: StepMap | undefined): ValuePlane | null {
  return map ? { width: map.width, height: map.height, values: map.values } : null;
}

/** Profiles of all channels, for the file. */
export function profilesToSave(): FittedProfile[] {
  const found = ownFit.value;
  return found ? fittedProfiles(found.report, found.maps) : [];
}

/** Mean of the corners, a sixteenth of each side, over that of the centre, an eighth: as the report has it. */
export function cornerToCentre({ width, height, values }: ValuePlane): number {
  const [h, w] = [Math.max(1, Math.floor(height / 16)), Math.max(1, Math.floor(width / 16))];
  const mean = (top: number, left: number, rows: number, columns: number) => {
    let sum = 0;
    for (let y = top; y < top + rows; y += 1)
      for (let x = left; x < left + columns; x += 1) sum += values[y * width + x] as number;
    return sum / (rows * columns);
  };
  const corners = [0, height - h].flatMap((top) => [0, width - w].map((left) => mean(top, left, h, w)));
  const [rows, columns] = [Math.min(2 * h, height), Math.min(2 * w, width)];
  const centre = mean(Math.floor((height - rows) / 2), Math.floor((width - columns) / 2), rows, columns);
  return corners.reduce((sum, corner) => sum + corner, 0) / 4 / (centre || 1);
}

export interface Grid {
  rows: number;
  columns: number;
}

/** Rows and columns as the setting has them, else as the stage stood, else all in one row. */
export function gridOf(setting: unknown, count: number, layout: Grid | null): Grid {
  const [rows, columns] = Array.isArray(setting) ? setting.map(Number) : [];
  return rows && columns && rows * columns === count ? { rows, columns } : (layout ?? { rows: 1, columns: count });
}

/** A grid as square as can be that holds `count` tiles exactly. */
export function squarest(count: number): Grid {
  let rows = Math.floor(Math.sqrt(count));
  while (count % rows !== 0) rows -= 1;
  return { rows, columns: count / rows };
}
