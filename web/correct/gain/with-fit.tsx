// What stands in a panel's place while the gain is being measured, when it waits to be asked for, and when it could not be told.
import type { ComponentChildren } from 'preact';
import { stack } from '../../open/stack';
import { formatBytes, formatPercent } from '../../ui/format';
import { startStepFit, stepFit, stepFitError, stepFitProgress, stepFitStale, stepFitWaits } from '../step-fit';

export function WithFit({ children }: { children: ComponentChildren }) {
  if (stepFitWaits.value) {
    return (
      <p class="quiet gain-instead">
        The stack has {formatBytes(stack.value?.inspection.bytes ?? 0)}.{' '}
        <button type="button" class="link" onClick={startStepFit}>
          Measure it
        </button>
      </p>
    );
  }
  const progress = stepFitProgress.value;
  if (!stepFit.value) {
    if (stepFitError.value) return <p class="quiet gain-instead">Nothing to show: see why beside.</p>;
    return (
      <p class="quiet gain-instead">
        {progress && progress !== 'starting'
          ? `${progress.label}, ${formatPercent(progress.fraction)}`
          : progress
            ? 'Measuring'
            : ''}
      </p>
    );
  }
  return <div class={`gain-fit ${stepFitStale.value ? 'stale' : ''}`}>{children}</div>;
}
