// The region that limits the estimate: a polygon in image pixels, drawn on the image corner by corner.
import { computed, signal } from '@preact/signals';
import { change } from '../correct/recipe';
import { unmixIndex, unmixSettings } from '../correct/unmix';
import { announce } from '../ui/announce';

export interface Corner {
  x: number;
  y: number;
}

/** Corners of the polygon being drawn; null when none is. */
export const drawing = signal<Corner[] | null>(null);

/** The region of the recipe, or null for the whole plane. */
export const region = computed<Corner[] | null>(() => {
  const value = unmixSettings.value?.region;
  if (!Array.isArray(value)) return null;
  return value.flatMap((corner) =>
    Array.isArray(corner) && typeof corner[0] === 'number' && typeof corner[1] === 'number'
      ? [{ x: corner[0], y: corner[1] }]
      : [],
  );
});

export function startDrawing(): void {
  drawing.value = [];
  announce(
    'Drawing a region. Click its corners, or move the image with the arrow keys and press Space. Enter closes it, Escape cancels.',
  );
}

/** Adds a corner, held to a tenth of a pixel so that the link stays short. */
export function addCorner(at: Corner): void {
  if (drawing.value) drawing.value = [...drawing.value, { x: Math.round(at.x * 10) / 10, y: Math.round(at.y * 10) / 10 }];
}

export function removeCorner(): void {
  if (drawing.value) drawing.value = drawing.value.slice(0, -1);
}

export function cancelDrawing(): void {
  drawing.value = null;
}

/** True when the polygon has become the region. Fewer than three corners enclose nothing. */
export function finishDrawing(): boolean {
  const corners = drawing.value;
  const index = unmixIndex.value;
  if (!corners || corners.length < 3 || index === null) return false;
  drawing.value = null;
  change(index, { region: corners.map(({ x, y }) => [x, y]) });
  return true;
}

export function clearRegion(): void {
  const index = unmixIndex.value;
  if (index !== null) change(index, { region: null });
}
