// The joint density of source and target values, binned on a grid, and the picture of it: log counts from --density-lo to -hi.
import type { Pixels } from '../../workers/api';

export interface Density {
  /** Upper ends of both axes; the axes begin at `xLow`, `yLow`. */
  xLow: number;
  xHigh: number;
  yLow: number;
  yHigh: number;
  columns: number;
  rows: number;
  /** Row by row, row 0 is the lowest target value. */
  counts: Float64Array;
}

export function density(
  source: Pixels,
  target: Pixels,
  range: { xLow: number; xHigh: number; yLow: number; yHigh: number },
  columns: number,
  rows: number,
): Density {
  const counts = new Float64Array(columns * rows);
  const sx = columns / (range.xHigh - range.xLow);
  const sy = rows / (range.yHigh - range.yLow);
  for (let i = 0; i < source.length; i += 1) {
    const x = Math.floor(((source[i] as number) - range.xLow) * sx);
    const y = Math.floor(((target[i] as number) - range.yLow) * sy);
    if (!(x >= 0 && x < columns && y >= 0 && y < rows)) continue;
    const k = y * columns + x;
    counts[k] = (counts[k] as number) + 1;
  }
  return { ...range, columns, rows, counts };
}

/** Grey levels from `lo` to `hi` by log count; empty cells are left transparent. Row 0 of the picture is the highest target value. */
export function paintDensity(d: Density, lo: number, hi: number, rgba: Uint8ClampedArray): void {
  let most = 0;
  for (const count of d.counts) if (count > most) most = count;
  const scale = 1 / Math.log1p(most || 1);
  for (let row = 0; row < d.rows; row += 1) {
    for (let column = 0; column < d.columns; column += 1) {
      const count = d.counts[(d.rows - 1 - row) * d.columns + column] as number;
      const k = 4 * (row * d.columns + column);
      if (count === 0) {
        rgba[k + 3] = 0;
        continue;
      }
      const level = lo + (hi - lo) * (0.12 + 0.88 * Math.log1p(count) * scale);
      rgba[k] = level;
      rgba[k + 1] = level;
      rgba[k + 2] = level;
      rgba[k + 3] = 255;
    }
  }
}
