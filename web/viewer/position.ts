// Which plane is looked at. Indices count from 0; ui/position.ts makes them what people read.
import { computed, effect, signal } from '@preact/signals';
import { shapeOf, stack } from '../open/stack';

export interface Position {
  t: number;
  z: number;
}

export const position = signal<Position>({ t: 0, z: 0 });
/** Index of the tile that is looked at, of the stacks that are open together. */
export const tile = signal(0);

/** A new stack is first seen in the middle of its depth, at its first time point. */
effect(() => {
  const open = stack.value;
  position.value = { t: 0, z: open ? Math.floor(shapeOf(open).z / 2) : 0 };
  tile.value = 0;
});

export const counts = computed(() => (stack.value ? { t: shapeOf(stack.value).t, z: shapeOf(stack.value).z } : { t: 1, z: 1 }));

export function go(axis: 't' | 'z', index: number): void {
  const bounded = Math.min(Math.max(index, 0), counts.value[axis] - 1);
  if (bounded !== position.value[axis]) position.value = { ...position.value, [axis]: bounded };
}
