// Opening, axes, planning and looking, while jobs run and while none does.
import { expect, test } from 'vitest';
import { isUnmixError, type UnmixError } from '../../workers/error';
import { planeBytes, toyRecipe, toyTruth } from './support/toy-module';
import { openToy } from './support/toy-session';

const plane = (stage: number, t: number) => ({ stage, t, z: 0, channels: [0] });

test('a file that is no stack is refused, and the next one opens', async () => {
  const { machine, platform } = await openToy();
  platform.stacks.set('letter.txt', new Uint8Array(planeBytes + 1));
  const error = (await machine.open([{ role: 'main', file: 'letter.txt' }]).catch((reason: unknown) => reason)) as UnmixError;
  expect(error).toMatchObject({ tag: 'bad_file' });
  expect(error.message).toContain('letter.txt');
  const missing = (await machine
    .open([{ role: 'main', file: 'nothing.tif' }])
    .catch((reason: unknown) => reason)) as UnmixError;
  expect(missing.tag).toBe('read_failed');
  const session = await machine.open([{ role: 'main', file: 'toy.tif' }]);
  expect(session.inspections[0]?.shape).toEqual([12, 1, 1, 1, planeBytes]);
});

test('a question about the axes is answered once for all workers', async () => {
  const { session } = await openToy({ axes: '?' });
  expect(session.inspections[0]?.question?.choices).toEqual(['T']);
  await expect(session.plane(plane(0, 0))).rejects.toMatchObject({ tag: 'axes_needed' });
  await expect(session.setAxes(0, 'Z')).rejects.toMatchObject({ tag: 'bad_setting' });
  expect((await session.setAxes(0, 'T')).question).toBeNull();
  expect(session.inspections[0]?.shape).toEqual([12, 1, 1, 1, planeBytes]);
  await session.fit(toyRecipe({}));
});

test('a plan checks the recipe and tells what comes out', async () => {
  const { session } = await openToy();
  expect(await session.plan(toyRecipe({}))).toEqual({
    output: { shape: [12, 1, 1, 1, planeBytes], type: 'uint8', bytes: 12 * 2 ** 20, stacks: 1 },
    warnings: [],
  });
  expect(await session.plan(toyRecipe({ measure: true }))).toEqual({ output: null, warnings: [] });
  const unknown = { version: 1, steps: [{ step: 'magic', settings: {} }] };
  await expect(session.plan(unknown)).rejects.toMatchObject({ tag: 'bad_recipe', message: 'there is no step "magic"' });
  await expect(session.fit(unknown)).rejects.toMatchObject({ tag: 'bad_recipe' });
  await expect(session.run(unknown, { name: 'out.tif' })).rejects.toMatchObject({ tag: 'bad_recipe' });
});

test('planes: as the file has them, and after the last fit, whatever was planned since', async () => {
  const { session, stack } = await openToy();
  const [raw] = (await session.plane(plane(0, 3))).channels;
  expect(raw).toEqual(stack.slice(3 * planeBytes, 4 * planeBytes));
  await expect(session.plane(plane(1, 3))).rejects.toMatchObject({ tag: 'bad_recipe' });
  await session.fit(toyRecipe({ passes: 1 }));
  await session.plan(toyRecipe({ passes: 2 }));
  const { learnt } = toyTruth(stack, { passes: 1 });
  const expected = stack.slice(3 * planeBytes, 4 * planeBytes).map((byte) => (byte + learnt) % 256);
  expect((await session.plane(plane(1, 3))).channels[0]).toEqual(expected);
});

test('a plane can be looked at after a fit whose store is gone', async () => {
  const { session, stack, platform } = await openToy();
  await session.fit(toyRecipe({ passes: 1, store: true }));
  expect(platform.stores.map(({ dropped }) => dropped)).toEqual([true]);
  const { learnt } = toyTruth(stack, { passes: 1 });
  const expected = stack.slice(0, planeBytes).map((byte) => (byte + learnt) % 256);
  expect((await session.plane(plane(1, 0))).channels[0]).toEqual(expected);
  expect(platform.world.calls('useStore')).toHaveLength(2);
});

test('several channels of a plane are arrays of their own', async () => {
  const { session } = await openToy();
  const { channels, width, height, type } = await session.plane({ stage: 0, t: 1, z: 0, channels: [0, 0, 0] });
  expect({ width, height, type }).toEqual({ width: planeBytes, height: 1, type: 'uint8' });
  expect(channels).toHaveLength(3);
  expect(channels[2]).toEqual(channels[0]);
  expect(channels[0]).toHaveLength(planeBytes);
});

test('looking does not wait for a run, and a run is not disturbed by looking', async () => {
  const { session, stack, platform } = await openToy({ workers: 1, planes: 60 });
  await session.fit(toyRecipe({ passes: 1 }));
  const run = session.run(toyRecipe({ passes: 3, solve: 3 }), { name: 'out.tif' });
  let running = true;
  const ended = run.finally(() => {
    running = false;
  });
  const looks: boolean[] = [];
  for (let t = 0; t < 10; t += 1) {
    await session.plane(plane(1, t));
    looks.push(running);
  }
  await ended;
  expect(looks.every(Boolean)).toBe(true);
  const { file } = await run;
  expect(new Uint8Array(await (file as File).arrayBuffer())).toEqual(toyTruth(stack, { passes: 3 }).output);
  expect(platform.world.calls('view').length).toBe(10);
});

test('the viewing worker may die: the next look has a new one', async () => {
  const { session, platform, stack } = await openToy();
  await session.plane(plane(0, 0));
  platform.kill(0);
  expect((await session.plane(plane(0, 5))).channels[0]).toEqual(stack.slice(5 * planeBytes, 6 * planeBytes));
});

test('two stacks can be open at the same time', async () => {
  const { machine, session, stack, platform } = await openToy();
  platform.stacks.set(
    'other.tif',
    stack.slice(0, 5 * planeBytes).map((byte) => 255 - byte),
  );
  const other = await machine.open([{ role: 'main', file: 'other.tif' }]);
  expect((await other.plane(plane(0, 0))).channels[0]?.[0]).toBe(255 - (stack[0] ?? 0));
  expect((await session.plane(plane(0, 0))).channels[0]?.[0]).toBe(stack[0]);
  const [a, b] = await Promise.all([session.fit(toyRecipe({})), other.fit(toyRecipe({}))]);
  expect(a.steps[0]?.learnt).toBe(toyTruth(stack, {}).learnt);
  expect(b.steps[0]?.learnt).toBe(toyTruth(platform.stacks.get('other.tif') as Uint8Array, {}).learnt);
});

test('recipes are read and written, the example is made of its pieces', async () => {
  const { machine } = await openToy();
  expect(await machine.parseRecipe('{"version":1,"steps":[]}')).toEqual({ version: 1, steps: [] });
  const error = await machine.parseRecipe('nonsense').catch((reason: unknown) => reason);
  expect(isUnmixError(error, 'bad_recipe')).toBe(true);
  expect(await machine.formatRecipe(toyRecipe({}))).toBe('/1/toy');
  const { file, truth } = await machine.example({ scene: 'dots' });
  expect([file.name, truth]).toEqual(['dots.ome.tif', { alpha: 0.28 }]);
  expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([1, 2, 3, 0, 0, 4]);
  expect(machine.kinds[0]?.name).toBe('toy');
  expect(machine.schema).toEqual({ type: 'object' });
});
