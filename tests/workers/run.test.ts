// The run driver on a toy step whose result shows every mistake in order: what it learns and what comes out must be what a loop
// without workers gives.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Progress, StepMap } from '../../workers/api';
import { nameOfOutput } from '../../workers/sink/sink';
import { toyRecipe, toyTruth } from './support/toy-module';
import { learntOf, openToy } from './support/toy-session';

test.each([1, 2, 5])('with %i workers the toy step learns and makes what a plain loop does', async (workers) => {
  const { session, stack, platform } = await openToy({ workers, planes: 23 });
  const settings = { passes: 3, solve: 2 };
  const { report, file } = await session.run(toyRecipe(settings), { name: 'out.tif' });
  const truth = toyTruth(stack, settings);
  expect(learntOf(report)).toEqual([truth.learnt]);
  expect(new Uint8Array(await (file as File).arrayBuffer())).toEqual(truth.output);
  expect(file?.name).toBe('out.tif');
  // Every box was counted, once.
  expect(report.counted).toBe((22 * 23) / 2);
  expect(platform.outputs).toHaveLength(1);
  expect(platform.outputs[0]).toMatchObject({ committed: true, discarded: false });
});

test('all workers take part, with at most two items each under way', async () => {
  const { session, platform, machine } = await openToy({ workers: 3, planes: 30 });
  const underWay = new Map<number, number>();
  let most = 0;
  platform.holds = (worker, { kind }) => {
    if (kind === 'work') underWay.set(worker, (underWay.get(worker) ?? 0) + 1);
    return false;
  };
  platform.world.onItem = ({ module }) => {
    const now = underWay.get(module) ?? 0;
    most = Math.max(most, now);
    underWay.set(module, now - 1);
    return undefined;
  };
  await session.fit(toyRecipe({ passes: 1 }));
  expect(most).toBe(2);
  const used = new Set(platform.world.calls('work').map(({ module }) => module));
  expect(used.size).toBe(3);
  expect(await machine.vitals()).toHaveLength(4);
});

test('an item goes to the worker that worked its plane before', async () => {
  const { session, platform } = await openToy({ workers: 3, planes: 30 });
  await session.fit(toyRecipe({ passes: 2 }));
  const workerOf = new Map(platform.world.calls('work').map(({ detail, module }) => [detail, module]));
  const same = Array.from({ length: 30 }, (_, plane) => workerOf.get(`0/${plane}`) === workerOf.get(`1/${plane}`));
  // A worker that has nothing of its own to do takes from others, so not all.
  expect(same.filter(Boolean).length).toBeGreaterThan(20);
});

test('later steps are fitted after earlier ones, and every worker holds all states', async () => {
  const { session, platform, stack } = await openToy({ workers: 2 });
  const report = await session.fit(toyRecipe({ passes: 1 }, { passes: 2 }));
  expect(learntOf(report)).toEqual([toyTruth(stack, { passes: 1 }).learnt, toyTruth(stack, { passes: 2 }).learnt]);
  for (const module of [1, 2]) {
    const states = platform.world.calls('load').filter((entry) => entry.module === module);
    expect(states.at(-1)?.detail).toBe(`1: ${toyTruth(stack, { passes: 2 }).learnt}`);
  }
});

test('small boxes of the output travel together, each in its place', async () => {
  const { session, stack, platform } = await openToy({ workers: 2, planes: 150 });
  let journeys = 0;
  platform.holds = (_worker, { kind }) => {
    if (kind === 'makeOutput') journeys += 1;
    return false;
  };
  const settings = { passes: 1, box_bytes: 100 };
  const { report, file } = await session.run(toyRecipe(settings), { name: 'out.tif' });
  expect(new Uint8Array(await (file as File).arrayBuffer())).toEqual(toyTruth(stack, settings).output);
  expect(report.counted).toBe((149 * 150) / 2);
  expect(journeys).toBe(3);
});

test('planes that steps have learnt go to whoever asks for them', async () => {
  const { session, stack } = await openToy({ workers: 2 });
  const recipe = toyRecipe({ passes: 1 }, { passes: 2 });
  const maps: StepMap[] = [];
  await session.fit(recipe, { onMap: (map) => maps.push(map) });
  const learnt = [toyTruth(stack, { passes: 1 }).learnt, toyTruth(stack, { passes: 2 }).learnt];
  expect(maps).toEqual(
    learnt.map((value, step) => ({
      step,
      name: 'toy',
      unit: 'counts',
      channel: 0,
      height: 1,
      width: 2,
      values: Float32Array.of(value, step),
    })),
  );
});

test('what a step wants to read again and again is stored once, in order, and dropped afterwards', async () => {
  const { session, platform, stack } = await openToy({ workers: 3, planes: 17 });
  const { report } = await session.run(toyRecipe({ passes: 2, store: true }), { name: 'out.tif' });
  expect(learntOf(report)).toEqual([toyTruth(stack, { passes: 2 }).learnt]);
  expect(
    platform.world
      .calls('storeBox')
      .map(({ detail }) => Number(detail))
      .toSorted((a, b) => a - b),
  ).toEqual(Array.from({ length: 17 }, (_, i) => i));
  expect(platform.world.calls('useStore')).toHaveLength(3);
  expect(platform.stores.map(({ dropped }) => dropped)).toEqual([true]);
});

test('a recipe that only measures gives a report and no file', async () => {
  const { session, platform, stack } = await openToy();
  const { report, file } = await session.run(toyRecipe({ measure: true }), { name: 'out.json' });
  expect(file).toBeNull();
  expect(platform.outputs).toHaveLength(0);
  expect(learntOf(report)).toEqual([toyTruth(stack, {}).learnt]);
});

test('every main input becomes a file of its own, corrected with what was learnt', async () => {
  const { machine, platform, stack } = await openToy();
  const other = stack.map((byte) => 250 - byte);
  platform.stacks.set('other.tif', other);
  const session = await machine.open([
    { role: 'main', file: 'toy.tif' },
    { role: 'main', file: 'other.tif' },
  ]);
  const { file, files } = await session.run(toyRecipe({}), { name: 'out.ome.tif' });
  const { learnt, output } = toyTruth(stack, {});
  expect(files.map(({ name }) => name)).toEqual(['out-1.ome.tif', 'out-2.ome.tif']);
  expect(file).toBe(files[0]);
  expect(new Uint8Array(await (file as File).arrayBuffer())).toEqual(output);
  const second = new Uint8Array(await (files[1] as File).arrayBuffer());
  expect(second.subarray(8)).toEqual(other.map((byte) => (byte + learnt) % 256));
  expect(['a', 'a.TIFF', 'a.b.ome.tif'].map((name) => nameOfOutput(name, 0, 2))).toEqual(['a-1', 'a-1.TIFF', 'a.b-1.ome.tif']);
});

test('the report names each input with its SHA-256, the link and the times', async () => {
  const { session, stack } = await openToy();
  const { report } = await session.run(toyRecipe({}), {
    name: 'out.tif',
    compression: 'zstd',
    link: 'https://example.org/#/1/toy',
  });
  const sha256 = createHash('sha256').update(stack).digest('hex');
  expect(report.inputs).toEqual([{ role: 'main', name: 'toy.tif', size: stack.length, sha256 }]);
  expect(report.link).toBe('https://example.org/#/1/toy');
  expect(report.times).toMatchObject({ workers: 2, runtime: 'toy', total_s: expect.any(Number) });
});

test('after a run nothing is alive in its workers, after closing nothing in any', async () => {
  const { session, machine } = await openToy({ workers: 2 });
  const alive = async () =>
    Object.fromEntries((await machine.vitals()).map(({ worker, liveObjects }) => [worker, liveObjects]));
  await session.fit(toyRecipe({}));
  expect(await alive()).toEqual({ 'The worker for viewing': 2, 'Worker 1 of 2': 2, 'Worker 2 of 2': 2 });
  await session.run(toyRecipe({}), { name: 'out.tif' });
  await session.plane({ stage: 0, t: 0, z: 0, channels: [0] });
  expect(await alive()).toEqual({ 'The worker for viewing': 2, 'Worker 1 of 2': 0, 'Worker 2 of 2': 0 });
  await session.close();
  expect(await alive()).toEqual({ 'The worker for viewing': 0, 'Worker 1 of 2': 0, 'Worker 2 of 2': 0 });
});

test('progress never falls, ends at 1, and names what is done', async () => {
  const { session } = await openToy({ workers: 2, planes: 40 });
  const seen: Progress[] = [];
  await session.run(toyRecipe({ passes: 3 }), { name: 'out.tif', onProgress: (progress) => seen.push(progress) });
  const fractions = seen.map(({ fraction }) => fraction);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
  expect(new Set(seen.map(({ label }) => label))).toEqual(new Set(['Pass 0', 'Pass 1', 'Pass 2', 'Correcting', 'Done']));
  for (const progress of seen) {
    expect(progress.workers).toBe(2);
    expect(progress.heapBytes).toBeGreaterThan(0);
    expect(progress.itemsDone).toBeLessThanOrEqual(progress.items);
  }
});

test('jobs asked for at the same time run one after another, all of them right', async () => {
  const { session, stack } = await openToy({ workers: 2 });
  const passes = [1, 3, 2];
  const reports = await Promise.all(passes.map((count) => session.fit(toyRecipe({ passes: count }))));
  expect(reports.flatMap(learntOf)).toEqual(passes.map((count) => toyTruth(stack, { passes: count }).learnt));
});
