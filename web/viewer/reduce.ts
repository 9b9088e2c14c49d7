// Smaller copies of a plane for when it is shown smaller than it is: means over 2^level x 2^level pixels of the counts, taken
// before contrast, so that thin bright structures dim honestly and no pixel is skipped. Kept beside the plane they came from.
import type { Pixels } from '../../workers/api';

export interface Raster {
  pixels: Pixels;
  width: number;
  height: number;
}

/** Means over blocks of 2 x 2; a last odd row or column is averaged over what is there. */
export function halve(raster: Raster): Raster {
  const { pixels, width, height } = raster;
  const w = Math.ceil(width / 2);
  const h = Math.ceil(height / 2);
  const out = new Float32Array(w * h);
  for (let y = 0; y < h; y += 1) {
    const top = 2 * y * width;
    const bottom = 2 * y + 1 < height ? top + width : top;
    for (let x = 0; x < w; x += 1) {
      const left = 2 * x;
      const right = left + 1 < width ? left + 1 : left;
      const sum =
        (pixels[top + left] as number) +
        (pixels[top + right] as number) +
        (pixels[bottom + left] as number) +
        (pixels[bottom + right] as number);
      out[y * w + x] = sum / 4;
    }
  }
  return { pixels: out, width: w, height: h };
}

const copies = new WeakMap<Pixels, Raster[]>();

/** The plane at `level` (0: itself). Computed once a plane. */
export function reduced(raster: Raster, level: number): Raster {
  if (level <= 0) return raster;
  let levels = copies.get(raster.pixels);
  if (!levels) {
    levels = [];
    copies.set(raster.pixels, levels);
  }
  let last = levels[levels.length - 1] ?? raster;
  while (levels.length < level) {
    last = halve(last);
    levels.push(last);
  }
  return levels[level - 1] as Raster;
}

/** The level whose pixels are just not smaller than the screen's. `zoom`: device pixels per image pixel. */
export function levelFor(zoom: number, width: number, height: number): number {
  const deepest = Math.floor(Math.log2(Math.max(Math.min(width, height), 1)));
  return Math.max(0, Math.min(Math.floor(Math.log2(1 / zoom) + 1e-6), deepest));
}
