// How tiles lie, from where the stage stood: rows and columns, and the order in which tiles are numbered.
import type { Inspection, TileGrid } from '../api';

export interface TileLayout extends TileGrid {
  /** Indices of the tiles as they are numbered. */
  order: number[];
}

/** The distinct values, those nearer than half the largest gap between neighbours taken as one. */
function lanes(values: number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((value, i) => value - (sorted[i] as number));
  const wide = Math.max(0, ...gaps) / 2;
  const found: number[] = [];
  for (const value of sorted) if (found.length === 0 || value - (found.at(-1) as number) > wide) found.push(value);
  return found;
}

const nearest = (lane: number[], value: number) =>
  lane.reduce((best, each, i) => (Math.abs(each - value) < Math.abs((lane[best] as number) - value) ? i : best), 0);

/** Null when a file does not say where its tile lies, or when the tiles fill no rectangle. Larger y is taken for lower. */
export function tileLayout(inspections: Pick<Inspection, 'stage_position'>[]): TileLayout | null {
  if (inspections.length < 2) return null;
  const positions = inspections.map(({ stage_position: stage }) => stage && { x: stage.x.value, y: stage.y.value });
  if (positions.some((position) => !position)) return null;
  const known = positions as { x: number; y: number }[];
  const [xs, ys] = [lanes(known.map(({ x }) => x)), lanes(known.map(({ y }) => y))];
  const order: number[] = Array.from({ length: xs.length * ys.length }, () => -1);
  for (const [tile, { x, y }] of known.entries()) order[nearest(xs, x) * ys.length + nearest(ys, y)] = tile;
  if (xs.length * ys.length !== known.length || order.includes(-1)) return null;
  return { rows: ys.length, columns: xs.length, order };
}
