// How far the estimate is, with Cancel; or the question whether to begin, after a cancel and for large stacks.
import { formatPercent } from '../../ui/format';
import { BadIcon } from '../../ui/icons';
import { planError } from '../plan';
import { cancelStepFit, startStepFit, stepFitError, stepFitProgress, stepFitWaits } from '../step-fit';
import { solvingText } from './picasso-fit';
import { relationsInWords } from './relations';

/** What is being done and how much of it is done. */
export function fitProgress(): { text: string; fraction: number } | null {
  const now = stepFitProgress.value;
  if (!now) return null;
  if (now === 'starting') return { text: 'starting', fraction: 0 };
  if (now.solving) return { text: solvingText(now.solving.fraction), fraction: now.solving.fraction };
  const iteration = /^Iteration (\d+) of (\d+)/.exec(now.label);
  if (iteration) return { text: iteration[0].toLowerCase(), fraction: Number(iteration[1]) / Number(iteration[2]) };
  const label = now.label.charAt(0).toLowerCase() + now.label.slice(1);
  return { text: now.items > 0 ? `${label}, ${formatPercent(now.itemsDone / now.items)}` : label, fraction: now.fraction };
}

export function FitProgress() {
  const now = fitProgress();
  if (now) {
    return (
      <div class="fit-progress">
        <span>{now.text}</span>
        <span
          class="meter"
          role="progressbar"
          aria-label="Estimating the unmixing"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.floor(now.fraction * 100)}
          aria-valuetext={now.text}
        >
          <i style={{ width: `${now.fraction * 100}%` }} />
        </span>
        <button type="button" class="link" onClick={cancelStepFit}>
          Cancel
        </button>
      </div>
    );
  }
  const error = stepFitError.value ?? planError.value;
  if (error) {
    return (
      <div class="note bad verdict" role="status">
        <BadIcon />
        <p>
          <b>{error.title}</b> {relationsInWords(error.message)}
        </p>
      </div>
    );
  }
  if (!stepFitWaits.value) return null;
  return (
    <div class="fit-progress">
      <button type="button" class="button" onClick={startStepFit}>
        Estimate the unmixing
      </button>
    </div>
  );
}
