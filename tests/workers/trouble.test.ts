// Workers that die or hang, cancelling, full disks: the run ends clearly or goes on rightly, and the session works afterwards.
import { expect, test } from 'vitest';
import { isUnmixError, type UnmixError } from '../../workers/error';
import { toyRecipe, toyTruth } from './support/toy-module';
import { learntOf, openToy } from './support/toy-session';

// Workers are numbered as they start: 0 is for viewing, 1 leads.
const lead = 1;

const failure = (promise: Promise<unknown>): Promise<UnmixError> =>
  promise.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: unknown) => error as UnmixError,
  );

test.each(['work', 'makeOutput'])('a worker killed during %s is replaced, and the result is the same', async (call) => {
  const { session, platform, stack } = await openToy({ workers: 3, planes: 25 });
  let killed = false;
  platform.world.onItem = (item) => {
    if (item.call === call && item.plane > 5 && item.module === 2 && !killed) {
      killed = true;
      platform.kill(2);
    }
    return undefined;
  };
  const { report, file } = await session.run(toyRecipe({ passes: 2, store: true }), { name: 'out.tif' });
  expect(killed).toBe(true);
  const truth = toyTruth(stack, { passes: 2 });
  expect(learntOf(report)).toEqual([truth.learnt]);
  expect(new Uint8Array(await (file as File).arrayBuffer())).toEqual(truth.output);
  // Its successor took part.
  expect(platform.workers).toHaveLength(5);
});

test('a trap in wasm is the end of the worker, not of the run', async () => {
  const { session, platform, stack } = await openToy({ workers: 2, planes: 20 });
  let traps = 0;
  platform.world.onItem = ({ module, pass, plane }) => {
    if (module !== lead && pass === 0 && plane >= 4 && traps === 0) {
      traps += 1;
      throw new WebAssembly.RuntimeError('memory access out of bounds');
    }
    return undefined;
  };
  const report = await session.fit(toyRecipe({ passes: 2 }));
  expect(traps).toBe(1);
  expect(learntOf(report)).toEqual([toyTruth(stack, { passes: 2 }).learnt]);
});

test('an item that kills two workers ends the run, by its name', async () => {
  const { session, platform, stack } = await openToy({ workers: 3, planes: 20 });
  // The lead, whose death is another story, is kept busy with its first items; the others get to plane 7.
  platform.holds = (worker, { kind }) => worker === lead && kind === 'work';
  let deaths = 0;
  platform.world.onItem = ({ plane }) => {
    if (plane !== 7) return undefined;
    deaths += 1;
    if (deaths === 2) setTimeout(() => platform.release(), 10);
    throw new WebAssembly.RuntimeError('unreachable');
  };
  const error = await failure(session.fit(toyRecipe({ passes: 2 })));
  expect(error.tag).toBe('worker_lost');
  expect(error.message).toContain('item 8 of 20 of "Pass 0" (step 1, toy; t = 7, z = 0');
  expect(deaths).toBe(2);
  platform.world.onItem = null;
  expect(learntOf(await session.fit(toyRecipe({ passes: 1 })))).toEqual([toyTruth(stack, { passes: 1 }).learnt]);
});

test('when the lead dies the run says so, and the next one works', async () => {
  const { session, platform, stack } = await openToy({ workers: 2, planes: 20 });
  platform.world.onItem = ({ pass, plane }) => {
    if (pass === 1 && plane === 3 && platform.workers[lead]?.running) platform.kill(lead);
    return undefined;
  };
  const error = await failure(session.run(toyRecipe({ passes: 2 }), { name: 'out.tif' }));
  expect(error.tag).toBe('worker_lost');
  expect(error.message).toContain('The worker that holds the fit stopped');
  platform.world.onItem = null;
  expect(learntOf(await session.fit(toyRecipe({ passes: 2 })))).toEqual([toyTruth(stack, { passes: 2 }).learnt]);
});

test('an error of an item ends the run with its own tag and sentence', async () => {
  const { session, platform, stack } = await openToy({ workers: 2, planes: 20 });
  platform.world.onItem = ({ call, plane }) =>
    call === 'makeOutput' && plane === 9 ? { tag: 'bad_file', message: 'page 9 is damaged' } : undefined;
  const error = await failure(session.run(toyRecipe({}), { name: 'out.tif' }));
  expect(error).toMatchObject({ tag: 'bad_file', message: 'page 9 is damaged' });
  expect(platform.outputs.map(({ committed, discarded }) => ({ committed, discarded }))).toEqual([
    { committed: false, discarded: true },
  ]);
  platform.world.onItem = null;
  expect(learntOf(await session.fit(toyRecipe({})))).toEqual([toyTruth(stack, {}).learnt]);
});

test('a full disk ends the run with write_failed and leaves nothing', async () => {
  const { session, platform, stack } = await openToy({ workers: 2, planes: 20 });
  platform.diskBytes = 500;
  const error = await failure(session.run(toyRecipe({}), { name: 'out.tif' }));
  expect(error).toMatchObject({ tag: 'write_failed', message: 'The disk is full.' });
  expect(platform.outputs[0]).toMatchObject({ committed: false, discarded: true });
  platform.diskBytes = Number.POSITIVE_INFINITY;
  const { file } = await session.run(toyRecipe({}), { name: 'out.tif' });
  expect(new Uint8Array(await (file as File).arrayBuffer())).toEqual(toyTruth(stack, {}).output);
});

test('an input that cannot be read to its end for its checksum ends the run, and nothing is left', async () => {
  const platformOf = await openToy({ workers: 2, planes: 20 });
  const { machine, platform } = platformOf;
  platform.hashFails = true;
  const session = await machine.open([{ role: 'main', file: 'toy.tif' }]);
  const error = await failure(session.run(toyRecipe({}), { name: 'out.tif' }));
  expect(error).toMatchObject({ tag: 'read_failed', message: 'toy.tif is gone.' });
  expect(platform.outputs[0]).toMatchObject({ committed: false, discarded: true });
});

test('cancelling is over within 500 ms, also when a worker hangs, and the session works afterwards', async () => {
  for (const hanging of [lead, lead + 1]) {
    const { session, platform, stack } = await openToy({ workers: 2, planes: 20 });
    const cancelling = new AbortController();
    let hung = () => {};
    const hangs = new Promise<void>((resolve) => {
      hung = resolve;
    });
    platform.holds = (worker, { kind }) => {
      if (worker !== hanging || kind !== 'makeOutput') return false;
      hung();
      return true;
    };
    const running = failure(session.run(toyRecipe({}), { name: 'out.tif', signal: cancelling.signal }));
    await hangs;
    const began = performance.now();
    cancelling.abort();
    expect((await running).tag).toBe('cancelled');
    expect(performance.now() - began).toBeLessThan(500);
    expect(platform.outputs[0]).toMatchObject({ committed: false, discarded: true });
    expect(platform.workers[hanging]?.running).toBe(false);
    platform.holds = () => false;
    expect(learntOf(await session.fit(toyRecipe({})))).toEqual([toyTruth(stack, {}).learnt]);
  }
});

test('cancelling does not stop workers that answer', async () => {
  const { session, platform, stack } = await openToy({ workers: 2, planes: 200 });
  const cancelling = new AbortController();
  platform.world.onItem = ({ plane }) => {
    if (plane === 40) cancelling.abort();
    return undefined;
  };
  const error = await failure(session.fit(toyRecipe({ passes: 2 }), { signal: cancelling.signal }));
  expect(error.tag).toBe('cancelled');
  expect(platform.workers.every(({ running }) => running)).toBe(true);
  expect(platform.world.calls('work').length).toBeLessThan(60);
  platform.world.onItem = null;
  expect(learntOf(await session.fit(toyRecipe({})))).toEqual([toyTruth(stack, {}).learnt]);
  expect(platform.workers).toHaveLength(3);
});

test('a job that waits for another can be cancelled, and one that is cancelled beforehand never begins', async () => {
  const { session, platform } = await openToy({ workers: 2, planes: 50 });
  const cancelling = new AbortController();
  const first = session.fit(toyRecipe({ passes: 3 }));
  const second = failure(session.fit(toyRecipe({}), { signal: cancelling.signal }));
  const third = session.fit(toyRecipe({ passes: 1 }));
  cancelling.abort();
  expect((await second).tag).toBe('cancelled');
  await Promise.all([first, third]);
  const planned = platform.world.calls('setRecipe').length;
  expect((await failure(session.fit(toyRecipe({}), { signal: AbortSignal.abort() }))).tag).toBe('cancelled');
  expect(platform.world.calls('setRecipe')).toHaveLength(planned);
});

test('closing a session cancels its run', async () => {
  const { session, platform } = await openToy({ workers: 2, planes: 100 });
  const running = failure(session.run(toyRecipe({ passes: 3 }), { name: 'out.tif' }));
  await new Promise((resolve) => setTimeout(resolve, 5));
  await session.close();
  expect((await running).tag).toBe('cancelled');
  for (const output of platform.outputs) expect(output.committed).toBe(false);
  expect(isUnmixError(await failure(session.fit(toyRecipe({}))), 'cancelled')).toBe(true);
});
