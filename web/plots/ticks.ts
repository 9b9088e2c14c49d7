// Round numbers for axes: steps of 1, 2 or 5 times a power of ten.

export interface Ticks {
  values: number[];
  /** Decimals that tell neighbouring ticks apart. */
  decimals: number;
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const ratio = rough / power;
  const factor = ratio < 1.5 ? 1 : ratio < 3.5 ? 2 : ratio < 7.5 ? 5 : 10;
  return factor * power;
}

/** At most about `count` ticks inside [low, high]. */
export function ticks(low: number, high: number, count: number): Ticks {
  if (!(high > low)) return { values: [low], decimals: 2 };
  const step = niceStep((high - low) / Math.max(count, 1));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const values: number[] = [];
  for (let i = first; i <= last; i += 1) values.push(i === 0 ? 0 : i * step);
  let decimals = 0;
  while (
    decimals < 12 &&
    Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6 * Math.max(1, step * 10 ** decimals)
  )
    decimals += 1;
  return { values, decimals };
}

/** The smallest round number at or above `value` (1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9 times a power of ten). */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  for (const factor of [1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9]) {
    if (factor * power >= value * (1 - 1e-12)) return factor * power;
  }
  return 10 * power;
}

/** Counts on an axis: 3000 -> "3k". */
export function tickLabel(value: number, decimals: number): string {
  if (Math.abs(value) >= 1000) {
    const thousands = value / 1000;
    return `${Number.isInteger(thousands) ? thousands : thousands.toFixed(1)}k`;
  }
  // "2e-9" where zeros would fill the axis.
  const text =
    decimals > 5 && value !== 0 ? value.toExponential(0) : value.toFixed(value === 0 ? Math.min(decimals, 1) : decimals);
  return text.replaceAll('-', '\u2212');
}
