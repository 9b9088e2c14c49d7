// Lines of equal value in a plane, by marching squares: where each level crosses the edges between neighbouring values.
import type { ValuePlane } from './heat';

/** One straight piece, in pixels of the plane; centres of pixels lie at whole numbers. */
export type Segment = [x1: number, y1: number, x2: number, y2: number];

/** The line of `level`. Squares whose corners alternate are parted so that lines do not cross. */
export function contour({ width, height, values }: ValuePlane, level: number): Segment[] {
  const segments: Segment[] = [];
  const at = (x: number, y: number) => values[y * width + x] as number;
  const between = (a: number, b: number) => (a === b ? 0.5 : (level - a) / (b - a));
  for (let y = 0; y + 1 < height; y += 1) {
    for (let x = 0; x + 1 < width; x += 1) {
      const [tl, tr, br, bl] = [at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)];
      const crossed: [number, number][] = [];
      if (tl > level !== tr > level) crossed.push([x + between(tl, tr), y]);
      if (tr > level !== br > level) crossed.push([x + 1, y + between(tr, br)]);
      if (bl > level !== br > level) crossed.push([x + between(bl, br), y + 1]);
      if (tl > level !== bl > level) crossed.push([x, y + between(tl, bl)]);
      for (let i = 0; i + 1 < crossed.length; i += 2) {
        const [from, to] = [crossed[i], crossed[i + 1]];
        if (from && to) segments.push([from[0], from[1], to[0], to[1]]);
      }
    }
  }
  return segments;
}
