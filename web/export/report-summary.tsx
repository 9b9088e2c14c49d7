// What the report says of the whole stack, in a few lines: alpha, and the channels before and after.
import type { Report } from '../../workers/api';
import { PICASSO } from '../correct/picasso/picasso';
import { withNames } from '../correct/picasso/picasso-fit';
import { diagnosticRows, stepEstimate } from '../correct/report';
import { unmixIndex } from '../correct/unmix';
import { formatAlpha } from '../ui/format';
import { WarnIcon } from '../ui/icons';
import { LearntSummary } from './learnt-summary';
import { PicassoSummary } from './picasso-summary';

function alphaText(report: Report, index: number): string {
  const found = stepEstimate(report, index);
  const values = found?.alphaByT?.filter((a): a is number => a !== null) ?? [];
  if (values.length > 1)
    return `${formatAlpha(Math.min(...values))} to ${formatAlpha(Math.max(...values))} over ${values.length} t`;
  return found?.alpha != null ? formatAlpha(found.alpha) : '';
}

export function ReportSummary({ report }: { report: Report }) {
  if (unmixIndex.value === null) return <LearntSummary report={report} />;
  const index = unmixIndex.value ?? 0;
  const rows = diagnosticRows(report, index);
  const alpha = alphaText(report, index);
  const warnings = report.steps.flatMap((step) =>
    (step.warnings ?? []).map((warning) => (step.step === PICASSO ? withNames(warning) : warning)),
  );
  return (
    <div class="report-summary">
      <h3>Whole stack</h3>
      <PicassoSummary report={report} />
      {(alpha !== '' || rows.length > 0) && (
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
              <td>{alpha}</td>
            </tr>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td>{row.before}</td>
                <td>{row.after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {warnings.map((warning) => (
        <div key={warning} class="note warn">
          <WarnIcon />
          <p>{warning}</p>
        </div>
      ))}
    </div>
  );
}
