// Planes of values as pictures: values to greys, or to blue, grey and orange around a middle value; and the lines of equal value.

export interface HeatScale {
  low: number;
  high: number;
  /** Values below turn blue, above orange; left out: dark to light grey. */
  middle?: number;
}

const BELOW = [0x4d, 0x8d, 0xff];
const MIDDLE = [0x80, 0x80, 0x80];
const ABOVE = [0xff, 0x9a, 0x3d];
const DARK = 0x1f;
const LIGHT = 0xf2;

/** Where a value lies between the ends: 0..1. */
export function share(value: number, { low, high, middle }: HeatScale): number {
  if (middle === undefined) return high > low ? Math.min(Math.max((value - low) / (high - low), 0), 1) : 0.5;
  const half = Math.max(high - middle, middle - low) || 1;
  return Math.min(Math.max(0.5 + (value - middle) / (2 * half), 0), 1);
}

/** Red, green and blue of a value. What is not finite is black. */
export function heatColour(value: number, scale: HeatScale): [number, number, number] {
  if (!Number.isFinite(value)) return [0, 0, 0];
  const at = share(value, scale);
  if (scale.middle === undefined) {
    const grey = DARK + (LIGHT - DARK) * at;
    return [grey, grey, grey];
  }
  const end = at < 0.5 ? BELOW : ABOVE;
  const far = Math.abs(at - 0.5) * 2;
  const mix = (i: number) => (MIDDLE[i] as number) + ((end[i] as number) - (MIDDLE[i] as number)) * far;
  return [mix(0), mix(1), mix(2)];
}

export interface ValuePlane {
  width: number;
  height: number;
  /** Rows one after another. */
  values: ArrayLike<number>;
}

/** The ends of the colour bar that leave `outside` of the values off at each end: wild pixels do not set them. */
export function robustRange(values: ArrayLike<number>, outside = 0.005): { low: number; high: number } {
  const stride = Math.max(1, Math.floor(values.length / 50_000));
  const sample: number[] = [];
  for (let i = 0; i < values.length; i += stride) if (Number.isFinite(values[i])) sample.push(values[i] as number);
  if (sample.length === 0) return { low: 0, high: 1 };
  sample.sort((a, b) => a - b);
  const at = (part: number) => sample[Math.round(part * (sample.length - 1))] as number;
  return { low: at(outside), high: at(1 - outside) };
}

/** Paints a plane into `columns` x `rows` pixels, each the mean of what it covers. */
export function paintHeat(plane: ValuePlane, scale: HeatScale, columns: number, rows: number, rgba: Uint8ClampedArray): void {
  for (let row = 0; row < rows; row += 1) {
    const [y0, y1] = covered(row, rows, plane.height);
    for (let column = 0; column < columns; column += 1) {
      const [x0, x1] = covered(column, columns, plane.width);
      let sum = 0;
      for (let y = y0; y < y1; y += 1) for (let x = x0; x < x1; x += 1) sum += plane.values[y * plane.width + x] as number;
      const [r, g, b] = heatColour(sum / ((y1 - y0) * (x1 - x0)), scale);
      const k = 4 * (row * columns + column);
      rgba[k] = r;
      rgba[k + 1] = g;
      rgba[k + 2] = b;
      rgba[k + 3] = 255;
    }
  }
}

function covered(i: number, count: number, length: number): [number, number] {
  const from = Math.min(Math.floor((i * length) / count), length - 1);
  return [from, Math.max(from + 1, Math.floor(((i + 1) * length) / count))];
}
