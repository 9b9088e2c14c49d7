// unmix_picasso by real workers in Node: the same matrices and pixels with any number of them, over time, and five large channels.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report, WebUnmix } from '../../../workers/api';
import { Machine } from '../../../workers/machine';
import { NodePlatform } from '../../../workers/node/platform';
import { decode, programFiles, startMachine, temporaryFolder } from './real';

const shape = [3, 5, 4, 160, 128];
let example: Uint8Array;

async function scene(options: Record<string, unknown>): Promise<Uint8Array> {
  const machine = await Machine.start(new NodePlatform(programFiles), { workers: 1 });
  const { file } = await machine.example({ scene: 'dyes', ...options });
  const bytes = new Uint8Array(await file.arrayBuffer());
  await machine.close();
  return bytes;
}

beforeAll(async () => {
  example = await scene({ shape, seed: 4, crowding: 2 });
});

interface Estimation {
  t: number;
  applied_matrix: number[][];
  normalization_factors: number[];
  incremental_matrices: number[][][];
  application_details_by_t: { t: number; mode?: string; normalization_factors?: number[] }[];
}

type PicassoReport = Report & {
  picasso_estimation: Estimation;
  picasso_estimation_by_t: Estimation[];
  unmixing_matrix: number[][];
  unmixing_matrix_by_t: number[][][];
};

const recipeOf = (settings: Record<string, unknown>) => ({ version: 1, steps: [{ step: 'unmix_picasso', settings }] });

async function opened(machine: WebUnmix, input: Uint8Array) {
  const from = join(temporaryFolder(), 'in.ome.tif');
  writeFileSync(from, input);
  return machine.open([{ role: 'main', file: from }]);
}

async function runTo(machine: WebUnmix, input: Uint8Array, settings: Record<string, unknown>) {
  const to = join(temporaryFolder(), 'out.ome.tif');
  const session = await opened(machine, input);
  const { report } = await session.run(recipeOf(settings), { name: 'out.ome.tif', sink: { path: to, overwrite: true } });
  await session.close();
  return { report: report as PicassoReport, path: to };
}

const blind = { implementation: 'matlab_n', pixel_bin_size: 8, max_iter: 60, quantisation: 'round' };
const sinks = {
  implementation: 'source_sink_n',
  source_sink_matrix: [
    [1, -1, 0, 0],
    [0, 1, -1, 0],
    [0, 0, 1, -1],
    [0, 0, 0, 1],
  ],
  max_alpha_voxels: 4000,
  objective: 'penalised',
};

test.each([
  { ...blind, output_units: 'input', output_dtype: 'uint16' },
  { ...blind, alpha_mode: 'per_t' },
  // So many blocks that the pairs of an iteration are spread over the workers.
  { ...blind, pixel_bin_size: 2, max_iter: 12, clip_every_n_iterations: 5 },
  { ...sinks, alpha_mode: 'per_t' },
  { ...sinks, source_sink_joint_optimization: false, objective: 'clipped' },
])('1, 2 and 5 workers find the same matrices and write the same bytes: %o', async (settings) => {
  const results: { report: unknown; file: string }[] = [];
  for (const workers of [1, 2, 5]) {
    const machine = await startMachine({ workers });
    const { report, path } = await runTo(machine, example, settings);
    expect(report.times).toMatchObject({ workers });
    const { times: _times, ...lasting } = report;
    results.push({ report: lasting, file: createHash('sha256').update(readFileSync(path)).digest('hex') });
    await machine.close();
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

describe('three time points, five planes, four channels', () => {
  /** Mean of a channel's corrected pixels at each time point. */
  async function means(machine: WebUnmix, path: string, channel: number): Promise<number[]> {
    const { planes, shape: written } = await decode(machine, path);
    expect(written).toEqual(shape);
    const [times = 0, depths = 0, channels = 0] = shape;
    return Array.from({ length: times }, (_, t) => {
      const volume = Array.from({ length: depths }, (__, z) => planes[(t * depths + z) * channels + channel] ?? []);
      return volume.flatMap((plane) => [...plane]).reduce((sum, value) => sum + value, 0);
    });
  }

  test('one time point decides for all: its matrices are replayed on volumes prepared by their own maxima', async () => {
    const machine = await startMachine({ workers: 2 });
    const { report, path } = await runTo(machine, example, { ...blind, alpha_reference_t: 1, output_units: 'input' });
    expect(report.picasso_estimation.incremental_matrices).toHaveLength(60);
    const applied = report.picasso_estimation.application_details_by_t;
    expect(applied.map(({ t, mode }) => [t, mode])).toEqual([
      [0, undefined],
      [1, 'estimated'],
      [2, undefined],
    ]);
    // The light of the scene fades to 0.9 of it from one time point to the next; in counts it still does afterwards.
    const [first = 0, second = 0, third = 0] = await means(machine, path, 1);
    expect(second / first).toBeCloseTo(0.9, 1);
    expect(third / second).toBeCloseTo(0.9, 1);
  });

  test('each time point by itself', async () => {
    const machine = await startMachine({ workers: 2 });
    const { report, path } = await runTo(machine, example, { ...blind, alpha_mode: 'per_t' });
    expect(report.picasso_estimation).toBeNull();
    expect(report.picasso_estimation_by_t.map(({ t }) => t)).toEqual([0, 1, 2]);
    const [first, second] = report.unmixing_matrix_by_t;
    expect(first).not.toEqual(second);
    // Channel 1 holds 0.3 of dye 0 at every time point.
    for (const { applied_matrix, normalization_factors } of report.picasso_estimation_by_t) {
      const [over = 0, own = 1] = normalization_factors;
      const taken = (-(applied_matrix[1]?.[0] ?? 0) * own) / over / (applied_matrix[1]?.[1] ?? 1);
      expect(taken).toBeGreaterThan(0.2);
      expect(taken).toBeLessThan(0.4);
    }
    // Normalised: every time point between 0 and about 1, so the fading is gone.
    const { planes } = await decode(machine, path);
    for (const plane of planes) expect(plane.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(1.5);
  });
});

test('rounding leaves little crosstalk of five dyes, 2048 x 2048', async () => {
  const mixing = Array.from({ length: 5 }, (_, channel) =>
    Array.from({ length: 5 }, (__, dye) => (channel === dye ? 1 : channel === dye + 1 ? 0.3 : dye === channel + 1 ? 0.1 : 0)),
  );
  const machine = await startMachine({ workers: 2 });
  const session = await opened(machine, await scene({ shape: [1, 1, 5, 2048, 2048], crowding: 2.5, light: 1000, seed: 2 }));
  // What rounding is asked to leave of five dyes; docs/methods-picasso.md has what it leaves of other scenes.
  for (const [iterations, most] of [
    [50, 0.008],
    [200, 0.017],
  ] as const) {
    const settings = { implementation: 'matlab_n', quantisation: 'round', max_iter: iterations };
    const report = (await session.fit(recipeOf(settings))) as PicassoReport;
    const { applied_matrix: applied, normalization_factors: maxima } = report.picasso_estimation;
    const raw = (i: number, j: number) => ((applied[i]?.[j] ?? 0) * (maxima[i] ?? 0)) / (maxima[j] ?? 1);
    const left = (i: number, j: number) => mixing.reduce((sum, row, k) => sum + raw(i, k) * (row[j] ?? 0), 0);
    const worst = Math.max(...mixing.flatMap((row, i) => row.map((_, j) => (i === j ? 0 : Math.abs(left(i, j) / left(i, i))))));
    expect(worst).toBeLessThanOrEqual(most);
  }
}, 240_000);
