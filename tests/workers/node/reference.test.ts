// The reference cases of the two-channel method, end to end in Node: opened, fitted, corrected and written by the real workers,
// compared as tests/data/unmix says. Errors must be errors.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report, Session } from '../../../workers/api';
import { isUnmixError } from '../../../workers/error';
import { Machine } from '../../../workers/machine';
import { NodePlatform } from '../../../workers/node/platform';
import { dataPath, decode, pixelsOf, programFiles, temporaryFolder } from './real';

interface Case {
  settings: Record<string, unknown>;
  report: Record<string, never> & { error?: string };
  output?: {
    shape: number[];
    dtype: string;
    per_tc: { t: number; c: number; sum: number; min: number; max: number; negative_count: number }[];
    samples: { tzcyx: [number, number, number, number, number]; value: number }[];
  };
}

const references = readdirSync(dataPath('unmix'))
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(dataPath(`unmix/${name}`), 'utf8')) as { input: string; cases: Case[] })
  .map(({ input, cases }) => ({ input: basename(input), cases }))
  // The tutorial's scene is too large to be kept here.
  .filter(({ input }) => !input.startsWith('tutorial'));

let machine: Machine;
beforeAll(async () => {
  machine = await Machine.start(new NodePlatform(programFiles), { workers: 2 });
});
afterAll(() => machine?.close());

/** A coefficient per time point, or one for all. */
function coefficients(report: Record<string, unknown>, name: 'alpha' | 'alpha_reverse', times: number): number[] {
  const values = report[`${name}_values`] as number[] | null;
  const one = report[name] as number | null;
  return Array.from({ length: times }, (_, t) => values?.[t] ?? one ?? 0);
}

/** How far a coefficient may be from the reference's. */
function alphaTolerance(method: string, expected: number, rounded: boolean): number {
  if (rounded) return Math.max(1e-6 * Math.abs(expected), method === 'mi_min' ? 1e-4 : method === 'corr_min' ? 1e-5 : 0);
  if (method === 'corr_min') return 1e-5;
  if (method === 'mi_min') return 1e-4;
  return 1e-7 * Math.abs(expected);
}

interface Estimation {
  method: string;
  source_background: number;
  target_background: number;
  mask_voxel_count: number;
  mask_details: { source_threshold: number; mask_strategy: string };
}

function compareEstimation(ours: Estimation | null, theirs: Estimation | null): void {
  expect(ours === null).toBe(theirs === null);
  if (!ours || !theirs) return;
  for (const key of ['source_background', 'target_background'] as const) {
    expect(Math.abs(ours[key] - theirs[key])).toBeLessThanOrEqual(1e-9 * Math.abs(theirs[key]));
  }
  const thresholds = [ours.mask_details.source_threshold, theirs.mask_details.source_threshold] as const;
  expect(Math.abs(thresholds[0] - thresholds[1])).toBeLessThanOrEqual(1e-9 * Math.abs(thresholds[1]));
  expect(ours.mask_voxel_count).toBe(theirs.mask_voxel_count);
  expect(ours.mask_details.mask_strategy).toBe(theirs.mask_details.mask_strategy);
}

describe.each(references)('$input', ({ input, cases }) => {
  let session: Session;
  let raw: Float64Array[];
  beforeAll(async () => {
    session = await machine.open([{ role: 'main', file: dataPath(`unmix/${input}`) }]);
    raw = await pixelsOf(session);
  });
  afterAll(() => session?.close());

  test.each(cases.filter(({ output }) => output))('$settings', async ({ settings, report: theirs, output }) => {
    if (!output) throw new Error('a case without output');
    const path = join(temporaryFolder(), 'out.ome.tif');
    const recipe = { version: 1, steps: [{ step: 'unmix', settings }] };
    const { report } = await session.run(recipe, { name: 'out.ome.tif', sink: { path, overwrite: false } });
    const ours = report as Report & Record<string, never>;

    const [times = 0, depths = 0, channels = 0, , width = 0] = output.shape;
    let worst = 0;
    for (const name of ['alpha', 'alpha_reverse'] as const) {
      const method = String(
        name === 'alpha' ? theirs.method_effective : (theirs.method_reverse_effective ?? theirs.method_effective),
      );
      const [mine, expected] = [coefficients(ours, name, times), coefficients(theirs, name, times)];
      for (const [t, value] of expected.entries()) {
        const difference = Math.abs((mine[t] ?? Number.NaN) - value);
        expect(difference, `${name} at t = ${t}`).toBeLessThanOrEqual(
          alphaTolerance(method, value, theirs[`${name}_values`] !== null),
        );
        worst = Math.max(worst, difference);
      }
    }
    compareEstimation(ours.alpha_estimation ?? null, theirs.alpha_estimation ?? null);
    compareEstimation(ours.alpha_estimation_reverse ?? null, theirs.alpha_estimation_reverse ?? null);

    const { planes, shape, type } = await decode(machine, path);
    expect(shape).toEqual(output.shape);
    expect(type).toBe(output.dtype);
    const integer = !type.startsWith('float');
    const at = (t: number, z: number, c: number) => (t * depths + z) * channels + c;
    const determinant = Math.min(1, ...[theirs.bidirectional_mixing_matrix_determinant ?? 1].flat().map(Number));
    const allowed = (light: number, value: number) =>
      (worst * light) / determinant ** 2 + 2e-6 * Math.abs(value) + 1e-6 * light + (integer ? 1 : 0);

    for (const { tzcyx, value } of output.samples) {
      const [t, z, c, y, x] = tzcyx;
      const pixel = y * width + x;
      const light = Math.abs(raw[at(t, z, 0)]?.[pixel] ?? 0) + Math.abs(raw[at(t, z, 1)]?.[pixel] ?? 0);
      const mine = planes[at(t, z, c)]?.[pixel] ?? Number.NaN;
      expect(Math.abs(mine - value), `t, z, c, y, x = ${tzcyx}: ${mine}, not ${value}`).toBeLessThanOrEqual(
        allowed(light, value),
      );
    }
    for (const expected of output.per_tc) {
      let [sum, light, voxels] = [0, 0, 0];
      let [least, most, negative] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
      for (let z = 0; z < depths; z += 1) {
        const plane = planes[at(expected.t, z, expected.c)] ?? new Float64Array();
        voxels += plane.length;
        for (const value of plane) {
          sum += value;
          least = Math.min(least, value);
          most = Math.max(most, value);
          if (value < 0) negative += 1;
        }
        for (const c of [0, 1]) for (const value of raw[at(expected.t, z, c)] ?? []) light += Math.abs(value);
      }
      const brightest = 2 * Math.max(...raw.map((plane) => plane.reduce((a, b) => Math.max(a, Math.abs(b)), 0)));
      expect(Math.abs(sum - expected.sum)).toBeLessThanOrEqual(allowed(light, expected.sum) + (integer ? voxels : 0));
      expect(Math.abs(least - expected.min)).toBeLessThanOrEqual(allowed(brightest, expected.min));
      expect(Math.abs(most - expected.max)).toBeLessThanOrEqual(allowed(brightest, expected.max));
      // Voxels at the very edge of zero may fall on either side.
      expect(Math.abs(negative - expected.negative_count)).toBeLessThanOrEqual(worst > 0 ? 2 + voxels * 1e-3 : 0);
    }
  });

  test.each(cases.filter(({ report }) => report.error))('$settings is an error', async ({ settings }) => {
    const path = join(temporaryFolder(), 'out.ome.tif');
    const recipe = { version: 1, steps: [{ step: 'unmix', settings }] };
    const error = await session
      .run(recipe, { name: 'out.ome.tif', sink: { path, overwrite: false } })
      .catch((reason: unknown) => reason);
    expect(isUnmixError(error, 'bad_setting', 'not_enough_data', 'bad_recipe'), String(error)).toBe(true);
    expect((error as Error).message.length).toBeGreaterThan(20);
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });
});

test('the reference holds what it should', () => {
  expect(references.length).toBeGreaterThanOrEqual(3);
  expect(references.flatMap(({ cases }) => cases).length).toBeGreaterThan(100);
});
