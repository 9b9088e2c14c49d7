// What a visitor sees first: the words, the drop zone, a picture of what the correction does, and the examples.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { linkError, waitingRecipe } from '../share/link';
import { InfoIcon, LockIcon } from '../ui/icons';
import { AxesQuestion } from './axes-question';
import { DropZone } from './drop-zone';
import { ExampleCards } from './example-cards';
import { asking } from './stack';
import './open.css';

/** The picture is drawn after the drop zone works; its code is a chunk of its own. */
function LazyPicture() {
  const [Picture, setPicture] = useState<ComponentType | null>(null);
  useEffect(() => {
    const load = () => void import('./scene-picture').then((module) => setPicture(() => module.ScenePicture));
    const idle = (window as { requestIdleCallback?: (callback: () => void) => void }).requestIdleCallback;
    if (idle) idle(load);
    else setTimeout(load, 50);
  }, []);
  return Picture ? <Picture /> : <div class="picture" />;
}

export function StartScreen() {
  const question = asking.value;
  return (
    <main class="start" tabIndex={-1}>
      <div class="start-hero">
        <div class="start-left">
          <h1>
            See the bleed-through.
            <br />
            Take it out.
          </h1>
          {!question && (
            <p class="start-lead">
              Spectral unmixing of fluorescence stacks in this browser tab. Compare five ways to estimate the bleed-through,
              correct the whole stack, and keep a report that can be run again.
            </p>
          )}
          {question ? <AxesQuestion /> : <DropZone />}
          <p class="promise">
            <LockIcon />
            Nothing leaves your computer.
          </p>
          {linkError.value ? (
            <div class="note bad" role="status">
              <InfoIcon />
              <p>
                <b>{linkError.value.title}</b> {linkError.value.message}
              </p>
            </div>
          ) : (
            waitingRecipe.value && (
              <div class="note" role="status">
                <InfoIcon />
                <p>
                  <b>The link holds settings.</b> Open a stack to use them: <code>{waitingRecipe.value}</code>
                </p>
              </div>
            )
          )}
        </div>
        <LazyPicture />
      </div>
      <ExampleCards />
    </main>
  );
}
