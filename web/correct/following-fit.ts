// A fit that follows what is wanted: whenever that changes, what is under way is given up and the new recipe fitted. Used by every
// step that shows what it has learnt.
import { batch, computed, effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals';
import type { Progress, Recipe, Report, ReportStep, StepMap } from '../../workers/api';
import { reportStep } from '../../workers/report-steps';
import { errorOnPage } from '../inspect/in-words';
import { inputsVersion } from '../open/inputs';
import { stack } from '../open/stack';
import { spokenQuarters } from '../ui/announce';
import { isCancelled, type PageError } from '../ui/errors';
import { runFit } from './fits';
import { running as wholeStackRuns } from './run';

export interface WantedFit {
  /** The same key means the same fit. */
  key: string;
  recipe: Recipe;
  /** The step that is looked at. */
  index: number;
}

/** Of a recipe over what is open now. */
export function fitKey(recipe: Recipe): string {
  return `${inputsVersion.value} ${JSON.stringify(recipe)}`;
}

export interface FoundFit extends WantedFit {
  report: Report;
  /** What that step has learnt, pixel by pixel. */
  maps: StepMap[];
}

export interface FollowingFit {
  /** The last fit that ended; another key wanted means it is out of date. */
  found: Signal<FoundFit | null>;
  progress: Signal<Progress | 'starting' | null>;
  error: Signal<PageError | null>;
  /** True while what was found belongs to settings that have changed since. */
  stale: ReadonlySignal<boolean>;
}

/** What each fit has found: several are followed at once. */
const allFound: ReadonlySignal<FoundFit | null>[] = [];

/**
 * What is known of step `index` of `recipe`, from the fit of that step or of a later one; null when no fit shown is of these settings.
 */
export function knownStep({ steps }: Recipe, index: number): ReportStep | null {
  const wanted = JSON.stringify(steps.slice(0, index + 1));
  for (const { value: fit } of allFound) {
    if (fit && fit.index >= index && JSON.stringify(fit.recipe.steps.slice(0, index + 1)) === wanted)
      return reportStep(fit.report, index);
  }
  return null;
}

/** Waits this long for the next change before it begins. */
const SETTLE_MS = 150;

export function followingFit(
  wanted: ReadonlySignal<WantedFit | null>,
  options: { failure: string; maps: boolean },
): FollowingFit {
  const found = signal<FoundFit | null>(null);
  allFound.push(found);
  const progress = signal<Progress | 'starting' | null>(null);
  const error = signal<PageError | null>(null);
  let running: { key: string; abort: AbortController } | null = null;
  let failed: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  effect(() => {
    const next = wanted.value;
    const open = stack.value;
    // A run has all the workers; what it waits for would be done twice. The fit goes on afterwards.
    const resting = wholeStackRuns.value;
    untracked(() => {
      clearTimeout(timer);
      if (running && (resting || running.key !== next?.key)) {
        running.abort.abort();
        running = null;
      }
      if (!next || !open) {
        failed = null;
        batch(() => {
          found.value = null;
          error.value = null;
          progress.value = null;
        });
        return;
      }
      if (resting) {
        progress.value = null;
        return;
      }
      if (running) return;
      if (found.value?.key === next.key || failed === next.key) {
        progress.value = null;
        return;
      }
      progress.value = 'starting';
      timer = setTimeout(() => void begin(next), SETTLE_MS);
    });
  });

  async function begin(asked: WantedFit): Promise<void> {
    const open = stack.value;
    if (!open) return;
    const mine = { key: asked.key, abort: new AbortController() };
    running = mine;
    const maps: StepMap[] = [];
    const speak = spokenQuarters();
    try {
      const report = await runFit(open.session, asked.recipe, {
        compare: true,
        signal: mine.abort.signal,
        onProgress: (now) => {
          if (running !== mine) return;
          progress.value = now;
          speak(now.solving?.fraction ?? now.fraction);
        },
        ...(options.maps ? { onMap: (map: StepMap) => map.step === asked.index && maps.push(map) } : {}),
      });
      if (running !== mine || stack.value !== open) return;
      batch(() => {
        found.value = { ...asked, report, maps };
        error.value = null;
      });
    } catch (reason) {
      if (running !== mine || isCancelled(reason)) return;
      failed = asked.key;
      batch(() => {
        found.value = null;
        error.value = errorOnPage(options.failure, reason);
      });
    } finally {
      if (running === mine) {
        running = null;
        progress.value = null;
      }
    }
  }

  const stale = computed(() => found.value !== null && wanted.value !== null && found.value.key !== wanted.value.key);
  return { found, progress, error, stale };
}
