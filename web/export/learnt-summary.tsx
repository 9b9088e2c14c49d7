// What the steps of a recipe without two-channel unmixing have learnt, value by value and channel by channel, and their warnings.
import type { Report } from '../../workers/api';
import { kinds } from '../app/backend';
import { kindOf } from '../correct/settings';
import { formatValue, NONE } from '../ui/format';
import { WarnIcon } from '../ui/icons';

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

export function LearntSummary({ report }: { report: Report }) {
  const steps = report.steps.map((step, i) => ({
    key: `${i}.${step.step}`,
    title: kindOf(kinds.value, step.step)?.title ?? step.step,
    rows: rowsOf(step.learnt),
    warnings: step.warnings ?? [],
  }));
  return (
    <div class="report-summary">
      {steps.map(({ key, title, rows, warnings }) => (
        <section key={key}>
          <h3>{title}</h3>
          <table>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name}>
                  <th scope="row">{row.name}</th>
                  <td>
                    {row.values} {row.unit}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {warnings.map((warning) => (
            <div key={warning} class="note warn">
              <WarnIcon />
              <p>{warning}</p>
            </div>
          ))}
        </section>
      ))}
    </div>
  );
}
