// One step of the recipe: what it is, one line of what it learnt, on or off, and its form when open.
import { kinds } from '../app/backend';
import { dotted } from '../ui/format';
import { ChevronDown, ChevronRight, DotsIcon, GripIcon } from '../ui/icons';
import { Menu } from '../ui/menu';
import { Switch } from '../ui/switch';
import { moveStep, openStep, recipe, removeStep, setEnabled } from './recipe';
import { kindOf } from './settings';
import { SettingsForm } from './settings-form';
import { viewOf } from './step-views';

export function StepCard({ index }: { index: number }) {
  const step = recipe.value.steps[index];
  if (!step) return null;
  const kind = kindOf(kinds.value, step.step);
  const view = viewOf(step.step);
  const Form = view?.Form ?? SettingsForm;
  const title = kind?.title ?? step.step;
  const open = openStep.value === index;
  const count = recipe.value.steps.length;
  const enabled = step.enabled !== false;
  const number = index + 1;
  return (
    <li class={`step ${enabled ? '' : 'off'}`}>
      <div class="step-head">
        {count > 1 ? (
          <button
            type="button"
            class="grip"
            aria-label={`Move step ${number}, ${title}, with the arrow keys`}
            onKeyDown={(event) => {
              if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
              event.preventDefault();
              moveStep(index, event.key === 'ArrowUp' ? -1 : 1);
            }}
          >
            <GripIcon />
          </button>
        ) : (
          <span class="grip">
            <GripIcon />
          </span>
        )}
        <div class="step-words">
          <h3>
            <span class="step-index">{number}</span> {title}
          </h3>
          <p>{enabled ? dotted(view?.learnt?.(index) ?? '') : 'off'}</p>
        </div>
        <Switch label={`Step ${number}, ${title}`} checked={enabled} onChange={(on) => setEnabled(index, on)} />
        {count > 1 && (
          <Menu
            label={`Step ${number}, ${title}: more`}
            icon={<DotsIcon />}
            items={[
              { label: 'Move up', disabled: index === 0, onSelect: () => moveStep(index, -1) },
              { label: 'Move down', disabled: index === count - 1, onSelect: () => moveStep(index, 1) },
              { label: 'Remove', onSelect: () => removeStep(index) },
            ]}
          />
        )}
        <button
          type="button"
          class="icon-button chevron"
          aria-expanded={open}
          aria-label={`Settings of step ${number}, ${title}`}
          onClick={() => {
            openStep.value = open ? null : index;
          }}
        >
          {open ? <ChevronDown /> : <ChevronRight />}
        </button>
      </div>
      {open && kind && (
        <fieldset class="step-form" disabled={!enabled}>
          <legend class="sr-only">Settings of {title}</legend>
          <Form kind={kind} index={index} />
        </fieldset>
      )}
    </li>
  );
}
