// The recipe: its steps in order, undo and redo, and below them the run.
import { kinds } from '../app/backend';
import { saveFile } from '../export/save';
import { receive } from '../open/receive';
import { BadIcon, DotsIcon, InfoIcon, PlusIcon, RedoIcon, UndoIcon } from '../ui/icons';
import { Menu } from '../ui/menu';
import { planError } from './plan';
import { addStep, canRedo, canUndo, edit, FIRST_RECIPE, openStep, recipe, redo, restoreNotes, undo } from './recipe';
import { running } from './run';
import { RunPanel } from './run-panel';
import { kindOf, settingInMessage } from './settings';
import { explain, hasRow } from './settings-form';
import { StepCard } from './step-card';
import { firstSettingsOf } from './step-view';
import { viewOf } from './step-views';

function chooseSettings(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,application/json';
  input.addEventListener('change', () => void receive([...(input.files ?? [])]));
  input.click();
}

function saveRecipe(): void {
  const text = `${JSON.stringify(recipe.value, null, 2)}\n`;
  void saveFile(new Blob([text], { type: 'application/json' }), 'recipe.json');
}

export function RecipeHead() {
  return (
    <div class="panel-head">
      <h2>Recipe</h2>
      <button type="button" class="icon-button" aria-label="Undo" disabled={!canUndo.value} onClick={undo}>
        <UndoIcon />
      </button>
      <button type="button" class="icon-button" aria-label="Redo" disabled={!canRedo.value} onClick={redo}>
        <RedoIcon />
      </button>
      <Menu
        label="Recipe: more"
        icon={<DotsIcon />}
        items={[
          {
            label: explain.value ? 'Hide explanations' : 'Explain settings',
            onSelect: () => {
              explain.value = !explain.value;
            },
          },
          { label: 'Restore from JSON', onSelect: chooseSettings },
          { label: 'Save as JSON', onSelect: saveRecipe },
          { label: 'Start over', onSelect: () => edit(FIRST_RECIPE) },
        ]}
      />
    </div>
  );
}

/** What is wrong with the recipe as a whole; what is wrong with one setting stands at the setting. */
function RecipeError() {
  const error = planError.value;
  if (!error) return null;
  const index = openStep.value;
  const step = index === null ? null : recipe.value.steps[index];
  const kind = step ? kindOf(kinds.value, step.step) : null;
  const name = kind && settingInMessage(kind, error.message);
  if (kind && name && hasRow(kind, name)) return null;
  return (
    <div class="note bad recipe-error" role="status">
      <BadIcon />
      <p>
        <b>{error.title}</b> {error.message}
      </p>
    </div>
  );
}

/** What was assumed when settings were restored, until it is put away. */
function RestoreNotes() {
  const notes = restoreNotes.value;
  if (notes.length === 0) return null;
  return (
    <div class="note recipe-error" role="status">
      <InfoIcon />
      <p>
        {notes.join(' ')}{' '}
        <button
          type="button"
          class="link"
          onClick={() => {
            restoreNotes.value = [];
          }}
        >
          Close
        </button>
      </p>
    </div>
  );
}

export function RecipeSteps() {
  return (
    <fieldset class="recipe-steps" disabled={running.value}>
      <legend class="sr-only">Steps of the recipe</legend>
      <RecipeError />
      <RestoreNotes />
      <ol>
        {recipe.value.steps.map((step, index) => (
          <StepCard key={`${index}.${step.step}`} index={index} />
        ))}
      </ol>
      <Menu
        label="Add a step"
        class="add-step"
        icon={<PlusIcon />}
        text="Add step"
        items={kinds.value.map((kind) => ({
          label: kind.title,
          onSelect: () => {
            const view = viewOf(kind.name);
            addStep(kind, firstSettingsOf(view), view?.insteadOfFirst);
          },
        }))}
      />
    </fieldset>
  );
}

export function RecipePanel() {
  return (
    <section class="panel-recipe" aria-label="Recipe">
      <RecipeHead />
      <div class="panel-scroll">
        <RecipeSteps />
      </div>
      <RunPanel />
    </section>
  );
}
