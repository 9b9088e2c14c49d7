// Real workers in Node: the same numbers with any number of them, and what happens when something goes wrong.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Recipe, Report, Session, WebUnmix } from '../../../workers/api';
import { isUnmixError, type UnmixError } from '../../../workers/error';
import { Machine } from '../../../workers/machine';
import { NodePlatform } from '../../../workers/node/platform';
import { KillablePlatform, programFiles, startMachine, temporaryFolder } from './real';

const shape = [3, 8, 2, 192, 160];
let example: Uint8Array;
/** Takes long enough to write for something to happen meanwhile. */
let longExample: Uint8Array;

beforeAll(async () => {
  const machine = await Machine.start(new NodePlatform(programFiles), { workers: 1 });
  const made = async (wanted: number[]) => {
    const { file } = await machine.example({ scene: 'circles', shape: wanted, seed: 4 });
    return new Uint8Array(await file.arrayBuffer());
  };
  example = await made(shape);
  longExample = await made([6, 16, 2, 192, 320]);
  await machine.close();
});

const recipe = (settings: Record<string, unknown>): Recipe => ({ version: 1, steps: [{ step: 'unmix', settings }] });

function examplePath(bytes = example): string {
  const path = join(temporaryFolder(), 'example.ome.tif');
  writeFileSync(path, bytes);
  return path;
}

async function openExample(machine: WebUnmix, path = examplePath()): Promise<Session> {
  return machine.open([{ role: 'main', file: path }]);
}

/** A report without what may differ from run to run. */
function lasting({ times: _times, ...report }: Report): unknown {
  return report;
}

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

async function runTo(
  session: Session,
  path: string,
  settings: Record<string, unknown>,
  compression: 'none' | 'deflate' = 'deflate',
) {
  return session.run(recipe(settings), { name: 'out.ome.tif', compression, sink: { path, overwrite: true } });
}

test.each([
  { method: 'mean_ratio' },
  { method: 'mi_min', alpha_mode: 'per_t', bidirectional: true, output_dtype: 'uint16' },
  { method: 'corr_min', max_alpha_voxels: 500, signal_percentile: 80 },
])('1, 2 and 5 workers learn the same and write the same bytes: %o', async (settings) => {
  const input = examplePath();
  const results: { report: unknown; file: string }[] = [];
  for (const workers of [1, 2, 5]) {
    const machine = await startMachine({ workers });
    const session = await openExample(machine, input);
    const path = join(temporaryFolder(), 'out.ome.tif');
    const { report, peakHeapBytes } = await runTo(session, path, settings);
    expect(peakHeapBytes).toBeGreaterThan(1e6);
    expect(report.times).toMatchObject({ workers });
    results.push({ report: lasting(report), file: digest(path) });
    await machine.close();
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

test('an index taken once opens the file in every worker: planes are the same everywhere', async () => {
  const machine = await startMachine({ workers: 2 });
  const session = await openExample(machine);
  expect(session.inspections[0]).toMatchObject({ shape, axes: 'TZCYX' });
  const before = await session.plane({ stage: 0, t: 2, z: 7, channels: [1, 0] });
  await session.fit(recipe({ alpha: 0 }));
  const after = await session.plane({ stage: 1, t: 2, z: 7, channels: [1, 0] });
  expect(Float64Array.from(after.channels[1] ?? [])).toEqual(Float64Array.from(before.channels[1] ?? []));
  expect([after.width, after.height]).toEqual([160, 192]);
});

test('nothing is alive in the workers after a run, and nowhere after closing', async () => {
  const machine = await startMachine({ workers: 2 });
  const session = await openExample(machine);
  await runTo(session, join(temporaryFolder(), 'out.ome.tif'), { method: 'mi_min' });
  const alive = async () => (await machine.vitals()).map(({ liveObjects }) => liveObjects);
  expect(await alive()).toEqual([0, 0]);
  await session.plane({ stage: 0, t: 0, z: 0, channels: [0] });
  await session.close();
  expect(await alive()).toEqual([0, 0, 0]);
});

/** Ends worker `number` (0 is for viewing, 1 leads) as soon as the run writes. */
async function killWhileWriting(number: number) {
  const platform = new KillablePlatform();
  const machine = await startMachine({ workers: 3 }, platform);
  const session = await openExample(machine, examplePath(longExample));
  const folder = temporaryFolder();
  const path = join(folder, 'out.ome.tif');
  let killed = false;
  const running = session.run(recipe({ method: 'mean_ratio' }), {
    name: 'out.ome.tif',
    sink: { path, overwrite: false },
    onProgress: ({ label, itemsDone }) => {
      if (killed || label !== 'Correcting' || itemsDone < 1) return;
      killed = true;
      platform.ports[number]?.terminate();
    },
  });
  const outcome = await running.then(
    ({ report }) => report,
    (error: UnmixError) => error,
  );
  expect(killed).toBe(true);
  return { machine, session, path, folder, outcome, platform };
}

test('a worker that dies while the file is written is replaced: the file is the same', async () => {
  const { path, outcome, session, platform } = await killWhileWriting(3);
  expect(outcome).not.toBeInstanceOf(Error);
  expect(platform.ports.length).toBeGreaterThanOrEqual(5);
  const undisturbed = join(temporaryFolder(), 'out.ome.tif');
  const { report } = await runTo(session, undisturbed, { method: 'mean_ratio' });
  expect(lasting(outcome as Report)).toEqual(lasting(report));
  expect(digest(path)).toBe(digest(undisturbed));
});

test('when the lead dies the run says so, nothing is left behind, and the next run works', async () => {
  const { folder, outcome, session } = await killWhileWriting(1);
  expect(outcome).toMatchObject({ tag: 'worker_lost', message: expect.stringContaining('holds the fit') });
  expect(readdirSync(folder)).toEqual([]);
  await runTo(session, join(folder, 'out.ome.tif'), {});
  expect(readdirSync(folder).toSorted()).toEqual(['out.ome.tif', 'out.ome.tif.json']);
});

test('cancelling a run is over within 500 ms and leaves nothing', async () => {
  const machine = await startMachine({ workers: 2 });
  const session = await openExample(machine);
  const folder = temporaryFolder();
  const cancelling = new AbortController();
  let began = 0;
  const error = await session
    .run(recipe({ method: 'mi_min', alpha_mode: 'per_t' }), {
      name: 'out.ome.tif',
      sink: { path: join(folder, 'out.ome.tif'), overwrite: false },
      signal: cancelling.signal,
      onProgress: ({ label }) => {
        if (label !== 'Correcting' || began > 0) return;
        began = performance.now();
        cancelling.abort();
      },
    })
    .catch((reason: unknown) => reason);
  expect(performance.now() - began).toBeLessThan(500);
  expect(isUnmixError(error, 'cancelled')).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
  await runTo(session, join(folder, 'out.ome.tif'), {});
});

test('a file that is cut short is refused, wherever it is cut', async () => {
  const machine = await startMachine({ workers: 2 });
  const folder = temporaryFolder();
  const path = join(folder, 'cut.ome.tif');
  for (const share of [0.9, 0.5, 0.1, 0.001]) {
    writeFileSync(path, example);
    truncateSync(path, Math.floor(example.length * share));
    const outcome = await (async () => {
      const session = await openExample(machine, path);
      await runTo(session, join(folder, 'out.ome.tif'), { method: 'mean_ratio', alpha_mode: 'per_t' });
    })().catch((reason: unknown) => reason as UnmixError);
    expect(outcome, `cut to ${share}`).toMatchObject({ tag: 'bad_file', message: expect.stringContaining('cut.ome.tif') });
    expect(readdirSync(folder)).toEqual(['cut.ome.tif']);
  }
});

test('a file that changes during a run ends it with a clear error', async () => {
  const machine = await startMachine({ workers: 2 });
  const path = examplePath();
  const session = await openExample(machine, path);
  truncateSync(path, Math.floor(statSync(path).size / 2));
  const error = await session.fit(recipe({ alpha_mode: 'per_t' })).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ tag: 'read_failed', message: expect.stringMatching(/example\.ome\.tif .*(changed|shorter)/) });
});

test('two sessions and many jobs at once: each gets its own result', async () => {
  const machine = await startMachine({ workers: 2 });
  const [first, second] = [await openExample(machine), await openExample(machine)];
  const alphas = [0.1, 0.2, 0.3];
  const reports = await Promise.all(
    alphas.flatMap((alpha) => [first.fit(recipe({ alpha })), second.fit(recipe({ alpha: alpha + 0.05 }))]),
  );
  expect(reports.map((report) => report.alpha)).toEqual(alphas.flatMap((alpha) => [alpha, alpha + 0.05]));
});

test('memory does not grow with the number of runs', async () => {
  const machine = await startMachine({ workers: 2 });
  const session = await openExample(machine);
  const path = join(temporaryFolder(), 'out.ome.tif');
  onTestFinished(() => session.close());
  const peaks: number[] = [];
  for (let i = 0; i < 4; i += 1) peaks.push((await runTo(session, path, { method: 'mi_min' }, 'none')).peakHeapBytes);
  expect(peaks.at(-1)).toBeLessThanOrEqual((peaks[1] ?? 0) * 1.05);
});
