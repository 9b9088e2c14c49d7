// Ratios of what was measured in the same run: machines are noisy and differ, a peer on the same machine does not.

/** @typedef {{ what: string, ours: number, peer: number, unit: string, limit: number, kind: 'at most' | 'at least' }} Row */

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const at = (/** @type {number} */ i) => sorted[i] ?? Number.NaN;
  return sorted.length % 2 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
}

/** @param {Row} row */
export const ratioOf = ({ ours, peer }) => ours / peer;

/** @param {Row} row */
export const holds = (row) => (row.kind === 'at most' ? ratioOf(row) <= row.limit : ratioOf(row) >= row.limit);

/** @param {number} value */
const shown = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toPrecision(3));

/** A Markdown table. @param {Row[]} rows */
export function table(rows) {
  const lines = rows.map(
    (row) =>
      `| ${row.what} | ${shown(row.ours)} ${row.unit} | ${shown(row.peer)} ${row.unit} | ${ratioOf(row).toFixed(2)} | ${row.kind} ${row.limit} | ${holds(row) ? 'yes' : '**no**'} |`,
  );
  return ['| what | WebUnmix | peer or limit | ratio | asked for | holds |', '|---|---|---|---|---|---|', ...lines].join('\n');
}
