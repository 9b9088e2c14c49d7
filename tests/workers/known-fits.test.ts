// A fit whose recipe begins like the last one loads what the leading steps have learnt instead of learning it again.
import { expect, test } from 'vitest';
import { toyRecipe, toyTruth } from './support/toy-module';
import { learntOf, openToy } from './support/toy-session';

const planes = 12;

test('leading steps are fitted once, whatever becomes of the last', async () => {
  const { session, platform, stack } = await openToy({ planes });
  const worked = () => platform.world.calls('work').length;
  let before = 0;
  const since = () => {
    const now = worked();
    const items = now - before;
    before = now;
    return items;
  };
  const first = await session.fit(toyRecipe({ passes: 1 }, { passes: 2 }));
  expect(since()).toBe(3 * planes);
  const second = await session.fit(toyRecipe({ passes: 1 }, { passes: 3 }));
  expect(since()).toBe(3 * planes);
  expect(learntOf(second)[0]).toEqual(learntOf(first)[0]);
  expect(second.steps[0]).toEqual(first.steps[0]);
  // The last step is always fitted, the same settings or not; a step before it that changed is too, and all after it.
  await session.fit(toyRecipe({ passes: 1 }, { passes: 3 }));
  expect(since()).toBe(3 * planes);
  await session.fit(toyRecipe({ passes: 2 }, { passes: 3 }));
  expect(since()).toBe(5 * planes);
  await session.fit(toyRecipe({ passes: 2 }));
  expect(since()).toBe(2 * planes);
  // Planes after the loaded step are what its fit makes of them.
  await session.fit(toyRecipe({ passes: 2 }, { passes: 1 }));
  const { learnt } = toyTruth(stack, { passes: 1 });
  const [plane] = (await session.plane({ stage: 2, t: 0, z: 0, channels: [0] })).channels;
  expect(plane?.[0]).toBe(((stack[0] ?? 0) + learnt) % 256);
});

test('other inputs are fitted anew', async () => {
  const { session, platform } = await openToy({ planes });
  await session.fit(toyRecipe({ passes: 1 }, { passes: 1 }));
  platform.stacks.set('other.tif', new Uint8Array(64));
  await session.setInputs('dark', [{ file: 'other.tif' }]);
  const before = platform.world.calls('work').length;
  await session.fit(toyRecipe({ passes: 1 }, { passes: 1 }));
  expect(platform.world.calls('work').length - before).toBe(2 * planes);
});

test('a comparison that was not made is made', async () => {
  const { session, platform } = await openToy({ planes });
  await session.fit(toyRecipe({ passes: 1 }, { passes: 1 }));
  const before = platform.world.calls('work').length;
  await session.fit(toyRecipe({ passes: 1 }, { passes: 1 }), { compare: true });
  expect(platform.world.calls('work').length - before).toBe(2 * planes);
  await session.fit(toyRecipe({ passes: 1 }, { passes: 1 }));
  expect(platform.world.calls('work').length - before).toBe(3 * planes);
});
