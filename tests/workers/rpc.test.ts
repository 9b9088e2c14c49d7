// Requests and answers between a page and a worker: order, urgency, errors, transfer, death.
import { expect, test } from 'vitest';
import { isUnmixError, UnmixError } from '../../workers/error';
import type { CallContext, FromWorker } from '../../workers/protocol';
import { Caller } from '../../workers/rpc/caller';
import { Server, type ServerOptions } from '../../workers/rpc/server';
import { buffersIn } from '../../workers/rpc/transfer';

interface TestCalls {
  echo(args: { text: string }): string;
  look(args: { text: string }): string;
  bytes(args: { bytes: Uint8Array }): { bytes: Uint8Array };
  slow(args: null, context: CallContext): Promise<string>;
  refuse(args: null): never;
  trap(args: null): never;
}

function connect(options: ServerOptions<TestCalls> = {}) {
  const served: string[] = [];
  const dead: string[] = [];
  const calls: TestCalls = {
    echo: ({ text }) => {
      served.push(text);
      return text;
    },
    look: ({ text }) => {
      served.push(text);
      return text;
    },
    bytes: ({ bytes }) => ({ bytes }),
    slow: async (_, context) => {
      context.progress(0.25);
      context.progress(0.75);
      return 'done';
    },
    refuse: () => {
      throw new UnmixError('bad_setting', 'alpha is -1; it must be at least 0', { cause: new Error('deep down') });
    },
    trap: () => {
      throw new WebAssembly.RuntimeError('unreachable');
    },
  };
  const post = (message: FromWorker, transfer: Transferable[]) => {
    const copy = structuredClone(message, { transfer });
    setImmediate(() => ('dead' in copy ? dead.push(copy.dead) : caller.receive(copy)));
  };
  const server = new Server<TestCalls>(calls, post, options);
  const caller = new Caller<TestCalls>((message, transfer) => {
    const copy = structuredClone(message, { transfer });
    setImmediate(() => server.receive(copy));
  });
  return { caller, served, dead };
}

const lookingFirst: ServerOptions<TestCalls> = { urgency: (kind) => (kind === 'look' ? 0 : 1), droppable: 1 };

test('answers go to the request they belong to', async () => {
  const { caller } = connect();
  const texts = ['a', 'b', 'c'];
  expect(await Promise.all(texts.map((text) => caller.call('echo', { text })))).toEqual(texts);
  expect(caller.waiting).toBe(0);
});

test('an urgent request overtakes those that wait, in both directions of arrival', async () => {
  const { caller, served } = connect(lookingFirst);
  await Promise.all([
    caller.call('echo', { text: 'item 1' }),
    caller.call('echo', { text: 'item 2' }),
    caller.call('echo', { text: 'item 3' }),
    caller.call('look', { text: 'plane' }),
  ]);
  expect(served.toSorted()).toEqual(['item 1', 'item 2', 'item 3', 'plane']);
  expect(served.indexOf('plane')).toBeLessThan(2);
  expect(served.filter((text) => text.startsWith('item'))).toEqual(['item 1', 'item 2', 'item 3']);
});

test('what waits can be dropped, and is answered with cancelled', async () => {
  const { caller, served } = connect(lookingFirst);
  const items = ['1', '2', '3', '4'].map((text) => caller.call('echo', { text }));
  const looking = caller.call('look', { text: 'plane' });
  caller.dropWaiting();
  const ends = await Promise.allSettled(items);
  expect(ends.filter(({ status }) => status === 'fulfilled').length).toBe(served.length - 1);
  const dropped = ends.filter((end) => end.status === 'rejected');
  expect(dropped.length).toBeGreaterThanOrEqual(3);
  for (const { reason } of dropped) expect(isUnmixError(reason, 'cancelled')).toBe(true);
  expect(await looking).toBe('plane');
});

test('an error keeps its tag and sentence, and its stack as the cause', async () => {
  const { caller } = connect();
  const error = await caller.call('refuse', null).catch((reason: unknown) => reason);
  expect(isUnmixError(error, 'bad_setting')).toBe(true);
  expect(isUnmixError(error, 'bad_file', 'cancelled')).toBe(false);
  expect((error as UnmixError).message).toBe('alpha is -1; it must be at least 0');
  expect(((error as UnmixError).cause as Error).stack).toContain('deep down');
});

test('an error that is not one of ours is internal, or, where that matters, the end of the worker', async () => {
  const sturdy = connect();
  const error = await sturdy.caller.call('trap', null).catch((reason: unknown) => reason);
  expect(isUnmixError(error, 'internal')).toBe(true);
  expect(await sturdy.caller.call('echo', { text: 'still there' })).toBe('still there');

  const fragile = connect({ fatal: true });
  const lost = fragile.caller.call('trap', null);
  const after = fragile.caller.call('echo', { text: 'too late' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(fragile.dead).toEqual(['unreachable']);
  expect(fragile.served).toEqual([]);
  fragile.caller.close(new UnmixError('worker_lost', 'gone'));
  const ends = await Promise.allSettled([lost, after, fragile.caller.call('echo', { text: 'never' })]);
  for (const end of ends) expect(end.status === 'rejected' && isUnmixError(end.reason, 'worker_lost')).toBe(true);
});

test('buffers are moved, not copied: in requests where asked for, in answers always', async () => {
  const { caller } = connect();
  const given = new Uint8Array([1, 2, 3]);
  const moved = await caller.call('bytes', { bytes: given }, { transfer: [given.buffer] });
  expect(given.length).toBe(0);
  expect([...moved.bytes]).toEqual([1, 2, 3]);

  const kept = new Uint8Array([4, 5]);
  expect([...(await caller.call('bytes', { bytes: kept })).bytes]).toEqual([4, 5]);
  expect([...kept]).toEqual([4, 5]);
});

test('buffersIn finds every buffer once', () => {
  const one = new Uint8Array(4);
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  const value = {
    a: one,
    list: [{ b: new Float32Array(2) }, one.subarray(1)],
    c: new ArrayBuffer(3),
    shared,
    text: 'x',
    none: null,
  };
  const found = buffersIn(value);
  expect(found).toHaveLength(3);
  expect(found).toContain(one.buffer);
  expect(found).toContain(value.c);
});

test('progress reaches the caller before the answer', async () => {
  const { caller } = connect();
  const fractions: number[] = [];
  expect(await caller.call('slow', null, { onProgress: (fraction) => fractions.push(fraction) })).toBe('done');
  expect(fractions).toEqual([0.25, 0.75]);
});
