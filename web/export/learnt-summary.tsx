// What a step has learnt, value by value and channel by channel.
import type { ReportStep } from '../../workers/api';
import { formatNumber, formatValue, NONE } from '../ui/format';

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
export function learntRows(learnt: ReportStep['learnt']): { name: string; unit: string; values: string }[] {
  return Object.entries(learnt)
    .filter(
      ([name, { values }]) =>
        Array.isArray(values) && values.length > 0 && values.length <= MOST_VALUES && !name.includes('_se_'),
    )
    .map(([name, { unit, values }]) => {
      const errors = learnt[name.replace(/(_e_per_adu|_adu|_e)$/, '_se$1')]?.values;
      return {
        name: name
          .replace(/^zero_variance_adu$/, 'offset, at least')
          .replace(/_e_per_adu$|_adu$|_e$/, '')
          .replaceAll('_', ' '),
        unit,
        values: values.map((value, i) => written(value, errors?.[i])).join(', '),
      };
    });
}

export function LearntSummary({ step }: { step: ReportStep }) {
  return (
    <table>
      <tbody>
        {learntRows(step.learnt).map((row) => (
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
