// What two-channel unmixing did to the whole stack: alpha, and the channels before and after.
import type { ReportStep } from '../../workers/api';
import { formatAlpha } from '../ui/format';
import { diagnosticRows, stepEstimate } from './report';

function alphaText(step: ReportStep): string {
  const found = stepEstimate(step);
  const values = found?.alphaByT?.filter((a): a is number => a !== null) ?? [];
  if (values.length > 1)
    return `${formatAlpha(Math.min(...values))} to ${formatAlpha(Math.max(...values))} over ${values.length} t`;
  return found?.alpha != null ? formatAlpha(found.alpha) : '';
}

export function UnmixSummary({ step }: { step: ReportStep }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">
            <span class="sr-only">Quantity</span>
          </th>
          <th scope="col">before</th>
          <th scope="col">after</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">α</th>
          <td />
          <td>{alphaText(step)}</td>
        </tr>
        {diagnosticRows(step).map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td>{row.before}</td>
            <td>{row.after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
