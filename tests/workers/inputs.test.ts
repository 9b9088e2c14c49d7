// Inputs that come and go beside an open stack: dark frames, light levels.
import { expect, test } from 'vitest';
import { planeBytes, toyRecipe, toyStack, toyTruth } from './support/toy-module';
import { learntOf, openToy } from './support/toy-session';

test('inputs of a role are given, replaced and taken back, and the stack stays what it was', async () => {
  const { session, platform, stack } = await openToy();
  for (const name of ['dark.tif', 'low.tif', 'high.tif']) platform.stacks.set(name, toyStack(3));
  const [dark] = await session.setInputs('dark', [{ file: 'dark.tif' }]);
  expect(dark).toMatchObject({ name: 'dark.tif', shape: [3, 1, 1, 1, planeBytes] });
  await session.setInputs('level', [{ file: 'low.tif' }, { file: 'high.tif' }]);
  expect(session.inspections.map(({ name }) => name)).toEqual(['toy.tif', 'dark.tif', 'low.tif', 'high.tif']);
  await session.setInputs('level', [{ file: 'high.tif' }]);
  expect(session.inspections.map(({ name }) => name)).toEqual(['toy.tif', 'dark.tif', 'high.tif']);
  const report = await session.fit(toyRecipe({ passes: 1 }));
  expect(learntOf(report)).toEqual([toyTruth(stack, { passes: 1 }).learnt]);
  await session.setInputs('dark', []);
  await session.setInputs('level', []);
  expect(session.inspections.map(({ name }) => name)).toEqual(['toy.tif']);
});

test('a file that cannot be used leaves the inputs as they were', async () => {
  const { session, platform } = await openToy();
  platform.stacks.set('dark.tif', toyStack(3));
  platform.stacks.set('letter.txt', new Uint8Array(planeBytes + 1));
  await session.setInputs('dark', [{ file: 'dark.tif' }]);
  await expect(session.setInputs('dark', [{ file: 'letter.txt' }])).rejects.toMatchObject({ tag: 'bad_file' });
  await expect(session.setInputs('level', [{ file: 'nothing.tif' }])).rejects.toMatchObject({ tag: 'read_failed' });
  expect(session.inspections.map(({ name }) => name)).toEqual(['toy.tif', 'dark.tif']);
  await session.fit(toyRecipe({ passes: 1 }));
  expect((await session.plane({ stage: 0, t: 0, z: 0, channels: [0] })).width).toBe(planeBytes);
});

test('what was fitted to other inputs is forgotten', async () => {
  const { session, platform } = await openToy();
  platform.stacks.set('dark.tif', toyStack(3));
  await session.fit(toyRecipe({ passes: 1 }));
  await session.setInputs('dark', [{ file: 'dark.tif' }]);
  await expect(session.plane({ stage: 1, t: 0, z: 0, channels: [0] })).rejects.toMatchObject({ tag: 'bad_recipe' });
});
