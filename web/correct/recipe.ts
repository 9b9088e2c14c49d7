// The recipe being made: edits with undo and redo, which step is open, and its string form for the address.
import { batch, computed, effect, signal } from '@preact/signals';
import type { Recipe, StepKind } from '../../workers/api';
import { backend, kinds } from '../app/backend';
import { latest } from '../ui/latest';
import { begin, type History, record, redo as redoHistory, seal, undo as undoHistory } from './history';
import { inputNotes } from './restored-inputs';
import { fullSettings, kindOf, lean, type Settings, same, withSettings } from './settings';

/** What the page begins with. Mutual information, because co-localised signal misleads it least; the command line keeps the compatible default. */
export const FIRST_RECIPE: Recipe = { version: 1, steps: [{ step: 'unmix', settings: { method: 'mi_min' } }] };

const history = signal<History<Recipe>>(begin(FIRST_RECIPE));

export const recipe = computed(() => history.value.present);
export const canUndo = computed(() => history.value.past.length > 0);
export const canRedo = computed(() => history.value.future.length > 0);

/** Index of the step whose form is open, or null. */
export const openStep = signal<number | null>(0);
/** What a restored recipe did not say and so was assumed; for the user to read. */
export const restoreNotes = signal<string[]>([]);
/** The string form, `/1/unmix?method=mi_min`; null until the machine is there. */
export const recipeText = signal<string | null>(null);

export function edit(next: Recipe, key: string | null = null): void {
  history.value = record(history.value, next, key);
}

/** Changes settings of one step. Edits with the same `key` in a row are undone together. */
export function change(index: number, changes: Settings, key: string | null = null): void {
  const step = recipe.value.steps[index];
  const kind = step && kindOf(kinds.value, step.step);
  if (kind) edit(withSettings(recipe.value, index, kind, changes), key);
}

export function endEdit(): void {
  history.value = seal(history.value);
}

export function undo(): void {
  history.value = undoHistory(history.value);
}

export function redo(): void {
  history.value = redoHistory(history.value);
}

export function setEnabled(index: number, enabled: boolean): void {
  const steps = recipe.value.steps.map((step, i) => (i === index ? { ...step, enabled } : step));
  edit({ ...recipe.value, steps });
}

/** `insteadOfFirst`: the new step takes the place of what the page began with, unless somebody has changed that. */
export function addStep(kind: StepKind, settings: Settings = {}, insteadOfFirst = false): void {
  const kept = insteadOfFirst && same(recipe.value, FIRST_RECIPE) ? [] : recipe.value.steps;
  putSteps([...kept, { step: kind.name, settings }], kept.length);
}

/** Puts a step with its defaults before the one at `index`. */
export function insertStep(index: number, kind: StepKind, settings: Settings = {}): void {
  putSteps(recipe.value.steps.toSpliced(index, 0, { step: kind.name, settings }), index);
}

function putSteps(steps: Recipe['steps'], open: number): void {
  batch(() => {
    edit({ ...recipe.value, steps });
    openStep.value = open;
  });
}

export function removeStep(index: number): void {
  batch(() => {
    edit({ ...recipe.value, steps: recipe.value.steps.filter((_, i) => i !== index) });
    const left = recipe.value.steps.length;
    openStep.value = left === 0 ? null : Math.min(index, left - 1);
  });
}

export function moveStep(index: number, by: number): void {
  const to = index + by;
  const steps = [...recipe.value.steps];
  const [moved] = steps.splice(index, 1);
  if (!moved || to < 0 || to > steps.length) return;
  steps.splice(to, 0, moved);
  batch(() => {
    edit({ ...recipe.value, steps });
    if (openStep.value === index) openStep.value = to;
  });
}

/** Puts the settings of a step back to where the page begins with it. */
export function resetStep(index: number, settings: Settings = {}): void {
  const steps = recipe.value.steps.map((step, i) => (i === index ? { ...step, settings } : step));
  edit({ ...recipe.value, steps });
}

/** Takes over a recipe in any of its written forms: string, JSON, report, Python sidecar. Rejects with the core's reason. */
export async function restore(text: string): Promise<void> {
  const machine = await backend();
  const { notes, ...read } = await machine.parseRecipe(text);
  const parsed = lean(read, machine.kinds);
  batch(() => {
    restoreNotes.value = [...(notes ?? []), ...inputNotes(text)];
    edit(parsed);
    openStep.value = parsed.steps.length > 0 ? parsed.steps.length - 1 : null;
  });
}

/** All settings of step `index`, defaults included. */
export function settingsOf(index: number): Settings {
  const step = recipe.value.steps[index];
  const kind = step && kindOf(kinds.value, step.step);
  return step && kind ? fullSettings(kind, step.settings) : {};
}

const writeText = latest(async () => {
  const machine = await backend();
  const wanted = recipe.value;
  try {
    recipeText.value = await machine.formatRecipe(wanted);
  } catch {
    recipeText.value = null; // a half-typed setting has no string form; the form says what is wrong with it
  }
});

effect(() => {
  void recipe.value;
  if (kinds.value.length > 0) void writeText();
});
