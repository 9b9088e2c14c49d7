// Colours of the image: cyan and magenta for the two roles (they sum to white), a list for further channels.
import type { Rgb } from './blend';

export const SOURCE_RGB: Rgb = [25, 211, 240];
export const TARGET_RGB: Rgb = [255, 79, 195];

const OTHERS: Rgb[] = ['#ffd23f', '#6be675', '#ff9a3d', '#a98bff', '#ff5c5c', '#4d8dff', '#c8f04a', '#e6e6e6'].map(
  (hex) => parseColour(hex) ?? [230, 230, 230],
);

/** Colour of the n-th channel that has neither role nor a colour of its own. */
export function otherColour(n: number): Rgb {
  return OTHERS[n % OTHERS.length] ?? [230, 230, 230];
}

export function parseColour(text: string): Rgb | null {
  const found = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (!found) return null;
  const [, r = '0', g = '0', b = '0'] = found;
  return [Number.parseInt(r, 16), Number.parseInt(g, 16), Number.parseInt(b, 16)];
}

export function cssColour(rgb: Rgb): string {
  return `rgb(${rgb[0]} ${rgb[1]} ${rgb[2]})`;
}
