// The steps of a report by their place in the recipe. A report tells of the steps that ran; recipes, maps and the page count those that
// are switched off too.
import type { Report, ReportStep } from './api';

/** What the report tells of step `index` of its recipe; null when it did not run. */
export function reportStep(report: Report, index: number): ReportStep | null {
  const steps = report.recipe.steps.slice(0, index + 1);
  if (steps.length <= index || steps[index]?.enabled === false) return null;
  return report.steps[steps.filter(({ enabled }) => enabled !== false).length - 1] ?? null;
}

/** The steps that ran before step `index` of the recipe. */
export function stepsBefore(report: Report, index: number): ReportStep[] {
  const ran = report.recipe.steps.slice(0, index).filter(({ enabled }) => enabled !== false).length;
  return report.steps.slice(0, ran);
}
