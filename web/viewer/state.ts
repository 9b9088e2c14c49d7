// What the viewer remembers: zoom and place, the comparison mode, the split, and where the pointer is.
import { computed, effect, signal, untracked } from '@preact/signals';
import { type OpenStack, shapeOf, stack } from '../open/stack';
import { clampView, fillView, fitView, panBy, type Size, showsAll, type View, zoomAt } from './view';

export type Mode = 'split' | 'side' | 'blink' | 'difference';

export const mode = signal<Mode>('split');
export const split = signal(0.5);
/** In blink mode: whether the corrected image is up. */
export const blinkAfter = signal(true);
/** Image pixel under the pointer, or under the cross when the image has the keyboard. */
export const probe = signal<{ x: number; y: number } | null>(null);

/** Size of the image area in CSS pixels. */
export const port = signal<Size>({ width: 0, height: 0 });
const kept = signal<View | null>(null);

export const imageSize = computed<Size>(() => {
  const open = stack.value;
  return open ? { width: shapeOf(open).x, height: shapeOf(open).y } : { width: 1, height: 1 };
});

/** The window one image has: half the area when two stand side by side. */
export const pane = computed<Size>(() =>
  mode.value === 'side' ? { width: port.value.width / 2, height: port.value.height } : port.value,
);

/** Null until the window has a size. The first view fills the window; the overview shows what runs over. */
export const view = computed<View | null>(() => {
  if (pane.value.width <= 0 || pane.value.height <= 0) return null;
  return clampView(kept.value ?? fillView(imageSize.value, pane.value), imageSize.value, pane.value);
});

export const seesAll = computed(() => view.value === null || showsAll(view.value, imageSize.value, pane.value));

let shown: OpenStack | null = null;
effect(() => {
  const open = stack.value;
  untracked(() => {
    if (open !== shown) kept.value = null;
    shown = open;
  });
});

export function zoomBy(factor: number, px = pane.value.width / 2, py = pane.value.height / 2): void {
  if (view.value) kept.value = zoomAt(view.value, factor, px, py, imageSize.value, pane.value);
}

export function pan(dx: number, dy: number): void {
  if (view.value) kept.value = panBy(view.value, dx, dy, imageSize.value, pane.value);
}

export function centreOn(x: number, y: number): void {
  if (view.value) kept.value = clampView({ ...view.value, x, y }, imageSize.value, pane.value);
}

/** One image pixel to one pixel of the page. */
export function zoomToActualSize(): void {
  if (view.value) kept.value = clampView({ ...view.value, zoom: 1 }, imageSize.value, pane.value);
}

/** Between the whole image and the filled window. */
export function toggleFit(): void {
  const fill = fillView(imageSize.value, pane.value);
  const fit = fitView(imageSize.value, pane.value);
  const atFit = view.value !== null && Math.abs(view.value.zoom / fit.zoom - 1) < 1e-3;
  kept.value = atFit ? fill : fit;
}

export function resetView(): void {
  kept.value = null;
}
