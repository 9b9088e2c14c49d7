// The shading profiles that a fit has found, as the arrays of an .npz: flatfield, darkfield, baseline.
import type { NamedArray, Report, StepMap } from '../api';
import { reportStep } from '../report-steps';

/** Of one channel, at full size. */
export interface FittedProfile {
  height: number;
  width: number;
  flatfield: Float32Array;
  /** Counts, the camera's offset included; null where nothing is subtracted. */
  darkfield: Float32Array | null;
  /** Counts, one for each fitted frame or one for all. */
  baseline: Float32Array;
}

/** The profiles of the last step whose maps hold any, by channel. */
export function fittedProfiles(report: Report, maps: readonly StepMap[]): FittedProfile[] {
  const step = maps.findLast(({ name }) => name === 'flatfield')?.step;
  if (step === undefined) return [];
  const own = maps.filter((map) => map.step === step);
  const baselines = reportStep(report, step)?.details.baseline_adu as number[][] | undefined;
  return own
    .filter(({ name }) => name === 'flatfield')
    .map(({ channel, height, width, values }) => ({
      height,
      width,
      flatfield: values,
      darkfield: own.find((map) => map.name === 'darkfield' && map.channel === channel)?.values ?? null,
      baseline: Float32Array.from(baselines?.[channel] ?? []),
    }));
}

/** One profile as rows x columns, several as channels x rows x columns. Where one channel has a dark-field, others have zeros. */
export function profileArrays(profiles: readonly FittedProfile[]): NamedArray[] {
  const [first] = profiles;
  if (!first) return [];
  const { height, width } = first;
  const outer = profiles.length > 1 ? [profiles.length] : [];
  const arrays: NamedArray[] = [
    { key: 'flatfield', shape: [...outer, height, width], values: together(profiles.map(({ flatfield }) => flatfield)) },
  ];
  if (profiles.some(({ darkfield }) => darkfield)) {
    const values = together(profiles.map(({ darkfield }) => darkfield ?? new Float32Array(height * width)));
    arrays.push({ key: 'darkfield', shape: [...outer, height, width], values });
  }
  const { length } = first.baseline;
  if (length > 0 && profiles.every(({ baseline }) => baseline.length === length)) {
    arrays.push({ key: 'baseline', shape: [...outer, length], values: together(profiles.map(({ baseline }) => baseline)) });
  }
  return arrays;
}

function together(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
