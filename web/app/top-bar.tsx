// Mark, the four steps, theme, help, share: one row. On a phone the steps move to the bottom bar.

import { result, resultFresh } from '../correct/run';
import { stack } from '../open/stack';
import { ShareButton } from '../share/share-button';
import { CheckIcon, EyeIcon, FileIcon, Mark, MoonIcon, SlidersIcon, SunIcon, UploadIcon } from '../ui/icons';
import { theme, toggleTheme } from '../ui/theme';
import { helpOpen } from './help-dialog';
import { layout } from './layout';
import { STEPS, type StepName, step, stepNumber } from './steps';

function isDone(name: StepName): boolean {
  if (!stack.value) return false;
  if (name === 'export') return resultFresh.value;
  const index = STEPS.findIndex((s) => s.name === name);
  return index < Math.max(stepNumber.value, result.value ? 3 : 1);
}

function Steps() {
  return (
    <nav class="steps" aria-label="Steps">
      <ol>
        {STEPS.map(({ name, title }, i) => {
          const current = step.value === name;
          const done = !current && isDone(name);
          return (
            <li key={name}>
              <button
                type="button"
                aria-current={current ? 'step' : undefined}
                disabled={name !== 'open' && !stack.value}
                onClick={() => {
                  step.value = name;
                }}
              >
                {done ? (
                  <>
                    <CheckIcon />
                    <span class="sr-only">done: </span>
                  </>
                ) : (
                  <span class="step-number">{i + 1}</span>
                )}
                {title}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

export function TopBar() {
  const phone = layout.value === 'phone';
  const dark = theme.value === 'dark';
  const open = stack.value;
  return (
    <header class="top-bar">
      <button
        type="button"
        class="brand"
        aria-label="WebUnmix, start"
        onClick={() => {
          step.value = 'open';
        }}
      >
        <Mark />
        <span class="brand-name">{phone && open && step.value !== 'open' ? open.inspection.name : 'WebUnmix'}</span>
      </button>
      {!phone && <Steps />}
      <div class="top-tools">
        <button type="button" class="icon-button" aria-label={dark ? 'Light theme' : 'Dark theme'} onClick={toggleTheme}>
          {dark ? <SunIcon /> : <MoonIcon />}
        </button>
        <button
          type="button"
          class="icon-button help-button"
          aria-label="Help and keys"
          onClick={() => {
            helpOpen.value = true;
          }}
        >
          ?
        </button>
        {open && <ShareButton compact={phone} />}
      </div>
    </header>
  );
}

const BOTTOM_ICONS = { open: <FileIcon />, inspect: <EyeIcon />, correct: <SlidersIcon />, export: <UploadIcon /> };

/** The steps of a phone. */
export function BottomBar() {
  return (
    <nav class="bottom-bar" aria-label="Steps">
      {STEPS.map(({ name, title }) => (
        <button
          key={name}
          type="button"
          aria-current={step.value === name ? 'step' : undefined}
          onClick={() => {
            step.value = name;
          }}
        >
          {BOTTOM_ICONS[name]}
          {title}
        </button>
      ))}
    </nav>
  );
}
