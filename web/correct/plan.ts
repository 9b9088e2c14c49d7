// Whether the recipe fits the stack, as the core sees it: what is wrong, and what would come out.
import { batch, effect, signal } from '@preact/signals';
import { kinds } from '../app/backend';
import { errorOnPage } from '../inspect/in-words';
import { inputsVersion } from '../open/inputs';
import { stack } from '../open/stack';
import { isCancelled, type PageError } from '../ui/errors';
import { latest } from '../ui/latest';
import { recipe } from './recipe';

export interface PlannedOutput {
  shape: number[];
  type: string;
  /** Of one stack. */
  bytes: number;
  stacks: number;
}

export const planError = signal<PageError | null>(null);
/** What to know before running: the result is kept in memory, or may not fit. */
export const planWarnings = signal<string[]>([]);
export const plannedOutput = signal<PlannedOutput | null>(null);
/** True when the recipe fits the stack and every step only measures: a run writes a report and nothing else. */
export const measuresOnly = signal(false);

const check = latest(async () => {
  const open = stack.value;
  if (!open) return;
  try {
    const { output, warnings } = await open.session.plan(recipe.value);
    if (stack.value !== open) return;
    batch(() => {
      planError.value = null;
      plannedOutput.value = output;
      measuresOnly.value = output === null;
      planWarnings.value = warnings;
    });
  } catch (error) {
    if (stack.value !== open || isCancelled(error)) return;
    batch(() => {
      planError.value = errorOnPage('These settings do not fit the stack.', error);
      plannedOutput.value = null;
      measuresOnly.value = false;
      planWarnings.value = [];
    });
  }
});

effect(() => {
  void recipe.value;
  void inputsVersion.value;
  if (stack.value && kinds.value.length > 0) queueMicrotask(() => void check());
});
