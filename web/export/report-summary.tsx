// What the report says of the whole stack, in a few lines: each step in its own words, and all warnings.
import type { Report } from '../../workers/api';
import { kinds } from '../app/backend';
import { outputWarnings } from '../correct/report';
import { kindOf } from '../correct/settings';
import { viewOf } from '../correct/step-views';
import { WarnIcon } from '../ui/icons';
import { LearntSummary } from './learnt-summary';

function Warnings({ texts }: { texts: string[] }) {
  return (
    <>
      {texts.map((text) => (
        <div key={text} class="note warn">
          <WarnIcon />
          <p>{text}</p>
        </div>
      ))}
    </>
  );
}

export function ReportSummary({ report }: { report: Report }) {
  return (
    <div class="report-summary">
      {report.steps.map((step, index) => {
        const view = viewOf(step.step);
        const Summary = view?.Summary ?? LearntSummary;
        const warnings = (step.warnings ?? []).map((text) => view?.warning?.(text) ?? text);
        return (
          <section key={`${index}.${step.step}`}>
            <h3>{report.steps.length === 1 ? 'Whole stack' : (kindOf(kinds.value, step.step)?.title ?? step.step)}</h3>
            <Summary step={step} />
            <Warnings texts={warnings} />
          </section>
        );
      })}
      <Warnings texts={outputWarnings(report)} />
    </div>
  );
}
