// What a step has learnt, value by value and channel by channel.
import type { Report } from '../../workers/api';
import { formatValue, NONE } from '../ui/format';

interface Learnt {
  unit: string;
  values: (number | null)[];
}

/** Longer lists are for the report, not for a glance. */
const MOST_VALUES = 8;

function rowsOf(learnt: unknown): { name: string; unit: string; values: string }[] {
  return Object.entries((learnt ?? {}) as Record<string, Learnt>)
    .filter(([, { values }]) => Array.isArray(values) && values.length > 0 && values.length <= MOST_VALUES)
    .map(([name, { unit, values }]) => ({
      name: name.replace(/_e_per_adu$|_adu$|_e$/, '').replaceAll('_', ' '),
      unit,
      values: values.map((value) => (value === null ? NONE : formatValue(value))).join(', '),
    }));
}

export function LearntSummary({ report, index }: { report: Report; index: number }) {
  return (
    <table>
      <tbody>
        {rowsOf(report.steps[index]?.learnt).map((row) => (
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
