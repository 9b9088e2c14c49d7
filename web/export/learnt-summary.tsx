// What a step has learnt, value by value and channel by channel.
import type { Report } from '../../workers/api';
import { formatNumber, formatValue, NONE } from '../ui/format';

interface Learnt {
  unit: string;
  values: (number | null)[];
}

/** Longer lists are for the report, not for a glance. */
const MOST_VALUES = 8;

/** With the decimals its standard error has sense for, when there is one. */
function written(value: number | null, error: number | null | undefined): string {
  if (value === null) return NONE;
  if (error == null || error <= 0) return formatValue(value);
  const decimals = Math.min(Math.max(1 - Math.floor(Math.log10(error)), 0), 6);
  return `${formatNumber(value, decimals)} ± ${formatNumber(error, decimals)}`;
}

/** A value `gain_..` and its standard error `gain_se_..` are one row. */
export function learntRows(learnt: unknown): { name: string; unit: string; values: string }[] {
  const all = (learnt ?? {}) as Record<string, Learnt>;
  return Object.entries(all)
    .filter(
      ([name, { values }]) =>
        Array.isArray(values) && values.length > 0 && values.length <= MOST_VALUES && !name.includes('_se_'),
    )
    .map(([name, { unit, values }]) => {
      const errors = all[name.replace('_', '_se_')]?.values;
      return {
        name: name.replace(/_e_per_adu$|_adu$|_e$/, '').replaceAll('_', ' '),
        unit,
        values: values.map((value, i) => written(value, errors?.[i])).join(', '),
      };
    });
}

export function LearntSummary({ report, index }: { report: Report; index: number }) {
  return (
    <table>
      <tbody>
        {learntRows(report.steps[index]?.learnt).map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td>
              {row.values} {row.unit}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
