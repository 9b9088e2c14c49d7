// The plane that is looked at, before and after. Follows position, recipe and alpha at once; while it is busy, only the newest
// wish is kept.
import { batch, computed, effect, signal } from '@preact/signals';
import type { Recipe } from '../../workers/api';
import { meetPlane, neededChannels, neededKey } from '../inspect/channels';
import { type OpenStack, stack } from '../open/stack';
import { isCancelled, type PageError, pageError } from '../ui/errors';
import { latest } from '../ui/latest';
import { PlaneCache, type ShownPlane } from '../viewer/planes';
import { position, tile } from '../viewer/position';
import { activeIndex } from './active-step';
import { fittedPlane } from './fits';
import { previewed } from './previewed';

export const before = signal<ShownPlane | null>(null);
/** The same plane as it enters the step that is looked at: `before`, unless earlier steps change it. What the step measures is of it. */
export const entering = computed(() => ((activeIndex.value ?? 0) > 0 ? afterEarlier.value : before.value));
const afterEarlier = signal<ShownPlane | null>(null);
/** The same plane corrected, with negative values left in; null while there is no correction to show. */
export const after = signal<ShownPlane | null>(null);
export const planeError = signal<PageError | null>(null);

let cache: { stack: OpenStack; tile: number; planes: PlaneCache } | null = null;

/** The plane after `stage` steps. */
async function planeAfter(
  stage: number,
  recipe: Recipe,
  open: OpenStack,
  input: number,
  raw: ShownPlane,
  channels: number[],
): Promise<ShownPlane> {
  const plane = await fittedPlane(open.session, recipe, {
    stage,
    input,
    t: raw.t,
    z: raw.z,
    channels,
  });
  return {
    t: raw.t,
    z: raw.z,
    type: plane.type,
    width: plane.width,
    height: plane.height,
    channels: new Map(channels.flatMap((channel, i) => (plane.channels[i] ? [[channel, plane.channels[i]]] : []))),
  };
}

const refresh = latest(async () => {
  const open = stack.value;
  if (!open) {
    cache = null;
    batch(() => {
      before.value = null;
      afterEarlier.value = null;
      after.value = null;
      planeError.value = null;
    });
    return;
  }
  const input = tile.value;
  if (cache?.stack !== open || cache.tile !== input) {
    // What was corrected was another tile, or another stack.
    if (cache?.stack === open) after.value = null;
    afterEarlier.value = null;
    cache = { stack: open, tile: input, planes: new PlaneCache(open, input) };
  }
  const { t, z } = position.value;
  const channels = neededChannels.value;
  if (channels.length === 0) return;
  let raw: ShownPlane;
  try {
    raw = await cache.planes.plane(t, z, channels);
  } catch (error) {
    if (stack.value !== open || isCancelled(error)) return;
    batch(() => {
      before.value = null;
      afterEarlier.value = null;
      after.value = null;
      planeError.value = pageError('This plane could not be read.', error);
    });
    return;
  }
  if (stack.value !== open) return;
  meetPlane(raw);
  // The uncorrected plane is not held back by a correction that takes long.
  const early = setTimeout(() => {
    if (stack.value === open) show(raw, null, null);
  }, 120);
  try {
    const wanted = previewed.value;
    const done = wanted && (await planeAfter(wanted.stage, wanted.recipe, open, input, raw, channels));
    const earlier =
      wanted && wanted.stage > 1 ? await planeAfter(wanted.stage - 1, wanted.recipe, open, input, raw, channels) : null;
    if (stack.value === open) show(raw, done, earlier);
    planeError.value = null;
  } catch (error) {
    if (stack.value !== open || isCancelled(error)) return;
    show(raw, null, null);
    planeError.value = pageError('The corrected plane could not be computed.', error);
  } finally {
    clearTimeout(early);
  }
});

function show(raw: ShownPlane, done: ShownPlane | null, earlier: ShownPlane | null): void {
  batch(() => {
    before.value = raw;
    if (earlier || afterEarlier.value?.t !== raw.t || afterEarlier.value.z !== raw.z) afterEarlier.value = earlier;
    if (done || after.value?.t !== raw.t || after.value.z !== raw.z || previewed.value === null) after.value = done;
  });
}

effect(() => {
  void stack.value;
  void position.value;
  void tile.value;
  void neededKey.value;
  void previewed.value;
  queueMicrotask(() => void refresh());
});
