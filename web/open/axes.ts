// The answer to "what are these pages?": an order of axes, slowest first, with counts that multiply to the number of pages.

export type Axis = 'T' | 'Z' | 'C';

export const AXIS_WORDS: Record<Axis, string> = { T: 'time points', Z: 'slices', C: 'channels' };

export const ORDERS: Axis[][] = [
  ['T', 'Z', 'C'],
  ['T', 'C', 'Z'],
  ['Z', 'T', 'C'],
  ['Z', 'C', 'T'],
  ['C', 'T', 'Z'],
  ['C', 'Z', 'T'],
];

export interface AxesAnswer {
  order: Axis[];
  counts: Record<Axis, number>;
}

export function product(answer: AxesAnswer): number {
  return answer.counts.T * answer.counts.Z * answer.counts.C;
}

/** "T9Z20C2": axes of length one are left out. */
export function axesText(answer: AxesAnswer): string {
  const text = answer.order
    .filter((axis) => answer.counts[axis] !== 1)
    .map((axis) => `${axis}${answer.counts[axis]}`)
    .join('');
  return text || `${answer.order[0] ?? 'T'}1`;
}

/** Reads "T", "Z5T" or "T9Z20C2"; one count may be left out and is what remains of the pages. Null when it does not fit. */
export function readAxes(text: string, pages: number): AxesAnswer | null {
  if (!/^([TZC]\d*)+$/.test(text)) return null;
  const counts: Record<Axis, number> = { T: 1, Z: 1, C: 1 };
  const order: Axis[] = [];
  let open: Axis | null = null;
  let known = 1;
  for (const [, letter, digits] of text.matchAll(/([TZC])(\d*)/g)) {
    const axis = letter as Axis;
    if (order.includes(axis)) return null;
    order.push(axis);
    if (digits) {
      counts[axis] = Number(digits);
      known *= Number(digits);
    } else {
      if (open) return null;
      open = axis;
    }
  }
  if (known === 0) return null;
  if (open) {
    if (pages % known !== 0) return null;
    counts[open] = pages / known;
  } else if (known !== pages) return null;
  for (const axis of ['T', 'Z', 'C'] as Axis[]) if (!order.includes(axis)) order.push(axis);
  return { order, counts };
}

/** The order of ORDERS that `answer` has, as its text: "TZC". */
export function orderKey(order: Axis[]): string {
  return order.join('');
}
