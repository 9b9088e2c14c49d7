// Running the whole stack: progress, cancel, and what came of it.
import { batch, computed, effect, signal } from '@preact/signals';
import type { Progress, RunResult } from '../../workers/api';
import { outputName, outputNames } from '../export/names';
import { errorOnPage } from '../inspect/in-words';
import { inputsVersion } from '../open/inputs';
import { stack } from '../open/stack';
import { currentLink } from '../share/link';
import { announce, spokenQuarters } from '../ui/announce';
import { isCancelled, type PageError } from '../ui/errors';
import { formatDuration } from '../ui/format';
import { measuresOnly } from './plan';
import { recipe } from './recipe';

export type Compression = 'deflate' | 'zstd' | 'lzw' | 'none';

export const compression = signal<Compression>('deflate');
export const progress = signal<Progress | null>(null);
export const runError = signal<PageError | null>(null);

interface Done extends RunResult {
  /** What was run: another recipe, compression or stack makes the result out of date. */
  key: string;
  name: string;
}

export const result = signal<Done | null>(null);
export const running = computed(() => progress.value !== null);

const key = computed(() =>
  JSON.stringify([recipe.value, compression.value, stack.value?.inspection.name, inputsVersion.value]),
);
export const resultFresh = computed(() => result.value !== null && result.value.key === key.value);

let abort: AbortController | null = null;

export async function run(): Promise<void> {
  const open = stack.value;
  if (!open || running.value) return;
  const mine = new AbortController();
  abort = mine;
  const name = outputName(open.inspection.name);
  const started = key.value;
  const speak = spokenQuarters();
  batch(() => {
    result.value = null;
    runError.value = null;
    progress.value = {
      label: 'Starting',
      fraction: 0,
      secondsLeft: null,
      itemsDone: 0,
      items: 0,
      workers: 0,
      heapBytes: 0,
      solving: null,
    };
  });
  announce(measuresOnly.value ? 'Measuring the whole stack.' : 'Correcting the whole stack.');
  try {
    const done = await open.session.run(recipe.value, {
      name,
      names: outputNames(open.tiles),
      compression: compression.value,
      link: currentLink(),
      signal: mine.signal,
      onProgress: (now) => {
        if (abort !== mine) return;
        progress.value = now;
        speak(now.fraction);
      },
    });
    if (stack.value !== open) return;
    result.value = { ...done, key: started, name };
    announce(`Done in ${formatDuration(done.seconds)}.`);
  } catch (error) {
    if (isCancelled(error)) announce('Cancelled. Nothing was written.');
    else if (stack.value === open)
      runError.value = errorOnPage(
        measuresOnly.value ? 'The stack could not be measured.' : 'The stack could not be corrected.',
        error,
      );
  } finally {
    if (abort === mine) {
      abort = null;
      progress.value = null;
    }
  }
}

/** Leaving the page would lose what has been computed. */
effect(() => {
  if (!running.value) return;
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  addEventListener('beforeunload', ask);
  return () => removeEventListener('beforeunload', ask);
});

export function cancel(): void {
  abort?.abort();
}
