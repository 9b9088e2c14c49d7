// The frame of the page: top bar, the start screen or the studio, and the drop target that is the whole window.
import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { labelled } from '../correct/profiles';
import { droppedFiles } from '../open/dropped';
import { giveInputs, type SideRole } from '../open/inputs';
import { receive } from '../open/receive';
import { asking, opening, stack } from '../open/stack';
import { StartScreen } from '../open/start-screen';
import { Announcer } from '../ui/announce';
import { HelpDialog } from './help-dialog';
import { layout } from './layout';
import { step } from './steps';
import { TopBar } from './top-bar';
import './app.css';

/** The studio is a chunk of its own: it is not needed before a stack is open. */
const studio = signal<ComponentType | null>(null);
const studioFailed = signal(false);

export function loadStudio(): void {
  import('./studio')
    .then((module) => {
      studio.value = module.Studio;
    })
    .catch(() => {
      studioFailed.value = true;
    });
}

const dragging = signal(false);

function useWindowDrop(): void {
  useEffect(() => {
    let depth = 0;
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      depth += 1;
      dragging.value = true;
    };
    const leave = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      depth = Math.max(depth - 1, 0);
      dragging.value = depth > 0;
    };
    const over = (event: DragEvent) => {
      if (holdsFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      dragging.value = false;
      if (!holdsFiles(event)) return;
      event.preventDefault();
      if (!event.dataTransfer) return;
      // A row of the recipe that takes files takes what is dropped on it, a TIFF too, which elsewhere is a stack.
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-drop-role]') : null;
      const role = row?.dataset.dropRole as SideRole | undefined;
      void droppedFiles(event.dataTransfer).then(async (files) => {
        if (!role) await receive(files);
        else await giveInputs(role, role === 'profile' ? labelled(files) : files.map((file) => ({ file })));
      });
    };
    addEventListener('dragenter', enter);
    addEventListener('dragleave', leave);
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('dragover', over);
      removeEventListener('drop', drop);
    };
  }, []);
}

export function App() {
  useWindowDrop();
  const open = stack.value !== null;
  const Studio = studio.value;
  const inStudio = open && step.value !== 'open';
  useEffect(() => {
    if (open || opening.value || asking.value) loadStudio();
  }, [open, opening.value, asking.value]);
  // A new step is read from its top; the keyboard goes on there when what it was on is gone.
  useEffect(() => {
    scrollTo(0, 0);
    if (document.activeElement === document.body) document.querySelector('main')?.focus({ preventScroll: true });
  }, [step.value, inStudio, Studio]);
  return (
    <div class={`app ${layout.value} ${inStudio ? 'in-studio' : 'at-start'} ${dragging.value ? 'dragging' : ''}`}>
      <TopBar />
      {inStudio ? (
        Studio ? (
          <Studio />
        ) : (
          <main class="loading" aria-busy="true" tabIndex={-1}>
            {studioFailed.value ? 'A part of the page could not be loaded. Reload to try again.' : ''}
          </main>
        )
      ) : (
        <StartScreen />
      )}
      <HelpDialog />
      <Announcer />
    </div>
  );
}
