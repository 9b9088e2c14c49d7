// The smaller parts of the driver: progress, checksums, queues of tasks, boxes, slices.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { anySignal, unlessAborted } from '../../workers/abort';
import type { Progress } from '../../workers/api';
import { SliceLength } from '../../workers/engine/slices';
import { SpareBuffers } from '../../workers/engine/spare-buffers';
import { InputHash } from '../../workers/hash/input-hash';
import { DeskQueue } from '../../workers/pool/desk-queue';
import { boxesOf, describeBoxes } from '../../workers/run/boxes';
import { ProgressMeter } from '../../workers/run/progress';
import { packItem } from './support/toy-module';

function meter(fits: boolean[], boxes: number) {
  const told: Progress[] = [];
  let now = 0;
  const progress = new ProgressMeter(fits, boxes, {
    workers: 2,
    heapBytes: () => 5e6,
    tell: (state) => told.push(state),
    now: () => now,
  });
  return {
    progress,
    told,
    wait: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

test('progress at constant speed: time left shrinks as time passes, and is about right', () => {
  const { progress, told, wait } = meter([false], 100);
  progress.beginOutput('Correcting', 100);
  for (let i = 0; i < 100; i += 1) {
    wait(0.1);
    progress.tookOutput(1);
  }
  progress.finish();
  const early = told.find(({ fraction }) => fraction >= 0.2);
  expect(early?.secondsLeft).toBeGreaterThan(7);
  expect(early?.secondsLeft).toBeLessThan(9);
  expect(told[0]?.secondsLeft).toBeNull();
  const left = told.map(({ secondsLeft }) => secondsLeft).filter((seconds) => seconds !== null);
  expect(left).toEqual(left.toSorted((a, b) => b - a));
  expect(told.at(-1)).toMatchObject({ fraction: 1, secondsLeft: 0, label: 'Done' });
});

test('a search of a minute between passes says how long it will take, and is not taken for slow reading', () => {
  const { progress, told, wait } = meter([true], 10);
  progress.beginPass(0, 'Reading', 10, 10);
  for (let i = 0; i < 10; i += 1) {
    wait(0.2);
    progress.took(1, 1);
  }
  for (let i = 1; i <= 600; i += 1) {
    wait(0.1);
    progress.solves(0, i / 600);
  }
  progress.solves(0, null);
  const searching = told.filter(({ solving }) => solving);
  const half = searching[Math.floor(searching.length / 2)];
  expect(half?.secondsLeft).toBeGreaterThan(28);
  expect(half?.secondsLeft).toBeLessThan(40);
  expect(half?.fraction).toBeGreaterThan(0.4);
  expect(half?.fraction).toBeLessThan(0.6);
  for (const { secondsLeft } of told) expect(secondsLeft ?? 0).toBeLessThan(90);
  progress.endStep(0);
  progress.beginOutput('Correcting', 10);
  for (let i = 0; i < 10; i += 1) {
    wait(0.4);
    progress.tookOutput(1);
  }
  expect(told.at(-1)?.secondsLeft).toBeLessThan(5);
});

test('iterations that are passes without pixels tell how long they will take', () => {
  const { progress, told, wait } = meter([true], 4);
  progress.beginPass(0, 'Binning', 4, 4);
  for (let i = 0; i < 4; i += 1) {
    wait(0.1);
    progress.took(1, 1);
  }
  for (let i = 1; i <= 200; i += 1) {
    progress.beginPass(0, `Iteration ${i} of 200`, 3, 0);
    wait(0.1);
    progress.took(3, 0);
    progress.solves(0, null);
  }
  const half = told.findLast(({ label }) => label === 'Iteration 100 of 200');
  expect(half?.secondsLeft).toBeGreaterThan(8);
  expect(half?.secondsLeft).toBeLessThan(15);
  expect(half?.fraction).toBeGreaterThan(0.35);
  expect(half?.fraction).toBeLessThan(0.65);
});

test('progress does not fall when a fit turns out to need more passes than thought', () => {
  const { progress, told, wait } = meter([true, true], 50);
  for (const step of [0, 1]) {
    for (let pass = 0; pass < 5; pass += 1) {
      progress.beginPass(step, `Pass ${pass}`, 50, 50);
      for (let i = 0; i < 50; i += 1) {
        wait(0.05);
        progress.took(1, 1);
      }
    }
    progress.endStep(step);
  }
  const beforeOutput = told.at(-1)?.fraction ?? 0;
  expect(beforeOutput).toBeGreaterThan(0.6);
  progress.beginOutput('Correcting', 50);
  for (let i = 0; i < 50; i += 1) {
    wait(0.05);
    progress.tookOutput(1);
  }
  const fractions = told.map(({ fraction }) => fraction);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions.at(-1)).toBeGreaterThan(0.95);
});

test('solving between passes is told with the step and its own fraction', () => {
  const { progress, told, wait } = meter([true], 10);
  progress.beginPass(0, 'Summing blocks', 5, 5);
  for (const fraction of [0.25, 0.5]) {
    wait(1);
    progress.solves(0, fraction);
  }
  wait(1);
  progress.solves(0, null);
  progress.solves(0, null);
  const [begun, first, second, ended, ...more] = told;
  expect(begun?.solving).toBeNull();
  expect(first?.solving).toEqual({ step: 0, fraction: 0.25 });
  expect(second).toMatchObject({ solving: { step: 0, fraction: 0.5 }, label: 'Summing blocks' });
  expect(ended?.solving).toBeNull();
  expect(more).toEqual([]);
});

test('progress is told no more than a dozen times a second, but every phase is', () => {
  const { progress, told, wait } = meter([true], 10_000);
  progress.beginPass(0, 'Measuring', 10_000, 10_000);
  for (let i = 0; i < 10_000; i += 1) {
    wait(0.0001);
    progress.took(1, 1);
  }
  progress.beginOutput('Correcting', 10_000);
  expect(told.length).toBeLessThan(20);
  expect(told.at(-1)?.label).toBe('Correcting');
});

function hashing(size: number) {
  const bytes = new Uint8Array(size).fill(7);
  const hash = createHash('sha256');
  let read = 0;
  const input = new InputHash(size, {
    update: async (from, to) => {
      expect(from).toBe(read);
      read = to;
      hash.update(bytes.subarray(from, to));
    },
    finish: async () => hash.digest('hex'),
    close: () => {},
  });
  return { input, expected: createHash('sha256').update(bytes).digest('hex'), read: () => read };
}

const tick = () => new Promise((resolve) => setTimeout(resolve, 5));

test.each([0, 1, 8 * 2 ** 20, 20 * 2 ** 20])('the checksum of %i bytes is that of the whole', async (size) => {
  const { input, expected } = hashing(size);
  expect(await input.result()).toBe(expected);
  expect(input.finished).toBe(true);
});

test('a checksum rests while a job runs, and hurries when it is wanted', async () => {
  const { input, expected, read } = hashing(40 * 2 ** 20);
  input.pause();
  await tick();
  const rested = read();
  expect(rested).toBeLessThan(40 * 2 ** 20);
  await tick();
  expect(read()).toBe(rested);
  const fractions: number[] = [];
  expect(await input.result((fraction) => fractions.push(fraction))).toBe(expected);
  expect(fractions.at(-1)).toBe(1);

  const resumed = hashing(40 * 2 ** 20);
  resumed.input.pause();
  resumed.input.resume();
  await tick();
  await tick();
  expect(resumed.input.finished).toBe(true);

  const stopped = hashing(40 * 2 ** 20);
  stopped.input.stop();
  await expect(stopped.input.result()).rejects.toMatchObject({ tag: 'cancelled' });
});

test('tasks at the desk run one at a time, urgent ones first, and a failure is its own', async () => {
  const queue = new DeskQueue();
  const order: string[] = [];
  let running = 0;
  const task = (name: string) => async () => {
    running += 1;
    expect(running).toBe(1);
    await tick();
    running -= 1;
    order.push(name);
    if (name === 'fails') throw new Error(name);
    return name;
  };
  const results = await Promise.allSettled([
    queue.add(task('first'), false),
    queue.add(task('second'), false),
    queue.add(task('fails'), true),
    queue.add(task('urgent'), true),
  ]);
  expect(order).toEqual(['first', 'fails', 'urgent', 'second']);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(queue.idle).toBe(true);
});

test('the boxes of an item are read from its bytes, and broken bytes give none', () => {
  const boxes = boxesOf(packItem(3, 1));
  expect(boxes).toEqual([{ input: 0, t: 3, z: 0, yBegin: 0, yEnd: 1 }]);
  expect(describeBoxes(boxes)).toBe('t = 3, z = 0, rows 0 to 1');
  expect(describeBoxes([...boxes, ...boxes])).toBe('t = 3, z = 0, rows 0 to 1 and 1 more');
  expect(describeBoxes([])).toBe('');
  expect(boxesOf(packItem(3, 1).subarray(0, 20))).toEqual([]);
  expect(boxesOf(new Uint8Array(8).fill(255))).toEqual([]);
});

test('buffers that come back are used again where they fit', () => {
  const spare = new SpareBuffers();
  const [first, small] = [spare.take(1_000_000), spare.take(1000)];
  expect([first.length, small.length, small.buffer.byteLength]).toEqual([1_000_000, 1000, 1000]);
  expect(first.buffer.byteLength % 65_536).toBe(0);
  spare.add([first.buffer as ArrayBuffer]);
  expect(spare.take(400_000).buffer).not.toBe(first.buffer);
  expect(spare.take(1_100_000).buffer).not.toBe(first.buffer);
  const again = spare.take(1_010_000);
  expect(again.buffer).toBe(first.buffer);
  expect(again.length).toBe(1_010_000);
  expect(spare.take(1_000_000).buffer).not.toBe(first.buffer);
});

test('slices of solving come to last about 30 ms, and change by no more than a factor of 4', () => {
  const slices = new SliceLength();
  const perMs = 2e5;
  const lengths: number[] = [];
  for (let i = 0; i < 20; i += 1) {
    const before = slices.work;
    slices.took(before / perMs);
    lengths.push(slices.work);
    expect(slices.work / before).toBeLessThanOrEqual(4);
    expect(slices.work / before).toBeGreaterThanOrEqual(0.25);
  }
  expect((lengths.at(-1) ?? 0) / perMs).toBeCloseTo(30, 0);
});

test('signals: any of several aborts, and a promise is left alone when one does', async () => {
  const [a, b] = [new AbortController(), new AbortController()];
  const { signal, release } = anySignal([a.signal, undefined, b.signal]);
  expect(signal.aborted).toBe(false);
  const never = new Promise<string>(() => {});
  const waiting = unlessAborted(never, signal).catch((error: { tag: string }) => error.tag);
  b.abort();
  expect(signal.aborted).toBe(true);
  expect(await waiting).toBe('cancelled');
  expect(await unlessAborted(Promise.resolve(3), a.signal)).toBe(3);
  release();
  expect(anySignal([AbortSignal.abort()]).signal.aborted).toBe(true);
});
