// The recipe string with Copy, and the run: one button that becomes its own progress bar.
import { useState } from 'preact/hooks';
import { kinds } from '../app/backend';
import { step } from '../app/steps';
import { stack } from '../open/stack';
import { currentLink } from '../share/link';
import { copyText } from '../share/share-button';
import { announce } from '../ui/announce';
import { dotted, formatBytes, formatDuration, formatNumber } from '../ui/format';
import { BadIcon, CheckIcon, CopyIcon, WarnIcon } from '../ui/icons';
import { activeKind } from './active-step';
import { measuresOnly, planError, plannedOutput, planWarnings } from './plan';
import { recipe, recipeText } from './recipe';
import { cancel, progress, result, resultFresh, run, runError } from './run';
import { kindOf, settingInMessage } from './settings';
import { viewOf } from './step-views';

function RecipeString() {
  const [copied, setCopied] = useState(false);
  const text = recipeText.value;
  return (
    <div class="recipe-string">
      <code>{text ? `#${text}` : ''}</code>
      <button
        type="button"
        class="icon-button"
        aria-label="Copy the link with this recipe"
        disabled={!text}
        onClick={async () => {
          const done = await copyText(currentLink());
          announce(done ? 'Link copied.' : 'The link could not be copied; it is in the address bar.');
          setCopied(done);
          setTimeout(() => setCopied(false), 2000);
        }}
      >
        {copied ? <CheckIcon /> : <CopyIcon />}
      </button>
    </div>
  );
}

/** "Iteration 37 of 200", of a step that knows. */
function solvingWords({ step: index, fraction }: { step: number; fraction: number }): string | null {
  const words = viewOf(recipe.value.steps[index]?.step)?.solving?.(fraction);
  return words ? words.charAt(0).toUpperCase() + words.slice(1) : null;
}

function Running() {
  const now = progress.value;
  if (!now) return null;
  const percent = Math.floor(now.fraction * 100);
  const left = now.secondsLeft === null ? '' : `${formatDuration(now.secondsLeft)} left`;
  const doing = now.solving ? (solvingWords(now.solving) ?? now.label) : now.label;
  return (
    <>
      <div class="run-row">
        <div
          class="run-bar"
          role="progressbar"
          aria-label={doing}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
          aria-valuetext={dotted(`${doing} ${percent} per cent`, left)}
        >
          <i style={{ width: `${now.fraction * 100}%` }} />
          <span>
            {doing} {percent}
            {'\u202f'}%
          </span>
          <span>{left}</span>
        </div>
        <button type="button" class="button" onClick={cancel}>
          Cancel
        </button>
      </div>
      <p class="run-facts">
        {dotted(
          now.items > 0 && `Plane ${formatNumber(now.itemsDone)} of ${formatNumber(now.items)}`,
          now.workers > 0 && `${now.workers} ${now.workers === 1 ? 'worker' : 'workers'}`,
          now.heapBytes > 0 && `${formatBytes(now.heapBytes)} of memory`,
        ) || 'Starting'}
      </p>
    </>
  );
}

/** The button and what it needs, used by the recipe panel, the export panel and the phone. */
export function RunButton({ quiet }: { quiet?: boolean }) {
  if (progress.value) return <Running />;
  const output = plannedOutput.value;
  const blocked = planError.value !== null || !stack.value;
  const fresh = resultFresh.value;
  // What names a setting stands beside its control.
  const kind = kindOf(kinds.value, activeKind.value ?? '');
  const wrong = stack.value ? (planError.value?.message ?? null) : null;
  const unexplained = wrong && !(kind && settingInMessage(kind, wrong)) ? wrong : null;
  return (
    <>
      {runError.value && (
        <div class="note bad" role="status">
          <BadIcon />
          <p>
            <b>{runError.value.title}</b> {runError.value.message}
          </p>
        </div>
      )}
      {unexplained && (
        <p class="setting-wrong" role="status">
          <b>Cannot be run as it is.</b> {unexplained}
        </p>
      )}
      {planWarnings.value.map((warning) => (
        <div key={warning} class="note warn">
          <WarnIcon />
          <p>{warning}</p>
        </div>
      ))}
      {fresh && !quiet ? (
        <button
          type="button"
          class="button ink run-button"
          onClick={() => {
            step.value = 'export';
          }}
        >
          Take the result home
        </button>
      ) : (
        <button type="button" class={`button run-button ${fresh ? '' : 'ink'}`} disabled={blocked} onClick={() => void run()}>
          {fresh ? 'Run again' : 'Run on the whole stack'}
        </button>
      )}
      {!quiet && (
        <p class="run-facts">
          {fresh && result.value
            ? `Done in ${formatDuration(result.value.seconds)} · up to ${formatBytes(result.value.peakHeapBytes)} of memory`
            : output
              ? dotted(`Writes ${output.type}`, `${output.stacks > 1 ? `${output.stacks} × ` : ''}${formatBytes(output.bytes)}`)
              : measuresOnly.value
                ? 'Measures, and writes a report'
                : ''}
        </p>
      )}
    </>
  );
}

export function RunPanel() {
  return (
    <div class="run-panel">
      <RecipeString />
      <RunButton />
    </div>
  );
}
